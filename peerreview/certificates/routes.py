"""The page behind a QR code, an organisation's own certificate, and changing a status."""

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, make_response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from peerreview.certificates import policy, queries, services
from peerreview.certificates.documents import certificate_data
from peerreview.certificates.forms import StatusForm
from peerreview.certificates.lifecycle import CERTIFICATE
from peerreview.certificates.models import Certificate
from peerreview.certificates.standing import check_code, clean_number
from peerreview.certificates.words import ROUTE, STATUS, scope
from peerreview.core import access, clock, documents, i18n, outbox, qr
from peerreview.core.access import public, requires, the_actor
from peerreview.core.pages import done, page
from peerreview.extensions import limiter

bp = Blueprint("certificates", __name__)
LOOKUPS = "120 per minute"


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(certificate_status=STATUS, certificate_route=ROUTE, certificate_scope=scope)


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
