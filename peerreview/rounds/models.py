"""A round with its dates and rules."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.frameworks.models import FrameworkVersion
from peerreview.rounds.lengths import Length, read_lengths
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.rules import Rules


class Round(Versioned, Model):
    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint(
            "signup_opens_on <= signup_closes_on AND signup_closes_on <= visits_from "
            "AND visits_from <= visits_until AND visits_until <= closes_on",
            name="dates_in_order",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    framework_version_id: Mapped[int] = mapped_column(ForeignKey("framework_version.id"))
    signup_opens_on: Mapped[date]
    signup_closes_on: Mapped[date]
    visits_from: Mapped[date]
    visits_until: Mapped[date]
    closes_on: Mapped[date]
    rules_data: Mapped[dict[str, int]] = mapped_column("rules", Json, default=dict)
    visit_lengths: Mapped[list[dict[str, int]]] = mapped_column(Json, default=list)
    state: Mapped[RoundState] = mapped_column(enum_of(RoundState), default=RoundState.DRAFT)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    framework_version: Mapped[FrameworkVersion] = relationship(lazy="raise")

    @property
    def rules(self) -> Rules:
        return Rules.read(self.rules_data)

    @property
    def lengths(self) -> tuple[Length, ...]:
        """How long its visits are, by size of the host."""
        return read_lengths(self.visit_lengths)
