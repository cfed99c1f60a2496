"""A visit (one for each leg of an exchange), who goes along, each person's half-days, the plan, and calendars."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.matching.models import Exchange
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import Can, Coming, Half, ObjectionState, Part, PlanState, Region, VisitState


class Visit(Versioned, Model):
    """The reviewing organisation's day with the host. `uid` and `sequence` are those of its calendar invitation."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("exchange_id", "host_id"),
        CheckConstraint("half_days BETWEEN 1 AND 6", name="length_possible"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    reviewing_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    state: Mapped[VisitState] = mapped_column(enum_of(VisitState), default=VisitState.POLLING, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    poll_by: Mapped[date | None]
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    half_days: Mapped[int] = mapped_column(default=2)
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
    """A reviewer on this visit; one of them leads. `independent_at` is when they signed that nothing ties them to it."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("visit_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    lead: Mapped[bool] = mapped_column(default=False)
    independent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship(back_populates="team", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class Companion(Model):
    """Somebody of the reviewing organisation beside the team: they go along, or could take somebody's place."""

    __tablename__ = "companion"
    __table_args__ = (UniqueConstraint("visit_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    part: Mapped[Part] = mapped_column(enum_of(Part, "part"))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class TeamObjection(Versioned, Model):
    """The host objects, with a reason, to somebody who would visit it; the secretariat decides."""

    __tablename__ = "team_objection"
    __table_args__ = (
        Index(
            "uq_team_objection_raised",
            "visit_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'raised'"),
            postgresql_where=text("state = 'raised'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[ObjectionState] = mapped_column(enum_of(ObjectionState), default=ObjectionState.RAISED)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    visit: Mapped[Visit] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")
    raised_by: Mapped[Person] = relationship(foreign_keys=[raised_by_id], lazy="raise")


class Invitee(Model):
    """Who got the invitation for a visit, at which address and sequence, and what they answered.

    `token_hash` is that of the link in the newest letter; using it empties it. `uninvited_at` is when they left.
    """

    __tablename__ = "invitee"
    __table_args__ = (UniqueConstraint("visit_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    email: Mapped[str] = mapped_column(String(320))
    sequence: Mapped[int] = mapped_column(default=0)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    answer: Mapped[Coming] = mapped_column(enum_of(Coming, "answer"), default=Coming.WAITING)
    comment: Mapped[str] = mapped_column(String(500), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uninvited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    visit: Mapped[Visit] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")


class WorkingWeek(Model):
    """The half-days on which a person never works: [[0, "morning"], ...] with 0 for Monday."""

    __tablename__ = "working_week"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    off: Mapped[list[list[Any]]] = mapped_column(Json, default=list)


class SchoolHoliday(Model):
    """A school holiday of a region, from and until which day; the secretariat keeps the list."""

    __tablename__ = "school_holiday"
    __table_args__ = (
        UniqueConstraint("region", "first_on"),
        CheckConstraint("first_on <= last_on", name="dates_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[Region] = mapped_column(enum_of(Region, "region"))
    name: Mapped[dict[str, str]] = mapped_column(Json)
    first_on: Mapped[date] = mapped_column(index=True)
    last_on: Mapped[date]


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

    `slots` has one row for each visit: {"visit_id": 1, "day": "2027-04-13", "half": null or "morning"}, and with "more"
    the half-days after the first day when it takes longer. `agreed_by`
    are the ids of the organisations that said yes, the proposing one first (0 for the secretariat). An exchange has one
    proposal at a time.
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
