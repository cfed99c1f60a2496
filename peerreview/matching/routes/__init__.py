"""Pages about matching: the secretariat's workbench, and the exchange that an organisation is in."""

from peerreview.matching.routes import exchanges, rotation, runs
from peerreview.matching.routes.blueprint import bp

__all__ = ["bp", "exchanges", "rotation", "runs"]
