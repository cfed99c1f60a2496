"""The pages that belong to no feature: language and theme, the label's colours, health, and a developer's mail."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy import select, text

from peerreview.core import access, i18n
from peerreview.core.access import public
from peerreview.core.association import Association
from peerreview.core.db import db
from peerreview.core.outbox import Letter
from peerreview.core.paging import paged
from peerreview.core.watch import Workers

bp = Blueprint("core", __name__)
YEAR = 365 * 24 * 3600


def init_app(app: Flask) -> None:
    association = Association.of(app.config["SETTINGS"])
    app.extensions["association"] = association

    @app.context_processor
    def _everywhere() -> dict[str, Any]:
        return {
            "actor": access.current_actor() if request else None,
            "association": association,
            "theme": request.cookies.get("theme") if request else None,
            "language_switch": _language_switch(),
        }


def _language_switch() -> dict[str, str]:
    other = "en" if i18n.language() == "nl" else "nl"
    path = request.full_path.rstrip("?") if request and request.method == "GET" else "/"
    url = url_for("core.choose_language", code=other, next=path) if request else ""
    return {"url": url, "label": {"nl": "Nederlands", "en": "English"}[other], "code": other}


def only_in_development(view: Callable[..., Any]) -> Callable[..., Any]:
    """Outside development the page does not exist."""

    @wraps(view)
    def guarded(**ids: Any) -> Any:
        return view(**ids) if access.in_development() else abort(404)

    return guarded


def local_path(path: str | None) -> str:
    """A path on this site, or '/': never a way to another site."""
    return path if path and re.fullmatch(r"/(?![/\\])[^\r\n]*", path) else "/"


@bp.get("/language/<any(nl, en):code>")
@public
def choose_language(code: str) -> Any:
    answer = redirect(local_path(request.args.get("next")), code=303)
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(i18n.COOKIE, code, max_age=YEAR, samesite="Lax", httponly=True, secure=secure)
    return answer


@bp.get("/theme/<any(light, dark, device):choice>")
@public
def choose_theme(choice: str) -> Any:
    answer = redirect(local_path(request.args.get("next")), code=303)
    if choice == "device":
        answer.delete_cookie("theme")
    else:
        answer.set_cookie("theme", choice, max_age=YEAR, samesite="Lax", httponly=True)
    return answer


@bp.get("/label.css")
@public
def label_css() -> Response:
    """The label's own colours, when the association set them; for light and dark alike."""
    chosen = current_app.config
    lines = [
        f"--pr-{token}: {colour};"
        for token, colour in (("plum", chosen["LABEL_COLOUR_WE"]), ("petrol", chosen["LABEL_COLOUR_PARTNER"]))
        if colour
    ]
    css = f":root:root {{ {' '.join(lines)} }}\n" if lines else "/* the label's own colours: none set */\n"
    answer = make_response(css)
    answer.mimetype = "text/css"
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


@bp.get("/health")
@public
def health() -> Response:
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")


@bp.get("/health/worker")
@public
def worker_health() -> Response:
    """For a watchman from outside: whether letters and long work are looked after, and no numbers."""
    well = Workers.now().well
    return Response("ok\n" if well else "late\n", status=200 if well else 503, mimetype="text/plain")


@bp.get("/dev/mail")
@public
@only_in_development
def list_mail() -> Any:
    statement = select(Letter).order_by(Letter.id.desc())
    if to := request.args.get("to", "").strip():
        statement = statement.where(Letter.recipient.contains(to, autoescape=True))
    letters = paged(statement, request.args.get("page", 1, int), size=30, scalars=True)
    return render_template("core/mail.html", letters=letters, to=to)


@bp.get("/dev/mail/<int:letter_id>")
@public
@only_in_development
def show_mail(letter_id: int) -> Any:
    letter = db.session.get(Letter, letter_id) or abort(404)
    return render_template("core/letter.html", letter=letter)


@bp.get("/dev/building-blocks")
@public
@only_in_development
def show_building_blocks() -> Any:
    return render_template("core/building_blocks.html")
