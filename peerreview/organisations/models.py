"""An organisation, its sites and work fields, and the member lists that were brought in."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Numeric, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.core.db import Base, Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.organisations.lifecycle import ImportState, OrganisationState

organisation_work_field = Table(
    "organisation_work_field",
    Base.metadata,
    Column("organisation_id", ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True),
    Column("work_field_id", ForeignKey("work_field.id"), primary_key=True),
)


class WorkField(Model):
    """A kind of work, such as community work; the association's own list, in both languages."""

    __tablename__ = "work_field"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[dict[str, str]] = mapped_column(Json)
    position: Mapped[int] = mapped_column(default=0)


class Organisation(Versioned, Model):
    """A member (or one that asks to be), known by its KvK number."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("length(kvk) = 8", name="kvk_has_8_digits"),
        CheckConstraint("fte >= 0", name="fte_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kvk: Mapped[str] = mapped_column(String(8), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_name: Mapped[str] = mapped_column(String(200), index=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    place: Mapped[str] = mapped_column(String(100))
    municipality: Mapped[str] = mapped_column(String(100), default="")
    province: Mapped[str] = mapped_column(String(40), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    fte: Mapped[Decimal] = mapped_column(Numeric(8, 1), default=Decimal(0))
    contact_name: Mapped[str] = mapped_column(String(200), default="")
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    legal_group: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[OrganisationState] = mapped_column(enum_of(OrganisationState), default=OrganisationState.MEMBER)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    state_reason: Mapped[str] = mapped_column(Text, default="")

    work_fields: Mapped[list[WorkField]] = relationship(
        secondary=organisation_work_field, order_by=WorkField.position, lazy="raise"
    )


class MemberImport(Versioned, Model):
    """A member list as it was read: each row with what would happen and what is wrong, until it is applied."""

    __tablename__ = "member_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    notices: Mapped[list[Any]] = mapped_column(Json, default=list)  # about the file as a whole: [message, values] each
    state: Mapped[ImportState] = mapped_column(enum_of(ImportState), default=ImportState.PREVIEWED)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Application(Model):
    """What an organisation told when it signed itself up, until its mail is confirmed; then also an Organisation.

    Only the hash of the token in the letter is kept.
    """

    __tablename__ = "application"

    id: Mapped[int] = mapped_column(primary_key=True)
    kvk: Mapped[str] = mapped_column(String(8), index=True)
    applicant_name: Mapped[str] = mapped_column(String(200))
    applicant_email: Mapped[str] = mapped_column(String(320), index=True)
    language: Mapped[str] = mapped_column(String(5), default="nl")
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
