"""Meetings, dossiers on their agenda, interests, votes and decisions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.commission.lifecycle import (
    Addressee,
    Choice,
    Coming,
    ConditionState,
    DeferralCause,
    DossierState,
    InterestKind,
    MeetingKind,
    MeetingState,
    MotionState,
    Outcome,
    QuestionState,
    SeatKind,
)
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


class CompletenessQuestion(Versioned, Model):
    """What the secretariat asks the team or the organisation about one item of the checklist, and what they answer."""

    __tablename__ = "completeness_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), index=True)
    item: Mapped[str] = mapped_column(String(40))  # code of the checklist
    addressee: Mapped[Addressee] = mapped_column(enum_of(Addressee, "addressee"))
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[QuestionState] = mapped_column(enum_of(QuestionState), default=QuestionState.ASKED, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)


class CommissionSeat(Model):
    """That a member of the commission is its vice-chair or a substitute; without a row: an ordinary member."""

    __tablename__ = "commission_seat"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    kind: Mapped[SeatKind] = mapped_column(enum_of(SeatKind, "kind"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Meeting(Versioned, Model):
    """A meeting of the commission, or a written procedure between `starts_at` and `closes_at`.

    `quorum` is the number of members without an interest that it takes; `rules` hold how votes are counted
    (`quorum.VotingRules`).
    """

    __tablename__ = "meeting"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MeetingKind] = mapped_column(enum_of(MeetingKind, "kind"), default=MeetingKind.GATHERING)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a written procedure
    place: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(300), default="")  # to join online
    quorum: Mapped[int] = mapped_column(default=3)
    rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[MeetingState] = mapped_column(enum_of(MeetingState), default=MeetingState.PLANNED)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    invited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(default=0)  # of the calendar invitation
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the minutes
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    dossiers: Mapped[list["Dossier"]] = relationship(
        back_populates="meeting", order_by="Dossier.position", lazy="raise"
    )
    attendances: Mapped[list["Attendance"]] = relationship(lazy="raise")


class MeetingReply(Model):
    """What a member answered to the invitation."""

    __tablename__ = "meeting_reply"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    coming: Mapped[Coming] = mapped_column(enum_of(Coming, "coming"))
    note: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SubstituteCall(Model):
    """That a substitute takes part in a meeting; a substitute reads the dossiers of such a meeting and no others."""

    __tablename__ = "substitute_call"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MinutesItem(Versioned, Model):
    """A piece of the minutes: about one dossier, hidden from who is kept out of it, or about the meeting itself."""

    __tablename__ = "minutes_item"
    __table_args__ = (UniqueConstraint("meeting_id", "dossier_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    dossier_id: Mapped[int | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    heading: Mapped[str] = mapped_column(String(200), default="")  # of a subject that is no dossier
    text: Mapped[str] = mapped_column(Text, default="")
    began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was taken up
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Attendance(Model):
    """That a member is present at a meeting from `noted_at` until `left_at`; only who is present now counts."""

    __tablename__ = "attendance"
    __table_args__ = (
        Index(
            "uq_attendance_present", "meeting_id", "person_id", unique=True,
            sqlite_where=text("left_at IS NULL"), postgresql_where=text("left_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    online: Mapped[bool] = mapped_column(default=False)


class Dossier(Versioned, Model):
    """All that the commission reads about one trajectory; made when the secretariat forwards it."""

    __tablename__ = "dossier"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), unique=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    checklist: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    release_reason: Mapped[str] = mapped_column(Text, default="")
    reopen_reason: Mapped[str] = mapped_column(Text, default="")  # why a panel had the commission decide again
    deferred_once: Mapped[bool] = mapped_column(default=False)
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


class NoInterest(Model):
    """A member's word that they have no interest in one dossier of a meeting; an interest itself is an Interest."""

    __tablename__ = "no_interest"
    __table_args__ = (UniqueConstraint("dossier_id", "meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DossierReading(Model):
    """How far a member has read a dossier: opened, and read when they say so."""

    __tablename__ = "dossier_reading"
    __table_args__ = (UniqueConstraint("dossier_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Motion(Versioned, Model):
    """What is put to the vote about a dossier: an outcome with its reasons and what belongs to it.

    `result` holds the count of the closed voting: tally, how many counted, quorum, and why it fell as it did.
    """

    __tablename__ = "motion"
    __table_args__ = (
        UniqueConstraint("dossier_id", "number"),
        Index(
            "uq_motion_open", "dossier_id", unique=True,
            sqlite_where=text("state = 'open'"), postgresql_where=text("state = 'open'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    number: Mapped[int]  # of this dossier, from 1
    outcome: Mapped[Outcome] = mapped_column(enum_of(Outcome, "outcome"))
    motivation: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # of {"norm", "what", "by"}
    deferral_cause: Mapped[DeferralCause | None] = mapped_column(enum_of(DeferralCause, "deferral_cause"))
    asks: Mapped[str] = mapped_column(Text, default="")  # what must be found out, or what must change
    return_on: Mapped[date | None]  # after a refusal: from when the organisation can come back
    put_at: Mapped[datetime] = mapped_column(UtcDateTime)
    put_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[MotionState] = mapped_column(enum_of(MotionState), default=MotionState.OPEN)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def terms(self) -> list[tuple[str, str, date]]:
        """Its conditions: the code of the norm, what is asked, and by when."""
        return [(one["norm"], one["what"], date.fromisoformat(one["by"])) for one in self.conditions]


class Vote(Versioned, Model):
    """One member's vote on a motion; sealed, and changeable, until the motion is closed."""

    __tablename__ = "vote"
    __table_args__ = (UniqueConstraint("motion_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    choice: Mapped[Choice] = mapped_column(enum_of(Choice, "choice"))
    motivation: Mapped[str] = mapped_column(Text, default="")
    dissent: Mapped[bool] = mapped_column(default=False)  # to be noted in the minutes and with the decision
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")


class Decision(Versioned, Model):
    """What the commission decided about one dossier at one meeting, why, and how the votes fell."""

    __tablename__ = "decision"
    __table_args__ = (
        Index(
            "uq_decision_dossier_id_meeting_id", "dossier_id", "meeting_id", unique=True,
            sqlite_where=text("replaces_id IS NULL"), postgresql_where=text("replaces_id IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    outcome: Mapped[Outcome] = mapped_column(enum_of(Outcome, "outcome"))
    motivation: Mapped[str] = mapped_column(Text)
    tally: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    decided_on: Mapped[date]
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    deferral_cause: Mapped[DeferralCause | None] = mapped_column(enum_of(DeferralCause, "deferral_cause"))
    asks: Mapped[str] = mapped_column(Text, default="")  # what is asked at a deferral, what must change after a refusal
    return_on: Mapped[date | None]
    departure: Mapped[str] = mapped_column(Text, default="")  # why it departs from earlier decisions that look alike
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)  # after an appeal
    letter: Mapped[str] = mapped_column(Text, default="")  # what the chair adds to the letter
    letter_read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    letter_due_on: Mapped[date | None]
    letter_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    file_key: Mapped[str] = mapped_column(String(40), default="")  # of the signed PDF, from when the letter is sent
    file_checksum: Mapped[str] = mapped_column(String(64), default="")

    dossier: Mapped[Dossier] = relationship(lazy="raise")
    meeting: Mapped[Meeting] = relationship(lazy="raise")
    signed_by: Mapped[Person | None] = relationship(lazy="raise")
    conditions: Mapped[list["Condition"]] = relationship(order_by="Condition.position", lazy="raise")


class Condition(Versioned, Model):
    """What the organisation still has to show about one norm, by when, and whether it did."""

    __tablename__ = "award_condition"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    norm: Mapped[str] = mapped_column(String(20))  # its code
    what: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(index=True)
    shown: Mapped[str] = mapped_column(Text, default="")  # what the organisation says of it
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict: Mapped[str] = mapped_column(Text, default="")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ConditionState] = mapped_column(enum_of(ConditionState), default=ConditionState.OPEN, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)


class ConditionFile(Model):
    """A file that shows that a condition was met."""

    __tablename__ = "award_condition_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    condition_id: Mapped[int] = mapped_column(ForeignKey("award_condition.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    checksum: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
