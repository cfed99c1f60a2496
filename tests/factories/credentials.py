"""Credentials as they are given out, and what a stranger fetches to check them."""

from typing import Any

from flask.testing import FlaskClient

from peerreview.certificates.models import Certificate
from peerreview.core.access import SYSTEM
from peerreview.credentials.models import Credential, Qualification
from peerreview.credentials.services import give_first, qualify
from peerreview.reviews.lifecycle import ReviewState
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.reviews import make_review


def make_badge(certificate: Certificate | None = None) -> Credential:
    """The credential of a certificate."""
    given = give_first(certificate or make_certificate(), by=SYSTEM)
    assert given is not None
    return given


def make_qualified() -> Qualification:
    """A reviewer who took part in one final review and is qualified today."""
    person = make_review(state=ReviewState.FINAL).visit.team[0].person
    return qualify(person, ground="Zorgvuldig werk.", by=make_actor("secretariat"))


def fetched(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def published(client: FlaskClient) -> dict[str, Any]:
    """The keys and the status lists, by the addresses under which credentials name them."""
    from peerreview.credentials.services import addresses

    lists = {
        addresses().status(one): fetched(client, f"/credentials/status/{one}") for one in ("revocation", "suspension")
    }
    answer = client.get("/.well-known/jwks.json")
    return {"keys": answer.get_json(force=True), "lists": lists}
