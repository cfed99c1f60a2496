"""Who votes on a case, who leads it, and what came of it. Choices are read only after a motion was closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from peerreview.accounts.models import Person
from peerreview.commission import policy
from peerreview.commission.lifecycle import Choice, DossierState, MeetingKind, MeetingState, MotionState, Outcome
from peerreview.commission.models import Decision, Dossier, Meeting, Motion, Vote
from peerreview.commission.queries.dossiers import LARGEST, dossier_for
from peerreview.commission.queries.recusal import recused_from
from peerreview.commission.queries.seats import members_of
from peerreview.commission.quorum import Room, VotingRules
from peerreview.commission.seats import leaders
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db

SEALED = (MotionState.OPEN, MotionState.WITHDRAWN)  # of these no vote is ever shown
Own = aliased(Vote)  # of who asks
STANDING = tuple(state for state in MotionState if state != MotionState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Cast:
    """What this actor knows of an open motion: how many votes there are, and their own."""

    votes: int = 0
    choice: Choice | None = None
    motivation: str = ""
    dissent: bool = False


@dataclass(frozen=True)
class Case:
    """One dossier at its meeting, as this actor meets it. `motion` is the one that is open, or was closed last."""

    dossier: Dossier
    meeting: Meeting | None
    motion: Motion | None
    room: Room
    cast: Cast
    votes: Sequence[Vote]  # on the motion that was closed; none while it is open
    person_id: int | None  # of the actor, when they act as a member of the commission
    rules: VotingRules

    @property
    def counting(self) -> frozenset[int]:
        """Who counts now; in a written procedure everybody who can still vote."""
        return self.room.able if self.written else self.room.counting

    @property
    def needed(self) -> int:
        return self.rules.needed(len(self.room.able))

    @property
    def written(self) -> bool:
        return self.meeting is not None and self.meeting.kind == MeetingKind.WRITTEN

    @property
    def i_count(self) -> bool:
        return self.person_id in self.counting

    @property
    def i_lead(self) -> bool:
        return self.person_id in self.room.leaders

    @property
    def running(self) -> bool:
        return is_running(self.dossier)

    @property
    def voting(self) -> bool:
        """Whether a motion is put to the vote now."""
        return self.motion is not None and self.motion.state == MotionState.OPEN

    @property
    def carried(self) -> bool:
        return self.motion is not None and self.motion.state == MotionState.CARRIED

    @property
    def outcome(self) -> Outcome | None:
        """What the carried motion decides."""
        return self.motion.outcome if self.motion and self.carried else None

    @property
    def may_close(self) -> bool:
        """Whether the open motion may be closed: a written procedure waits for its day, or for everybody's vote."""
        return self.voting and may_close(self.meeting, self.rules, self.room.able, self.cast.votes)


def is_running(dossier: Dossier) -> bool:
    """Whether its meeting is open and has it on the agenda, still undecided. The meeting must be loaded."""
    meeting = dossier.meeting
    return meeting is not None and meeting.state == MeetingState.OPEN and dossier.state == DossierState.ON_AGENDA


def may_close(meeting: Meeting | None, rules: VotingRules, able: frozenset[int], votes: int) -> bool:
    """Around a table at any time; a written procedure after its moment, or (by its rules) when nobody's vote lacks."""
    if meeting is None or meeting.kind != MeetingKind.WRITTEN or meeting.closes_at is None:
        return True
    return clock.now() >= meeting.closes_at or (rules.early and votes >= len(able))


def outcomes_for(dossier: Dossier) -> tuple[Outcome, ...]:
    """What can be moved: a dossier is deferred once."""
    return tuple(outcome for outcome in Outcome if outcome != Outcome.DEFERRED or not dossier.deferred_once)


def rules_of(meeting: Meeting) -> VotingRules:
    return VotingRules.read(meeting.rules, quorum=meeting.quorum)


def last_rules() -> dict[str, Any]:
    """How the meeting that was planned last counts, as stored: a commission chooses its rules once. One query."""
    return db.session.scalar(select(Meeting.rules).order_by(Meeting.id.desc()).limit(1)) or {}


def room_of(dossier: Dossier) -> Room:
    """Who takes part in this case. Two queries around a table, three for a written procedure.

    Who leads follows from `seats.leaders`, of those who are present without an interest. In a written procedure whoever
    voted counts as present, and who leads is asked as if all were there.
    """
    meeting = db.session.get(Meeting, dossier.meeting_id) if dossier.meeting_id else None
    if meeting is None:
        return Room()
    seats = {seat.person_id: seat for seat in members_of(meeting.id)}
    recused = frozenset(recused_from([dossier.id], seats)[dossier.id]) if seats else frozenset()
    able, written = frozenset(seats) - recused, meeting.kind == MeetingKind.WRITTEN
    here = frozenset(seat.person_id for seat in seats.values() if seat.here)
    present = voters(dossier) & frozenset(seats) if written else here
    could = able if written else able & present
    return Room(able, present, recused, leaders(seats[person_id] for person_id in sorted(could)))


def voters(dossier: Dossier) -> frozenset[int]:
    """Who has voted on the motion that is open. One query."""
    cast = (
        select(Vote.person_id)
        .join(Motion, Motion.id == Vote.motion_id)
        .where(Motion.dossier_id == dossier.id, Motion.state == MotionState.OPEN)
    )
    return frozenset(db.session.scalars(cast))


def motion_now(dossier: Dossier) -> Motion | None:
    """The motion at its present meeting that is open, or was closed last. One query."""
    last = (
        select(Motion)
        .where(Motion.dossier_id == dossier.id, Motion.meeting_id == dossier.meeting_id, Motion.state.in_(STANDING))
        .order_by(Motion.number.desc())
        .limit(1)
    )
    return db.session.scalars(last).one_or_none() if dossier.meeting_id else None


def motions_on(meeting: Meeting, actor: Actor) -> dict[int, tuple[Motion, bool]]:
    """For each dossier of this meeting its motion (`motion_now`), and whether this actor voted on it. One query."""
    mine = exists().where(Vote.motion_id == Motion.id, Vote.person_id == actor.person_id)
    rows = db.session.execute(
        select(Motion, mine)
        .where(Motion.meeting_id == meeting.id, Motion.state.in_(STANDING))
        .order_by(Motion.dossier_id, Motion.number)
    )
    return {motion.dossier_id: (motion, voted) for motion, voted in rows}


def motion_for(actor: Actor, dossier_id: int, number: int) -> tuple[Motion, Dossier] | None:
    """A motion by its number on a dossier that this actor knows of, with that dossier as `dossier_for` gives it."""
    dossier = dossier_for(actor, dossier_id)
    if dossier is None or number > LARGEST:
        return None
    found = select(Motion).where(Motion.dossier_id == dossier_id, Motion.number == number)
    motion = db.session.scalars(found).one_or_none()
    return (motion, dossier) if motion else None


def case_of(dossier: Dossier, actor: Actor) -> Case:
    """The dossier at its meeting for this actor; the meeting must be loaded. Four queries."""
    motion, cast = _motion_and_own_vote(dossier, actor)
    sealed = motion is None or motion.state == MotionState.OPEN
    return Case(
        dossier=dossier,
        meeting=dossier.meeting,
        motion=motion,
        room=room_of(dossier) if is_running(dossier) else Room(),
        cast=cast if sealed else Cast(),
        votes=votes_on(motion) if motion and not sealed else (),
        person_id=actor.person_id if policy.may_attend(actor) else None,
        rules=rules_of(dossier.meeting) if dossier.meeting else VotingRules(),
    )


def _motion_and_own_vote(dossier: Dossier, actor: Actor) -> tuple[Motion | None, Cast]:
    """The motion now, how many votes are in, and this actor's own: no other choice leaves the database. One query."""
    number = select(func.count()).where(Vote.motion_id == Motion.id).correlate(Motion).scalar_subquery()
    found = (
        select(Motion, number, Own.choice, Own.motivation, Own.dissent)
        .outerjoin(Own, and_(Own.motion_id == Motion.id, Own.person_id == actor.person_id))
        .where(Motion.dossier_id == dossier.id, Motion.meeting_id == dossier.meeting_id, Motion.state.in_(STANDING))
        .order_by(Motion.number.desc())
        .limit(1)
    )
    row = db.session.execute(found).one_or_none() if dossier.meeting_id else None
    if row is None:
        return None, Cast()
    motion, votes, choice, motivation, dissent = row
    return motion, Cast(votes, choice, motivation or "", bool(dissent))


def votes_on(motion: Motion) -> list[Vote]:
    """The votes on a closed motion, with names. None of one that is open or was withdrawn: sealed, they stay so."""
    if motion.state in SEALED:
        return []
    cast = (
        select(Vote)
        .join(Person, Person.id == Vote.person_id)
        .where(Vote.motion_id == motion.id)
        .options(joinedload(Vote.person))
        .order_by(Person.name, Person.id)
    )
    return list(db.session.scalars(cast))


def dissents_of(decision: Decision) -> list[Vote]:
    """The votes on its motion whose members asked that their dissent be noted, with names. One query.

    For the commission and its minutes. The organisation reads the reasons without the names.
    """
    noted = (
        select(Vote)
        .join(Motion, Motion.id == Vote.motion_id)
        .join(Person, Person.id == Vote.person_id)
        .where(Motion.dossier_id == decision.dossier_id, Motion.meeting_id == decision.meeting_id)
        .where(Motion.state == MotionState.CARRIED, Vote.dissent, Vote.choice != Choice.FOR)
        .options(joinedload(Vote.person))
        .order_by(Person.name, Person.id)
    )
    return list(db.session.scalars(noted))
