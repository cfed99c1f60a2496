"""How often somebody may try: per address of the network, and per account, so that nobody can guess on and on.

For passwords and codes only wrong tries count, so that who knows the way in is not kept out by their own visits; for
letters every request counts. A page beyond its limit answers 429.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import Flask, Response, request, session
from flask_limiter.util import get_remote_address
from flask_login import current_user

from peerreview.extensions import limiter

View = Callable[..., Any]


def _wrong(answer: Response) -> bool:
    return answer.status_code == 422


def _address() -> str:
    return get_remote_address() or "nowhere"


def _account() -> str:
    """The account that is named in the form; hashed, because limits may be kept outside the database."""
    named = request.form.get("email", "").strip().lower()
    return "account:" + hashlib.sha256(named.encode()).hexdigest()[:32]


def _halfway() -> str:
    """The person whose password was right and who now types a code."""
    return "halfway:" + str(session.get("tf_user_id", _address()))


def _person() -> str:
    return "person:" + str(current_user.get_id() if current_user.is_authenticated else _address())


def _invitation() -> str:
    return "invitation:" + hashlib.sha256(str((request.view_args or {}).get("token", "")).encode()).hexdigest()[:32]


def tries(count: str, key: Callable[[], str]) -> Callable[[View], View]:
    """At most so many wrong tries."""
    return limiter.limit(count, key_func=key, methods=["POST"], deduct_when=_wrong)


def letters(count: str, key: Callable[[], str]) -> Callable[[View], View]:
    """At most so many requests, right or wrong."""
    return limiter.limit(count, key_func=key, methods=["POST"])


RULES: dict[str, tuple[Callable[[View], View], ...]] = {
    "security.login": (tries("40 per 15 minutes", _address), tries("10 per 15 minutes", _account)),
    "security.verify": (tries("10 per 15 minutes", _person),),
    "security.change_password": (tries("10 per 15 minutes", _person),),
    "security.forgot_password": (letters("20 per hour", _address), letters("4 per hour", _account)),
    "security.send_confirmation": (letters("20 per hour", _address), letters("4 per hour", _account)),
    "security.reset_password": (letters("20 per hour", _address),),
    "security.two_factor_token_validation": (tries("40 per 15 minutes", _address), tries("6 per 15 minutes", _halfway)),
    "security.two_factor_setup_validate": (letters("20 per 15 minutes", _person),),
    "security.mf_recovery": (tries("40 per 15 minutes", _address), tries("6 per 15 minutes", _halfway)),
    "security.wan_signin": (letters("60 per 15 minutes", _address),),
    "security.wan_signin_response": (letters("60 per 15 minutes", _address),),
    "accounts.accept_invitation": (letters("30 per hour", _address), letters("10 per hour", _invitation)),
    "accounts.invite": (letters("60 per hour", _person),),
    "accounts.invite_here": (letters("60 per hour", _person),),
}


def init_app(app: Flask) -> None:
    for name, rules in RULES.items():
        app.view_functions[name] = _limited(app.view_functions[name], rules)


@cache
def _limited(view: View, rules: tuple[Callable[[View], View], ...]) -> View:
    """Once per view and process: a second application in the same process must not count each try twice."""
    for rule in rules:
        view = rule(view)
    return view
