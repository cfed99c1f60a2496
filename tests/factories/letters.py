"""A letter in the log, by default one that was sent a minute ago."""

import secrets
from datetime import timedelta

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.outbox import Letter, LetterState


def make_letter(to: str = "samira@voorbeeld.example", **fields: object) -> Letter:
    moment = clock.now()
    values: dict[str, object] = {
        "message_id": f"<{secrets.token_hex(16)}@voorbeeld.example>", "kind": "exchange.proposed", "recipient": to,
        "subject": "Jullie partner: Brugveld", "body": "Beste Samira,\n\nJullie toetsen elkaar.\n",
        "state": LetterState.SENT, "queued_at": moment, "due_at": moment, "sent_at": moment - timedelta(minutes=1),
    }  # fmt: skip
    letter = Letter(**(values | fields))
    with unit_of_work():
        db.session.add(letter)
        db.session.flush()
    return letter
