"""When each case of a meeting is: after ten minutes of opening, twenty minutes for each, in the order of the agenda."""

from datetime import datetime, timedelta

OPENING = timedelta(minutes=10)
CASE = timedelta(minutes=20)


def slot(starts_at: datetime, number: int) -> tuple[datetime, datetime]:
    """From when until when case `number` (from 0) is, by the plan; equal lengths tell nothing of a case."""
    begins = starts_at + OPENING + number * CASE
    return begins, begins + CASE


def ends_at(starts_at: datetime, cases: int) -> datetime:
    """When a meeting with so many cases ends, by the plan, with ten minutes for what else there is."""
    return slot(starts_at, cases)[0] + OPENING
