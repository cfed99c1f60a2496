"""What an organisation, or a reviewer or member of the commission, may know of the conflicts that they are in.

An organisation: what it declared, and facts about it and another that both know. A person: what they declared about
themselves, and their own roles. What the secretariat decided about it (how severe, dismissed, leave) shows in none of
this: their pages say the same before and after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import joinedload

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.impartiality import policy
from peerreview.impartiality.kinds import is_over
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Source
from peerreview.impartiality.models import Conflict
from peerreview.impartiality.queries.checks import known_to


@dataclass(frozen=True, slots=True)
class Known:
    """A conflict as one of its parties reads it: with whom, what, when; never what was decided about it."""

    id: int
    kind: ConflictKind
    name: str
    place: str
    declared: bool
    note: str
    starts_on: date | None
    ends_on: date | None
    noted_at: datetime
    over: bool


def _knows(actor: Actor) -> ColumnElement[bool]:
    if policy.may_declare_for_organisation(actor):
        return known_to(actor.organisation_id)
    if policy.may_declare_for_self(actor):
        mine = Conflict.person_id == actor.person_id
        declared = and_(Conflict.source == Source.DECLARED, Conflict.declared_by_id == actor.person_id)
        return and_(mine, or_(declared, Conflict.source == Source.DETECTED))
    return false()


def _shown() -> ColumnElement[bool]:
    """What the system found and found gone again is no longer shown."""
    return or_(Conflict.source == Source.DECLARED, Conflict.state != ConflictState.ENDED)


def known_conflicts(actor: Actor) -> list[Known]:
    """Everything that this actor may know of, the newest first. One query."""
    every = (
        select(Conflict)
        .where(_knows(actor), _shown())
        .options(joinedload(Conflict.organisation), joinedload(Conflict.other_organisation))
        .order_by(Conflict.noted_at.desc(), Conflict.id.desc())
    )
    return [as_known(conflict, actor) for conflict in db.session.scalars(every)]


def as_known(conflict: Conflict, actor: Actor) -> Known:
    """How this actor reads the conflict; loaded with its organisations."""
    own = actor.organisation_id if conflict.person_id is None else None
    other = conflict.other_organisation if conflict.organisation_id == own else conflict.organisation
    assert other is not None  # noqa: S101 - one between organisations has two; for the type checker
    declared = conflict.source == Source.DECLARED
    return Known(
        conflict.id,
        conflict.kind,
        other.name,
        other.place,
        declared,
        conflict.note if declared else "",
        conflict.starts_on,
        conflict.ends_on,
        conflict.noted_at,
        is_over(conflict, clock.today()),
    )


def known_conflict_for(actor: Actor, conflict_id: int) -> Conflict | None:
    """A conflict that this actor may know of, with its organisations; else None."""
    one = (
        select(Conflict)
        .where(Conflict.id == conflict_id, _knows(actor), _shown())
        .options(joinedload(Conflict.organisation), joinedload(Conflict.other_organisation))
    )
    return db.session.scalars(one).one_or_none()


def declared_conflict_for(actor: Actor, conflict_id: int) -> Conflict | None:
    """One of those that the actor, or their organisation, declared; else None."""
    conflict = known_conflict_for(actor, conflict_id)
    return conflict if conflict and conflict.source == Source.DECLARED else None


def declared_before(
    kind: ConflictKind, organisation_ids: tuple[int, int] | tuple[int], actor: Actor
) -> Sequence[Conflict]:
    """What this actor declared before of this kind about the same parties, and still stands."""
    party = or_(Conflict.other_organisation_id.is_(None), Conflict.other_organisation_id.in_(organisation_ids))
    same = select(Conflict).where(
        _knows(actor), Conflict.source == Source.DECLARED, Conflict.state == ConflictState.STANDING,
        Conflict.kind == kind, Conflict.organisation_id.in_(organisation_ids), party,
    )  # fmt: skip
    return db.session.scalars(same.order_by(Conflict.noted_at, Conflict.id)).all()
