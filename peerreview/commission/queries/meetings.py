"""Meetings and their agendas. A case in which the reader takes no part is a time slot and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import aliased, joinedload

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.commission import agenda, policy
from peerreview.commission.agenda import Happened
from peerreview.commission.lifecycle import Coming, DossierState, MeetingKind, MeetingState, Outcome
from peerreview.commission.models import (
    Decision,
    Dossier,
    DossierReading,
    Meeting,
    MinutesItem,
    Motion,
    NoInterest,
)
from peerreview.commission.queries.dossiers import LARGEST, dossier_for
from peerreview.commission.queries.recusal import recused_from, visible_to
from peerreview.commission.queries.seats import seats, takes_part
from peerreview.commission.queries.voting import motions_on, rules_of
from peerreview.commission.quorum import VotingRules
from peerreview.commission.seats import Seat, leaders
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

COMING_UP = (MeetingState.PLANNED, MeetingState.OPEN)


def meetings_of(actor: Actor) -> ColumnElement[bool]:
    """The condition on Meeting that this actor knows of it: substitutes only of those that they are called for."""
    return takes_part(actor.person_id, Meeting.id) if actor.role in COMMISSION else true()


def meeting_for(actor: Actor, meeting_id: int) -> Meeting | None:
    """A meeting, for the commission and its secretariat."""
    if not policy.may_read(actor) or meeting_id > LARGEST:
        return None
    return db.session.scalars(select(Meeting).where(Meeting.id == meeting_id, meetings_of(actor))).one_or_none()


@dataclass(frozen=True, slots=True)
class Led:
    """A meeting, and whether this actor may run it."""

    meeting: Meeting
    may: bool


def meeting_led_by(actor: Actor, meeting_id: int) -> Led | None:
    """A meeting with whether this actor opens it, runs it and closes it (`runs`). At most two queries."""
    meeting = meeting_for(actor, meeting_id)
    return Led(meeting, policy.may_run(actor) or runs(actor, meeting, seats(meeting_id))) if meeting else None


def runs(actor: Actor, meeting: Meeting, among: Sequence[Seat]) -> bool:
    """The secretariat, the chair and the vice-chair run a meeting, and else who leads those who are there."""
    mine = next((seat for seat in among if seat.person_id == actor.person_id and seat.takes_part), None)
    if policy.may_run(actor) or not policy.may_attend(actor) or mine is None:
        return policy.may_run(actor)
    there = [seat for seat in among if seat.takes_part and seat.here]
    return mine.vice or (meeting.state == MeetingState.OPEN and mine.person_id in leaders(there))


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
            Meeting.id, Meeting.kind, Meeting.starts_at, Meeting.closes_at, Meeting.place, Meeting.state,
            Meeting.invited_at, Meeting.approved_at, func.coalesce(cases.c.cases, 0).label("cases"),
        )
        .outerjoin(cases, cases.c.meeting_id == Meeting.id)
        .where(meetings_of(actor))
        .order_by(over, Meeting.starts_at.desc(), Meeting.id)
    )  # fmt: skip
    found = db.session.execute(rows).all()
    coming = [row for row in found if row.state in COMING_UP]
    return [*reversed(coming), *(row for row in found if row not in coming)]


def next_meeting() -> Meeting | None:
    """The meeting that is open, or the first one planned."""
    coming = select(Meeting).where(Meeting.state.in_(COMING_UP))
    return db.session.scalars(coming.order_by(Meeting.starts_at, Meeting.id).limit(1)).one_or_none()


def planned_meetings() -> Sequence[Meeting]:
    """The meetings on whose agenda a dossier can be put, the first one first."""
    planned = select(Meeting).where(Meeting.state == MeetingState.PLANNED, Meeting.starts_at > clock.now())
    return db.session.scalars(planned.order_by(Meeting.starts_at, Meeting.id)).all()


def meeting_before(meeting: Meeting, actor: Actor) -> Meeting | None:
    """The gathering before this one whose minutes this actor can read. One query."""
    earlier = select(Meeting).where(
        Meeting.state == MeetingState.CLOSED, Meeting.kind == MeetingKind.GATHERING,
        Meeting.starts_at < meeting.starts_at, meetings_of(actor),
    )  # fmt: skip
    return db.session.scalars(earlier.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(1)).one_or_none()


# --- The agenda ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slot:
    """A case on the agenda. For who takes no part: only from when until when, and whether it is at hand now."""

    begins: datetime
    ends: datetime
    at_hand: bool = False
    done: bool = False
    dossier: Dossier | None = None
    taking_part: int = 0
    expected: int = 0  # of those, who did not say that they will be absent
    needed: int = 0
    motion: Motion | None = None
    voted: bool = False
    outcome: Outcome | None = None
    declared: bool = False  # the reader said to have no interest
    opened_at: datetime | None = None
    read_at: datetime | None = None
    readers: int | None = None  # how many have read it, for the chair alone
    able: frozenset[int] = frozenset()
    stand_ins: tuple[Seat, ...] = ()  # substitutes without an interest who are not called

    @property
    def voting_open(self) -> bool:
        return self.motion is not None and self.motion.closed_at is None

    @property
    def short(self) -> bool:
        """Whether, by what members answered, too few take part to decide."""
        return self.dossier is not None and self.outcome is None and self.expected < self.needed


@dataclass(frozen=True)
class AgendaView:
    """A meeting as this actor sees it: its cases, and who takes part in it."""

    meeting: Meeting
    actor: Actor
    slots: tuple[Slot, ...]
    everybody: tuple[Seat, ...]

    @cached_property
    def members(self) -> tuple[Seat, ...]:
        return tuple(seat for seat in self.everybody if seat.takes_part)

    @cached_property
    def me(self) -> Seat | None:
        """The actor, when they take part as a member of the commission."""
        if not policy.may_attend(self.actor):
            return None
        return next((seat for seat in self.members if seat.person_id == self.actor.person_id), None)

    @property
    def runs(self) -> bool:
        return runs(self.actor, self.meeting, self.everybody)

    @property
    def written(self) -> bool:
        return self.meeting.kind == MeetingKind.WRITTEN

    @property
    def rules(self) -> VotingRules:
        return rules_of(self.meeting)

    @property
    def ends(self) -> datetime:
        """When it ends by the plan; an open meeting, by how it goes."""
        if self.meeting.state == MeetingState.PLANNED or not self.slots:
            return agenda.ends_at(self.meeting.starts_at, len(self.slots))
        return max(slot.ends for slot in self.slots) + agenda.OPENING

    @property
    def closing(self) -> datetime:
        """When, after the cases, the minutes and other business come."""
        return self.ends - agenda.OPENING

    @property
    def mine(self) -> int:
        """In how many cases this actor takes part."""
        return sum(slot.dossier is not None for slot in self.slots)

    @property
    def recused(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.dossier is None)

    @property
    def now(self) -> Slot | None:
        """The case at hand."""
        return next((slot for slot in self.slots if slot.at_hand), None)

    @property
    def taking_part_now(self) -> int:
        """How many of those who are there take part in the case at hand."""
        return sum(seat.here and seat.person_id in self.now.able for seat in self.members) if self.now else 0

    @property
    def to_come(self) -> bool:
        """Whether a case was not taken up yet."""
        return any(not slot.at_hand and not slot.done for slot in self.slots)

    @property
    def undeclared(self) -> int:
        """On how many cases this member still has to say whether they have an interest."""
        return sum(slot.dossier is not None and not slot.declared and slot.outcome is None for slot in self.slots)

    @property
    def here(self) -> int:
        return sum(seat.here for seat in self.members)


def agenda_of(meeting: Meeting, actor: Actor) -> AgendaView:
    """The agenda and who is there; five queries, however long the agenda is."""
    order = _order(meeting, actor)
    dossiers = _dossiers({row.id for row in order if row.seen})
    everybody = seats(meeting.id)
    recused = recused_from(dossiers, [seat.person_id for seat in everybody])
    motions = motions_on(meeting, actor)
    rules = rules_of(meeting)

    def slot(row: Any, when: tuple[datetime, datetime]) -> Slot:
        happened = Happened(row.began_at, row.ended_at)
        if row.id not in dossiers:
            return Slot(*when, at_hand=happened.at_hand, done=row.ended_at is not None)
        able = [seat for seat in everybody if seat.person_id not in recused[row.id]]
        taking_part = [seat for seat in able if seat.takes_part]
        motion, voted = motions.get(row.id, (None, False))
        return Slot(
            *when, at_hand=happened.at_hand, done=row.ended_at is not None or row.outcome is not None,
            dossier=dossiers[row.id], taking_part=len(taking_part),
            expected=sum(seat.coming != Coming.ABSENT for seat in taking_part), needed=rules.needed(len(taking_part)),
            motion=motion, voted=voted, outcome=row.outcome, declared=row.declared_at is not None,
            opened_at=row.opened_at, read_at=row.read_at,
            readers=min(row.readers, len(taking_part)) if actor.role == Role.COMMISSION_CHAIR else None,
            able=frozenset(seat.person_id for seat in taking_part),
            stand_ins=tuple(seat for seat in able if not seat.takes_part),
        )  # fmt: skip

    times = _times(meeting, [Happened(row.began_at, row.ended_at) for row in order])
    return AgendaView(
        meeting, actor, tuple(slot(row, when) for row, when in zip(order, times, strict=True)), tuple(everybody)
    )


def _times(meeting: Meeting, happened: list[Happened]) -> list[tuple[datetime, datetime]]:
    if meeting.state in (MeetingState.PLANNED, MeetingState.CANCELLED):
        return [agenda.slot(meeting.starts_at, number) for number in range(len(happened))]
    now = clock.now() if meeting.state == MeetingState.OPEN else meeting.starts_at
    return agenda.timeline(meeting.starts_at, happened, now)


def _order(meeting: Meeting, actor: Actor) -> Sequence[Any]:
    """Each case in its order: whether this actor knows of it, when it was at hand, and what they did with it."""
    person = actor.person_id if policy.may_attend(actor) else None
    made = (
        select(Decision.outcome)
        .where(Decision.dossier_id == Dossier.id, Decision.meeting_id == meeting.id)
        .order_by(Decision.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    finished = aliased(DossierReading)
    readers = (
        select(func.count())
        .where(finished.dossier_id == Dossier.id, finished.read_at.is_not(None))
        .correlate(Dossier)
        .scalar_subquery()
    )
    about = and_(NoInterest.dossier_id == Dossier.id, NoInterest.meeting_id == meeting.id)
    rows = (
        select(
            Dossier.id, visible_to(actor).label("seen"), MinutesItem.began_at, MinutesItem.ended_at,
            NoInterest.declared_at, DossierReading.opened_at, DossierReading.read_at, made.label("outcome"),
            readers.label("readers"),
        )
        .outerjoin(MinutesItem, and_(MinutesItem.dossier_id == Dossier.id, MinutesItem.meeting_id == meeting.id))
        .outerjoin(NoInterest, and_(about, NoInterest.person_id == person))
        .outerjoin(DossierReading, and_(DossierReading.dossier_id == Dossier.id, DossierReading.person_id == person))
        .where(Dossier.meeting_id == meeting.id)
        .order_by(Dossier.position, Dossier.id)
    )  # fmt: skip
    return db.session.execute(rows).all()


def _dossiers(dossier_ids: set[int]) -> dict[int, Dossier]:
    names = joinedload(Dossier.trajectory)
    chosen = (
        select(Dossier)
        .where(Dossier.id.in_(dossier_ids))
        .options(names.joinedload(Trajectory.organisation), names.joinedload(Trajectory.round))
    )
    return {dossier.id: dossier for dossier in db.session.scalars(chosen)}


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
