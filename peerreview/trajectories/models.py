"""A trajectory with what was offered at sign-up: reviewers, work fields, wishes, and whom it must not meet."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, ForeignKey, Numeric, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Base, Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.frameworks.models import FrameworkVersion
from peerreview.organisations.models import Organisation, WorkField
from peerreview.rounds.models import Round
from peerreview.trajectories.lifecycle import Route, ScopeKind, TrajectoryState

trajectory_work_field = Table(
    "trajectory_work_field",
    Base.metadata,
    Column("trajectory_id", ForeignKey("trajectory.id", ondelete="CASCADE"), primary_key=True),
    Column("work_field_id", ForeignKey("work_field.id"), primary_key=True),
)


class Trajectory(Versioned, Model):
    __tablename__ = "trajectory"
    __table_args__ = (
        UniqueConstraint("round_id", "organisation_id"),
        CheckConstraint("fte >= 0", name="fte_not_negative"),
        CheckConstraint("max_travel_minutes BETWEEN 0 AND 480", name="travel_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    framework_version_id: Mapped[int] = mapped_column(ForeignKey("framework_version.id"))
    state: Mapped[TrajectoryState] = mapped_column(enum_of(TrajectoryState), default=TrajectoryState.DRAFT, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date | None] = mapped_column(index=True)
    route: Mapped[Route] = mapped_column(enum_of(Route, "route"), default=Route.PEER)
    scope_kind: Mapped[ScopeKind] = mapped_column(enum_of(ScopeKind, "scope_kind"), default=ScopeKind.WHOLE)
    scope_text: Mapped[str] = mapped_column(Text, default="")
    fte: Mapped[Decimal] = mapped_column(Numeric(8, 1), default=Decimal(0))
    max_travel_minutes: Mapped[int] = mapped_column(default=90)
    months: Mapped[list[int]] = mapped_column(Json, default=list)
    wishes: Mapped[str] = mapped_column(Text, default="")
    learning: Mapped[list[str]] = mapped_column(Json, default=list)
    strengths: Mapped[list[str]] = mapped_column(Json, default=list)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    held_from: Mapped[TrajectoryState | None] = mapped_column(enum_of(TrajectoryState, "held_from"))
    hold_until: Mapped[date | None]

    round: Mapped[Round] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    framework_version: Mapped[FrameworkVersion] = relationship(lazy="raise")
    work_fields: Mapped[list[WorkField]] = relationship(
        secondary=trajectory_work_field, order_by=WorkField.position, lazy="raise"
    )
    reviewers: Mapped[list["OfferedReviewer"]] = relationship(
        back_populates="trajectory", cascade="all, delete-orphan", order_by="OfferedReviewer.id", lazy="raise"
    )
    exclusions: Mapped[list["Exclusion"]] = relationship(
        back_populates="trajectory", cascade="all, delete-orphan", order_by="Exclusion.id", lazy="raise"
    )


class OfferedReviewer(Model):
    """Somebody of the organisation whom it offers to review others; the first is the lead reviewer by default.

    `most_reviews` is how many reviews this person wants at most in this round.
    """

    __tablename__ = "offered_reviewer"
    __table_args__ = (
        UniqueConstraint("trajectory_id", "person_id"),
        CheckConstraint("most_reviews BETWEEN 1 AND 20", name="load_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    experienced: Mapped[bool] = mapped_column(default=False)
    lead: Mapped[bool] = mapped_column(default=False)
    most_reviews: Mapped[int] = mapped_column(default=2)

    trajectory: Mapped[Trajectory] = relationship(back_populates="reviewers", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class Exclusion(Model):
    """An organisation that this one must not meet, and why; read by itself and the secretariat only."""

    __tablename__ = "exclusion"
    __table_args__ = (UniqueConstraint("trajectory_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str] = mapped_column(String(500), default="")

    trajectory: Mapped[Trajectory] = relationship(back_populates="exclusions", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
