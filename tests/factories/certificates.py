"""A certificate of an organisation, by default given out a hundred days ago and valid."""

from datetime import date, timedelta
from itertools import count

from peerreview.certificates.lifecycle import CertificateState
from peerreview.certificates.models import Certificate, StatusChange
from peerreview.commission.lifecycle import DossierState, MeetingState, Outcome
from peerreview.commission.models import Decision, Dossier, Meeting
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.organisations.models import Organisation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from tests.factories.trajectories import make_trajectory

_number = count(1)


def make_decision_on(trajectory: Trajectory, outcome: Outcome = Outcome.GRANTED, on: date | None = None) -> Decision:
    """The decision about this trajectory, with a dossier and a closed meeting of its own."""
    day = on or clock.today()
    with unit_of_work():
        meeting = Meeting(starts_at=clock.now(), state=MeetingState.CLOSED, state_since=clock.now())
        dossier = Dossier(
            trajectory_id=trajectory.id, state=DossierState.DECIDED, state_since=clock.now(), forwarded_at=clock.now()
        )
        db.session.add_all([meeting, dossier])
        db.session.flush()
        decision = Decision(
            dossier_id=dossier.id,
            meeting_id=meeting.id,
            outcome=outcome,
            motivation="Goed.",
            decided_on=day,
            letter_due_on=day,
        )
        db.session.add(decision)
        db.session.flush()
    return decision


def make_certificate(
    organisation: Organisation | None = None, *, starts_on: date | None = None, **fields: object
) -> Certificate:
    trajectory = make_trajectory(organisation=organisation, state=TrajectoryState.CERTIFIED)
    start = starts_on or clock.today() - timedelta(days=100)
    decision = make_decision_on(trajectory, on=start)
    values: dict[str, object] = {
        "number": f"{start.year}-{next(_number):04d}", "organisation_id": trajectory.organisation_id,
        "trajectory_id": trajectory.id, "decision_id": decision.id, "starts_on": start,
        "ends_on": start + timedelta(days=1096), "state": CertificateState.ACTIVE, "state_since": clock.now(),
    }  # fmt: skip
    certificate = Certificate(**(values | fields))
    with unit_of_work():
        db.session.add(certificate)
        db.session.flush()
        db.session.add(
            StatusChange(
                certificate_id=certificate.id, status=CertificateState.ACTIVE, effective_on=start, made_at=clock.now()
            )
        )
        db.session.flush()
    return certificate
