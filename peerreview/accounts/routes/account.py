"""One's own account, and the role in which one acts."""

from typing import Any

from flask import Blueprint
from flask_login import current_user

from peerreview.core.access import signed_in
from peerreview.core.pages import page

bp = Blueprint("accounts", __name__)


@bp.get("/account")
@signed_in
def show_account() -> Any:
    return page("accounts/account.html", person=current_user)
