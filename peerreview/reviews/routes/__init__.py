"""The pages of a review, each file one subject; all under one name."""

from peerreview.reviews.routes import factcheck, findings, notes, ratings, report, reviews, sources, word
from peerreview.reviews.routes.blueprint import bp

__all__ = ["bp", "factcheck", "findings", "notes", "ratings", "report", "reviews", "sources", "word"]
