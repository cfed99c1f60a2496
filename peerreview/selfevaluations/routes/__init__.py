"""The workspace of a self-evaluation: overview, one norm at a time, who writes what, documents, and the signature."""

from peerreview.selfevaluations.routes import answers, evidence, overview
from peerreview.selfevaluations.routes.blueprint import bp

__all__ = ["answers", "bp", "evidence", "overview"]
