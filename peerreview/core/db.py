"""The database: column types that behave alike on SQLite and PostgreSQL, and the one place that commits.

`unit_of_work()` is the only code that commits. Services open one; a service called by another joins the outer one, so
that an act is whole or did not happen. On its way out it seals the audit trail; mail and jobs read what was committed.
"""

import random
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, Integer, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.types import TypeDecorator

from peerreview.core.errors import StaleVersion
from peerreview.extensions import Base, Model, db

__all__ = [
    "Base", "Json", "Model", "UtcDateTime", "Versioned", "after_commit", "db", "enum_of", "uncounted",
    "unit_of_work", "writing",
]  # fmt: skip

writing: ContextVar[bool] = ContextVar("writing", default=False)
_depth: ContextVar[int] = ContextVar("unit_of_work_depth", default=0)

BUSY = 5000  # milliseconds that SQLite itself waits for another
PATIENCE = 5.0  # seconds that a writer waits for its turn
PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={BUSY}", "synchronous=NORMAL", "cache_size=-65536")
FIRST = 10**9  # all of one length, and never taken for a number that counts
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, always with its time zone, also on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def uncounted() -> int:
    """A number for a row that its address names: from it nobody learns how many others there are, nor since when."""
    return secrets.randbelow(2**31 - FIRST) + FIRST


def enum_of(states: type[StrEnum], name: str = "state") -> Enum:
    """A text column that holds only these values, kept by a CHECK of the database; `name` is the column's name."""
    return Enum(
        states,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda e: [member.value for member in e],
    )


class Versioned:
    """A row with a `version` that rises at each change, so that the second of two writers loses politely."""

    version: Mapped[int] = mapped_column(Integer, default=1, nullable=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit what happens inside as one whole, with its audit trail; on any error nothing of it remains."""
    from peerreview.core import audit  # audit's table is made with this module

    depth = _depth.get()
    deep, write = _depth.set(depth + 1), writing.set(True)
    try:
        if depth == 0:
            _turn_writer()
        yield
        if depth == 0:
            audit.seal()
            db.session.commit()
            for act in db.session.info.pop("after_commit", {}).values():
                act()
    except BaseException as error:
        audit.forget()
        db.session.info.pop("after_commit", None)
        db.session.rollback()
        if isinstance(error, StaleDataError):
            raise StaleVersion("") from error  # the page has its own words for it
        raise
    finally:
        _depth.reset(deep)
        writing.reset(write)


def _turn_writer() -> None:
    """Let write who only read so far: SQLite gives its lock to a new transaction, never to one that reads what somebody
    has changed since. What was read before may be older than what is written now, as it always may on PostgreSQL."""
    connection = db.session.connection()
    if connection.dialect.name == "sqlite" and connection.info.get("reads"):
        connection.exec_driver_sql("COMMIT")
        _begin_writing(connection)
        connection.info["reads"] = False


def after_commit(name: str, act: Callable[[], None]) -> None:
    """Do this, once for each name, when the act that is running has been committed. It may not fail."""
    db.session.info.setdefault("after_commit", {})[name] = act


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    """WAL, foreign keys, waiting instead of failing; and transactions begun by us, not by the driver."""
    if not type(connection).__module__.startswith("sqlite3"):
        return
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: a reader that turns writer halfway can only fail."""
    if connection.dialect.name == "sqlite":
        connection.info["reads"] = not writing.get()
        if writing.get():
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Take the lock of SQLite. Its own way of waiting looks again after up to a tenth of a second, in which ten others
    may have written; so we look every few milliseconds."""
    raw: Any = connection.connection.dbapi_connection
    until = time.monotonic() + PATIENCE
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                time.sleep(random.uniform(0.001, 0.004))  # noqa: S311 - only so that two do not look in step
            else:
                return
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
