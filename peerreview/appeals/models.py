"""Appeals with their panel and record, and complaints."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.appeals.lifecycle import (
    AppealOutcome,
    AppealState,
    ComplaintState,
    EntryKind,
    PanelAnswer,
)
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Decision
from peerreview.core.db import Json, Model, UtcDateTime, Versioned, enum_of, uncounted


class AppealDraft(Versioned, Model):
    """What an organisation is writing about a decision, before its executive lodges it."""

    __tablename__ = "appeal_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    grounds: Mapped[str] = mapped_column(Text, default="")
    wish: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Appeal(Versioned, Model):
    """An appeal by an organisation against one decision; the status of the label stays as it was meanwhile."""

    __tablename__ = "appeal"
    __table_args__ = (
        Index(
            "uq_appeal_running", "decision_id", unique=True,
            sqlite_where=text("state != 'withdrawn'"), postgresql_where=text("state != 'withdrawn'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, default=uncounted, autoincrement=False)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    grounds: Mapped[str] = mapped_column(Text)
    wish: Mapped[str] = mapped_column(Text, default="")  # what the organisation wants instead
    lodged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lodged_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    admissible_by: Mapped[date]  # last day to say whether it is taken up
    decide_by: Mapped[date | None]
    hearing_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hearing_place: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[AppealOutcome | None] = mapped_column(enum_of(AppealOutcome, "outcome"))
    motivation: Mapped[str] = mapped_column(Text, default="")  # of the panel, or why it is not admissible
    instead: Mapped[Outcome | None] = mapped_column(enum_of(Outcome, "instead"))  # when amended or reversed
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    letter_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    file_key: Mapped[str] = mapped_column(String(40), default="")  # of the signed letter with the outcome
    file_checksum: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[AppealState] = mapped_column(enum_of(AppealState), default=AppealState.LODGED, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)

    decision: Mapped[Decision] = relationship(lazy="raise")
    panel: Mapped[list["PanelMember"]] = relationship(order_by="PanelMember.id", lazy="raise")


class PanelMember(Model):
    """Somebody who is asked for the panel of an appeal; three who accepted decide, one of them in the chair."""

    __tablename__ = "panel_member"
    __table_args__ = (UniqueConstraint("appeal_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    chair: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[PanelAnswer] = mapped_column(enum_of(PanelAnswer, "answer"), default=PanelAnswer.ASKED)
    agrees: Mapped[bool | None]  # with the decision as it was written; every member must have said so
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")


class Complaint(Versioned, Model):
    """A complaint about how somebody was treated or how the work was done; it changes no decision."""

    __tablename__ = "complaint"

    id: Mapped[int] = mapped_column(primary_key=True, default=uncounted, autoincrement=False)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)  # when signed in
    name: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    language: Mapped[str] = mapped_column(String(5), default="nl")
    text: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    acknowledge_by: Mapped[date]
    answer_by: Mapped[date]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    token: Mapped[str] = mapped_column(String(40), unique=True)  # of the page where who complained can follow it
    state: Mapped[ComplaintState] = mapped_column(enum_of(ComplaintState), default=ComplaintState.RECEIVED, index=True)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)


class RecordEntry(Model):
    """A piece of the record of an appeal or a complaint: words, a file, or both; added, never changed."""

    __tablename__ = "record_entry"
    __table_args__ = (
        CheckConstraint("(appeal_id IS NULL) != (complaint_id IS NULL)", name="of_one_record"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, default=uncounted, autoincrement=False)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)
    complaint_id: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    kind: Mapped[EntryKind] = mapped_column(enum_of(EntryKind, "kind"))
    text: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    media_type: Mapped[str] = mapped_column(String(100), default="")
    size: Mapped[int] = mapped_column(default=0)
    checksum: Mapped[str] = mapped_column(String(64), default="")
    key: Mapped[str | None] = mapped_column(String(40), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
