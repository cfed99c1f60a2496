"""Proof for everybody: what machines read, the logos, the check page, and who is a qualified reviewer."""

from peerreview.credentials.routes import check, logos, machines, reviewers
from peerreview.credentials.routes.blueprint import bp, init_app

__all__ = ["bp", "check", "init_app", "logos", "machines", "reviewers"]
