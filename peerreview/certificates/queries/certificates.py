"""Certificates by their number, of an organisation, and their status on any day."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.certificates.models import Certificate, CertificateFile
from peerreview.commission.models import Condition, Decision, Dossier
from peerreview.core import clock
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.audit import AuditHead
from peerreview.core.db import db
from peerreview.frameworks.models import FrameworkVersion
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

STANDING = ("active", "suspended")


def _whole() -> Select[Certificate]:
    return select(Certificate).options(
        joinedload(Certificate.organisation).selectinload(Organisation.work_fields),
        joinedload(Certificate.trajectory).joinedload(Trajectory.framework_version),
        joinedload(Certificate.decision).joinedload(Decision.signed_by),
        selectinload(Certificate.changes),
    )


def certificate_numbered(number: str) -> Certificate | None:
    """The certificate with this number, whatever its status: the register forgets nothing."""
    return db.session.scalars(_whole().where(Certificate.number == number)).one_or_none()


def certificates_of(organisation_id: int) -> Sequence[Certificate]:
    """All of one organisation, the newest first."""
    newest = (Certificate.starts_on.desc(), Certificate.id.desc())
    return db.session.scalars(_whole().where(Certificate.organisation_id == organisation_id).order_by(*newest)).all()


def certificate_for(actor: Actor, certificate_id: int) -> Certificate | None:
    """For the secretariat, to change its status."""
    if actor.role != SECRETARIAT:
        return None
    return db.session.scalars(_whole().where(Certificate.id == certificate_id)).one_or_none()


def own_certificate(actor: Actor) -> Certificate | None:
    """The newest certificate of this actor's organisation."""
    held = certificates_of(actor.organisation_id or 0)
    return held[0] if held else None


def of_decision(decision_id: int) -> Certificate | None:
    """The certificate that this decision gave."""
    return db.session.scalars(select(Certificate).where(Certificate.decision_id == decision_id)).one_or_none()


def of_trajectory(trajectory_id: int) -> Certificate | None:
    """The certificate that this trajectory led to."""
    return db.session.scalars(select(Certificate).where(Certificate.trajectory_id == trajectory_id)).one_or_none()


def given_out(checksum: str) -> Certificate | None:
    """The certificate of which a PDF with this SHA-256 was given out."""
    file = select(CertificateFile.certificate_id).where(CertificateFile.checksum == checksum)
    return db.session.scalars(_whole().where(Certificate.id == file.scalar_subquery())).one_or_none()


def conditions_of(certificate: Certificate) -> Sequence[Condition]:
    """What the decision still asked for, in its order; empty when the label was granted without conditions."""
    asked = select(Condition).where(Condition.decision_id == certificate.decision_id)
    return db.session.scalars(asked.order_by(Condition.position, Condition.id)).all()


def status_on(certificate: Certificate, day: date | None = None) -> tuple[str, date]:
    """(status, since) of one certificate on a day (today); 'none' before it began. `changes` must be loaded."""
    on = day or clock.today()
    made = [change for change in certificate.changes if change.effective_on <= on]
    if not made or certificate.starts_on > on:
        return "none", certificate.starts_on
    last = max(made, key=lambda change: (change.effective_on, change.id))
    if certificate.ends_on < on and last.status.value in STANDING:
        return "expired", certificate.ends_on
    return last.status.value, last.effective_on


def partners_of(certificate: Certificate) -> Sequence[tuple[str, str]]:
    """(name, place) of the organisations that it walked the road with."""
    mine = select(ExchangeMember.exchange_id).where(
        ExchangeMember.trajectory_id == certificate.trajectory_id, ExchangeMember.standing
    )
    rows = db.session.execute(
        select(Organisation.name, Organisation.place)
        .join(Trajectory, Trajectory.organisation_id == Organisation.id)
        .join(ExchangeMember, ExchangeMember.trajectory_id == Trajectory.id)
        .join(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .where(Exchange.id.in_(mine), Trajectory.id != certificate.trajectory_id)
        .order_by(ExchangeMember.position)
    ).all()
    return [(name, place) for name, place in rows]


def trajectory_of_decision(decision: Decision) -> Trajectory:
    """The trajectory (with round and organisation) that a decision is about."""
    return db.session.scalars(
        select(Trajectory)
        .join(Dossier, Dossier.trajectory_id == Trajectory.id)
        .where(Dossier.id == decision.dossier_id)
        .options(joinedload(Trajectory.round), joinedload(Trajectory.organisation))
    ).one()


def framework_title(version: FrameworkVersion) -> dict[str, str]:
    return {language: f"{title} {version.label}" for language, title in version.title.items()}


def last_number(year: int) -> str | None:
    """The highest number of this year. Locks the end of the audit trail, so that no two acts read the same one."""
    db.session.execute(select(AuditHead.last_id).with_for_update())
    return db.session.scalar(select(func.max(Certificate.number)).where(Certificate.number.startswith(f"{year}-")))


def ended_before(day: date) -> Sequence[Certificate]:
    """Certificates that still count as running although their last day lies before this one."""
    running = Certificate.state.in_(STANDING)
    return db.session.scalars(
        select(Certificate).where(running, Certificate.ends_on < day).order_by(Certificate.id)
    ).all()
