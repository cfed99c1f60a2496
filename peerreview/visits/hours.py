"""At what time a visit starts and ends, and back from those moments to the day or half-day."""

from datetime import datetime, time

from peerreview.core import clock
from peerreview.visits.lifecycle import Half
from peerreview.visits.planning import Slot

WHOLE_DAY = (time(9, 30), time(16, 30))
HALF_DAY = {Half.MORNING: (time(9, 30), time(12, 30)), Half.AFTERNOON: (time(13, 30), time(16, 30))}
NOON = time(13)


def hours_of(slot: Slot) -> tuple[datetime, datetime]:
    """The moments at which a visit in this slot starts and ends, on an Amsterdam clock (summer time or not)."""
    start, end = HALF_DAY[slot.half] if slot.half else WHOLE_DAY
    return (
        datetime.combine(slot.day, start, clock.AMSTERDAM),
        datetime.combine(slot.day, end, clock.AMSTERDAM),
    )


def slot_at(starts_at: datetime, ends_at: datetime) -> Slot:
    """The slot that a visit between these moments takes."""
    start, end = clock.local(starts_at), clock.local(ends_at)
    if end.time() <= NOON:
        return Slot(start.date(), Half.MORNING)
    return Slot(start.date(), Half.AFTERNOON if start.time() >= NOON else None)
