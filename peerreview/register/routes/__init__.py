"""The pages of the register, its data for machines, and what stands before both."""

from flask import Flask

from peerreview.register.routes import api, blueprint, earlier, exports, feeds, following, pages, visitors
from peerreview.register.routes.blueprint import bp

__all__ = ["api", "bp", "earlier", "exports", "feeds", "following", "init_app", "pages", "visitors"]


def init_app(app: Flask) -> None:
    """The front before the application, and errors of the API in its own words."""
    blueprint.init_app(app)
    api.init_app(app)
