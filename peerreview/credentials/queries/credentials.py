"""Keys and credentials, and which of them no longer count."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.certificates.lifecycle import CertificateState
from peerreview.certificates.models import Certificate
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.credentials.models import Credential, Qualification, SigningKey
from peerreview.credentials.shapes import SUSPENSION
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

C = CertificateState
NOT_COUNTING = (C.SUSPENDED, C.WITHDRAWN, C.SURRENDERED)
STANDING = (C.ACTIVE, C.SUSPENDED)


def known_keys() -> Sequence[SigningKey]:
    """Every key that ever signed, the newest first: all stay published."""
    return db.session.scalars(select(SigningKey).order_by(SigningKey.id.desc())).all()


def key_named(kid: str) -> SigningKey | None:
    """The key with this thumbprint."""
    return db.session.scalars(select(SigningKey).where(SigningKey.kid == kid)).one_or_none()


def signing_key() -> SigningKey | None:
    """The key that signs now; None before the first."""
    standing = select(SigningKey).where(SigningKey.retired_at.is_(None)).order_by(SigningKey.id.desc()).limit(1)
    return db.session.scalars(standing).one_or_none()


def _whole() -> Select[Credential]:
    certificate = joinedload(Credential.certificate)
    return select(Credential).options(
        certificate.joinedload(Certificate.organisation).selectinload(Organisation.work_fields),
        certificate.joinedload(Certificate.trajectory).joinedload(Trajectory.framework_version),
        certificate.selectinload(Certificate.changes),
        joinedload(Credential.qualification),
        joinedload(Credential.key),
    )


def credential_with(uid: str) -> Credential | None:
    """The credential with this uid, also one that was replaced or revoked."""
    return db.session.scalars(_whole().where(Credential.uid == uid)).one_or_none()


def credential_of(*, certificate_id: int | None = None, qualification_id: int | None = None) -> Credential | None:
    """The one that stands now: neither replaced nor revoked."""
    about = Credential.certificate_id == certificate_id if certificate_id else (
        Credential.qualification_id == qualification_id
    )  # fmt: skip
    standing = select(Credential).where(about, Credential.replaced_at.is_(None), Credential.revoked_at.is_(None))
    return db.session.scalars(standing.order_by(Credential.id.desc()).limit(1)).one_or_none()


def badge_of(certificate: Certificate, *, alone: bool = False) -> Credential | None:
    """The credential of a certificate that stands now; `alone` locks the certificate first, so that nobody gives another."""
    if alone:
        db.session.execute(select(Certificate.id).where(Certificate.id == certificate.id).with_for_update())
    return credential_of(certificate_id=certificate.id)


def newest_of(credential: Credential) -> Credential:
    """The last one given for the same certificate or qualification; itself when there is none after it."""
    about = and_(
        Credential.certificate_id.is_not_distinct_from(credential.certificate_id),
        Credential.qualification_id.is_not_distinct_from(credential.qualification_id),
    )
    return db.session.scalars(select(Credential).where(about).order_by(Credential.id.desc()).limit(1)).one()


def number_given() -> int:
    """How many credentials there are, also those that no longer count."""
    return db.session.scalar(select(func.count(Credential.id))) or 0


def is_taken(place: int) -> bool:
    """Whether this place in the status list is in use."""
    return db.session.scalar(select(Credential.id).where(Credential.status_index == place)) is not None


def places_of(purpose: str) -> tuple[list[int], int]:
    """(the places with a 1, how many credentials there are) of the status list with this purpose, as it is now.

    A suspension counts as a revocation too: the credential has room for one entry, and may not pass for valid meanwhile.
    """
    suspended = Certificate.state == C.SUSPENDED
    ended = or_(
        Credential.revoked_at.is_not(None), Certificate.state.in_(NOT_COUNTING), Qualification.ended_on.is_not(None)
    )
    rows = (
        select(Credential.status_index)
        .outerjoin(Certificate, Certificate.id == Credential.certificate_id)
        .outerjoin(Qualification, Qualification.id == Credential.qualification_id)
        .where(suspended if purpose == SUSPENSION else ended)
        .order_by(Credential.status_index)
    )
    return list(db.session.scalars(rows)), number_given()


def without_credential() -> Sequence[Certificate]:
    """The certificates that run and have no credential that stands."""
    standing = select(Credential.id).where(
        Credential.certificate_id == Certificate.id, Credential.replaced_at.is_(None), Credential.revoked_at.is_(None)
    )
    running = select(Certificate).where(Certificate.state.in_(STANDING), Certificate.ends_on >= clock.today())
    return db.session.scalars(running.where(~exists(standing)).order_by(Certificate.id)).all()


def certificate_of_number(number: str) -> Certificate | None:
    """The certificate with this number and all that a verdict says of it."""
    one = select(Certificate).where(Certificate.number == number).options(
        joinedload(Certificate.organisation),
        joinedload(Certificate.trajectory).joinedload(Trajectory.framework_version),
        selectinload(Certificate.changes),
    )  # fmt: skip
    return db.session.scalars(one).one_or_none()
