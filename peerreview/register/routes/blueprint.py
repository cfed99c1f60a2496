"""What the pages of the register share: the register of this moment, and what a reader asked of it."""

import hashlib
import json
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, request

from config import ROOT
from peerreview.certificates.words import STATUS
from peerreview.core import clock, i18n
from peerreview.core.db import db
from peerreview.register import queries
from peerreview.register.days import read_day
from peerreview.register.front import NUMBER, Front
from peerreview.register.snapshot import Question, Register

bp = Blueprint("register", __name__)
LOOKUPS = "120 per minute"
FILES = "20 per minute"


def init_app(app: Flask) -> None:
    """Put the front before the application; it needs the database's engine alone, and no request."""
    with app.app_context():
        engine = db.engine
    app.wsgi_app = Front(  # type: ignore[method-assign, assignment]
        app.wsgi_app,
        number=lambda: queries.number_now(engine),
        today=clock.today,
        release=_release(app),
        sessions=(app.config["SESSION_COOKIE_NAME"], app.config.get("REMEMBER_COOKIE_NAME", "remember_token")),
        languages=i18n.LANGUAGES,
    )


def _release(app: Flask) -> str:
    """What else a page is made of: the texts, templates and assets of this version, and the association's settings."""
    files = [*(ROOT / "templates").rglob("*.html"), *i18n.FOLDER.rglob("*.po")]
    parts = [
        max(path.stat().st_mtime_ns for path in files),
        app.extensions["static_versions"],
        [str(app.config["SETTINGS"].model_dump()[name]) for name in ("base_url", "product_name", "label_name")],
    ]
    return hashlib.blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=8).hexdigest()


def the_register() -> Register:
    """The register as it is now; the front has asked its number already."""
    return queries.the_register(request.environ.get(NUMBER))


def asked() -> Question:
    """What the reader asks, from the address; what makes no sense there is left out."""
    typed = request.args
    return Question(
        on=read_day(typed.get("on", "")) or clock.today(),
        text=typed.get("q", "").strip()[:100],
        field=typed.get("field", "")[:40],
        province=typed.get("province", "")[:40],
        municipality=typed.get("municipality", "")[:100],
        status=typed.get("status", "") if typed.get("status", "") in STATUS else "",
        by_end=typed.get("order") == "end",
    )


def query(**changes: Any) -> str:
    """The question of this page with some of it changed, as a query string without page."""
    kept = {name: value for name, value in request.args.items() if name not in ("page", *changes) and value}
    return urlencode({name: value for name, value in {**kept, **changes}.items() if value})
