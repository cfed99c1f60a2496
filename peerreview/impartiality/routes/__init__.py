"""The impartiality register, what is decided in it, and what organisations and people declare."""

from peerreview.impartiality.routes import deciding, declaring, register
from peerreview.impartiality.routes.blueprint import bp

__all__ = ["bp", "deciding", "declaring", "register"]
