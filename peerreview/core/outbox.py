"""Mail that is never lost: written in the transaction of the act, sent after it by a worker.

A letter gets its Message-ID when it is queued and keeps it for ever, so that even a crash between the server's
acceptance and our record of it shows the reader one letter. A worker takes letters by a lease; a lease that ran out
(the worker died) is free for the next. A refused letter is tried again after 1, 5, 30, 120 and 720 minutes.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from enum import StrEnum
from typing import Any

from flask import current_app
from flask_mail import Attachment, Message
from sqlalchemy import ForeignKey, Integer, String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from peerreview.core import clock
from peerreview.core.db import Json, Model, UtcDateTime, db, enum_of, unit_of_work
from peerreview.extensions import mail

LEASE = timedelta(minutes=5)
RETRY_MINUTES = (1, 5, 30, 120, 720)


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
    domain = current_app.config["MAIL_SENDER"].rsplit("@", 1)[-1].rstrip(">")
    letter = Letter(
        message_id=f"<{secrets.token_hex(16)}@{domain}>",
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
    return letter


def cancel(about: Any, kind: str) -> list[str]:
    """Take back, in the act that is running, the letters of this kind about this that no worker took yet.

    The addresses of whoever was or may have been written to all the same: theirs left, or are leaving now.
    """
    letters = Letter.about_type == about.__tablename__, Letter.about_id == about.id, Letter.kind == kind
    untouched = Letter.state == LetterState.QUEUED, Letter.lease.is_(None), Letter.attempts == 0
    db.session.execute(delete(Letter).where(*letters, *untouched))
    return list(db.session.scalars(select(Letter.recipient).where(*letters).order_by(Letter.id)))


def deliver_due(limit: int = 50) -> int:
    """Send what is due, at most `limit` letters; the number sent. Safe to run in several workers at once."""
    sent = 0
    for letter_id in _take(limit):
        letter = db.session.get_one(Letter, letter_id)
        try:
            _send(letter)
        except Exception as error:  # one bad letter must not keep the others waiting
            _note_failure(letter_id, f"{type(error).__name__}: {error}")
        else:
            _note_sent(letter_id)
            sent += 1
    return sent


def _take(limit: int) -> list[int]:
    """Lease due letters to this worker, in order; another worker passes them by until the lease ends."""
    moment, token = clock.now(), secrets.token_hex(16)
    free = (
        select(Letter.id)
        .where(Letter.state == LetterState.QUEUED, Letter.due_at <= moment)
        .where(or_(Letter.leased_until.is_(None), Letter.leased_until < moment))
        .order_by(Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with unit_of_work():
        ids = list(db.session.scalars(free))
        if ids:
            taken = update(Letter).where(Letter.id.in_(ids))
            db.session.execute(taken.values(lease=token, leased_until=moment + LEASE))
    return ids


def _send(letter: Letter) -> None:
    if current_app.config["MAIL_TRANSPORT"] != "smtp":
        return  # in development a letter is read at /dev/mail and goes nowhere
    message = Message(letter.subject, recipients=[(letter.recipient_name, letter.recipient)], body=letter.body)
    message.msgId = letter.message_id
    message.extra_headers = {"Content-Language": letter.language, "Auto-Submitted": "auto-generated"}
    message.attachments = [
        Attachment(item["name"], item["type"], item["content"].encode()) for item in letter.attachments
    ]
    mail.send(message)


def _note_sent(letter_id: int) -> None:
    with unit_of_work():
        letter = db.session.get_one(Letter, letter_id)
        letter.state, letter.sent_at, letter.leased_until = LetterState.SENT, clock.now(), None  # lifecycle: one move
        letter.attempts += 1


def _note_failure(letter_id: int, error: str) -> None:
    with unit_of_work():
        letter = db.session.get_one(Letter, letter_id)
        letter.last_error, letter.leased_until = error[:2000], None
        if letter.attempts < len(RETRY_MINUTES):
            letter.due_at = clock.now() + timedelta(minutes=RETRY_MINUTES[letter.attempts])
        else:
            letter.state = LetterState.FAILED
        letter.attempts += 1
