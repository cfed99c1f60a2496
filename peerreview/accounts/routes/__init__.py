"""Pages about signing in, one's own account, invitations, and the people of an organisation."""

from flask import Flask, request

from peerreview.accounts import services
from peerreview.accounts.queries import person_of
from peerreview.accounts.routes import account, invitations, limits, people, second_step, signin
from peerreview.accounts.routes.blueprint import bp
from peerreview.core import access
from peerreview.core.db import writing

__all__ = ["account", "bp", "init_app", "invitations", "people"]
WRITING = frozenset({"security.confirm_email", "core.choose_language"})


def init_app(app: Flask) -> None:
    app.before_request(_take_the_lock)
    signin.init_app(app)
    second_step.init_app(app)
    limits.init_app(app)
    app.before_request(_keep_language)


def _take_the_lock() -> None:
    """A few addresses that one follows as a link do change something; a writer takes its lock from the start."""
    if request.endpoint in WRITING:
        writing.set(True)


def _keep_language() -> None:
    """The link in the bar also sets the language of the person who is signed in, so that letters follow it."""
    if request.endpoint == "core.choose_language" and (actor := access.current_actor()):
        services.choose_language(person_of(actor), (request.view_args or {})["code"])
