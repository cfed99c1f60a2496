"""At what time a visit starts and ends, and back from those moments to its half-days."""

from datetime import date, datetime, time

from peerreview.core import clock
from peerreview.visits.lifecycle import Half
from peerreview.visits.planning import MOST_HALF_DAYS, Slot

STARTS = {Half.MORNING: time(9, 30), Half.AFTERNOON: time(13, 30)}
ENDS = {Half.MORNING: time(12, 30), Half.AFTERNOON: time(16, 30)}
NOON = time(13)


def hours_of(slot: Slot) -> tuple[datetime, datetime]:
    """The moments at which a visit in this slot starts and ends, on an Amsterdam clock (summer time or not).

    A visit of more days starts on the first in the morning, and ends on the last, after its last half-day.
    """
    (first, start), (last, end) = slot.covers[0], slot.covers[-1]
    return (
        datetime.combine(first, STARTS[start], clock.AMSTERDAM),
        datetime.combine(last, ENDS[end], clock.AMSTERDAM),
    )


def slot_at(starts_at: datetime, ends_at: datetime) -> Slot:
    """The slot that a visit between these moments takes."""
    start, end = clock.local(starts_at), clock.local(ends_at)
    until_noon = end.time() <= NOON
    if start.date() == end.date() and until_noon:
        return Slot(start.date(), Half.MORNING)
    if start.date() == end.date() and start.time() >= NOON:
        return Slot(start.date(), Half.AFTERNOON)
    days = 1 + max(0, clock.working_days_between(start.date(), end.date()))
    return Slot.of(start.date(), min(2 * days - until_noon, MOST_HALF_DAYS))


def hours_by_day(starts_at: datetime, ends_at: datetime) -> list[tuple[datetime, datetime]]:
    """When a visit between these moments starts and ends on each of its days."""
    slot = slot_at(starts_at, ends_at)
    hours = [hours_of(Slot(day) if half == Half.AFTERNOON else Slot(day, half)) for day, half in _last_halves(slot)]
    hours[0] = (clock.local(starts_at), hours[0][1])
    hours[-1] = (hours[-1][0], clock.local(ends_at))
    return hours


def _last_halves(slot: Slot) -> list[tuple[date, Half]]:
    """Each day of the slot with its last half-day."""
    return list(dict(slot.covers).items())
