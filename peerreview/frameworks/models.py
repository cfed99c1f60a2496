"""A framework, its versions, and what a version holds: chapters, competencies and norms. Texts carry nl and en."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from peerreview.core.db import Base, Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.frameworks.lifecycle import VersionState

norm_competency = Table(
    "norm_competency",
    Base.metadata,
    Column("norm_id", ForeignKey("norm.id"), primary_key=True),
    Column("competency_id", ForeignKey("competency.id"), primary_key=True),
)


class Framework(Model):
    """A family of versions under one identifier."""

    __tablename__ = "framework"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(String(80), unique=True)


class FrameworkVersion(Versioned, Model):
    """One edition of a framework; once published neither it nor anything in it changes."""

    __tablename__ = "framework_version"
    __table_args__ = (UniqueConstraint("framework_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    label: Mapped[str] = mapped_column(String(20))
    title: Mapped[dict[str, str]] = mapped_column(Json)
    description: Mapped[dict[str, str]] = mapped_column(Json)
    rating_scale: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    interlocutors: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    checksum: Mapped[str] = mapped_column(String(64))
    state: Mapped[VersionState] = mapped_column(enum_of(VersionState), default=VersionState.DRAFT)
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    framework: Mapped[Framework] = relationship(lazy="raise")
    chapters: Mapped[list["Chapter"]] = relationship(order_by="Chapter.position", lazy="raise")
    competencies: Mapped[list["Competency"]] = relationship(order_by="Competency.position", lazy="raise")
    norms: Mapped[list["Norm"]] = relationship(order_by="Norm.position", lazy="raise")


class Chapter(Model):
    __tablename__ = "chapter"
    __table_args__ = (UniqueConstraint("version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("framework_version.id"))
    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    title: Mapped[dict[str, str]] = mapped_column(Json)
    description: Mapped[dict[str, str]] = mapped_column(Json)

    norms: Mapped[list["Norm"]] = relationship(order_by="Norm.position", back_populates="chapter", lazy="raise")


class Competency(Model):
    __tablename__ = "competency"
    __table_args__ = (UniqueConstraint("version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("framework_version.id"))
    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    title: Mapped[dict[str, str]] = mapped_column(Json)
    description: Mapped[dict[str, str]] = mapped_column(Json)

    norms: Mapped[list["Norm"]] = relationship(
        secondary=norm_competency, order_by="Norm.position", back_populates="competencies", lazy="raise"
    )


class Norm(Model):
    """One norm: what it asks, why, what each rating looks like, what one may ask and with whom."""

    __tablename__ = "norm"
    __table_args__ = (UniqueConstraint("version_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("framework_version.id"))
    chapter_id: Mapped[int] = mapped_column(ForeignKey("chapter.id"))
    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    theme_code: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[dict[str, str]] = mapped_column(Json)
    statement: Mapped[dict[str, str]] = mapped_column(Json)
    explanation: Mapped[dict[str, str]] = mapped_column(Json)
    indicators: Mapped[dict[str, dict[str, str]]] = mapped_column(Json)
    questions: Mapped[dict[str, list[str]]] = mapped_column(Json)
    interlocutors: Mapped[list[str]] = mapped_column(Json)
    evidence_examples: Mapped[dict[str, list[str]]] = mapped_column(Json)
    essential: Mapped[bool] = mapped_column(default=False)

    chapter: Mapped[Chapter] = relationship(back_populates="norms", lazy="raise")
    competencies: Mapped[list[Competency]] = relationship(
        secondary=norm_competency, order_by=Competency.position, back_populates="norms", lazy="raise"
    )
