"""What follows from the panel's outcome: another decision, or the dossier before the commission again."""

from datetime import date

from flask_babel import gettext as _

from peerreview.appeals.queries.appeals import Case
from peerreview.certificates.lifecycle import CERTIFICATE
from peerreview.certificates.queries import of_trajectory
from peerreview.certificates.services import change_status
from peerreview.commission.lifecycle import DOSSIER, DossierState, InterestKind, MotionState, Outcome
from peerreview.commission.models import Condition, Decision, Dossier, Interest
from peerreview.commission.queries.voting import motion_now
from peerreview.commission.services.voting import stop_motion
from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.events import on
from peerreview.trajectories.lifecycle import TRAJECTORY, TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.services import advance

GRANTED = (Outcome.GRANTED, Outcome.GRANTED_WITH_CONDITIONS)
S = TrajectoryState


def replace_decision(case: Case, *, by: Actor) -> Decision:
    """Make the decision that comes in place of the first; its letter is that of the appeal.

    Announces "decision.made" and "decision.sent": a certificate is given out, kept on the new decision, or withdrawn.
    """
    appeal, old = case.appeal, case.decision
    assert appeal.instead is not None  # noqa: S101 - asked when the panel wrote
    decision = Decision(
        dossier_id=old.dossier_id, meeting_id=old.meeting_id, outcome=appeal.instead, motivation=appeal.motivation,
        asks=old.asks if appeal.instead == Outcome.REFUSED == old.outcome else "", tally={},
        return_on=old.return_on if appeal.instead == Outcome.REFUSED == old.outcome else None,
        decided_on=clock.today(), signed_by_id=by.person_id, replaces_id=old.id, letter_sent_at=appeal.letter_sent_at,
        letter_read_at=appeal.letter_sent_at, file_key=appeal.file_key, file_checksum=appeal.file_checksum,
        conditions=[
            Condition(position=n, norm=one["norm"], what=one["what"], due_on=date.fromisoformat(one["by"]),
                      state_since=clock.now())
            for n, one in enumerate(appeal.conditions, 1)
        ],
    )  # fmt: skip
    with unit_of_work():
        dossier = db.session.get_one(Dossier, old.dossier_id)
        _stop_voting(dossier, by)
        if dossier.state != DossierState.DECIDED:
            audit.change_state(dossier, DOSSIER, "settle", by=by)
        db.session.add(decision)
        db.session.flush()
        audit.record("decision.replace", decision, by=by, after={"outcome": decision.outcome, "replaces": old.id})
        _move(db.session.get_one(Trajectory, dossier.trajectory_id), decision, by)
        events.announce("decision.made", decision, by=by)
        events.announce("decision.sent", decision, by=by)
    return decision


def _stop_voting(dossier: Dossier, by: Actor) -> None:
    """A vote on this dossier that is open has nothing left to decide."""
    motion = motion_now(dossier)
    if dossier.state == DossierState.ON_AGENDA and motion and motion.state == MotionState.OPEN:
        stop_motion(motion, by=by)


def _move(trajectory: Trajectory, decision: Decision, by: Actor) -> None:
    """The trajectory follows the decision; one that is where it must be stays there."""
    granted = decision.outcome in GRANTED
    if trajectory.state == (S.CERTIFIED if granted else S.REFUSED):
        return
    advance(trajectory, "decide" if trajectory.state == S.FORWARDED else "reconsider", by=by)
    if not granted:
        advance(trajectory, "refuse", by=by)


def send_back(case: Case, *, by: Actor) -> None:
    """Put the dossier before the commission again. Members of the panel keep out of it; nothing else changes."""
    with unit_of_work():
        dossier = db.session.get_one(Dossier, case.decision.dossier_id)
        for seat in case.panel:
            interest = Interest(
                dossier_id=dossier.id, person_id=seat.person_id, kind=InterestKind.DECLARED, noted_at=clock.now(),
                note=_("Sat on the panel of the appeal."),
            )  # fmt: skip
            db.session.add(interest)
        if dossier.state == DossierState.DECIDED:
            audit.change_state(dossier, DOSSIER, "reopen", by=by, reason=case.appeal.motivation[:500])
            dossier.meeting_id, dossier.position, dossier.reopen_reason = None, 0, case.appeal.motivation


@on("decision.made")
def follow(decision: Decision, *, by: Actor) -> None:
    """A later decision on a trajectory that had a certificate: kept and certified again, or withdrawn.

    The first decision on a trajectory has no certificate before it, or the one that it just gave.
    """
    trajectory = db.session.get_one(Trajectory, db.session.get_one(Dossier, decision.dossier_id).trajectory_id)
    certificate = of_trajectory(trajectory.id)
    if certificate is None:
        return
    with unit_of_work():
        if decision.outcome == Outcome.REFUSED and CERTIFICATE.can(certificate.state, "withdraw"):
            change_status(certificate, "withdraw", reason=decision.motivation, by=by)
        elif decision.outcome in GRANTED and TRAJECTORY.can(trajectory.state, "certify"):
            advance(trajectory, "certify", by=by)
