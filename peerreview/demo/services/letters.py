"""Letters of the demo that did not simply arrive, and a deadline that was postponed: by the services that people use."""

from datetime import timedelta

from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db
from peerreview.core.outbox import Letter, LetterState
from peerreview.deadlines import queries as deadlines
from peerreview.deadlines.services import postpone
from peerreview.letters import services as letters
from peerreview.letters.bounces import Bounce
from peerreview.letters.lifecycle import LETTER

POSTPONED = "reviews.draft"


def make_letters(secretariat: Actor) -> None:
    """One letter came back, one is held, and one team got more time for its report."""
    waiting = select(Letter).where(Letter.state == LetterState.QUEUED, Letter.kind.like("proposal.%"))
    newest = list(db.session.scalars(waiting.order_by(Letter.id.desc()).limit(2)))
    if len(newest) == 2:
        back, held = newest
        audit.change_state(back, LETTER, "send", by=SYSTEM)
        back.sent_at, back.attempts = clock.now(), 1
        why = "550 5.1.1 recipient address rejected: user unknown"
        letters.note_bounce(Bounce(back.message_id, back.recipient, "5.1.1", why))
        letters.hold(held, reason="Eerst bellen: de coördinator is net gewisseld.", by=secretariat)
    due = next(iter(deadlines.open_now(deadlines.rules_of_rounds(), kind=POSTPONED)), None)
    if due is not None:
        later = clock.add_working_days(max(due.due_on, clock.today()) + timedelta(days=7), 0)
        postpone(due, to=later, reason="De teamleider was twee weken ziek.", by=secretariat)
