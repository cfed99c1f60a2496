"""The pages of the commission and its secretariat."""

from peerreview.commission.routes import (
    advice,
    checking,
    conditions,
    decisions,
    declaring,
    dossiers,
    letters,
    meetings,
    minutes,
    questions,
    rules,
    running,
    seats,
    voting,
)
from peerreview.commission.routes.blueprint import bp

__all__ = [
    "advice", "bp", "checking", "conditions", "decisions", "declaring", "dossiers", "letters", "meetings",
    "minutes", "questions", "rules", "running", "seats", "voting",
]  # fmt: skip
