"""Giving out a certificate when the commission grants it, changing its status afterwards, and announcing its end.

Facts announced, each with the certificate and `by=`: "certificate.issued" and "certificate.changed", inside the act.
"""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.certificates import mail, queries
from peerreview.certificates.lifecycle import CERTIFICATE, CertificateState
from peerreview.certificates.models import Certificate, CertificateFile, StatusChange
from peerreview.certificates.standing import ANNOUNCED, end_of_term, number_of, serial_of
from peerreview.commission.lifecycle import ConditionState, Outcome
from peerreview.commission.models import Decision
from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid
from peerreview.core.events import on
from peerreview.frameworks.queries import outline_of
from peerreview.improvement.models import Action
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import trajectory_of
from peerreview.trajectories.services import advance, sign_up

GRANTED = (Outcome.GRANTED, Outcome.GRANTED_WITH_CONDITIONS)


@on("decision.made")
def issue_certificate(decision: Decision, *, by: Actor) -> None:
    """Give out the certificate of a decision that grants the label; it stands in the register at once.

    A decision in place of an earlier one (after an appeal) leaves the certificate as it is: it rests on this one from now.
    """
    if decision.outcome not in GRANTED:
        return
    with unit_of_work():
        trajectory = queries.trajectory_of_decision(decision)
        if there := queries.of_trajectory(trajectory.id):
            there.decision_id = decision.id
            audit.record("certificate.rest_on", there, by=by, after={"decision": decision.id})
            return
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
        events.announce("certificate.issued", certificate, by=by)


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
        if verb == "surrender" and by.is_of(certificate.organisation_id):
            mail.tell_surrendered(certificate, reason)
        events.announce("certificate.changed", certificate, by=by)


def surrender(certificate: Certificate, *, reason: str, by: Actor) -> None:
    """The organisation gives its certificate back; it ends today, for good. The secretariat is told.

    Raises Invalid without a reason, NotNow when it has ended already.
    """
    change_status(certificate, "surrender", reason=reason, by=by)


@on("conditions.settled")
def note_conditions(decision: Decision, *, by: Actor) -> None:
    """Whether all conditions of a certificate were met stands with it; what follows from one that was not, people decide."""
    certificate = queries.of_decision(decision.id)
    if certificate is None:
        return
    with unit_of_work():
        states = [condition.state for condition in queries.conditions_of(certificate)]
        settled = {state.value: states.count(state) for state in (ConditionState.MET, ConditionState.NOT_MET)}
        audit.record("certificate.conditions", certificate, by=by, after=settled)


def remember_file(certificate: Certificate, checksum: str, *, language: str) -> None:
    """Remember that a PDF with this SHA-256 was given out; the same one twice is remembered once."""
    there = select(CertificateFile.id).where(CertificateFile.checksum == checksum)
    if db.session.scalar(there) is not None:
        return
    with unit_of_work():
        if db.session.scalar(there) is None:  # perhaps somebody else just asked for it
            given = CertificateFile(
                certificate_id=certificate.id, checksum=checksum, language=language, given_at=clock.now()
            )
            db.session.add(given)


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    expire_ended(by=by)
    announce_renewals(by=by)


def expire_ended(*, by: Actor) -> int:
    """Move every certificate whose term is over to `expired`; readers saw it expire on the day itself. How many."""
    with unit_of_work():
        over = queries.ended_before(clock.today())
        for certificate in over:
            audit.change_state(certificate, CERTIFICATE, "expire", by=by)
            _note(certificate, CertificateState.EXPIRED, certificate.ends_on, "", by)
            events.announce("certificate.changed", certificate, by=by)
    return len(over)


def announce_renewals(*, by: Actor) -> int:
    """Tell each organisation, eight months before its certificate ends, how to get a new one; once. How many were told.

    Who signed up already gets no letter.
    """
    today = clock.today()
    with unit_of_work():
        ending = queries.to_announce(today, end_of_term(today, ANNOUNCED))
        for certificate, began in ending:
            certificate.renewal_announced_at = clock.now()
            audit.record("certificate.announce_renewal", certificate, by=by)
            if not began:
                mail.announce_renewal(certificate)
    return sum(not began for _certificate, began in ending)


def begin_renewal(certificate: Certificate, round_: Round, *, by: Actor) -> Trajectory:
    """Sign up for a new certificate with what the last sign-up said of route and scope; the same draft when it is there.

    What reviewers found and what was planned goes along (`carry_actions`). Raises NotNow when the round is not open.
    """
    with unit_of_work():
        last = db.session.get_one(Trajectory, certificate.trajectory_id)
        there = trajectory_of(certificate.organisation_id, round_.id)
        trajectory = sign_up(round_, by=by)
        if there is None:
            trajectory.route, trajectory.max_travel_minutes = last.route, last.max_travel_minutes
            trajectory.scope_kind, trajectory.scope_text = last.scope_kind, last.scope_text
            audit.record("certificate.renew", certificate, by=by, after={"trajectory": trajectory.id})
    return trajectory


@on("trajectory.accepted")
def carry_actions(trajectory: Trajectory, *, by: Actor) -> None:
    """Put the actions of the last plan into the new one, each with the norm of the same code and without its day.

    They stand there unfinished, so that the organisation looks at each: still to be done, or done and taken out.
    """
    certificate = queries.latest_of(trajectory.organisation_id)
    if certificate is None or certificate.trajectory_id >= trajectory.id:
        return
    with unit_of_work():
        norms = {norm.code: norm.id for norm in outline_of(trajectory.framework_version_id).by_id.values()}
        known = [action for action in queries.carried_by(certificate).actions if action.norm.code in norms]
        for action in known:
            copy = Action(
                trajectory_id=trajectory.id, norm_id=norms[action.norm.code], what=action.what, owner=action.owner,
                expected_effect=action.expected_effect, updated_at=clock.now(), updated_by_id=action.updated_by_id,
            )  # fmt: skip
            db.session.add(copy)
        if known:
            audit.record("trajectory.carry_over", trajectory, by=by, after={"actions": len(known)})


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
