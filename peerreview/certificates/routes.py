"""The page behind a QR code, the certificate as PDF, an organisation's own certificate, and changing a status."""

import json
from functools import lru_cache
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, make_response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from peerreview.certificates import policy, queries, services
from peerreview.certificates.documents import certificate_data
from peerreview.certificates.forms import StatusForm
from peerreview.certificates.lifecycle import CERTIFICATE, CertificateState
from peerreview.certificates.models import Certificate
from peerreview.certificates.standing import ANNOUNCED, check_code, clean_number, end_of_term, months_before, sign_up_by
from peerreview.certificates.words import CONDITION, ROUTE, STATUS, scope
from peerreview.core import access, clock, documents, i18n, outbox, qr
from peerreview.core.access import public, reads_first, requires, the_actor
from peerreview.core.pages import done, page
from peerreview.core.storage import checksum
from peerreview.extensions import limiter
from peerreview.frameworks.queries import outline_of
from peerreview.rounds.queries import open_rounds, round_for
from peerreview.trajectories.queries import current_trajectory_of

bp = Blueprint("certificates", __name__)
LOOKUPS = "120 per minute"
SURRENDERABLE = (CertificateState.ACTIVE, CertificateState.SUSPENDED)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        certificate_status=STATUS, certificate_route=ROUTE, certificate_scope=scope, condition_state=CONDITION
    )


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


@bp.get("/c/<number>")
@public
@limiter.limit(LOOKUPS)
def show_certificate(number: str) -> Any:
    certificate = queries.certificate_numbered(clean_number(number))
    if certificate is None:
        return page("certificates/unknown.html", number=number[:40], status=404)
    return remembered(page("certificates/certificate.html", **_facts(certificate)))


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
        "conditions": queries.conditions_of(certificate),
        "qr": Markup(qr.svg(address, title=_("QR code to this page"))),  # noqa: S704 - made by us of our own address
    }


@bp.get("/c/<number>/certificate.pdf")
@public
@reads_first
@limiter.limit("20 per minute")
def download_certificate(number: str) -> Any:
    certificate = queries.certificate_numbered(clean_number(number))
    if certificate is None or queries.status_on(certificate)[0] != "active":
        abort(404)
    content = _pdf(json.dumps(_pdf_data(certificate), sort_keys=True), i18n.language())
    services.remember_file(certificate, checksum(content), language=i18n.language())
    answer = make_response(content)
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
    actor = the_actor()
    held = queries.certificates_of(actor.organisation_id or 0)
    if not held:
        return page("certificates/own.html", certificate=None)
    facts = _facts(held[0])
    return page(
        "certificates/own.html",
        **facts,
        partner=", ".join(name for name, _place in facts["partners"]),
        invited_on=months_before(held[0].ends_on, ANNOUNCED),
        check_ins=[end_of_term(held[0].starts_on, months) for months in (12, 24)],
        may_surrender=policy.may_surrender(actor, held[0]) and held[0].state in SURRENDERABLE,
    )


@bp.get("/certificate/renewal")
@requires(policy.may_renew, queries.own_certificate)
def show_renewal(certificate: Certificate) -> Any:
    rounds = open_rounds(clock.today())
    begun = current_trajectory_of(certificate.organisation_id)
    carried = queries.carried_by(certificate)
    return page(
        "certificates/renewal.html",
        certificate=certificate,
        rounds=rounds,
        begun=begun if begun and begun.id > certificate.trajectory_id else None,
        carried=carried,
        norms=outline_of(certificate.trajectory.framework_version_id).by_id,
        sign_up_by=sign_up_by(certificate.ends_on),
    )


@bp.post("/certificate/renewal/<int:round_id>")
@requires(policy.may_renew, queries.own_certificate)
def begin_renewal(certificate: Certificate, round_id: int) -> Any:
    round_ = round_for(the_actor(), round_id) or abort(404)
    trajectory = services.begin_renewal(certificate, round_, by=the_actor())
    return done(url_for("trajectories.edit_sign_up", trajectory_id=trajectory.id))


@bp.get("/certificate/surrender")
@requires(policy.may_surrender, queries.own_certificate)
def show_surrender(certificate: Certificate) -> Any:
    return _surrender_page(certificate, StatusForm())


@bp.post("/certificate/surrender")
@requires(policy.may_surrender, queries.own_certificate)
def surrender(certificate: Certificate) -> Any:
    form = StatusForm()
    if not form.validate_on_submit():
        return _surrender_page(certificate, form, status=422)
    services.surrender(certificate, reason=form.reason.data or "", by=the_actor())
    return done(url_for("certificates.show_own"))


def _surrender_page(certificate: Certificate, form: StatusForm, status: int = 200) -> Any:
    return page("certificates/surrender.html", certificate=certificate, form=form, status=status)


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
