"""Long work, for which no page waits: the worker makes it, a piece at a time, under a lease.

A feature keeps its long work as rows in a state of their own and hears "worker.turn" with `by=`: it takes one piece and
answers whether there was one. Who took a piece holds it until its lease ends, and renews that while it works; when a
worker dies, the piece is free for the next one after the lease.
"""

from datetime import timedelta

from flask import current_app

from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.core.events import listeners_of
from peerreview.core.hints import WORK, knock_after_commit

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3


def too_long(seconds: float) -> bool:
    """Whether work that takes about so many seconds is left to the worker (WORK_AT_ONCE_SECONDS)."""
    return seconds > float(current_app.config["WORK_AT_ONCE_SECONDS"])


def soon() -> None:
    """Let a worker take its turn as soon as the act that is running, which left long work, has been committed."""
    knock_after_commit(WORK)


def take_turns() -> int:
    """Let every feature do one piece of its long work; the number of pieces. One that fails does not stop the others."""
    done = 0
    for listener in listeners_of("worker.turn"):
        try:
            done += bool(listener(by=SYSTEM))
        except Exception:
            current_app.logger.exception("long work failed: %s", listener.__qualname__)
        db.session.remove()
    return done
