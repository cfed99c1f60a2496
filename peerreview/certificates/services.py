"""Giving out a certificate when the commission grants it, and changing its status afterwards."""

from datetime import date

from flask_babel import gettext as _

from peerreview.certificates import mail, queries
from peerreview.certificates.lifecycle import CERTIFICATE, CertificateState
from peerreview.certificates.models import Certificate, StatusChange
from peerreview.certificates.standing import end_of_term, number_of, serial_of
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Decision
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid
from peerreview.core.events import on
from peerreview.trajectories.services import advance

GRANTED = (Outcome.GRANTED, Outcome.GRANTED_WITH_CONDITIONS)


@on("decision.made")
def issue_certificate(decision: Decision, *, by: Actor) -> None:
    """Give out the certificate of a decision that grants the label; it stands in the register at once."""
    if decision.outcome not in GRANTED:
        return
    with unit_of_work():
        trajectory = queries.trajectory_of_decision(decision)
        starts_on = decision.decided_on
        last = queries.last_number(starts_on.year)
        certificate = Certificate(
            number=number_of(starts_on.year, serial_of(last) + 1 if last else 1),
            organisation_id=trajectory.organisation_id,
            trajectory_id=trajectory.id,
            decision_id=decision.id,
            starts_on=starts_on,
            ends_on=end_of_term(starts_on, trajectory.round.rules.certificate_months),
            state_since=clock.now(),
        )
        db.session.add(certificate)
        db.session.flush()
        _note(certificate, CertificateState.ACTIVE, starts_on, "", by)
        audit.record("certificate.issue", certificate, by=by, after={"number": certificate.number})
        advance(trajectory, "certify", by=by)


def change_status(certificate: Certificate, verb: str, *, reason: str, by: Actor) -> None:
    """Suspend, reinstate, withdraw or surrender from today on; the register shows it at once, the organisation is told.

    Raises Invalid without a reason, NotNow when the certificate is not in a state for it.
    """
    if not reason.strip():
        raise Invalid(_("Write the reason down: the organisation reads it."))
    with unit_of_work():
        audit.change_state(certificate, CERTIFICATE, verb, by=by, reason=reason)
        _note(certificate, certificate.state, clock.today(), reason, by)
        mail.status_changed(certificate, certificate.state.value, reason)


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    expire_ended(by=by)


def expire_ended(*, by: Actor) -> int:
    """Move every certificate whose term is over to `expired`; readers saw it expire on the day itself. How many."""
    with unit_of_work():
        over = queries.ended_before(clock.today())
        for certificate in over:
            audit.change_state(certificate, CERTIFICATE, "expire", by=by)
            _note(certificate, CertificateState.EXPIRED, certificate.ends_on, "", by)
    return len(over)


def _note(certificate: Certificate, status: CertificateState, from_day: date, reason: str, by: Actor) -> None:
    change = StatusChange(
        certificate_id=certificate.id,
        status=status,
        effective_on=from_day,
        reason=reason,
        made_at=clock.now(),
        made_by_id=by.person_id,
    )
    db.session.add(change)
