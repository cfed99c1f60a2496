"""The heartbeat of each worker: what tells an operator that mail and long work are looked after."""

from datetime import datetime, timedelta

from sqlalchemy import String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from peerreview.core import clock
from peerreview.core.db import Model, UtcDateTime, db, unit_of_work

EVERY = timedelta(seconds=5)
ALIVE = timedelta(seconds=30)  # who was not seen for so long is taken for dead
FORGOTTEN = timedelta(days=1)


class Beat(Model):
    """One running worker, what it looks after, when it was last seen, and since when it is at one piece of work."""

    __tablename__ = "beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="")
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_since: Mapped[datetime | None] = mapped_column(UtcDateTime)


def beat(name: str, kind: str, busy_since: datetime | None = None) -> None:
    """Say that this worker lives; the first time makes its row."""
    moment = clock.now()
    with unit_of_work():
        seen = update(Beat).where(Beat.name == name).values(seen_at=moment, busy_since=busy_since).returning(Beat.id)
        if db.session.scalar(seen.execution_options(synchronize_session=False)) is None:
            db.session.execute(delete(Beat).where(Beat.seen_at < moment - FORGOTTEN))
            row = {"name": name, "kind": kind, "began_at": moment, "seen_at": moment, "busy_since": busy_since}
            db.session.execute(insert(Beat).values(row))


def end(name: str) -> None:
    """Say that this worker ends, as it was asked to."""
    with unit_of_work():
        db.session.execute(delete(Beat).where(Beat.name == name))


def alive(kind: str | None = None) -> list[Beat]:
    """The workers (of this kind) that were seen lately, the eldest first."""
    seen = select(Beat).where(Beat.seen_at > clock.now() - ALIVE).order_by(Beat.id)
    return list(db.session.scalars(seen.where(Beat.kind == kind) if kind else seen))


def is_eldest(name: str, kind: str) -> bool:
    """Whether of the living workers of this kind this is the one that does what is done once."""
    eldest = next(iter(alive(kind)), None)
    return eldest is not None and eldest.name == name
