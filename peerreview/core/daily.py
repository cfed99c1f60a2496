"""The work of each day: told once to every feature that listens."""

from datetime import date

from flask import current_app

from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.core.events import listeners_of


def begin_day(day: date) -> int:
    """Tell every feature that hears "day.began"; one that fails does not keep the others from their work."""
    done = 0
    for listener in listeners_of("day.began"):
        try:
            listener(day, by=SYSTEM)
            done += 1
        except Exception:
            current_app.logger.exception("the work of %s failed: %s", day, listener.__qualname__)
        db.session.remove()
    return done
