"""Who votes on a case, who leads it, and what came of it. Choices are read only after the voting was closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from peerreview.accounts.models import Person
from peerreview.commission.lifecycle import Choice, DossierState, MeetingState, Outcome
from peerreview.commission.models import Attendance, Dossier, Meeting, Vote
from peerreview.commission.queries.recusal import chair_ids, members_now, recused_from
from peerreview.core.access import Actor
from peerreview.core.db import db


@dataclass(frozen=True)
class Case:
    """One dossier at its meeting, as this actor meets it."""

    dossier: Dossier
    meeting: Meeting | None
    present: frozenset[int]
    recused: frozenset[int]
    leaders: frozenset[int]
    mine: Vote | None
    voted: int
    votes: Sequence[Vote]  # empty while the voting is sealed
    person_id: int | None
    attends: bool  # whether the actor acts as a member of the commission

    @property
    def counting(self) -> frozenset[int]:
        return self.present - self.recused

    @property
    def i_count(self) -> bool:
        return self.attends and self.person_id in self.counting

    @property
    def i_lead(self) -> bool:
        return self.attends and self.person_id in self.leaders

    @property
    def running(self) -> bool:
        """Whether the meeting is open and has this case on its agenda, still undecided."""
        return (
            self.meeting is not None
            and self.meeting.state == MeetingState.OPEN
            and self.dossier.state == DossierState.ON_AGENDA
        )

    @property
    def outcome(self) -> Outcome | None:
        value = self.dossier.result.get("outcome")
        return Outcome(value) if value else None

    @property
    def choices(self) -> tuple[Choice, ...]:
        return choices_for(self.dossier)


def choices_for(dossier: Dossier) -> tuple[Choice, ...]:
    """What can be voted: a dossier is deferred once."""
    return tuple(choice for choice in Choice if choice != Choice.DEFERRED or not dossier.deferred_once)


def present_ids(meeting_id: int) -> set[int]:
    """Who is noted as present and is in the commission now."""
    noted = set(db.session.scalars(select(Attendance.person_id).where(Attendance.meeting_id == meeting_id)))
    return noted & {person.id for person in members_now()}


def leaders_of(present: set[int], recused: set[int]) -> set[int]:
    """Who may lead a case: the chair; where none is present without an interest, any present member without one."""
    able = present - recused
    return able & chair_ids() or able


def case_of(dossier: Dossier, actor: Actor, *, attends: bool) -> Case:
    """The dossier at its meeting for this actor; the meeting must be loaded."""
    meeting = dossier.meeting
    present = present_ids(meeting.id) if meeting else set()
    recused = recused_from([dossier.id], present)[dossier.id] if present else set()
    mine = my_vote(dossier, actor.person_id) if meeting else None
    return Case(
        dossier=dossier,
        meeting=meeting,
        present=frozenset(present),
        recused=frozenset(recused),
        leaders=frozenset(leaders_of(present, recused)),
        mine=mine,
        voted=votes_cast(dossier) if dossier.voting_open else 0,
        votes=votes_of(dossier) if dossier.result else (),
        person_id=actor.person_id,
        attends=attends,
    )


def my_vote(dossier: Dossier, person_id: int | None) -> Vote | None:
    """This person's own vote in the last voting at the present meeting."""
    own = select(Vote).where(Vote.dossier_id == dossier.id, Vote.meeting_id == dossier.meeting_id)
    return db.session.scalars(own.where(Vote.person_id == person_id, Vote.ballot == dossier.ballot)).one_or_none()


def votes_cast(dossier: Dossier) -> int:
    """How many votes are in so far; what they are stays sealed."""
    cast = select(func.count()).select_from(Vote).where(Vote.dossier_id == dossier.id)
    return db.session.scalar(cast.where(Vote.meeting_id == dossier.meeting_id, Vote.ballot == dossier.ballot)) or 0


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
