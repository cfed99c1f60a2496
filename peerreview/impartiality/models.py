"""A conflict of interest between two organisations, or between a person and an organisation; and its waivers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Model, UtcDateTime, Versioned, enum_of, uncounted
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Direction, Severity, Source, WaiverState
from peerreview.organisations.models import Organisation


class Conflict(Versioned, Model):
    """Why somebody should not review or judge `organisation`: another organisation, or a person.

    `fingerprint` names what the system detected (kind and both parties), so that it is raised once; empty otherwise.
    """

    __tablename__ = "conflict"
    __table_args__ = (
        CheckConstraint("(other_organisation_id IS NULL) <> (person_id IS NULL)", name="of_one_kind_of_party"),
        CheckConstraint("other_organisation_id IS NULL OR other_organisation_id <> organisation_id", name="of_two"),
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR starts_on <= ends_on", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=uncounted)  # else it tells how many others declare
    kind: Mapped[ConflictKind] = mapped_column(enum_of(ConflictKind, "kind"))
    severity: Mapped[Severity] = mapped_column(enum_of(Severity, "severity"))
    direction: Mapped[Direction] = mapped_column(enum_of(Direction, "direction"), default=Direction.BOTH)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    other_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    source: Mapped[Source] = mapped_column(enum_of(Source, "source"))
    declared_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declared_for_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id"), index=True
    )  # whose declaration it is
    fingerprint: Mapped[str | None] = mapped_column(String(80), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[ConflictState] = mapped_column(enum_of(ConflictState), default=ConflictState.STANDING, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")  # of the last change of state

    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id], lazy="raise")
    other_organisation: Mapped[Organisation | None] = relationship(foreign_keys=[other_organisation_id], lazy="raise")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="raise")
    waivers: Mapped[list["Waiver"]] = relationship(back_populates="conflict", order_by="Waiver.id", lazy="raise")

    def leave_on(self, day: date) -> "Waiver | None":
        """The leave that holds on that day for a soft conflict; asks for its waivers to be loaded."""
        held = (one for one in self.waivers if one.state == WaiverState.GRANTED and one.ends_on >= day)
        return next(held, None) if self.severity == Severity.SOFT else None


class Waiver(Versioned, Model):
    """Leave to go on in spite of a soft conflict: by whom, why, and until when."""

    __tablename__ = "waiver"

    id: Mapped[int] = mapped_column(primary_key=True)
    conflict_id: Mapped[int] = mapped_column(ForeignKey("conflict.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_on: Mapped[date]
    state: Mapped[WaiverState] = mapped_column(enum_of(WaiverState), default=WaiverState.GRANTED)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    conflict: Mapped[Conflict] = relationship(back_populates="waivers", lazy="raise")
    approved_by: Mapped[Person | None] = relationship(lazy="raise")
