"""Pages about one's own account and role."""

from flask import Blueprint, Flask

from peerreview.accounts import signin
from peerreview.core import access

bp = Blueprint("accounts", __name__)


def init_app(app: Flask) -> None:
    signin.init_app(app)
    names = [name for name in app.view_functions if name.startswith("security.")]
    access.declare(app, dict.fromkeys(names, "public"))
