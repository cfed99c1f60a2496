"""The pages of a review, each file one subject; all under one name."""

from peerreview.reviews.routes import (
    factcheck,
    findings,
    history,
    notes,
    ratings,
    report,
    reviews,
    sources,
    summary,
    together,
    word,
    workspace,
)
from peerreview.reviews.routes.blueprint import bp

__all__ = [
    "bp",
    "factcheck",
    "findings",
    "history",
    "notes",
    "ratings",
    "report",
    "reviews",
    "sources",
    "summary",
    "together",
    "word",
    "workspace",
]
