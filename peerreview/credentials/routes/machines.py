"""What programs read: keys, the issuer, what was achieved, each credential, and which no longer count."""

from typing import Any

from flask import abort, request

from peerreview.core import i18n
from peerreview.core.access import public, reads_first
from peerreview.core.pages import page
from peerreview.credentials import queries, services, shapes
from peerreview.credentials.routes.blueprint import LOOKUPS, READABLE, SIGNED, bp, told
from peerreview.credentials.routes.check import shown
from peerreview.extensions import limiter
from peerreview.frameworks.queries import published_versions

KEYS = "application/jwk-set+json"


def _jwk(key: Any) -> dict[str, Any]:
    return {**key.public_jwk, "kid": services.addresses().key(key.kid), "alg": "ES256", "use": "sig"}


@bp.get("/.well-known/jwks.json")
@public
@reads_first
@limiter.limit(LOOKUPS)
def show_keys() -> Any:
    services.current_key()
    return told({"keys": [_jwk(key) for key in queries.known_keys()]}, KEYS)


@bp.get("/credentials/keys/<kid>")
@public
@limiter.limit(LOOKUPS)
def show_key(kid: str) -> Any:
    key = queries.key_named(kid) or abort(404)
    return told(_jwk(key), "application/jwk+json")


@bp.get("/credentials/issuer")
@public
@reads_first
@limiter.limit(LOOKUPS)
def show_issuer() -> Any:
    services.current_key()
    keys = [_jwk(key) for key in queries.known_keys()]
    return told(shapes.profile(services.addresses(), services.issuer(), keys), READABLE)


@bp.get("/credentials/achievements/<name>")
@public
@limiter.limit(LOOKUPS)
def show_achievement(name: str) -> Any:
    with i18n.speaking("nl"):
        if name == "reviewer":
            made = services.reviewer_achievement()
        else:
            known = {f"label-{one.id}": one for one in published_versions()}
            version = known.get(name) or abort(404)
            title = f"{i18n.localised(version.title)} {version.label}"
            made = services.label_achievement(version.id, title, version.label)
    return told({"@context": [shapes.VC2, shapes.OB3], **made}, READABLE)


@bp.get("/credentials/<uuid:uid>")
@public
@limiter.limit(LOOKUPS)
def show_credential(uid: Any) -> Any:
    credential = queries.credential_with(str(uid)) or abort(404)
    wanted = request.accept_mimetypes.best_match([SIGNED, "application/jwt", "text/html"], default=SIGNED)
    if wanted == "text/html":
        answer = page("credentials/check.html", **shown(queries.of_credential(credential)))
    else:
        answer = told(credential.jwt, SIGNED)
    answer.vary.add("Accept")
    return answer


@bp.get("/credentials/<uuid:uid>/newest")
@public
@limiter.limit(LOOKUPS)
def refresh_credential(uid: Any) -> Any:
    credential = queries.credential_with(str(uid)) or abort(404)
    return told(queries.newest_of(credential).jwt, SIGNED)


@bp.get("/credentials/status/<any(revocation, suspension):purpose>")
@public
@reads_first
@limiter.limit("600 per minute")
def show_status_list(purpose: str) -> Any:
    return told(services.status_list(purpose), SIGNED)
