"""A list of questions for one audience of one trajectory, and the answers, which name nobody."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.questionnaires.lifecycle import Audience, Channel
from peerreview.trajectories.models import Trajectory


class Questionnaire(Versioned, Model):
    """`questions` are those that were asked, as they stood when the list was opened: later ones change nothing.

    `closed_at` is the one moment at which the answers are counted and begin to show; after it none comes in (see
    disclosure.py). Each question is {"id": "q1", "kind": "scale" | "open", "text": {"nl": ..., "en": ...}, "norm_id": 12 | None}.
    """

    __tablename__ = "questionnaire"
    __table_args__ = (
        UniqueConstraint("trajectory_id", "audience"),
        CheckConstraint("opens_on <= closes_on", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    audience: Mapped[Audience] = mapped_column(enum_of(Audience, "audience"))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    introduction: Mapped[str] = mapped_column(Text, default="")
    questions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    trajectory: Mapped[Trajectory] = relationship(lazy="raise")


class Response(Model):
    """One person's answers by question id. Who it was is known nowhere; nor is the hour, which could tell it.

    `client_key` is made for the page on which it was filled in, so that the same sheet counts once. Its id is no rank:
    it is drawn at random, so that the order in which people answered cannot be read from it.
    """

    __tablename__ = "questionnaire_response"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"), index=True)
    client_key: Mapped[str] = mapped_column(String(64), unique=True)
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    language: Mapped[str] = mapped_column(String(5), default="nl")
    channel: Mapped[Channel] = mapped_column(enum_of(Channel, "channel"), default=Channel.WEB)
    received_on: Mapped[date]
