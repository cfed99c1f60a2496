"""A certificate, every change of its status, from which the register answers for any date, and the files given out."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.certificates.lifecycle import CertificateState
from peerreview.commission.models import Decision
from peerreview.core.db import Model, UtcDateTime, Versioned, enum_of
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory


class Certificate(Versioned, Model):
    __tablename__ = "certificate"
    __table_args__ = (CheckConstraint("starts_on < ends_on", name="term_in_order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date] = mapped_column(index=True)
    state: Mapped[CertificateState] = mapped_column(
        enum_of(CertificateState), default=CertificateState.ACTIVE, index=True
    )
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    renewal_announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    trajectory: Mapped[Trajectory] = relationship(lazy="raise")
    decision: Mapped[Decision] = relationship(lazy="raise")
    changes: Mapped[list["StatusChange"]] = relationship(
        back_populates="certificate", order_by="StatusChange.id", lazy="raise"
    )


class StatusChange(Model):
    """From this day on the certificate has this status, for this reason; rows are added, never changed."""

    __tablename__ = "status_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    status: Mapped[CertificateState] = mapped_column(enum_of(CertificateState, "status"))
    effective_on: Mapped[date] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    certificate: Mapped[Certificate] = relationship(back_populates="changes", lazy="raise")


class CertificateFile(Model):
    """The SHA-256 of a PDF of this certificate that was given out, so that an altered or a cut one is known as such."""

    __tablename__ = "certificate_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    checksum: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str] = mapped_column(String(5))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
