"""Mail that is never lost: written in the transaction of the act, sent after it by a worker (core.delivery).

A letter gets its Message-ID when it is queued and keeps it for ever, so that even a crash between the server's
acceptance and our record of it shows the reader one letter.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

from flask import current_app
from sqlalchemy import ForeignKey, Integer, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from peerreview.core import clock
from peerreview.core.db import Json, Model, UtcDateTime, db, enum_of
from peerreview.core.hints import LETTERS, knock_after_commit


class LetterState(StrEnum):
    QUEUED = "queued"
    HELD = "held"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"


class Letter(Model):
    """One letter to one reader, in the reader's language, with what it is about."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(60), index=True)
    recipient: Mapped[str] = mapped_column(String(320), index=True)
    recipient_name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(5), default="nl")
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    attachments: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    about_type: Mapped[str] = mapped_column(String(60), default="")
    about_id: Mapped[int | None]
    state: Mapped[LetterState] = mapped_column(enum_of(LetterState), default=LetterState.QUEUED, index=True)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    lease: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
    hold_reason: Mapped[str] = mapped_column(Text, default="")
    resent_of_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"))
    bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def address(path: str) -> str:
    """The whole address of a page of ours ('/trajectories/3'), as a letter needs it."""
    return str(current_app.config["BASE_URL"]).rstrip("/") + path


def sender() -> tuple[str, str]:
    """The name and the address that letters come from."""
    return parseaddr(current_app.config["MAIL_SENDER"])


def queue(
    kind: str,
    *,
    to: str,
    name: str = "",
    language: str = "nl",
    subject: str,
    body: str,
    about: Any = None,
    attachments: Sequence[dict[str, str]] = (),
) -> Letter:
    """Add a letter to the act that is running; it leaves only if that act commits. Attachments: name, type, content."""
    moment = clock.now()
    letter = Letter(
        message_id=f"<{secrets.token_hex(16)}@{sender()[1].rsplit('@', 1)[-1]}>",
        kind=kind,
        recipient=to,
        recipient_name=" ".join(name.split()),
        language=language,
        subject=" ".join(subject.split()),
        body=body,
        attachments=list(attachments),
        about_type=about.__tablename__ if about is not None else "",
        about_id=getattr(about, "id", None),
        queued_at=moment,
        due_at=moment,
    )
    db.session.add(letter)
    knock_after_commit(LETTERS)
    return letter


def cancel(about: Any, kind: str) -> list[str]:
    """Take back, in the act that is running, the letters of this kind about this that no worker took yet.

    The addresses of whoever was or may have been written to all the same: theirs left, or are leaving now.
    """
    letters = Letter.about_type == about.__tablename__, Letter.about_id == about.id, Letter.kind == kind
    waiting = Letter.state.in_((LetterState.QUEUED, LetterState.HELD))  # who holds a letter does not keep what is over
    untouched = waiting, Letter.lease.is_(None), Letter.attempts == 0
    db.session.execute(delete(Letter).where(*letters, *untouched))
    return list(db.session.scalars(select(Letter.recipient).where(*letters).order_by(Letter.id)))


@dataclass(frozen=True)
class Lag:
    """The letters whose time has come and that no server has yet: how many, and since when the oldest."""

    letters: int
    since: datetime | None

    @property
    def seconds(self) -> float:
        """How long the oldest has been waiting; 0.0 when none is."""
        return (clock.now() - self.since).total_seconds() if self.since else 0.0


def lag() -> Lag:
    """What waits for the mail server at this moment. Held letters, and those of a later try, do not wait for it."""
    due = Letter.state == LetterState.QUEUED, Letter.due_at <= clock.now()
    count, since = db.session.execute(select(func.count(), func.min(Letter.due_at)).where(*due)).one()
    return Lag(count, since)
