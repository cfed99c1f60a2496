"""The pages of fair play, each file one subject; all under one name."""

from peerreview.fairplay.routes import feedback, figures, sample, take_homes
from peerreview.fairplay.routes.blueprint import bp

__all__ = ["bp", "feedback", "figures", "sample", "take_homes"]
