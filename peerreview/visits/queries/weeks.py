"""On which half-days people never work."""

from collections.abc import Iterable

from sqlalchemy import select

from peerreview.core.db import db
from peerreview.visits.lifecycle import Half
from peerreview.visits.models import WorkingWeek
from peerreview.visits.surroundings import HalfDays


def weeks_of(person_ids: Iterable[int]) -> dict[int, HalfDays]:
    """For each of these people who told it, the half-days on which they never work. One query."""
    rows = db.session.execute(
        select(WorkingWeek.person_id, WorkingWeek.off).where(WorkingWeek.person_id.in_(sorted(set(person_ids))))
    )
    return {person_id: read_off(off) for person_id, off in rows}


def read_off(off: Iterable[list[object]]) -> HalfDays:
    """Half-days as they are kept: [[0, "morning"], ...]."""
    return frozenset((int(str(weekday)), Half(str(half))) for weekday, half in off)
