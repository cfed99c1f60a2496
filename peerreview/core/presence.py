"""Who has the same page open now, and who is writing in it: said by the page itself every few seconds, kept briefly."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import Model, UtcDateTime, db, unit_of_work

EVERY = timedelta(seconds=10)  # how often a page says that it is open
THERE = timedelta(seconds=30)  # who was silent for so long is gone
WRITING = timedelta(seconds=45)  # since the last save or key
FORGOTTEN = timedelta(hours=1)


class Presence(Model):
    """Somebody at a subject ("finding" 12)."""

    __tablename__ = "presence"

    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    wrote_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int | None]  # of the text that they have before them: its history keeps that one


@dataclass(frozen=True, slots=True)
class Somebody:
    """A colleague who is there: where, who, and whether they write."""

    subject_id: int
    person_id: int
    name: str
    writes: bool

    @property
    def who(self) -> str:
        return (self.name.split() or [""])[0]


def is_here(subject: str, subject_id: int, *, by: Actor, writes: bool = False, version: int | None = None) -> None:
    """Say that this person has the page open, with this version of its text; `writes` when they typed since then."""
    if by.person_id is None:
        return
    moment = clock.now()
    here = (
        Presence.subject == subject,
        Presence.subject_id == subject_id,
        Presence.person_id == by.person_id,
    )
    said: dict[str, Any] = {"seen_at": moment, "version": version} | ({"wrote_at": moment} if writes else {})
    with unit_of_work():
        seen = update(Presence).where(*here).values(said).execution_options(synchronize_session=False)
        if db.session.execute(seen.returning(Presence.person_id)).first() is None:
            db.session.execute(delete(Presence).where(Presence.seen_at < moment - FORGOTTEN))
            row = {"subject": subject, "subject_id": subject_id, "person_id": by.person_id, "name": by.name} | said
            db.session.execute(insert(Presence).values(row))


def is_gone(subject: str, subject_id: int, *, by: Actor) -> None:
    """Say that this person left the page."""
    with unit_of_work():
        db.session.execute(
            delete(Presence).where(
                Presence.subject == subject, Presence.subject_id == subject_id, Presence.person_id == by.person_id
            )
        )


def others_at(subject: str, subject_ids: Collection[int], *, than: Actor) -> list[Somebody]:
    """The colleagues who are there now, by name; one query."""
    moment = clock.now()
    rows = db.session.execute(
        select(Presence.subject_id, Presence.person_id, Presence.name, Presence.wrote_at)
        .where(Presence.subject == subject, Presence.subject_id.in_(subject_ids), Presence.seen_at > moment - THERE)
        .where(Presence.person_id != than.person_id)
        .order_by(Presence.name, Presence.person_id)
    )
    return [
        Somebody(subject_id, person_id, name, wrote_at is not None and wrote_at > moment - WRITING)
        for subject_id, person_id, name, wrote_at in rows
    ]
