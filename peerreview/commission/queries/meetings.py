"""Meetings and their agendas. A case in which the reader takes no part is a time slot and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from peerreview.accounts.models import Person
from peerreview.commission import agenda, policy
from peerreview.commission.lifecycle import DossierState, MeetingState, Outcome
from peerreview.commission.models import Attendance, Decision, Dossier, Meeting, Vote
from peerreview.commission.queries.dossiers import LARGEST, dossier_for
from peerreview.commission.queries.recusal import chair_ids, members_now, recused_from, visible_to
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory


def meeting_for(actor: Actor, meeting_id: int) -> Meeting | None:
    """A meeting, for the commission and its secretariat."""
    if not policy.may_read(actor) or meeting_id > LARGEST:
        return None
    return db.session.get(Meeting, meeting_id)


def meeting_rows(actor: Actor) -> Sequence[Any]:
    """Every meeting, the coming ones first, with the number of cases in which this actor takes part. One query."""
    cases = (
        select(Dossier.meeting_id, func.count().label("cases"))
        .where(Dossier.meeting_id.is_not(None), visible_to(actor))
        .group_by(Dossier.meeting_id)
        .subquery()
    )
    over = Meeting.state.in_((MeetingState.CLOSED, MeetingState.CANCELLED))
    rows = (
        select(
            Meeting.id, Meeting.starts_at, Meeting.place, Meeting.state, Meeting.invited_at,
            func.coalesce(cases.c.cases, 0).label("cases"),
        )
        .outerjoin(cases, cases.c.meeting_id == Meeting.id)
        .order_by(over, Meeting.starts_at.desc(), Meeting.id)
    )  # fmt: skip
    found = db.session.execute(rows).all()
    coming = [row for row in found if row.state in (MeetingState.PLANNED, MeetingState.OPEN)]
    return [*reversed(coming), *(row for row in found if row not in coming)]


def next_meeting() -> Meeting | None:
    """The meeting that is open, or the first one planned."""
    coming = select(Meeting).where(Meeting.state.in_((MeetingState.PLANNED, MeetingState.OPEN)))
    return db.session.scalars(coming.order_by(Meeting.starts_at, Meeting.id).limit(1)).one_or_none()


def planned_meetings() -> Sequence[Meeting]:
    """The meetings on whose agenda a dossier can be put, the first one first."""
    planned = select(Meeting).where(Meeting.state == MeetingState.PLANNED, Meeting.starts_at > clock.now())
    return db.session.scalars(planned.order_by(Meeting.starts_at, Meeting.id)).all()


@dataclass(frozen=True, slots=True)
class Slot:
    """A case on the agenda. For who takes no part: only from when until when."""

    begins: datetime
    ends: datetime
    dossier: Dossier | None = None
    taking_part: int = 0
    voted: bool = False
    outcome: Outcome | None = None


@dataclass(frozen=True)
class AgendaView:
    """A meeting as this actor sees it; `members` are (person, chair, present)."""

    meeting: Meeting
    slots: tuple[Slot, ...]
    members: tuple[tuple[Person, bool, bool], ...]

    @property
    def ends(self) -> datetime:
        return agenda.ends_at(self.meeting.starts_at, len(self.slots))

    @property
    def mine(self) -> int:
        """In how many cases this actor takes part."""
        return sum(slot.dossier is not None for slot in self.slots)

    @property
    def recused(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.dossier is None)

    def present(self, person_id: int | None) -> bool:
        return any(person.id == person_id and there for person, _chair, there in self.members)


def agenda_of(meeting: Meeting, actor: Actor) -> AgendaView:
    """The agenda and who is there; eight queries, however long the agenda is."""
    on_it = select(Dossier.id, visible_to(actor)).where(Dossier.meeting_id == meeting.id)
    order = db.session.execute(on_it.order_by(Dossier.position, Dossier.id)).all()
    seen = {row[0] for row in order if row[1]}
    dossiers = _dossiers(seen)
    members = members_now()
    recused = recused_from(seen, [person.id for person in members])
    voted, outcomes = _voted(actor, meeting), _outcomes(meeting)

    def slot(number: int, dossier_id: int) -> Slot:
        begins, ends = agenda.slot(meeting.starts_at, number)
        if dossier_id not in seen:
            return Slot(begins, ends)
        dossier = dossiers[dossier_id]
        taking_part = len(members) - len(recused[dossier_id])
        my_vote = (dossier_id, dossier.ballot) in voted
        return Slot(begins, ends, dossier, taking_part, my_vote, outcomes.get(dossier_id))

    there = set(db.session.scalars(select(Attendance.person_id).where(Attendance.meeting_id == meeting.id)))
    chairs = chair_ids()
    return AgendaView(
        meeting,
        tuple(slot(number, row[0]) for number, row in enumerate(order)),
        tuple((person, person.id in chairs, person.id in there) for person in members),
    )


def _dossiers(dossier_ids: set[int]) -> dict[int, Dossier]:
    names = joinedload(Dossier.trajectory)
    chosen = (
        select(Dossier)
        .where(Dossier.id.in_(dossier_ids))
        .options(names.joinedload(Trajectory.organisation), names.joinedload(Trajectory.round))
    )
    return {dossier.id: dossier for dossier in db.session.scalars(chosen)}


def _voted(actor: Actor, meeting: Meeting) -> set[tuple[int, int]]:
    """The votings of this meeting in which this actor has voted: (dossier, number)."""
    own = select(Vote.dossier_id, Vote.ballot).where(Vote.meeting_id == meeting.id, Vote.person_id == actor.person_id)
    return {(row[0], row[1]) for row in db.session.execute(own)}


def _outcomes(meeting: Meeting) -> dict[int, Outcome]:
    made = select(Decision.dossier_id, Decision.outcome).where(Decision.meeting_id == meeting.id)
    return {row[0]: row[1] for row in db.session.execute(made)}


def case_on_agenda_for(actor: Actor, meeting_id: int, dossier_id: int) -> Dossier | None:
    """A dossier on the agenda of this meeting, for who knows of it."""
    dossier = dossier_for(actor, dossier_id)
    return dossier if dossier and dossier.meeting_id == meeting_id else None


def free_dossier_for(actor: Actor, dossier_id: int) -> Dossier | None:
    """A dossier that is on no agenda."""
    dossier = dossier_for(actor, dossier_id)
    free = (DossierState.COMPLETE, DossierState.DEFERRED)
    return dossier if dossier and dossier.state in free else None


def free_dossiers(actor: Actor) -> Sequence[Any]:
    """The dossiers that are on no agenda, with their names, the longest waiting first. One query."""
    rows = (
        select(Dossier.id, Dossier.state, Dossier.forwarded_at, Organisation.name, Organisation.place)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Dossier.state.in_((DossierState.COMPLETE, DossierState.DEFERRED)), visible_to(actor))
        .order_by(Dossier.forwarded_at, Dossier.id)
    )
    return db.session.execute(rows).all()
