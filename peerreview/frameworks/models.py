"""A framework, its versions, and what a version holds: chapters, competencies and norms. Texts carry nl and en.

A published version is fixed: a flush that would change it or anything in it is refused, and the database has triggers
that refuse the same of statements that go past the session.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import DDL, Column, ForeignKey, Integer, String, Table, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from peerreview.core.db import Base, Json, Model, UtcDateTime, Versioned, enum_of
from peerreview.frameworks.lifecycle import VersionState

norm_competency = Table(
    "norm_competency",
    Base.metadata,
    Column("norm_id", ForeignKey("norm.id"), primary_key=True),
    Column("competency_id", ForeignKey("competency.id"), primary_key=True),
    Column("position", Integer, nullable=False, default=0),  # the order in which the norm names them
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


# --- A published version is fixed -------------------------------------------------------------------------------------


class PublishedVersionError(RuntimeError):
    """Code tried to change a published version, which never changes: a fault in the code, not of a person."""


def _published_before(version: FrameworkVersion | None) -> bool:
    """Whether the database holds this version as published, whatever this flush is about to make of it."""
    if version is None or not inspect(version).persistent:
        return False
    history = inspect(version).attrs.state.history
    return bool((history.deleted or history.unchanged or [None])[0] == VersionState.PUBLISHED)


def refuse_changes_of_published(session: Session, *_flush: Any) -> None:
    """Before each flush: nothing of a published version may be new, changed or gone."""
    touched = [*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted]
    for row in touched:
        if isinstance(row, FrameworkVersion):
            version: FrameworkVersion | None = row
        elif isinstance(row, Chapter | Competency | Norm):
            version = session.get(FrameworkVersion, row.version_id) if row.version_id else None
        else:
            continue
        if _published_before(version):
            raise PublishedVersionError(f"{row!r} belongs to a published version of a framework")


event.listen(Session, "before_flush", refuse_changes_of_published)

_PART = "SELECT v.state FROM framework_version v WHERE v.id = {row}.version_id"
_OF = {
    "chapter": _PART,
    "competency": _PART,
    "norm": _PART,
    "norm_competency": (
        "SELECT v.state FROM framework_version v JOIN norm n ON n.version_id = v.id WHERE n.id = {row}.norm_id"
    ),
    "framework_version": "SELECT {row}.state",
    # 'published' > 'draft'
    "framework": "SELECT max(v.state) FROM framework_version v WHERE v.framework_id = {row}.id",
}  # The state of the version to which a row belongs
_ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def _guards(table: str) -> dict[str, list[str]]:
    """The triggers of one table, by dialect. A version itself may be published, so only its old row counts."""
    sqlite, body = [], []
    verbs = ("UPDATE", "DELETE") if table in ("framework_version", "framework") else ("INSERT", "UPDATE", "DELETE")
    for verb in verbs:
        rows = ("OLD",) if table in ("framework_version", "framework") else _ROWS[verb]
        fixed = " OR ".join(f"({_OF[table].format(row=row)}) = 'published'" for row in rows)
        sqlite.append(
            f"CREATE TRIGGER {table}_fixed_{verb.lower()} BEFORE {verb} ON {table} WHEN {fixed} "
            "BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END"
        )
        body.append(
            f"IF TG_OP = '{verb}' THEN IF {fixed} THEN RAISE EXCEPTION 'a published version never changes'; END IF; "
            f"RETURN {'OLD' if verb == 'DELETE' else 'NEW'}; END IF;"
        )
    function = (
        f"CREATE OR REPLACE FUNCTION {table}_is_fixed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {' '.join(body)} RETURN NULL; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {table}_fixed BEFORE {' OR '.join(verbs)} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_is_fixed()"
    )
    return {"sqlite": sqlite, "postgresql": [function, trigger]}


GUARDS = {table: _guards(table) for table in _OF}  # migrations run the same statements
for _table, _by_dialect in GUARDS.items():
    for _dialect, _statements in _by_dialect.items():
        for _statement in _statements:
            _ddl = DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect)
            event.listen(Base.metadata.tables[_table], "after_create", _ddl)
