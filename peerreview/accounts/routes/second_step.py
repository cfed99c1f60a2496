"""Roles that carry much need a second step to sign in: until it is there, its holder can only set it up."""

from typing import Any

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import current_user
from flask_security.twofactor import is_tf_setup
from flask_security.webauthn import has_webauthn

from peerreview.accounts.lifecycle import NEED_SECOND_FACTOR
from peerreview.accounts.routes.signin import STRONG
from peerreview.core import access, forms
from peerreview.core.pages import wants_fragment
from peerreview.core.web import SAFE, error_page

OPEN = {
    "accounts.show_second_step",
    "core.choose_language",
    "core.choose_theme",
    "core.label_css",
    "core.health",
    "core.worker_health",
    "core.list_mail",
    "core.show_mail",
    "security.logout",
    "security.verify",
    "security.two_factor_setup",
    "security.two_factor_setup_validate",
    "security.mf_recovery_codes",
    "security.wan_register",
    "security.wan_register_response",
    "security.wan_verify",
    "security.wan_verify_response",
    "static",
}


def init_app(app: Flask) -> None:
    app.before_request(_ask_for_it)
    app.after_request(_note_passkey)


def missing() -> bool:
    """Whether this person holds such a role and signed in by one step only. Asks the database only for who does."""
    if not current_app.config["SECOND_FACTOR_REQUIRED"] or access.current_actor() is None:
        return False
    if not any(one.role in NEED_SECOND_FACTOR for one in g.roles_held) or session.get(STRONG):
        return False
    return not (is_tf_setup(current_user) or has_webauthn(current_user, "secondary"))


def _ask_for_it() -> Any:
    g.proved_at = session.get("fs_paa")
    if request.endpoint is None or request.endpoint in OPEN or not missing():
        return None
    if wants_fragment():
        return error_page(403)
    if request.method not in SAFE:
        forms.keep()
    return redirect(url_for("accounts.show_second_step"), code=303)


def _note_passkey(answer: Any) -> Any:
    """Who proved with a passkey that it is still them has taken the second step."""
    if request.endpoint == "security.wan_verify_response" and session.get("fs_paa") != g.get("proved_at"):
        session[STRONG] = True
    return answer
