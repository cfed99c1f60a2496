"""Pages about signing in, one's own account, and the people of an organisation."""

from flask import Flask

from peerreview.accounts.routes import signin
from peerreview.accounts.routes.account import bp

blueprints = [bp]
__all__ = ["blueprints", "bp", "init_app"]


def init_app(app: Flask) -> None:
    signin.init_app(app)
