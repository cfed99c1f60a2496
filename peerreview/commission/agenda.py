"""When each case of a meeting is: after ten minutes of opening, twenty minutes for each, in the order of the agenda.

While a meeting is open its times shift with what happens: what was done has its own time, what comes next begins when
the case at hand is expected to end. A case that runs late moves all that follow by five minutes at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

OPENING = timedelta(minutes=10)
CASE = timedelta(minutes=20)
STEP = timedelta(minutes=5)
SHORTEST = timedelta(hours=2)  # what a calendar keeps free, so that it does not change with each case


def slot(starts_at: datetime, number: int) -> tuple[datetime, datetime]:
    """From when until when case `number` (from 0) is, by the plan; equal lengths tell nothing of a case."""
    begins = starts_at + OPENING + number * CASE
    return begins, begins + CASE


def ends_at(starts_at: datetime, cases: int) -> datetime:
    """When a meeting with so many cases ends, by the plan, with ten minutes for what else there is."""
    return slot(starts_at, cases)[0] + OPENING


def kept_free(starts_at: datetime, cases: int) -> datetime:
    """Until when a calendar keeps a meeting free."""
    return max(starts_at + SHORTEST, ends_at(starts_at, cases))


@dataclass(frozen=True, slots=True)
class Happened:
    """When a case was really taken up and when it was left; None for what did not happen yet."""

    began_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def at_hand(self) -> bool:
        return self.began_at is not None and self.ended_at is None


def timeline(starts_at: datetime, cases: Sequence[Happened], now: datetime) -> list[tuple[datetime, datetime]]:
    """From when until when each case of an open meeting was, is or will be, in the order of `cases`."""
    left = [case.ended_at or case.began_at + CASE for case in cases if case.began_at]
    cursor = _not_before(max(left, default=slot(starts_at, 0)[0]), now)
    found = []
    for case in cases:
        if case.began_at:
            found.append((case.began_at, case.ended_at or _not_before(case.began_at + CASE, now)))
        else:
            found.append((cursor, cursor + CASE))
            cursor += CASE
    return found


def _not_before(moment: datetime, now: datetime) -> datetime:
    """The same moment, or later by so many steps that it is not past."""
    late = now - moment
    return moment + -(-late // STEP) * STEP if late > timedelta(0) else moment
