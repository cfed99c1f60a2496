"""An action of the improvement plan; a plan is the actions of one trajectory, signed by the executive."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.core.db import Model, UtcDateTime, Versioned
from peerreview.frameworks.models import Norm
from peerreview.trajectories.models import Trajectory


class Action(Versioned, Model):
    __tablename__ = "action"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    norm_id: Mapped[int] = mapped_column(ForeignKey("norm.id"))
    what: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    expected_effect: Mapped[str] = mapped_column(Text, default="")
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    trajectory: Mapped[Trajectory] = relationship(lazy="raise")
    norm: Mapped[Norm] = relationship(lazy="raise")
