"""What cannot be: two visits too close together, or a day on which no visit can be."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from peerreview.core import clock
from peerreview.visits.planning.legs import Leg
from peerreview.visits.planning.slots import Slot

NOBODY_BUSY: Mapping[int, Collection[date]] = {}


def days_apart(one: Slot, other: Slot) -> int:
    """Calendar days from the last day of the earlier to the first of the later; 0 when they share a day."""
    return max((other.day - one.last).days, (one.day - other.last).days, 0)


def go_together(one: tuple[Leg, Slot], other: tuple[Leg, Slot], gap: int) -> bool:
    """Whether two visits may both be: nobody twice on one day, and `gap` calendar days apart for an organisation."""
    (leg, slot), (leg2, slot2) = one, other
    apart = days_apart(slot, slot2)
    if apart == 0 and set(leg.people) & set(leg2.people):
        return False
    return apart >= gap or not leg.organisations & leg2.organisations


def is_busy(leg: Leg, slot: Slot, busy: Mapping[int, Collection[date]]) -> bool:
    """Whether somebody of the visit is on a visit elsewhere on one of its days."""
    return any(day in busy[person] for person in leg.people if person in busy for day in slot.days)


def faults_of(
    chosen: Sequence[tuple[Leg, Slot]],
    *,
    fixed: Sequence[tuple[Leg, Slot]] = (),
    window: tuple[date, date],
    today: date,
    gap: int,
    busy: Mapping[int, Collection[date]] = NOBODY_BUSY,
) -> list[str]:
    """Why these days cannot be; nothing when they can.

    Codes: past, not_a_working_day, outside_window, busy (somebody is on a visit elsewhere), same_day (somebody is on two
    of these visits), too_close.
    """
    found: list[str] = []
    for n, (leg, slot) in enumerate(chosen):
        if slot.day <= today:
            found.append("past")
        if not all(clock.is_working_day(day) for day in slot.days):
            found.append("not_a_working_day")
        if not window[0] <= slot.day <= slot.last <= window[1]:
            found.append("outside_window")
        if is_busy(leg, slot, busy):
            found.append("busy")
        for other in (*chosen[:n], *fixed):
            if not go_together((leg, slot), other, gap):
                found.append("too_close" if days_apart(slot, other[1]) else "same_day")
    return list(dict.fromkeys(found))
