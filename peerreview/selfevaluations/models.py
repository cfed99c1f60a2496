"""A self-evaluation, one answer per norm, and the evidence that may lie beside several norms."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.accounts.models import Person
from peerreview.core.db import Base, Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.frameworks.models import Norm
from peerreview.selfevaluations.lifecycle import ImportState, OwnRating, Question
from peerreview.trajectories.models import Trajectory

evidence_norm = Table(
    "evidence_norm",
    Base.metadata,
    Column("evidence_id", ForeignKey("evidence.id", ondelete="CASCADE"), primary_key=True),
    Column("norm_id", ForeignKey("norm.id"), primary_key=True),
)


class SelfEvaluation(Versioned, Model):
    __tablename__ = "self_evaluation"

    id: Mapped[int] = mapped_column(primary_key=True)
    trajectory_id: Mapped[int] = mapped_column(ForeignKey("trajectory.id"), unique=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    trajectory: Mapped[Trajectory] = relationship(lazy="raise")
    answers: Mapped[list["Answer"]] = relationship(back_populates="self_evaluation", lazy="raise")


class Answer(Versioned, Model):
    """What the organisation says about one norm; all are made, empty, when the self-evaluation starts."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("self_evaluation_id", "norm_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    self_evaluation_id: Mapped[int] = mapped_column(ForeignKey("self_evaluation.id"), index=True)
    norm_id: Mapped[int] = mapped_column(ForeignKey("norm.id"))
    rating: Mapped[OwnRating | None] = mapped_column(enum_of(OwnRating, "rating"))
    story: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[str] = mapped_column(Text, default="")  # what changed since the last cycle
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    self_evaluation: Mapped[SelfEvaluation] = relationship(back_populates="answers", lazy="raise")
    norm: Mapped[Norm] = relationship(lazy="raise")
    assigned_to: Mapped[Person | None] = relationship(foreign_keys=[assigned_to_id], lazy="raise")
    updated_by: Mapped[Person | None] = relationship(foreign_keys=[updated_by_id], lazy="raise")


class Reflection(Versioned, Model):
    """The answer to one of the five questions about the whole; made when somebody first writes it."""

    __tablename__ = "reflection"
    __table_args__ = (UniqueConstraint("self_evaluation_id", "question"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    self_evaluation_id: Mapped[int] = mapped_column(ForeignKey("self_evaluation.id"), index=True)
    question: Mapped[Question] = mapped_column(enum_of(Question, "question"))
    text: Mapped[str] = mapped_column(Text, default="")
    updated_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    updated_by: Mapped[Person | None] = relationship(lazy="raise")


class Remark(Model):
    """What a colleague says about an answer while it is written; for the organisation alone. Settled when dealt with."""

    __tablename__ = "answer_remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise")


class TextImport(Versioned, Model):
    """An old text as it was read: what would be put with which norm, until it is applied or thrown away.

    `pieces`: norm_id, text, rating of each norm that was found; `strange`: what belongs to no norm; `done`: norm_id and
    the numbers of the versions before and after, of each answer that was changed.
    """

    __tablename__ = "text_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    self_evaluation_id: Mapped[int] = mapped_column(ForeignKey("self_evaluation.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    pieces: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    strange: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    done: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    state: Mapped[ImportState] = mapped_column(enum_of(ImportState), default=ImportState.PREVIEWED)
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Evidence(Model):
    """A document of the organisation; its bytes are in the storage under `key`."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    self_evaluation_id: Mapped[int] = mapped_column(ForeignKey("self_evaluation.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    checksum: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(40), unique=True)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    norms: Mapped[list[Norm]] = relationship(secondary=evidence_norm, order_by=Norm.position, lazy="raise")


class EvidenceOpening(Model):
    """Somebody opened a document, in which role and for which organisation; its owner reads this."""

    __tablename__ = "evidence_opening"

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(lazy="raise")
