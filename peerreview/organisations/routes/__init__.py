"""The pages about members, lists on their way in, one's own organisation, and signing up as one."""

from peerreview.organisations.routes import joining, lists, members, own
from peerreview.organisations.routes.blueprint import bp

__all__ = ["bp", "joining", "lists", "members", "own"]
