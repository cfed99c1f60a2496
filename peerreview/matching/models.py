"""A matching run with its input, settings and result; the exchanges it led to, and each organisation's answer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.matching.lifecycle import AnswerState, ExchangeKind, ExchangeState, RunState
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory


class MatchingRun(Versioned, Model):
    """One solution for a round: a rehearsal until it is published.

    A long one is made by the worker, which holds it until `leased_until` and notes its `progress` ({"step", "done",
    "of"}). A run that `adjusts` also holds who has been promised a partner, and breaks as few promises as it can.
    """

    __tablename__ = "matching_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    input: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[RunState] = mapped_column(enum_of(RunState), default=RunState.REHEARSED)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    adjusts: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[Round] = relationship(lazy="raise")


class Exchange(Versioned, Model):
    """A group that reviews each other: in order, each member reviews the next (in a pair, each the other)."""

    __tablename__ = "exchange"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("matching_run.id"))
    kind: Mapped[ExchangeKind] = mapped_column(enum_of(ExchangeKind, "kind"))
    explanation: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[ExchangeState] = mapped_column(enum_of(ExchangeState), default=ExchangeState.PROPOSED, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_by: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[Round] = relationship(lazy="raise")
    members: Mapped[list["ExchangeMember"]] = relationship(
        back_populates="exchange", order_by="ExchangeMember.position", lazy="raise"
    )


class ExchangeMember(Versioned, Model):
    """One organisation's place in an exchange and its answer to it."""

    __tablename__ = "exchange_member"
    __table_args__ = (
        UniqueConstraint("exchange_id", "position"),
        UniqueConstraint("exchange_id", "trajectory_id"),
        Index(
            "uq_exchange_member_standing",
            "trajectory_id",
            unique=True,
            sqlite_where=text("standing"),
            postgresql_where=text("standing"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    position: Mapped[int]
    standing: Mapped[bool] = mapped_column(default=True)  # false once the exchange is dissolved
    state: Mapped[AnswerState] = mapped_column(enum_of(AnswerState), default=AnswerState.PENDING)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    exchange: Mapped[Exchange] = relationship(back_populates="members", lazy="raise")
    trajectory: Mapped[Trajectory] = relationship(lazy="raise")


class PartnerSearch(Versioned, Model):
    """An organisation that lost its partner or got none: by when the secretariat has one for it."""

    __tablename__ = "partner_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), unique=True)
    partner_by: Mapped[date]
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")  # what the organisation reads about it

    trajectory: Mapped[Trajectory] = relationship(lazy="raise")
