"""Keys, credentials, and who is a qualified reviewer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.certificates.models import Certificate
from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.credentials.lifecycle import CredentialKind


class SigningKey(Model):
    """A key pair that credentials are signed with; the newest one signs, the older ones still prove what they signed."""

    __tablename__ = "signing_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(String(64), unique=True)  # the thumbprint of the public key (RFC 7638)
    public_jwk: Mapped[dict[str, Any]] = mapped_column(Json)
    sealed_private_key: Mapped[str] = mapped_column(Text)  # encrypted with the application's secret; '' once destroyed
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Qualification(Versioned, Model):
    """That a person is a qualified reviewer, from when until when, and on what ground."""

    __tablename__ = "qualification"
    __table_args__ = (
        CheckConstraint("starts_on < ends_on", name="term_in_order"),
        Index(
            "uq_qualification_held", "person_id", unique=True,
            sqlite_where=text("ended_on IS NULL"), postgresql_where=text("ended_on IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    ground: Mapped[str] = mapped_column(Text, default="")
    reviews: Mapped[int] = mapped_column(default=0)  # final reviews of which they were part, on the day it was given
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_on: Mapped[date | None]  # before its time
    reason: Mapped[str] = mapped_column(Text, default="")
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class Credential(Model):
    """A signed Open Badges 3.0 credential (VC-JWT) for a certificate or a qualification; made anew by a new row."""

    __tablename__ = "credential"
    __table_args__ = (CheckConstraint("(certificate_id IS NULL) != (qualification_id IS NULL)", name="about_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True)  # its address and the UUID in its id
    kind: Mapped[CredentialKind] = mapped_column(enum_of(CredentialKind, "kind"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    qualification_id: Mapped[int | None] = mapped_column(ForeignKey("qualification.id"), index=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"))
    status_index: Mapped[int] = mapped_column(unique=True)  # its place in the status list, drawn by lot
    jwt: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # a newer one says something else
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")

    certificate: Mapped[Certificate | None] = relationship(lazy="raise")
    qualification: Mapped[Qualification | None] = relationship(lazy="raise")
    key: Mapped[SigningKey] = relationship(lazy="raise")
