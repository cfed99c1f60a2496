"""Motions: put to the vote, voted on, closed or withdrawn by who leads the case; sealed in between.

Every act takes hold of the dossier's row first, so that a vote and the closing, or two votes of one member at the same
moment, come one after the other: the later vote replaces the earlier one, and a member has one vote on a motion.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from peerreview.accounts.lifecycle import COMMISSION
from peerreview.commission import quorum
from peerreview.commission.lifecycle import (
    MOTION,
    Choice,
    DeferralCause,
    DossierState,
    MeetingKind,
    MeetingState,
    MotionState,
    Outcome,
)
from peerreview.commission.models import Dossier, Meeting, Motion, Vote
from peerreview.commission.queries.voting import may_close, motion_now, outcomes_for, room_of, rules_of
from peerreview.commission.quorum import Room
from peerreview.commission.services.recusal import lock, note_interests
from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.frameworks.queries import outline_of
from peerreview.trajectories.models import Trajectory

CLOSES = {MotionState.CARRIED: "carry", MotionState.LOST: "lose", MotionState.VOID: "void"}


@dataclass(frozen=True, slots=True)
class ConditionText:
    """What the organisation still has to do about a norm (its code), and by which day."""

    norm: str
    what: str
    by: date


@dataclass(frozen=True, slots=True)
class MotionText:
    """What is moved. `asks`: what must be found out (deferred) or must change (refused); `return_on`: from which day an
    organisation that was refused can come back.
    """

    outcome: Outcome
    motivation: str = ""
    conditions: Sequence[ConditionText] = ()
    deferral_cause: DeferralCause | None = None
    asks: str = ""
    return_on: date | None = None


def begin(dossier: Dossier) -> Meeting:
    """Take hold of the dossier; its meeting, which must be open and have it on its agenda."""
    lock(dossier)
    meeting = db.session.get(Meeting, dossier.meeting_id) if dossier.meeting_id else None
    if meeting is None or meeting.state != MeetingState.OPEN or dossier.state != DossierState.ON_AGENDA:
        raise NotNow(_("The meeting is not open, or this dossier is not on its agenda."))
    return meeting


def refuse_unless_leading(dossier: Dossier, by: Actor) -> Room:
    """Who takes part; raises NotAllowed unless this actor leads this case."""
    room = room_of(dossier)
    if by.role not in COMMISSION or by.person_id not in room.leaders:
        raise NotAllowed(
            _("The chair leads this case. When the chair does not take part, a member who is present does.")
        )
    return room


def put_motion(dossier: Dossier, text: MotionText, *, by: Actor) -> Motion:
    """Put a motion to the vote: from now on members vote on it, and nobody sees a vote before it is closed.

    Raises NotNow while another motion is open or was carried, NotAllowed for who does not lead the case, Invalid when
    something is missing that belongs to the outcome or too few members without an interest take part.
    """
    with unit_of_work():
        meeting = begin(dossier)
        refuse_unless_leading(dossier, by)
        last = motion_now(dossier)
        if last is not None and last.state in (MotionState.OPEN, MotionState.CARRIED):
            raise NotNow(_("Another motion is still open, or was already carried."))
        _check(dossier, text)
        note_interests(dossier)
        room = room_of(dossier)
        taking_part = room.able if meeting.kind == MeetingKind.WRITTEN else room.counting
        if (there := len(taking_part)) < (needed := rules_of(meeting).needed(len(room.able))):
            raise Invalid(
                _("%(needed)s members without an interest are needed, and %(there)s take part.",
                  needed=needed, there=there)
            )  # fmt: skip
        number = db.session.scalar(select(func.max(Motion.number)).where(Motion.dossier_id == dossier.id)) or 0
        motion = Motion(
            dossier_id=dossier.id, meeting_id=meeting.id, number=number + 1, put_at=clock.now(), put_by_id=by.person_id,
            state_since=clock.now(), **_columns(text),
        )  # fmt: skip
        db.session.add(motion)
        db.session.flush()
        audit.record("motion.put", motion, by=by, after={"dossier_id": dossier.id, "outcome": text.outcome})
    return motion


def _columns(text: MotionText) -> dict[str, Any]:
    conditions = [{"norm": one.norm, "what": one.what.strip(), "by": one.by.isoformat()} for one in text.conditions]
    return {
        "outcome": text.outcome, "motivation": text.motivation.strip(), "conditions": conditions,
        "deferral_cause": text.deferral_cause, "asks": text.asks.strip(), "return_on": text.return_on,
    }  # fmt: skip


def _check(dossier: Dossier, text: MotionText) -> None:
    """What belongs to the outcome is there, and nothing else."""
    outcome = text.outcome
    if outcome not in outcomes_for(dossier):
        raise Invalid(_("This dossier was deferred before, so it cannot be deferred again."))
    if outcome != Outcome.GRANTED and not text.motivation.strip():
        raise Invalid(_("Write why: the organisation reads the reasons."))
    if outcome != Outcome.GRANTED_WITH_CONDITIONS and text.conditions:
        raise Invalid(_("Conditions only belong to an award with conditions."))
    if outcome == Outcome.GRANTED_WITH_CONDITIONS:
        _check_conditions(dossier, text.conditions)
    if outcome == Outcome.DEFERRED and (text.deferral_cause is None or not text.asks.strip()):
        raise Invalid(_("Say why it is deferred, and what the commission asks."))
    if outcome == Outcome.REFUSED and not text.asks.strip():
        raise Invalid(_("Write down what must change."))
    if outcome == Outcome.REFUSED and (text.return_on is None or text.return_on <= clock.today()):
        raise Invalid(_("Choose from which day the organisation can come back: a day in the future."))


def _check_conditions(dossier: Dossier, conditions: Sequence[ConditionText]) -> None:
    if not conditions:
        raise Invalid(_("Name at least one condition, with its norm and its day."))
    trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
    norms = outline_of(trajectory.framework_version_id).by_code
    for condition in conditions:
        if condition.norm not in norms or not condition.what.strip():
            raise Invalid(_("Each condition has a norm and says what must be done."))
        if condition.by <= clock.today():
            raise Invalid(_("Each condition has a day in the future."))


def _hold(motion: Motion) -> tuple[Dossier, Meeting]:
    """Take hold of the motion's dossier and of the motion, which must be open."""
    dossier = db.session.get_one(Dossier, motion.dossier_id)
    meeting = begin(dossier)
    db.session.refresh(motion, ["state", "version"], with_for_update={"of": Motion})
    if motion.state != MotionState.OPEN:
        raise NotNow(_("This motion is not open: it was closed or withdrawn."))
    return dossier, meeting


def cast_vote(motion: Motion, *, choice: Choice, motivation: str = "", dissent: bool = False, by: Actor) -> Vote:
    """Vote, or change one's vote while the motion is open. The audit trail notes that, never what, was voted.

    `dissent`: somebody who is not for it wants that noted in the minutes and with the decision; it needs its reasons.
    Raises NotAllowed for who is not in the commission or recused, NotNow when the motion is closed or one is not noted
    as present, Invalid for a dissent without words.
    """
    if by.role not in COMMISSION or by.person_id is None:
        raise NotAllowed(_("Only members of the commission vote."))
    if dissent and choice != Choice.FOR and not motivation.strip():
        raise Invalid(_("Write what you see differently: that is what is noted."))
    with unit_of_work():
        dossier, meeting = _hold(motion)
        room = room_of(dossier)
        if by.person_id in room.recused:
            raise NotAllowed(_("You take no part in this case."))
        if meeting.kind == MeetingKind.WRITTEN and meeting.closes_at and meeting.closes_at <= clock.now():
            raise NotNow(_("The closing moment of this written procedure has passed."))
        if by.person_id not in (room.able if meeting.kind == MeetingKind.WRITTEN else room.counting):
            raise NotNow(_("First say on the page of the meeting that you are there."))
        mine = select(Vote).where(Vote.motion_id == motion.id, Vote.person_id == by.person_id).with_for_update()
        vote = db.session.scalars(mine).one_or_none() or Vote(motion_id=motion.id, person_id=by.person_id)
        vote.choice, vote.motivation, vote.cast_at = choice, motivation.strip(), clock.now()
        vote.dissent = dissent and choice != Choice.FOR
        db.session.add(vote)
        db.session.flush()
        audit.record("vote.cast", vote, by=by, after={"dossier_id": dossier.id, "motion": motion.number})
    return vote


def close_motion(motion: Motion, *, by: Actor) -> quorum.Count:
    """Close the motion, count and unseal: it is carried or lost, or void without a quorum. See `quorum.count`.

    After a lost or void one another motion can be put. Raises NotNow while a written procedure waits for its day or
    for votes.
    """
    with unit_of_work():
        dossier, meeting = _hold(motion)
        room = room_of(dossier) if by is SYSTEM else refuse_unless_leading(dossier, by)  # the worker, on its moment
        cast = db.session.execute(select(Vote.person_id, Vote.choice).where(Vote.motion_id == motion.id))
        votes = {row[0]: row[1] for row in cast}
        rules = rules_of(meeting)
        if not may_close(meeting, rules, room.able, len(set(votes) & room.able)):
            raise NotNow(_("Members can still vote: this closes after the closing day, or when everybody has voted."))
        casting = _casting(room, motion)
        found = quorum.count(room, votes, rules=rules, outcome=motion.outcome, casting=casting)
        motion.result, motion.closed_at = found.stored() | {"rules": rules.stored()}, clock.now()
        _drop_votes(motion, set(votes) - room.counting)
        audit.change_state(motion, MOTION, CLOSES[found.state], by=by)
        audit.record("motion.count", motion, by=by, after={"dossier_id": dossier.id, **found.stored()})
    return found


def _casting(room: Room, motion: Motion) -> int | None:
    """Whose vote decides a tie: who leads the case; of several who could, the one who put the motion."""
    if len(room.leaders) == 1:
        return next(iter(room.leaders))
    return motion.put_by_id if motion.put_by_id in room.leaders else None


def _drop_votes(motion: Motion, people: set[int]) -> None:
    """The votes of who does not count any more go unread: they left, or turned out to have an interest."""
    if people:
        db.session.execute(delete(Vote).where(Vote.motion_id == motion.id, Vote.person_id.in_(people)))


def withdraw_motion(motion: Motion, *, by: Actor) -> None:
    """Take an open motion back; its votes are gone unread, and another motion can be put."""
    with unit_of_work():
        dossier, _meeting = _hold(motion)
        refuse_unless_leading(dossier, by)
        stop_motion(motion, by=by)


def stop_motion(motion: Motion, *, by: Actor) -> None:
    """The same for an act that has asked already who may: a member who asks for a meeting instead."""
    with unit_of_work():
        _hold(motion)
        db.session.execute(delete(Vote).where(Vote.motion_id == motion.id))
        motion.closed_at = clock.now()
        audit.change_state(motion, MOTION, "withdraw", by=by)
