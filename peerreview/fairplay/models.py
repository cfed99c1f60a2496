"""The host's feedback on a review, what reviewers take home themselves, and the reviews drawn for a moderator."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.core.db import Json, Model, UtcDateTime, Versioned
from peerreview.frameworks.models import Norm
from peerreview.reviews.models import Review


class Feedback(Versioned, Model):
    """How the host looks back on a review; `scores` by question. The team reads the texts, never who gave which score."""

    __tablename__ = "review_feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), unique=True)
    scores: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    helped: Mapped[str] = mapped_column(Text, default="")
    better: Mapped[str] = mapped_column(Text, default="")
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship(lazy="raise")


class TakeHome(Versioned, Model):
    """What a reviewer saw at the host and wants to use at home; for the own organisation, never in the report."""

    __tablename__ = "take_home"

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    norm_id: Mapped[int | None] = mapped_column(ForeignKey("norm.id"))
    text: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    norm: Mapped[Norm | None] = relationship(lazy="raise")


class Sample(Versioned, Model):
    """A review drawn by lot for a moderator, with what they found; `seed` makes the draw repeatable."""

    __tablename__ = "moderation_sample"
    __table_args__ = (UniqueConstraint("round_id", "review_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    seed: Mapped[str] = mapped_column(String(40))
    place: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(200), default="")
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    remark: Mapped[str] = mapped_column(Text, default="")
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    review: Mapped[Review] = relationship(lazy="raise")
