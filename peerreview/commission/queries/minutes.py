"""The minutes of a meeting, for each reader without the pieces of the dossiers that they are kept out of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from peerreview.accounts.models import Person
from peerreview.commission.lifecycle import MeetingState, MotionState
from peerreview.commission.models import (
    Attendance,
    Decision,
    Dossier,
    Meeting,
    MinutesItem,
    Motion,
    SubstituteCall,
    Vote,
)
from peerreview.commission.queries.meetings import Led, meeting_for, meeting_led_by
from peerreview.commission.queries.recusal import not_recused
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the minutes: about a dossier (then with its name), or about the meeting itself."""

    item: MinutesItem
    name: str
    place: str

    @property
    def of_dossier(self) -> bool:
        return self.item.dossier_id is not None


@dataclass(frozen=True, slots=True)
class Editing:
    """A piece of the minutes, and whether this actor may write in it."""

    item: MinutesItem
    may: bool


def minutes_of(meeting: Meeting, actor: Actor) -> list[Piece]:
    """The pieces that this actor reads, in their order. One query."""
    rows = db.session.execute(
        select(MinutesItem, Organisation.name, Organisation.place)
        .outerjoin(Dossier, Dossier.id == MinutesItem.dossier_id)
        .outerjoin(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .outerjoin(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(MinutesItem.meeting_id == meeting.id, or_(MinutesItem.dossier_id.is_(None), not_recused(actor)))
        .order_by(MinutesItem.position, MinutesItem.id)
    )
    return [Piece(item, name or "", place or "") for item, name, place in rows]


def minutes_for(actor: Actor, meeting_id: int) -> Meeting | None:
    """A meeting that is over, whose minutes this actor reads."""
    meeting = meeting_for(actor, meeting_id)
    return meeting if meeting and meeting.state == MeetingState.CLOSED else None


def minutes_led_by(actor: Actor, meeting_id: int) -> Led | None:
    """The same, with whether this actor may write and approve them."""
    led = meeting_led_by(actor, meeting_id)
    return led if led and led.meeting.state == MeetingState.CLOSED else None


def minutes_item_for(actor: Actor, meeting_id: int, item_id: int) -> Editing | None:
    """A piece of the minutes that this actor reads, with whether they may write in it."""
    led = minutes_led_by(actor, meeting_id)
    if led is None:
        return None
    found = next((piece.item for piece in minutes_of(led.meeting, actor) if piece.item.id == item_id), None)
    return Editing(found, led.may) if found else None


# --- What happened, to draft them from --------------------------------------------------------------------------------


def attendances_at(meeting: Meeting) -> Sequence[Any]:
    """(person_id, name, noted_at, left_at, online) of each coming and going, in the order of names. One query."""
    rows = (
        select(Person.id, Person.name, Attendance.noted_at, Attendance.left_at, Attendance.online)
        .join(Person, Person.id == Attendance.person_id)
        .where(Attendance.meeting_id == meeting.id)
        .order_by(Person.name, Person.id, Attendance.noted_at, Attendance.id)
    )
    return db.session.execute(rows).all()


def substitutes_at(meeting: Meeting) -> list[str]:
    """The names of the substitutes who were called. One query."""
    rows = select(Person.name).join(SubstituteCall, SubstituteCall.person_id == Person.id)
    return list(db.session.scalars(rows.where(SubstituteCall.meeting_id == meeting.id).order_by(Person.name)))


def motions_at(meeting: Meeting) -> dict[int, list[Motion]]:
    """All motions of a meeting by dossier, in their order. One query."""
    chosen = select(Motion).where(Motion.meeting_id == meeting.id).order_by(Motion.dossier_id, Motion.number)
    found: dict[int, list[Motion]] = {}
    for motion in db.session.scalars(chosen):
        found.setdefault(motion.dossier_id, []).append(motion)
    return found


def dissents_at(meeting: Meeting) -> dict[int, list[Vote]]:
    """By motion, the votes of members who asked that their dissent be noted, with names; of closed motions. One query."""
    closed = Motion.state.in_((MotionState.CARRIED, MotionState.LOST, MotionState.VOID))
    chosen = (
        select(Vote)
        .join(Motion, Motion.id == Vote.motion_id)
        .join(Person, Person.id == Vote.person_id)
        .where(Motion.meeting_id == meeting.id, closed, Vote.dissent)
        .options(joinedload(Vote.person))
        .order_by(Person.name, Person.id)
    )
    found: dict[int, list[Vote]] = {}
    for vote in db.session.scalars(chosen):
        found.setdefault(vote.motion_id, []).append(vote)
    return found


def decisions_at(meeting: Meeting) -> dict[int, Decision]:
    """The decisions of a meeting by dossier. One query."""
    chosen = select(Decision).where(Decision.meeting_id == meeting.id, Decision.replaces_id.is_(None))
    return {decision.dossier_id: decision for decision in db.session.scalars(chosen)}


def items_at(meeting: Meeting) -> list[MinutesItem]:
    """Every piece there is, in order; for the act that drafts them. One query."""
    chosen = select(MinutesItem).where(MinutesItem.meeting_id == meeting.id)
    return list(db.session.scalars(chosen.order_by(MinutesItem.position, MinutesItem.id)))
