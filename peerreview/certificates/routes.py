"""The public register, the page behind a QR code, an organisation's own certificate, and changing a status."""

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, make_response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from peerreview.certificates import policy, queries, services
from peerreview.certificates.documents import certificate_data
from peerreview.certificates.forms import StatusForm, read_day
from peerreview.certificates.lifecycle import CERTIFICATE
from peerreview.certificates.models import Certificate
from peerreview.certificates.queries import Asked
from peerreview.certificates.standing import check_code, clean_number, dots
from peerreview.certificates.words import ROUTE, STATUS, scope
from peerreview.core import access, clock, documents, i18n, outbox, qr, sheets
from peerreview.core.access import public, requires, the_actor
from peerreview.core.pages import done, page
from peerreview.extensions import limiter

bp = Blueprint("certificates", __name__)
LOOKUPS = "120 per minute"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(certificate_status=STATUS, certificate_route=ROUTE, certificate_scope=scope)


def remembered(response: Response) -> Response:
    """For visitors: a browser may keep the page and ask whether it says anything else since.

    Its mark is made of what it says: one that changed with every act would tell the world when somebody did something.
    """
    if access.current_actor() is None and response.status_code == 200:
        response.add_etag()
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
    places = queries.register_places(asked)
    shown = page(
        "certificates/register.html",
        asked=asked,
        typed_day=request.args.get("on", ""),
        wrong_day=bool(request.args.get("on")) and read_day(request.args["on"]) is None,
        register=queries.register_page(places, asked),
        valid=sum(row.status == "active" for row in places),
        dots=Markup(dots(places)),  # noqa: S704 - numbers and our own words
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
    return remembered(page("certificates/registered.html", held=held, **facts))


def _on_a_day(held: Any) -> dict[str, Any]:
    """What stood there on the day that the reader asked about."""
    typed = request.args.get("on", "")
    day = read_day(typed)
    found = [(certificate, queries.status_on(certificate, day)) for certificate in held] if day else []
    standing = next((pair for pair in found if pair[1][0] != "none"), None)
    return {"typed_day": typed, "day_asked": day, "then": standing}


@bp.get("/c/<number>")
@public
@limiter.limit(LOOKUPS)
def show_certificate(number: str) -> Any:
    certificate = queries.certificate_numbered(clean_number(number))
    if certificate is None:
        return page("certificates/unknown.html", number=number[:40], status=404)
    return remembered(page("certificates/certificate.html", **_facts(certificate)))


@bp.get("/certificates/check")
@public
@limiter.limit(LOOKUPS)
def check_certificate() -> Any:
    if typed := request.args.get("number", "").strip():
        return done(url_for("certificates.show_certificate", number=clean_number(typed)))
    return page("certificates/check.html")


def _facts(certificate: Certificate) -> dict[str, Any]:
    """All that a page about one certificate says."""
    standing, since = queries.status_on(certificate)
    address = outbox.address(f"/c/{certificate.number}")
    return {
        "certificate": certificate,
        "organisation": certificate.organisation,
        "standing": standing,
        "since": since,
        "code": check_code(current_app.config["SECRET_KEY"], certificate.number, certificate.organisation.kvk),
        "address": address,
        "partners": queries.partners_of(certificate),
        "qr": Markup(qr.svg(address, title=_("QR code to this page"))),  # noqa: S704 - made by us of our own address
    }


@bp.get("/c/<number>/certificate.pdf")
@public
@limiter.limit("20 per minute")
def download_certificate(number: str) -> Any:
    certificate = queries.certificate_numbered(clean_number(number))
    if certificate is None or queries.status_on(certificate)[0] != "active":
        abort(404)
    answer = make_response(_pdf(json.dumps(_pdf_data(certificate), sort_keys=True), i18n.language()))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f"attachment; filename=certificate-{certificate.number}.pdf"
    return answer


@lru_cache(maxsize=64)
def _pdf(data: str, language: str) -> bytes:
    """The same data gives the same bytes, so a certificate that was made is not made again."""
    return documents.render("certificate", json.loads(data), language=language)


def _pdf_data(certificate: Certificate) -> dict[str, Any]:
    trajectory, facts = certificate.trajectory, _facts(certificate)
    association = current_app.extensions["association"]
    signed_by = certificate.decision.signed_by
    return certificate_data(
        number=certificate.number,
        organisation=certificate.organisation.name,
        kvk=certificate.organisation.kvk,
        scope=scope(trajectory.scope_kind.value, trajectory.scope_text),
        route=str(ROUTE[trajectory.route.value]),
        framework=str(i18n.localised(queries.framework_title(trajectory.framework_version))),
        decided_on=certificate.decision.decided_on,
        starts_on=certificate.starts_on,
        ends_on=certificate.ends_on,
        chair=signed_by.name if signed_by else "",
        url=facts["address"],
        code=facts["code"],
        qr=str(facts["qr"]),
        product=association.product_name,
        label=association.label_name,
    )


@bp.get("/certificate")
@requires(policy.may_see_own)
def show_own() -> Any:
    held = queries.certificates_of(the_actor().organisation_id or 0)
    return page("certificates/own.html", **(_facts(held[0]) if held else {"certificate": None}))


@bp.get("/certificates/<int:certificate_id>")
@requires(policy.may_change_status, queries.certificate_for)
def edit_certificate(certificate: Certificate) -> Any:
    return _status_page(certificate, StatusForm())


@bp.post("/certificates/<int:certificate_id>/<any(suspend, reinstate, withdraw, surrender):verb>")
@requires(policy.may_change_status, queries.certificate_for)
def change_status(certificate: Certificate, verb: str) -> Any:
    form = StatusForm()
    if not form.validate_on_submit():
        return _status_page(certificate, form, status=422)
    services.change_status(certificate, verb, reason=form.reason.data or "", by=the_actor())
    return done(url_for("certificates.edit_certificate", certificate_id=certificate.id))


def _status_page(certificate: Certificate, form: StatusForm, status: int = 200) -> Any:
    verbs = [verb for verb in CERTIFICATE.verbs(certificate.state) if verb != "expire"]
    words = {
        "suspend": _("Suspend"),
        "reinstate": _("Make valid again"),
        "withdraw": _("Withdraw"),
        "surrender": _("Given back by the holder"),
    }
    wanted = [(verb, words[verb]) for verb in verbs]
    return page("certificates/edit.html", **_facts(certificate), form=form, verbs=wanted, status=status)  # fmt: skip
