"""Meetings, dossiers on their agenda, interests, votes and decisions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.commission.lifecycle import Choice, DossierState, InterestKind, MeetingState, Outcome
from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.trajectories.models import Trajectory


class CompletenessCheck(Versioned, Model):
    """The secretariat's word that a trajectory is complete: each item as it stood, or the reason to let it go.

    `items` is a list of {"code", "ok", "detail", "reason"}; the dossier gets a copy when it is forwarded.
    """

    __tablename__ = "completeness_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), unique=True)
    items: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Meeting(Versioned, Model):
    """A meeting of the commission; `quorum` is the number of present members without an interest that it takes."""

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    place: Mapped[str] = mapped_column(String(200), default="")
    quorum: Mapped[int] = mapped_column(default=3)
    state: Mapped[MeetingState] = mapped_column(enum_of(MeetingState), default=MeetingState.PLANNED)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    dossiers: Mapped[list["Dossier"]] = relationship(
        back_populates="meeting", order_by="Dossier.position", lazy="raise"
    )
    attendances: Mapped[list["Attendance"]] = relationship(lazy="raise")


class Attendance(Model):
    """That a member is present at a meeting; only who is present counts for the quorum."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Dossier(Versioned, Model):
    """All that the commission reads about one trajectory; made when the secretariat forwards it."""

    __tablename__ = "dossier"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), unique=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    release_reason: Mapped[str] = mapped_column(Text, default="")
    deferred_once: Mapped[bool] = mapped_column(default=False)
    voting_open: Mapped[bool] = mapped_column(default=False)
    ballot: Mapped[int] = mapped_column(default=0)  # rises each time a voting is opened
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # of the voting closed last; empty before that
    forwarded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[DossierState] = mapped_column(enum_of(DossierState), default=DossierState.COMPLETE, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    trajectory: Mapped[Trajectory] = relationship(lazy="raise")
    meeting: Mapped[Meeting | None] = relationship(back_populates="dossiers", lazy="raise")


class Interest(Model):
    """A member's interest in one dossier: found by the system or declared; it hides the dossier from them."""

    __tablename__ = "interest"
    __table_args__ = (UniqueConstraint("dossier_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[InterestKind] = mapped_column(enum_of(InterestKind, "kind"))
    note: Mapped[str] = mapped_column(Text, default="")
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")


class Vote(Versioned, Model):
    """One member's vote on one dossier at one meeting; sealed and changeable until the chair closes the voting."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("dossier_id", "meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    ballot: Mapped[int] = mapped_column(default=1)  # counts only in the voting of this number
    choice: Mapped[Choice] = mapped_column(enum_of(Choice, "choice"))
    motivation: Mapped[str] = mapped_column(Text, default="")
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")


class Decision(Versioned, Model):
    """What the commission decided about one dossier at one meeting, why, and how the votes fell."""

    __tablename__ = "decision"
    __table_args__ = (Index("uq_decision_dossier_id_meeting_id", "dossier_id", "meeting_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(enum_of(Outcome, "outcome"))
    motivation: Mapped[str] = mapped_column(Text)
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    tally: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    decided_on: Mapped[date]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    letter_due_on: Mapped[date | None]
    letter_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    dossier: Mapped[Dossier] = relationship(lazy="raise")
    meeting: Mapped[Meeting] = relationship(lazy="raise")
    signed_by: Mapped[Person | None] = relationship(lazy="raise")
