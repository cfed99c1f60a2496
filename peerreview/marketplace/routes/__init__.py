"""Pages of the marketplace: offers, and what organisations ask and wish of each other."""

from peerreview.marketplace.routes import browsing, offers, proposals, watching, wishes
from peerreview.marketplace.routes.blueprint import bp

__all__ = ["bp", "browsing", "offers", "proposals", "watching", "wishes"]
