"""What stands between organisations, and between people and organisations: what later features ask before they act.

One query each, for any number of parties. A conflict counts when it stands (was neither dismissed nor ended) and its
dates make it count on the day that is asked about.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select

from peerreview.core.db import db
from peerreview.impartiality.kinds import windows
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Direction, Severity, Source, WaiverState
from peerreview.impartiality.models import Conflict, Waiver

MANY = 500  # beyond this number of parties all that stands is read, rather than asked for by a list of ids
FACTS_OF_BOTH = (
    ConflictKind.SAME_GROUP, ConflictKind.SHARED_DIRECTOR, ConflictKind.EMPLOYMENT, ConflictKind.REVIEWED_LAST_CYCLE,
)  # fmt: skip

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Standing:
    """A conflict that counts on the day that was asked about.

    `towards` is the organisation that the other one (or the person) should not review; None when it goes both ways.
    `since` is the moment from which it stands. A soft one with leave that holds on that day is `waived`.
    """

    conflict_id: int
    kind: ConflictKind
    severity: Severity
    waived: bool
    waived_until: date | None
    towards: int | None
    since: datetime

    @property
    def blocks(self) -> bool:
        """Whether it stops what is asked about: it is hard, or soft without leave."""
        return self.severity == Severity.HARD or not self.waived


def counting(day: date) -> ColumnElement[bool]:
    """The condition on Conflict that it stands and counts on that day."""
    alike: defaultdict[tuple[date, date], list[ConflictKind]] = defaultdict(list)
    for window in windows(day):
        alike[window.latest_start, window.earliest_end].append(window.kind)
    dated = [
        and_(
            Conflict.kind.in_(kinds),
            or_(Conflict.starts_on.is_(None), Conflict.starts_on <= latest_start),
            or_(Conflict.ends_on.is_(None), Conflict.ends_on >= earliest_end),
        )
        for (latest_start, earliest_end), kinds in alike.items()
    ]
    return and_(Conflict.state == ConflictState.STANDING, or_(*dated))


def blocking(day: date) -> ColumnElement[bool]:
    """The condition on Conflict that it counts on that day and is hard, or soft without leave."""
    leave = select(Waiver.id).where(
        Waiver.conflict_id == Conflict.id, Waiver.state == WaiverState.GRANTED, Waiver.ends_on >= day
    )
    return and_(counting(day), or_(Conflict.severity == Severity.HARD, ~leave.exists()))


def between(organisation_ids: Iterable[int], on: date) -> dict[Pair, tuple[Standing, ...]]:
    """What stands on that day between these organisations, by pair of ids in ascending order; hard before soft."""
    ids = set(organisation_ids)
    statement = _standing(on).where(Conflict.other_organisation_id.is_not(None))
    if len(ids) <= MANY:
        statement = statement.where(Conflict.organisation_id.in_(ids), Conflict.other_organisation_id.in_(ids))
    found: defaultdict[Pair, list[Standing]] = defaultdict(list)
    for conflict in db.session.execute(statement):
        if {conflict.organisation_id, conflict.other_organisation_id} <= ids:
            low, high = sorted((conflict.organisation_id, conflict.other_organisation_id))
            found[low, high].append(_as_standing(conflict))
    return {pair: tuple(standing) for pair, standing in found.items()}


def of_persons(
    person_ids: Iterable[int], organisation_ids: Iterable[int], on: date
) -> dict[Pair, tuple[Standing, ...]]:
    """What stands on that day between each of these people and each organisation that is to be reviewed or judged."""
    people, ids = set(person_ids), set(organisation_ids)
    statement = _standing(on).where(Conflict.person_id.is_not(None))
    if len(people) <= MANY and len(ids) <= MANY:
        statement = statement.where(Conflict.person_id.in_(people), Conflict.organisation_id.in_(ids))
    found: defaultdict[Pair, list[Standing]] = defaultdict(list)
    for conflict in db.session.execute(statement):
        if conflict.person_id in people and conflict.organisation_id in ids:
            found[conflict.person_id, conflict.organisation_id].append(_as_standing(conflict))
    return {pair: tuple(standing) for pair, standing in found.items()}


def known_between(viewer_organisation_id: int, other_ids: Collection[int], on: date) -> dict[int, tuple[Standing, ...]]:
    """Of what stands between the viewer and each of these, only what the viewer may know, by the other's id.

    That is what it declared itself, and what the system found from facts that both know. Never what the other declared
    or the secretariat registered: use this, not `between`, for anything that an organisation reads.
    """
    me, others = viewer_organisation_id, set(other_ids)
    statement = _standing(on).where(known_to(me), Conflict.other_organisation_id.is_not(None))
    if len(others) <= MANY:
        statement = statement.where(
            or_(Conflict.organisation_id.in_(others), Conflict.other_organisation_id.in_(others))
        )
    found: defaultdict[int, list[Standing]] = defaultdict(list)
    for conflict in db.session.execute(statement):
        other = conflict.other_organisation_id if conflict.organisation_id == me else conflict.organisation_id
        if other in others:
            found[other].append(_as_standing(conflict))
    return {other: tuple(standing) for other, standing in found.items()}


def ruled_out_among(organisation_ids: Collection[int], on: date) -> dict[int, set[int]]:
    """With whom of these others each of them knows that it cannot meet: the hard ones of `known_between`. One query."""
    ids, found = set(organisation_ids), defaultdict[int, set[int]](set)
    statement = _standing(on).add_columns(Conflict.source, Conflict.declared_for_id)
    statement = statement.where(Conflict.severity == Severity.HARD, Conflict.other_organisation_id.is_not(None))
    for row in db.session.execute(statement):
        parties = (row.organisation_id, row.other_organisation_id)
        both = row.source == Source.DETECTED and row.kind in FACTS_OF_BOTH
        for me, other in (parties, parties[::-1]):
            declared = row.source == Source.DECLARED and row.declared_for_id == me
            if {me, other} <= ids and (both or declared):
                found[me].add(other)
    return found


def known_to(organisation_id: int | None) -> ColumnElement[bool]:
    """The condition on Conflict that this organisation may know of it; whatever its state and dates."""
    party = or_(Conflict.organisation_id == organisation_id, Conflict.other_organisation_id == organisation_id)
    of_both = and_(party, Conflict.other_organisation_id.is_not(None), Conflict.source == Source.DETECTED)
    return or_(
        and_(Conflict.source == Source.DECLARED, Conflict.declared_for_id == organisation_id, party),
        and_(of_both, Conflict.kind.in_(FACTS_OF_BOTH)),
    )


def leave_until(day: date) -> Subquery:
    """(conflict_id, until) of each conflict with leave that holds on that day."""
    granted = select(Waiver.conflict_id, func.max(Waiver.ends_on).label("until")).where(
        Waiver.state == WaiverState.GRANTED, Waiver.ends_on >= day
    )
    return granted.group_by(Waiver.conflict_id).subquery()


def _standing(day: date) -> Select[*tuple[Any, ...]]:
    leave = leave_until(day)
    return (
        select(
            Conflict.id, Conflict.kind, Conflict.severity, Conflict.direction, Conflict.state_since,
            Conflict.organisation_id, Conflict.other_organisation_id, Conflict.person_id, leave.c.until,
        )
        .outerjoin(leave, leave.c.conflict_id == Conflict.id)
        .where(counting(day))
        .order_by(Conflict.severity, Conflict.noted_at, Conflict.id)  # 'hard' sorts before 'soft'
    )  # fmt: skip


def _as_standing(row: Any) -> Standing:
    until = row.until if row.severity == Severity.SOFT else None
    return Standing(
        row.id,
        row.kind,
        row.severity,
        waived=until is not None,
        waived_until=until,
        towards=row.organisation_id if row.direction == Direction.TOWARDS else None,
        since=row.state_since,
    )
