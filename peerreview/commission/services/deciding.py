"""The decision in writing, and the letters that tell it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _

from peerreview.commission import mail
from peerreview.commission.lifecycle import DOSSIER, Outcome
from peerreview.commission.models import Decision, Dossier
from peerreview.commission.queries.decisions import decision_with_names
from peerreview.commission.services.voting import begin, refuse_unless_leading
from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.frameworks.queries import outline_of
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import round_of
from peerreview.trajectories.services import advance


@dataclass(frozen=True, slots=True)
class Condition:
    """What the organisation still has to do about a norm (its code), and by which day."""

    norm: str
    what: str
    by: date


def record_decision(dossier: Dossier, *, motivation: str, by: Actor, conditions: Sequence[Condition] = ()) -> Decision:
    """Write down and sign what the majority chose; the letter is due in the round's number of working days.

    The trajectory is `decided`, and `refused` after a refusal; "decision.made" is announced. A deferral leaves the
    trajectory where it is and announces "decision.deferred". Raises Invalid without reasons, or when the conditions do
    not fit the outcome; NotNow before a voting gave an outcome, and the second time.
    """
    with unit_of_work():
        meeting = begin(dossier)
        refuse_unless_leading(dossier, by)
        if dossier.voting_open or not dossier.result.get("outcome"):
            raise NotNow(_("First the commission votes. Then the decision can be written down."))
        outcome = Outcome(dossier.result["outcome"])
        trajectory = db.session.get_one(Trajectory, dossier.trajectory_id)
        _check(trajectory, outcome, motivation, conditions)
        rules = round_of(trajectory).rules
        decision = Decision(
            dossier_id=dossier.id,
            meeting_id=meeting.id,
            outcome=outcome,
            motivation=motivation.strip(),
            conditions=[asdict(condition) | {"by": condition.by.isoformat()} for condition in conditions],
            tally=dossier.result["tally"],
            decided_on=clock.today(),
            signed_by_id=by.person_id,
            letter_due_on=clock.add_working_days(clock.today(), rules.decision_letter_within),
        )
        db.session.add(decision)
        db.session.flush()
        audit.record("decision.sign", decision, by=by, after={"outcome": outcome, "tally": decision.tally})
        _follow(dossier, trajectory, decision, by)
    return decision


def _check(trajectory: Trajectory, outcome: Outcome, motivation: str, conditions: Sequence[Condition]) -> None:
    if not motivation.strip():
        raise Invalid(_("Write down why the commission decides this."))
    if outcome != Outcome.GRANTED_WITH_CONDITIONS and conditions:
        raise Invalid(_("Conditions only belong to an award with conditions."))
    if outcome == Outcome.GRANTED_WITH_CONDITIONS and not conditions:
        raise Invalid(_("Name at least one condition, with its norm and its day."))
    norms = outline_of(trajectory.framework_version_id).by_code
    for condition in conditions:
        if condition.norm not in norms or not condition.what.strip():
            raise Invalid(_("Each condition has a norm and says what must be done."))
        if condition.by <= clock.today():
            raise Invalid(_("Each condition has a day in the future."))


def _follow(dossier: Dossier, trajectory: Trajectory, decision: Decision, by: Actor) -> None:
    """What a decision does to its dossier and trajectory."""
    if decision.outcome == Outcome.DEFERRED:
        dossier.deferred_once = True
        audit.change_state(dossier, DOSSIER, "defer", by=by, reason=decision.motivation[:500])
        events.announce("decision.deferred", decision, by=by)
        return
    audit.change_state(dossier, DOSSIER, "decide", by=by)
    advance(trajectory, "decide", by=by)
    if decision.outcome == Outcome.REFUSED:
        advance(trajectory, "refuse", by=by)
    events.announce("decision.made", decision, by=by)


def send_letters(decision: Decision, *, by: Actor) -> int:
    """Send the decision to the organisation's coordinators and executives, who can read it from then on; once.

    The number of letters. Raises Invalid when the organisation has nobody to write to.
    """
    with unit_of_work():
        db.session.refresh(decision, ["letter_sent_at", "version"], with_for_update={"of": Decision})
        if decision.letter_sent_at is not None:
            raise NotNow(_("The letters were already sent."))
        decision.letter_sent_at = clock.now()
        number = mail.send_decision(decision_with_names(decision.id))
        if not number:
            raise Invalid(_("This organisation has no coordinator or executive to write to."))
        audit.record("decision.send_letters", decision, by=by, after={"letters": number})
    return number
