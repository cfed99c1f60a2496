"""The workspace of a self-evaluation: overview, one norm at a time, the five questions, thinking along, earlier texts, an
old text taken over, who writes what, documents, and the signature."""

from peerreview.selfevaluations.routes import (
    answers,
    evidence,
    imports,
    overview,
    reflections,
    talk,
    together,
    versions,
)
from peerreview.selfevaluations.routes.blueprint import bp

__all__ = ["answers", "bp", "evidence", "imports", "overview", "reflections", "talk", "together", "versions"]
