"""Holding a letter, letting it go, sending it again, and noting that one came back.

A letter that left is never changed: sending it again makes a new one, with its own Message-ID.
"""

from flask_babel import gettext as _
from sqlalchemy import func, select

from peerreview.core import audit, clock, outbox
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.core.hints import LETTERS, knock_after_commit
from peerreview.core.outbox import Letter, LetterState
from peerreview.letters import policy, queries
from peerreview.letters.bounces import Bounce
from peerreview.letters.lifecycle import LEFT, LETTER

WAITING = (LetterState.QUEUED, LetterState.HELD)


def hold(letter: Letter, *, reason: str, by: Actor) -> None:
    """Keep a letter that waits from leaving, with a reason. Raises NotNow when it left or is leaving now."""
    _refuse(letter, reason, by)
    with unit_of_work():
        queries.locked(letter)
        leaving = letter.leased_until is not None and letter.leased_until > clock.now()
        if leaving or not LETTER.can(letter.state, "hold"):
            raise NotNow(_("This letter has left or is leaving now, so it cannot be held."))
        audit.change_state(letter, LETTER, "hold", by=by, reason=reason.strip())
        letter.hold_reason = reason.strip()


def release(letter: Letter, *, reason: str, by: Actor) -> None:
    """Let a letter that was held leave now, with a reason."""
    _refuse(letter, reason, by)
    with unit_of_work():
        queries.locked(letter)
        if not LETTER.can(letter.state, "release"):
            raise NotNow(_("This letter is not held."))
        audit.change_state(letter, LETTER, "release", by=by, reason=reason.strip())
        letter.hold_reason, letter.due_at = "", clock.now()
        knock_after_commit(LETTERS)


def resend(letter: Letter, *, reason: str, by: Actor) -> Letter:
    """Write the same letter again to the same address; the new one.

    Raises NotNow while it has not left, or while one that was sent again still waits.
    """
    _refuse(letter, reason, by)
    with unit_of_work():
        queries.locked(letter)
        if letter.state not in LEFT:
            raise NotNow(_("This letter has not left yet."))
        again = select(func.count()).select_from(Letter).where(Letter.resent_of_id == letter.id)
        if db.session.scalar(again.where(Letter.state.in_(WAITING))):
            raise NotNow(_("This letter was sent again already, and that one still waits to leave."))
        new = outbox.queue(
            letter.kind, to=letter.recipient, name=letter.recipient_name, language=letter.language,
            subject=letter.subject, body=letter.body, attachments=letter.attachments,
        )  # fmt: skip
        new.about_type, new.about_id, new.resent_of_id = letter.about_type, letter.about_id, letter.id
        db.session.flush()
        audit.record("letter.resend", letter, by=by, reason=reason.strip(), after={"letter": new.id})
    return new


def _refuse(letter: Letter, reason: str, by: Actor) -> None:
    if not policy.may_steer(by, letter):
        raise NotAllowed(_("Only the secretariat does this with letters."))
    if not reason.strip():
        raise Invalid(_("Write down why; it stands in the log."), ["reason"])


def note_bounce(bounce: Bounce, *, by: Actor = SYSTEM) -> Letter | None:
    """Note that a letter came back; the letter, or None when it is none of ours. Twice does no harm."""
    with unit_of_work():
        letter = queries.bounced_letter(bounce.message_id, bounce.recipient)
        if letter is None:
            return None
        queries.locked(letter)
        if LETTER.can(letter.state, "bounce"):
            why = " ".join(part for part in (bounce.status, bounce.diagnosis) if part)
            audit.change_state(letter, LETTER, "bounce", by=by, reason=bounce.status)
            letter.bounced_at, letter.last_error = clock.now(), why[:2000]
    return letter
