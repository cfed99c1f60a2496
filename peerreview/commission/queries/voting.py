"""Who votes on a case, who leads it, and what came of it. Choices are read only after the voting was closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.commission import policy
from peerreview.commission.lifecycle import Choice, DossierState, MeetingState, Outcome
from peerreview.commission.models import Attendance, Dossier, Meeting, Vote
from peerreview.commission.queries.recusal import recused_from
from peerreview.core.access import Actor
from peerreview.core.db import db


@dataclass(frozen=True, slots=True)
class Cast:
    """What this actor knows of an open voting: how many votes there are, and their own."""

    votes: int = 0
    choice: Choice | None = None
    motivation: str = ""


@dataclass(frozen=True)
class Case:
    """One dossier at its meeting, as this actor meets it."""

    dossier: Dossier
    meeting: Meeting | None
    counting: frozenset[int]  # members who are present and have no interest
    leaders: frozenset[int]
    cast: Cast
    votes: Sequence[Vote]  # of the voting closed last; none while one is open
    person_id: int | None  # of the actor, when they act as a member of the commission

    @property
    def i_count(self) -> bool:
        return self.person_id in self.counting

    @property
    def i_lead(self) -> bool:
        return self.person_id in self.leaders

    @property
    def running(self) -> bool:
        return is_running(self.dossier)

    @property
    def outcome(self) -> Outcome | None:
        value = self.dossier.result.get("outcome")
        return Outcome(value) if value else None

    @property
    def choices(self) -> tuple[Choice, ...]:
        return choices_for(self.dossier)


def is_running(dossier: Dossier) -> bool:
    """Whether its meeting is open and has it on the agenda, still undecided. The meeting must be loaded."""
    meeting = dossier.meeting
    return meeting is not None and meeting.state == MeetingState.OPEN and dossier.state == DossierState.ON_AGENDA


def choices_for(dossier: Dossier) -> tuple[Choice, ...]:
    """What can be voted: a dossier is deferred once."""
    return tuple(choice for choice in Choice if choice != Choice.DEFERRED or not dossier.deferred_once)


def present_members(meeting_id: int) -> dict[int, bool]:
    """Who of the commission is noted as present, and whether they chair it. One query."""
    rows = db.session.execute(
        select(Attendance.person_id, func.max(case((Affiliation.role == Role.COMMISSION_CHAIR, 1), else_=0)))
        .join(Affiliation, Affiliation.person_id == Attendance.person_id)
        .where(Attendance.meeting_id == meeting_id)
        .where(Affiliation.role.in_(COMMISSION), Affiliation.ended_at.is_(None))
        .group_by(Attendance.person_id)
    )
    return {person_id: bool(chair) for person_id, chair in rows}


@dataclass(frozen=True, slots=True)
class Room:
    """Who is at the meeting of a dossier: everybody, who has an interest, and who may lead the case."""

    present: frozenset[int] = frozenset()
    recused: frozenset[int] = frozenset()
    leaders: frozenset[int] = frozenset()


def room_of(dossier: Dossier) -> Room:
    """Two queries. The chair leads; where none is present without an interest, any present member without one may."""
    there = present_members(dossier.meeting_id) if dossier.meeting_id else {}
    recused = recused_from([dossier.id], there)[dossier.id] if there else set()
    able = set(there) - recused
    chairs = {person_id for person_id in able if there[person_id]}
    return Room(frozenset(there), frozenset(recused), frozenset(chairs or able))


def case_of(dossier: Dossier, actor: Actor) -> Case:
    """The dossier at its meeting for this actor; the meeting must be loaded. At most three queries."""
    room = room_of(dossier) if is_running(dossier) else Room()
    return Case(
        dossier=dossier,
        meeting=dossier.meeting,
        counting=room.present - room.recused,
        leaders=room.leaders,
        cast=cast_so_far(dossier, actor) if dossier.voting_open else Cast(),
        votes=votes_of(dossier) if dossier.result else (),
        person_id=actor.person_id if policy.may_attend(actor) else None,
    )


def cast_so_far(dossier: Dossier, actor: Actor) -> Cast:
    """How many votes are in, and this actor's own: no other choice leaves the database. One query."""
    mine = Vote.person_id == actor.person_id
    rows = db.session.execute(
        select(mine, case((mine, Vote.choice)), case((mine, Vote.motivation))).where(
            Vote.dossier_id == dossier.id, Vote.meeting_id == dossier.meeting_id, Vote.ballot == dossier.ballot
        )
    ).all()
    own = next((row for row in rows if row[0]), None)
    return Cast(len(rows), Choice(own[1]), own[2]) if own else Cast(len(rows))


def votes_of(dossier: Dossier) -> list[Vote]:
    """The votes of the voting closed last, with names. None while a voting is open: sealed votes appear nowhere."""
    if dossier.voting_open:
        return []
    cast = (
        select(Vote)
        .join(Person, Person.id == Vote.person_id)
        .where(Vote.dossier_id == dossier.id, Vote.meeting_id == dossier.meeting_id, Vote.ballot == dossier.ballot)
        .options(joinedload(Vote.person))
        .order_by(Person.name, Person.id)
    )
    return list(db.session.scalars(cast))
