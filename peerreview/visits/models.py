"""A visit (one for each leg of an exchange), its team, each person's half-days, the plan, and calendar feeds."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.matching.models import Exchange
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import Can, Half, PlanState, VisitState


class Visit(Versioned, Model):
    """The reviewing organisation's day with the host. `uid` and `sequence` are those of its calendar invitation."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("exchange_id", "host_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    reviewing_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    state: Mapped[VisitState] = mapped_column(enum_of(VisitState), default=VisitState.POLLING, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    poll_by: Mapped[date | None]
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    location: Mapped[str] = mapped_column(String(300), default="")
    uid: Mapped[str] = mapped_column(String(80), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")

    exchange: Mapped[Exchange] = relationship(lazy="raise")
    host: Mapped[Trajectory] = relationship(foreign_keys=[host_id], lazy="raise")
    reviewing: Mapped[Trajectory] = relationship(foreign_keys=[reviewing_id], lazy="raise")
    team: Mapped[list["TeamMember"]] = relationship(
        back_populates="visit", cascade="all, delete-orphan", order_by="TeamMember.id", lazy="raise"
    )


class TeamMember(Model):
    """A reviewer on this visit; one of them leads."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("visit_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    lead: Mapped[bool] = mapped_column(default=False)

    visit: Mapped[Visit] = relationship(back_populates="team", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class PollDay(Model):
    """A day that people are asked about: offered at the start (`added_by_id` is None), or added by one of them."""

    __tablename__ = "poll_day"
    __table_args__ = (UniqueConstraint("exchange_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    day: Mapped[date]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Availability(Model):
    """One person's answer for one half-day, for all visits of the exchange that they take part in."""

    __tablename__ = "availability"
    __table_args__ = (UniqueConstraint("exchange_id", "person_id", "day", "half"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    day: Mapped[date]
    half: Mapped[Half] = mapped_column(enum_of(Half, "half"))
    can: Mapped[Can] = mapped_column(enum_of(Can, "can"))


class PollAnswer(Model):
    """That this person has finished marking their half-days."""

    __tablename__ = "poll_answer"
    __table_args__ = (UniqueConstraint("exchange_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VisitPlan(Versioned, Model):
    """Days for the visits of an exchange, as one organisation proposed them; it holds when all others agreed.

    `slots` has one row for each visit: {"visit_id": 1, "day": "2027-04-13", "half": null or "morning"}. `agreed_by`
    are the ids of the organisations that said yes, the proposing one first. An exchange has one proposal at a time.
    """

    __tablename__ = "visit_plan"
    __table_args__ = (
        Index(
            "uq_visit_plan_proposed",
            "exchange_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    state: Mapped[PlanState] = mapped_column(enum_of(PlanState), default=PlanState.PROPOSED)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    slots: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    agreed_by: Mapped[list[int]] = mapped_column(Json, default=list)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    proposed_by: Mapped[Person | None] = relationship(lazy="raise")


class CalendarFeed(Model):
    """A person's private calendar address; renewing it ends the old one."""

    __tablename__ = "calendar_feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
