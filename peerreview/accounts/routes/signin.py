"""Flask-Security bound to our people: sign-in, recovery, second steps, and the person of a request in their role."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

from flask import Flask, Response, abort, g, render_template, request, session
from flask_login import current_user, user_logged_out
from flask_security import (
    Security,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    uia_email_mapper,
    user_authenticated,
    wan_deleted,
    wan_registered,
)
from flask_wtf import FlaskForm

from config import Settings
from peerreview.accounts import queries, services
from peerreview.accounts.models import Person, WebAuthnCredential
from peerreview.accounts.routes.adapted import (
    AppForm,
    Letters,
    OneTimeCodes,
    PasskeyAnswerForm,
    PasskeyForm,
    Passkeys,
    People,
    RecoverForm,
    RescueForm,
    plain,
)
from peerreview.accounts.words import role_name
from peerreview.core import access, clock, forms, i18n
from peerreview.core.access import Actor, actor_loader
from peerreview.core.db import db
from peerreview.core.routes import local_path

AFFILIATION = "affiliation_id"
STRONG = "signed_in_with_passkey"
NO_ROLE = "none"

# What each of Flask-Security's pages asks of its visitor. Signed in: the library itself sends others to sign in.
ACCESS = {
    "security.login": "public",
    "security.logout": "public",
    "security.verify": "signed_in",
    "security.forgot_password": "public",
    "security.reset_password": "public",
    "security.send_confirmation": "public",
    "security.confirm_email": "public",
    "security.change_password": "signed_in",
    "security.two_factor_setup": "public",  # or halfway through signing in
    "security.two_factor_setup_validate": "signed_in",
    "security.two_factor_token_validation": "public",  # halfway through signing in
    "security.two_factor_rescue": "public",
    "security.tf_select": "public",
    "security.mf_recovery": "public",
    "security.mf_recovery_codes": "signed_in",
    "security.wan_signin": "public",
    "security.wan_signin_response": "public",
    "security.wan_register": "signed_in",
    "security.wan_register_response": "signed_in",
    "security.wan_delete": "signed_in",
    "security.wan_verify": "signed_in",
    "security.wan_verify_response": "signed_in",
}


@actor_loader
def load_actor() -> Actor | None:
    """The signed-in person in the role kept in the session, else the one used last, else the first. One query."""
    if not current_user.is_authenticated:
        return None
    held = g.roles_held = queries.roles_held_by(current_user.id)
    by_id = {one.affiliation_id: one for one in held}
    now = (
        by_id.get(session.get(AFFILIATION, 0)) or by_id.get(current_user.last_affiliation_id) or next(iter(held), None)
    )
    return Actor(
        person_id=current_user.id,
        name=current_user.name,
        role=now.role.value if now else NO_ROLE,
        organisation_id=now.organisation_id if now else None,
        organisation_name=now.organisation_name if now else "",
        affiliation_id=now.affiliation_id if now else None,
        language=current_user.language,
        email=current_user.email,
        role_name=role_name(now.role if now else NO_ROLE),
    )


def settings_of(s: Settings) -> dict[str, Any]:
    """Flask-Security's settings for this environment; why each stands here is told where it is not plain."""
    wanted: dict[str, Any] = {
        "PASSWORD_SALT": s.security_password_salt,
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_LENGTH_MIN": services.PASSWORD_LENGTH,
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "allow_smtputf8": False},
        "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": uia_email_mapper}}],  # addresses are lower case everywhere
        "JOIN_USER_ROLES": False,
        "DATETIME_FACTORY": clock.now,
        "CONFIRMABLE": True,
        "RECOVERABLE": True,
        "CHANGEABLE": True,
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_RESCUE_EMAIL": False,  # who reads the mail can have the password too: that is no second step
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,  # seconds that a clock may be ahead or behind
        "TWO_FACTOR_POST_SETUP_VIEW": ".mf_recovery_codes",
        "TOTP_SECRETS": {"1": s.security_totp_secret},
        "TOTP_ISSUER": s.product_name,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [_fernet_key(s.recovery_codes_key or s.secret_key)],
        "WEBAUTHN": True,
        "WAN_RP_NAME": s.product_name,
        "WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "WAN_ALLOW_USER_HINTS": False,  # hints would tell an outsider who has a passkey here
        "WAN_REGISTER_FORM": PasskeyForm,
        "WAN_SIGNIN_RESPONSE_FORM": PasskeyAnswerForm,
        "FORGOT_PASSWORD_FORM": RecoverForm,
        "TWO_FACTOR_SETUP_FORM": AppForm,
        "TWO_FACTOR_RESCUE_FORM": RescueForm,
        "FRESHNESS": timedelta(minutes=30),
        "FRESHNESS_GRACE_PERIOD": timedelta(minutes=30),
        "RETURN_GENERIC_RESPONSES": True,  # nobody learns which addresses are known
        "API_ENABLED_METHODS": ["session"],
        "LOGOUT_CSRF": True,
        "POST_LOGIN_VIEW": "/",
        "POST_LOGOUT_VIEW": "/",
        "POST_CHANGE_VIEW": "/account",
        "EMAIL_PLAINTEXT": False,  # letters are written in mail.py, in the reader's language
        "EMAIL_HTML": False,
        "STATIC_FOLDER": None,
        "CLI_USERS_NAME": None,
        "CLI_ROLES_NAME": None,
        "I18N_DIRNAME": [str(i18n.FOLDER)],
    }
    # Said by the pages themselves: a message would only turn up later, on a page where it surprises.
    said = ("REAUTHENTICATION_REQUIRED", "REAUTHENTICATION_SUCCESSFUL", "TWO_FACTOR_LOGIN_SUCCESSFUL")
    wanted |= {f"MSG_{name}": ("", "info") for name in said}
    if s.environment == "testing":  # cheap, so that the tests stay quick; nowhere else
        cheap = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
        wanted |= {"PASSWORD_HASH_PASSLIB_OPTIONS": cheap, "HASHING_SCHEMES": ["hex_md5"]}
    return {f"SECURITY_{name}": value for name, value in wanted.items()}


def _fernet_key(secret: str) -> bytes:
    """A key of the form that Fernet wants, from a secret of any form."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"recovery-codes:" + secret.encode()).digest())


def _render(template: str, **context: Any) -> Any:
    """A page of the library; 422 when one of its forms is not right, as on our own pages."""
    wrong = any(isinstance(one, FlaskForm) and one.errors for one in context.values())
    return (render_template(template, form_errors=wrong, **context), 422 if wrong else 200)


def init_app(app: Flask) -> None:
    """Sign-in, recovery and second steps as this environment wants them."""
    app.config.update(settings_of(app.config["SETTINGS"]))
    datastore = People(db, Person, None, WebAuthnCredential)  # type: ignore[arg-type] # roles are our own
    security = Security(
        app,
        datastore,
        mail_util_cls=Letters,
        totp_cls=OneTimeCodes,
        webauthn_util_cls=Passkeys,
        render_template=_render,
    )
    security.want_json(lambda _request: False)  # pages only
    security.login_manager.request_loader(lambda _request: None)  # no access by tokens in addresses or headers
    security.unauthn_handler(lambda *_asked, **_more: abort(401))  # one road for all who must sign in first
    security.login_context_processor(lambda: {"kept_text": forms.KEPT in session})
    security.wan_register_context_processor(
        lambda: {"passkeys_used": {one.name: one.lastuse_datetime for one in current_user.webauthn}}
    )
    app.after_request(_stay_here)
    access.declare(app, ACCESS)


def _stay_here(answer: Response) -> Response:
    """What comes after a page of the library is a page of ours, whatever `next` says."""
    if request.blueprint == "security" and answer.location:
        answer.location = local_path(answer.location)
    return answer


# --- What happens around the library's pages -------------------------------------------------------------------------


@user_authenticated.connect
def _signed_in(_app: Flask, *, authn_via: list[str] | None = None, **_more: Any) -> None:
    """A passkey that asked for a finger, face or code is two steps in one; a changed password keeps what was proved."""
    if authn_via != ["change"]:
        session[STRONG] = authn_via == ["webauthn"]
        session.pop(AFFILIATION, None)


@user_logged_out.connect  # type: ignore[untyped-decorator]
def _signed_out(_app: Flask, **_more: Any) -> None:
    """The next person at this device gets neither the role nor the kept text of this one."""
    for name in (AFFILIATION, STRONG, "after_login"):
        session.pop(name, None)
    forms.let_go()


@password_reset.connect
def _reset(_app: Flask, *, user: Person, **_more: Any) -> None:
    services.confirm_address(plain(user))


@tf_profile_changed.connect
def _app_set(_app: Flask, *, user: Person, **_more: Any) -> None:
    services.note_safety(plain(user), "app_on")


@tf_disabled.connect
def _app_off(_app: Flask, *, user: Person, **_more: Any) -> None:
    services.note_safety(plain(user), "app_off")


@wan_registered.connect
def _passkey_added(_app: Flask, *, user: Person, **_more: Any) -> None:
    session[STRONG] = True  # it was used just now
    services.note_safety(plain(user), "passkey_on")


@wan_deleted.connect
def _passkey_removed(_app: Flask, *, user: Person, **_more: Any) -> None:
    services.note_safety(plain(user), "passkey_off")
