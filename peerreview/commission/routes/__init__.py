"""The pages of the commission and its secretariat."""

from peerreview.commission.routes import (
    checking,
    conditions,
    decisions,
    declaring,
    dossiers,
    letters,
    meetings,
    minutes,
    questions,
    running,
    seats,
    voting,
)
from peerreview.commission.routes.blueprint import bp

__all__ = [
    "bp", "checking", "conditions", "decisions", "declaring", "dossiers", "letters", "meetings",
    "minutes", "questions", "running", "seats", "voting",
]  # fmt: skip
