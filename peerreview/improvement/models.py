"""The improvement plan of one trajectory, signed by the executive, and its actions."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Model, UtcDateTime, Versioned
from peerreview.frameworks.models import Norm
from peerreview.trajectories.models import Trajectory


class Plan(Versioned, Model):
    """Who signed the plan and when. Asked back by the secretariat it is open again, until it is signed anew."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), unique=True)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_back: Mapped[str] = mapped_column(Text, default="")  # the secretariat's reason, while the plan is open again

    signed_by: Mapped[Person | None] = relationship(lazy="raise")


class Action(Versioned, Model):
    """What will be done about one norm. It is saved while it is written, so it may still lack something."""

    __tablename__ = "action"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    norm_id: Mapped[int] = mapped_column(ForeignKey("norm.id"))
    what: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None]
    expected_effect: Mapped[str] = mapped_column(Text, default="")
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    trajectory: Mapped[Trajectory] = relationship(lazy="raise")
    norm: Mapped[Norm] = relationship(lazy="raise")
    updated_by: Mapped[Person | None] = relationship(lazy="raise")
