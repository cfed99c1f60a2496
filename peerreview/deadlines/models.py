"""What people were told about deadlines, at which hour they want to be told, and what was postponed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Model, UtcDateTime, enum_of
from peerreview.deadlines.lifecycle import Stage


class Reminder(Model):
    """That this person was told of this deadline at this stage: once for each day on which it may fall."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "person_id", "stage", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    stage: Mapped[Stage] = mapped_column(enum_of(Stage, "stage"))
    due_on: Mapped[date]
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Postponement(Model):
    """A deadline that was given a later day, by whom and why; the newest of a subject counts."""

    __tablename__ = "postponement"
    __table_args__ = (Index("ix_postponement_subject", "kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[Person | None] = relationship(lazy="raise")


class DigestChoice(Model):
    """At which hour (Dutch time) somebody wants the day's reminders; without a row at 8."""

    __tablename__ = "digest_choice"
    __table_args__ = (CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_a_day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    hour: Mapped[int] = mapped_column(default=8)
