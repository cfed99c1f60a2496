"""The logos: with the stamp for who holds the label today, with the credential inside; and without it for everybody.

The address of the one with the stamp stays the same. When the certificate does not count, it shows that instead.
"""

import json
from functools import lru_cache
from typing import Any

from flask import Response, abort, make_response, request
from flask_babel import gettext as _

from peerreview.certificates.documents import long_day
from peerreview.certificates.queries import status_on
from peerreview.certificates.standing import clean_number
from peerreview.certificates.words import STATUS
from peerreview.core import association, documents, i18n
from peerreview.core.access import public, reads_first, signed_in, the_actor
from peerreview.core.pages import page
from peerreview.credentials import queries, services
from peerreview.credentials.baking import bake_png, bake_svg
from peerreview.credentials.routes.blueprint import SIGNED, bp, opened, told
from peerreview.extensions import limiter

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
LANGUAGES = ("nl", "en")


@lru_cache(maxsize=64)
def _picture(data: str, language: str, kind: str) -> bytes:
    """The same data gives the same picture, which is drawn once."""
    return documents.picture("logo", json.loads(data), language=language, kind=kind)


def _drawn(kind: str, **says: str) -> bytes:
    ours = association.our_own()
    brand = {"name": ours.product_name, "tagline": says.pop("tagline", ours.label_name)}
    return _picture(json.dumps({"brand": brand, **says}, sort_keys=True), i18n.language(), kind)


def _baked(kind: str, picture: bytes, token: str) -> bytes:
    return bake_svg(picture, token) if kind == "svg" else bake_png(picture, token)


def _language() -> str:
    """Asked for in the address, for a picture on somebody's site is the same for all its readers."""
    wanted = request.args.get("language", "")
    return wanted if wanted in LANGUAGES else i18n.default_language()


def _sent(content: bytes, kind: str, name: str) -> Response:
    answer = make_response(content)
    answer.mimetype = TYPES[kind]
    if "download" in request.args:
        answer.headers["Content-Disposition"] = f"attachment; filename={name}.{kind}"
    return opened(answer)


@bp.get("/c/<number>/logo.<any(svg, png):kind>")
@public
@reads_first
@limiter.limit("300 per minute")
def show_logo(number: str, kind: str) -> Any:
    certificate = queries.certificate_of_number(clean_number(number)) or abort(404)
    standing, since = status_on(certificate)
    with i18n.speaking(_language()):
        if standing == "active" and (credential := services.ensure_badge(certificate)):
            content = _baked(kind, _drawn(kind, certified=_("Certified")), credential.jwt)
        else:
            status = _("%(status)s since %(day)s", status=STATUS[standing], day=long_day(since))
            content = _drawn(kind, status=f"{certificate.number}: {status}")
    return _sent(content, kind, f"logo-{certificate.number}")


@bp.get("/logo.<any(svg, png):kind>")
@public
@limiter.limit("300 per minute")
def show_plain_logo(kind: str) -> Any:
    with i18n.speaking(_language()):
        return _sent(_drawn(kind), kind, "logo")


# --- The badge of a reviewer -----------------------------------------------------------------------------------------


@bp.get("/badge")
@signed_in
def show_badge() -> Any:
    person_id = the_actor().person_id or 0
    held = queries.qualification_of(person_id)
    return page(
        "credentials/badge.html",
        qualification=held,
        standing=queries.standing_of(held) if held else None,
        reviews=queries.reviews_of(person_id),
        credential=queries.credential_of(qualification_id=held.id) if held else None,
    )


@bp.get("/badge.<any(svg, png, jwt):kind>")
@signed_in
def download_badge(kind: str) -> Any:
    held = queries.qualification_of(the_actor().person_id or 0)
    credential = queries.credential_of(qualification_id=held.id) if held else None
    if held is None or credential is None or queries.standing_of(held)[0] != "active":
        abort(404)
    if kind == "jwt":
        answer = told(credential.jwt, SIGNED)
        answer.headers["Content-Disposition"] = "attachment; filename=badge.jwt"
        return answer
    picture = _drawn(kind, certified=_("Reviewer"), tagline=_("Qualified reviewer"))
    answer = make_response(_baked(kind, picture, credential.jwt))
    answer.mimetype = TYPES[kind]
    answer.headers["Content-Disposition"] = f"attachment; filename=badge.{kind}"
    return answer
