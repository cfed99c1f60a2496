"""The page where anybody drops a certificate or a badge, or types a number, and reads the truth in the same answer."""

from typing import Any

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from peerreview.certificates.standing import check_code
from peerreview.core.access import public
from peerreview.core.pages import page
from peerreview.credentials import queries, services
from peerreview.credentials.evidence import MOST_BYTES, UID
from peerreview.credentials.queries import Outcome, Verdict
from peerreview.credentials.routes.blueprint import LOOKUPS, bp
from peerreview.extensions import csrf, limiter

AROUND = 64 * 1024  # what a browser sends around a file
STATUSES = {Outcome.LARGE: 413, Outcome.EMPTY: 422}


def shown(verdict: Verdict | None, number: str = "", name: str = "") -> dict[str, Any]:
    """What the page is made of."""
    certificate = verdict.certificate if verdict else None
    code = ""
    if certificate:
        code = check_code(current_app.config["SECRET_KEY"], certificate.number, certificate.organisation.kvk)
    return {"verdict": verdict, "code": code, "number": number, "name": name}


@bp.get("/certificates/check")
@public
@limiter.limit(LOOKUPS)
def check() -> Any:
    typed = request.args.get("number", "").strip()[:200]
    if not typed:
        return page("credentials/check.html", **shown(None))
    if found := UID.search(typed):
        credential = queries.credential_with(found.group(1))
        return page(
            "credentials/check.html",
            **shown(queries.of_credential(credential) if credential else Verdict(Outcome.UNKNOWN), typed),
        )
    return page("credentials/check.html", **shown(queries.of_number(typed.rsplit("/c/", 1)[-1]), typed))


@bp.post("/certificates/check")
@public
@limiter.limit("30 per minute")
def check_file() -> Any:
    request.max_content_length = MOST_BYTES + AROUND
    try:
        file = request.files.get("file")
        content = file.stream.read(MOST_BYTES + 1) if file else b""
    except RequestEntityTooLarge:
        return page("credentials/check.html", status=413, **shown(Verdict(Outcome.LARGE)))
    if file:
        file.close()  # a large one lay on disk until now
    verdict = queries.verdict_on(content, at=services.addresses())
    name = (file.filename or "")[:100] if file else ""
    return page("credentials/check.html", status=STATUSES.get(verdict.outcome, 200), **shown(verdict, name=name))


csrf.exempt(check_file)  # it changes nothing, and a visitor with an old page is answered too
