"""The public register."""

import json
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, request
from flask_babel import gettext as _
from markupsafe import Markup

from peerreview.certificates.models import Certificate
from peerreview.certificates.queries import partners_of, status_on
from peerreview.certificates.standing import check_code
from peerreview.certificates.words import STATUS, scope
from peerreview.core import access, clock, i18n, outbox, qr, sheets
from peerreview.core.access import public
from peerreview.core.pages import page
from peerreview.extensions import limiter
from peerreview.register import queries
from peerreview.register.days import read_day
from peerreview.register.queries import Asked

bp = Blueprint("register", __name__)
LOOKUPS = "120 per minute"


def remembered(response: Response) -> Response:
    """For visitors: a browser may keep the page and ask whether anything happened since."""
    if access.current_actor() is None and response.status_code == 200:
        response.set_etag(
            f"{queries.stamp()}-{clock.today():%Y%m%d}-{i18n.language()}-{request.cookies.get('theme', '')}"
        )
        response.headers["Cache-Control"] = "no-cache"
        response.vary.update(("Cookie", "Accept-Language"))
        response.make_conditional(request)
    return response


def _asked() -> Asked:
    typed = request.args
    return Asked(
        on=read_day(typed.get("on", "")) or clock.today(),
        text=typed.get("q", "").strip()[:100],
        field=typed.get("field", "")[:40],
        province=typed.get("province", "")[:40],
        status=typed.get("status", "") if typed.get("status", "") in STATUS else "",
        by_end=typed.get("order") == "end",
        page=typed.get("page", 1, int),
    )


def _query(**changes: Any) -> str:
    """The question of this page with some of it changed, as a query string without page."""
    kept = {name: value for name, value in request.args.items() if name not in ("page", *changes) and value}
    return "&".join(f"{name}={value}" for name, value in {**kept, **changes}.items() if value)


@bp.get("/register")
@public
@limiter.limit(LOOKUPS)
def list_register() -> Any:
    asked = _asked()
    rows = queries.register_rows(asked)
    shown = page(
        "register/list.html",
        asked=asked,
        typed_day=request.args.get("on", ""),
        wrong_day=bool(request.args.get("on")) and read_day(request.args["on"]) is None,
        register=queries.register_page(rows, asked.page),
        valid=sum(row.status == "active" for row in rows),
        dots=[
            (row.latitude, row.longitude, "here" if row.status == "active" else "other") for row in rows if row.latitude
        ],
        work_fields=queries.work_fields(),
        query=_query,
    )
    return remembered(shown)


COLUMNS = ("name", "kvk", "place", "province", "number", "status", "since", "starts_on", "ends_on", "scope", "route")


def _plain_rows() -> list[dict[str, Any]]:
    return [
        {
            "name": row.name, "kvk": row.kvk, "place": row.place, "province": row.province, "number": row.number,
            "status": getattr(row.status, "value", row.status), "since": row.since, "starts_on": row.starts_on,
            "ends_on": row.ends_on, "scope": scope(row.scope_kind.value, row.scope_text), "route": row.route.value,
        }
        for row in queries.register_rows(_asked())
    ]  # fmt: skip


@bp.get("/register.csv")
@public
@limiter.limit("20 per minute")
def export_register_csv() -> Any:
    content = sheets.csv_file(COLUMNS, [[row[name] for name in COLUMNS] for row in _plain_rows()])
    answer = make_response(content)
    answer.headers["Content-Type"] = sheets.CSV_TYPE
    answer.headers["Content-Disposition"] = "attachment; filename=register.csv"
    return remembered(answer)


@bp.get("/register.json")
@public
@limiter.limit("20 per minute")
def export_register_json() -> Any:
    whole = {"on": _asked().on.isoformat(), "organisations": _plain_rows()}
    answer = make_response(json.dumps(whole, default=str, ensure_ascii=False, indent=1))
    answer.mimetype = "application/json"
    return remembered(answer)


@bp.get("/register/<slug>")
@public
@limiter.limit(LOOKUPS)
def show_registered(slug: str) -> Any:
    held = queries.registered(slug)
    if not held:
        abort(404)
    facts = _facts(held[0]) | _on_a_day(held)
    return remembered(page("register/organisation.html", held=held, **facts))


def _on_a_day(held: Any) -> dict[str, Any]:
    """What stood there on the day that the reader asked about."""
    typed = request.args.get("on", "")
    day = read_day(typed)
    found = [(certificate, status_on(certificate, day)) for certificate in held] if day else []
    standing = next((pair for pair in found if pair[1][0] != "none"), None)
    return {"typed_day": typed, "day_asked": day, "then": standing}


def _facts(certificate: Certificate) -> dict[str, Any]:
    """All that a page about one certificate says."""
    standing, since = status_on(certificate)
    address = outbox.address(f"/c/{certificate.number}")
    return {
        "certificate": certificate,
        "organisation": certificate.organisation,
        "standing": standing,
        "since": since,
        "code": check_code(current_app.config["SECRET_KEY"], certificate.number, certificate.organisation.kvk),
        "address": address,
        "partners": partners_of(certificate),
        "qr": Markup(qr.svg(address, title=_("QR code to this page"))),  # noqa: S704 - made by us of our own address
    }
