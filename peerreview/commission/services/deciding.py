"""The decision in writing."""

from flask_babel import gettext as _

from peerreview.commission.lifecycle import DOSSIER, MotionState, Outcome
from peerreview.commission.models import Condition, Decision, Dossier, Motion
from peerreview.commission.queries.voting import motion_now
from peerreview.commission.services.voting import begin, refuse_unless_leading
from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.trajectories.lifecycle import TRAJECTORY
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import round_of
from peerreview.trajectories.services import advance


def record_decision(dossier: Dossier, *, motivation: str, by: Actor, departure: str = "") -> Decision:
    """Write down and sign what the carried motion says; the letter is due in the round's number of working days.

    Outcome, conditions and what is asked come from the motion; `departure` says why it departs from earlier decisions
    that look alike. The trajectory is `decided`, and `refused` after a refusal; "decision.made" is announced. A
    deferral leaves the trajectory where it is and announces "decision.deferred". Raises Invalid without reasons;
    NotNow before a motion was carried, and the second time.
    """
    with unit_of_work():
        meeting = begin(dossier)
        refuse_unless_leading(dossier, by)
        motion = motion_now(dossier)
        if motion is None or motion.state != MotionState.CARRIED:
            raise NotNow(_("First the commission votes. Then the decision can be written down."))
        if not motivation.strip():
            raise Invalid(_("Write down why the commission decides this."))
        trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
        rules = round_of(trajectory).rules
        decision = Decision(
            dossier_id=dossier.id,
            meeting_id=meeting.id,
            outcome=motion.outcome,
            motivation=motivation.strip(),
            deferral_cause=motion.deferral_cause,
            asks=motion.asks,
            return_on=motion.return_on,
            departure=departure.strip(),
            conditions=_conditions(motion),
            tally=motion.result["tally"],
            decided_on=clock.today(),
            signed_by_id=by.person_id,
            letter_due_on=clock.add_working_days(clock.today(), rules.decision_letter_within),
        )
        db.session.add(decision)
        db.session.flush()
        audit.record("decision.sign", decision, by=by, after={"outcome": motion.outcome, "tally": decision.tally})
        _follow(dossier, trajectory, decision, by)
    return decision


def _conditions(motion: Motion) -> list[Condition]:
    """The conditions of the motion as rows, each of which the organisation has to show by its day."""
    return [
        Condition(position=position, norm=norm, what=what, due_on=by, state_since=clock.now())
        for position, (norm, what, by) in enumerate(motion.terms, 1)
    ]


def _follow(dossier: Dossier, trajectory: Trajectory, decision: Decision, by: Actor) -> None:
    """What a decision does to its dossier and trajectory."""
    if decision.outcome == Outcome.DEFERRED:
        dossier.deferred_once = True
        audit.change_state(dossier, DOSSIER, "defer", by=by, reason=decision.motivation[:500])
        events.announce("decision.deferred", decision, by=by)
        return
    audit.change_state(dossier, DOSSIER, "decide", by=by)
    again = TRAJECTORY.can(trajectory.state, "reconsider")  # sent back by the panel of an appeal
    advance(trajectory, "reconsider" if again else "decide", by=by)
    if decision.outcome == Outcome.REFUSED:
        advance(trajectory, "refuse", by=by)
    events.announce("decision.made", decision, by=by)
