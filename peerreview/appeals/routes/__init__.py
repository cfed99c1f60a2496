"""The pages of appeals and complaints."""

from peerreview.appeals.routes import appeals, complaints, lodging, panel
from peerreview.appeals.routes.blueprint import bp

__all__ = ["appeals", "bp", "complaints", "lodging", "panel"]
