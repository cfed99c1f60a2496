"""Pages about matching: the secretariat's workbench, and the exchange that an organisation is in."""

from peerreview.matching.routes import by_hand, comparison, exchanges, long_runs, publication, rotation, runs, searches
from peerreview.matching.routes.blueprint import bp

__all__ = ["bp", "by_hand", "comparison", "exchanges", "long_runs", "publication", "rotation", "runs", "searches"]
