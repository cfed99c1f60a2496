"""Letters go out: each is claimed for itself just before it is sent, and what came of it is noted before the next.

Whatever kills a worker, and wherever: a letter that it had not claimed is free, and one that it had is free again when
its claim ends. Only a death between the server's acceptance and our note sends a letter twice, with the same Message-ID.
What a server refuses for now is tried again after 1, 5, 30, 120 and 720 minutes; what it refuses for good is not. While
there is no server to be had, letters wait without being tried.
"""

import secrets
import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Integer, Row, bindparam, or_, select, update
from sqlalchemy.exc import OperationalError

from peerreview.core import clock
from peerreview.core.db import UtcDateTime, db, unit_of_work
from peerreview.core.outbox import Letter, LetterState
from peerreview.core.smtp import Line, Outcome, Verdict

CLAIM = timedelta(minutes=10)  # longer than the slowest conversation with a server, which ends by itself
RETRY_MINUTES = (1, 5, 30, 120, 720)
AT_A_LOOK = 100
CARRIED = (
    "id", "message_id", "recipient", "recipient_name", "language", "subject", "body", "attachments", "attempts",
    "last_error",
)  # fmt: skip
NOTED_WITHIN = 120.0  # seconds that a busy database gets to take what came of a letter

LETTER: Any = Letter.__table__
Result = tuple[int, Outcome]


def _free(moment: Any) -> tuple[Any, ...]:
    """What anyone may claim at this moment."""
    claimed = LETTER.c.leased_until
    return LETTER.c.state == LetterState.QUEUED, LETTER.c.due_at <= moment, or_(claimed.is_(None), claimed < moment)


# Made once: for each of thousands of letters, making them would take longer than the database needs to answer.
NOW: Any = bindparam("now", type_=UtcDateTime)
ONE = LETTER.c.id == bindparam("one")
DUE = (
    select(LETTER.c.id).where(LETTER.c.id > bindparam("last"), *_free(NOW)).order_by(LETTER.c.id)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
CLAIM_IT = (
    update(LETTER).where(ONE, *_free(NOW))
    .values(lease=bindparam("token"), leased_until=bindparam("until"), attempts=LETTER.c.attempts + 1)
    .returning(*(LETTER.c[name] for name in CARRIED))
)  # fmt: skip
# What was held too late has left all the same.
NOTE_SENT = (
    update(LETTER).where(ONE, or_(LETTER.c.state == LetterState.QUEUED, LETTER.c.state == LetterState.HELD))
    .values(state=LetterState.SENT, sent_at=NOW, last_error="", lease=None, leased_until=None)
)  # fmt: skip


def never() -> bool:
    return False


def deliver_due(limit: int = 1000, stop: Callable[[], bool] = never) -> int:
    """Send what is due, at most `limit` letters and until `stop` says so; the number sent.

    Safe to run in several workers at once. The letter under way is always finished.
    """
    sent, result = 0, None
    with Line(current_app) as line:
        try:
            for letter_id in _due(limit):
                if stop() or not _reached(line):
                    break
                letter = _turn(result, letter_id)
                result = None
                if letter is None:
                    continue
                result = letter.id, _handed_over(line, letter)
                sent += result[1].verdict == Verdict.SENT
                if not line.well:
                    break
        finally:
            if result:
                _note_surely(result)
    return sent


def _due(limit: int) -> Iterator[int]:
    """The numbers of letters that anyone may claim, oldest first; asked for by the hundred while they are sent."""
    last = 0
    while limit > 0:
        size = min(limit, AT_A_LOOK)
        found = list(db.session.scalars(DUE, {"last": last, "now": clock.now(), "most": size}))
        db.session.rollback()  # no transaction stays open while letters are sent
        yield from found
        if len(found) < size:
            return
        last, limit = found[-1], limit - size


def _reached(line: Line) -> bool:
    """Whether there is a server to give letters to; if not, they say so and stay as they are."""
    try:
        line.open()
    except (OSError, smtplib.SMTPException) as error:
        problem = f"{type(error).__name__}: {error}"[:2000]
        with unit_of_work():
            news = select(LETTER.c.id).where(*_free(clock.now()), LETTER.c.last_error != problem).limit(AT_A_LOOK)
            if waiting := list(db.session.scalars(news)):
                current_app.logger.warning("letters wait for a mail server: %s", problem)
                db.session.execute(update(LETTER).where(LETTER.c.id.in_(waiting)).values(last_error=problem))
        return False
    return True


def _turn(result: Result | None, letter_id: int) -> Row[Any] | None:
    """Note what came of the last letter and claim the next, in one transaction; None when it is no longer free."""
    moment = clock.now()
    values = {"one": letter_id, "now": moment, "token": secrets.token_hex(16), "until": moment + CLAIM}
    with unit_of_work():
        if result:
            _note(result)
        return db.session.execute(CLAIM_IT, values).one_or_none()


def _handed_over(line: Line, letter: Row[Any]) -> Outcome:
    if letter.attempts > len(RETRY_MINUTES) + 1:  # each time, the worker died of it
        return Outcome(Verdict.REFUSED, letter.last_error or "not sent, although it was begun several times")
    try:
        return line.send(letter)
    except Exception as error:  # one bad letter must not keep the others waiting
        current_app.logger.exception("letter %s cannot be sent", letter.id)
        return Outcome(Verdict.LATER, f"{type(error).__name__}: {error}")


def _note(result: Result) -> None:
    """Write what came of a letter; a move of its state is made here and by core.outbox alone."""
    letter_id, outcome = result
    moment, ended = clock.now(), {"lease": None, "leased_until": None}
    if outcome.verdict == Verdict.SENT:
        db.session.execute(NOTE_SENT, {"one": letter_id, "now": moment})
        return
    own = update(LETTER).where(LETTER.c.id == letter_id)
    if outcome.verdict == Verdict.AGAIN:
        db.session.execute(own.values(attempts=LETTER.c.attempts - 1, **ended))
        return
    attempts = db.session.scalar(select(LETTER.c.attempts).where(LETTER.c.id == letter_id)) or 1
    values: dict[str, Any] = {"last_error": outcome.said[:2000], **ended}
    if outcome.verdict == Verdict.REFUSED or attempts > len(RETRY_MINUTES):
        values["state"] = LetterState.FAILED
    else:
        values["due_at"] = moment + timedelta(minutes=RETRY_MINUTES[attempts - 1])
    db.session.execute(own.where(LETTER.c.state == LetterState.QUEUED).values(**values))


def _note_surely(result: Result) -> None:
    """Write it down however long the database is busy, for what is not noted is sent again."""
    until = time.monotonic() + NOTED_WITHIN
    while True:
        try:
            with unit_of_work():
                _note(result)
            return
        except OperationalError:
            if time.monotonic() > until:
                raise
            with suppress(OperationalError):
                db.session.rollback()
            time.sleep(0.2)
