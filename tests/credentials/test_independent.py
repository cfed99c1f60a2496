"""What we sign is checked by code that is not ours (jose and DigitalBazaar), and has what the standards require."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

from peerreview.certificates import services as certificates
from peerreview.core import clock
from peerreview.credentials import services, signing
from peerreview.credentials.queries import credential_of
from tests.credentials.node import node
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.credentials import fetched, make_badge, make_qualified, published

# The required members of each class, from the standards' own text. Open Badges 3.0, appendix B.1; VC Data Model 2.0,
# sections 4.3 (contexts), 4.5 (types), 4.7 (issuer), 4.8 (subject), 4.10 (status); Bitstring Status List 1.0, 2.1 and 2.2.
OPEN_BADGE = {"@context", "id", "type", "credentialSubject", "issuer", "validFrom"}
SUBJECT, ACHIEVEMENT = {"type", "achievement"}, {"id", "type", "criteria", "description", "name"}
PROFILE, IDENTITY = {"id", "type"}, {"type", "hashed", "identityHash", "identityType"}
ENTRY = {"type", "statusPurpose", "statusListIndex", "statusListCredential"}
LIST = {"type", "statusPurpose", "encodedList"}
ACHIEVEMENT_TYPES = {"Certification", "QualityAssuranceCredential"}  # of those in appendix B.2, AchievementType
CLAIMS = {"iss", "jti", "nbf", "sub", "exp"}  # section 8.2.4.1; exp because it has a validUntil


def conforms(payload: dict[str, Any], header: dict[str, Any]) -> None:
    """Open Badges 3.0: section 8.2.3 (header), 8.2.6.1 (claims), appendix B (members)."""
    assert set(header) == {"alg", "kid", "typ"} and header["typ"] == "JWT"
    assert set(payload) >= OPEN_BADGE | CLAIMS
    assert payload["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert payload["@context"][1].startswith("https://purl.imsglobal.org/spec/ob/v3p0/context")
    assert {"VerifiableCredential", "OpenBadgeCredential"} <= set(payload["type"])
    subject = payload["credentialSubject"]
    assert set(subject) >= SUBJECT and subject["type"] == ["AchievementSubject"]
    assert set(subject["achievement"]) >= ACHIEVEMENT and subject["achievement"]["type"] == ["Achievement"]
    assert subject["achievement"]["achievementType"] in ACHIEVEMENT_TYPES
    assert set(subject["achievement"]["criteria"]) & {"id", "narrative"}
    assert all(set(one) >= IDENTITY for one in subject["identifier"])
    assert set(payload["issuer"]) >= PROFILE and payload["issuer"]["type"] == ["Profile"]
    assert isinstance(payload["credentialStatus"], dict)  # multiplicity 0..1
    assert set(payload["credentialStatus"]) >= ENTRY
    assert payload["credentialStatus"]["id"] != payload["credentialStatus"]["statusListCredential"]
    assert (payload["iss"], payload["sub"], payload["jti"]) == (payload["issuer"]["id"], subject["id"], payload["id"])
    for claim, member in (("nbf", "validFrom"), ("exp", "validUntil")):
        assert datetime.fromtimestamp(payload[claim], UTC) == datetime.fromisoformat(payload[member])


def altered(token: str, **changes: Any) -> str:
    """The same token with other members, and the old signature."""
    head, body, signature = token.split(".")
    payload = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) | changes
    other = base64.urlsafe_b64encode(json.dumps(payload).encode()).rstrip(b"=").decode()
    return f"{head}.{other}.{signature}"


def without_proof(token: str) -> str:
    """The same claims under the algorithm `none`."""
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


def test_credentials_verify_with_code_that_is_not_ours_also_after_two_rotations(app, as_):
    office, client = make_actor("secretariat"), as_(None)
    held = {name: make_certificate() for name in ("valid", "suspended", "withdrawn", "back")}
    tokens = {name: make_badge(one).jwt for name, one in held.items()}
    certificates.change_status(held["suspended"], "suspend", reason="Onderzoek.", by=office)
    certificates.change_status(held["withdrawn"], "withdraw", reason="Op verzoek.", by=office)
    for verb in ("suspend", "reinstate"):
        certificates.change_status(held["back"], verb, reason="Onderzoek.", by=office)
    header, payload = signing.read(tokens["back"])
    tokens["newer"] = fetched(client, f"/credentials/{payload['id'].rsplit('/', 1)[1]}/newest")
    services.rotate()
    services.rotate()
    tokens["reviewer"] = credential_of(qualification_id=make_qualified().id).jwt
    _public, private = signing.new_key()
    wrong = {
        "altered": altered(tokens["valid"], name="Een ander"),
        "longer": altered(tokens["valid"], exp=payload["exp"] + 10**8),
        "cut": tokens["valid"][:-20],
        "forged": signing.sign(payload, private, kid=header["kid"]),
        "strange": signing.sign(payload, private, kid="https://elders.example/sleutel"),
        "none": without_proof(tokens["valid"]),
        "over": tokens["valid"],
    }
    given = published(client) | {"tokens": tokens | wrong, "now": clock.now().isoformat()}
    found = node("independent.mjs", given | {"dates": {"over": "2099-01-01T00:00:00Z"}})
    assert {name: one["revoked"] for name, one in found.items() if "revoked" in one} == {
        "valid": False, "suspended": True, "withdrawn": True, "back": True, "newer": False, "reviewer": False,
    }  # fmt: skip
    assert {name for name in found if "error" in found[name]} == set(wrong)
    assert found["over"]["error"] == "ERR_JWT_EXPIRED"
    for name in ("valid", "newer", "reviewer"):
        conforms(found[name]["payload"], found[name]["header"])
    signers = {found[name]["header"]["kid"] for name in ("valid", "reviewer")}
    keys = [json.loads(fetched(client, "/credentials/keys/" + kid.rsplit("/", 1)[1])) for kid in signers]
    assert len(signers) == 2 and {key["kid"] for key in keys} == signers
    assert all(set(key) == {"kty", "crv", "x", "y", "kid", "alg", "use"} for key in keys)  # and never "d"


def test_the_status_list_is_a_credential_of_at_least_131072_bits_signed_by_the_newest_key(app, as_):
    badge = make_badge()
    services.rotate()
    header, payload = signing.read(published(as_(None))["lists"][services.addresses().status("revocation")])
    assert set(payload["credentialSubject"]) >= LIST and payload["credentialSubject"]["encodedList"][0] == "u"
    assert {"VerifiableCredential", "BitstringStatusListCredential"} <= set(payload["type"])
    assert (header["typ"], header["kid"]) == ("vc+jwt", services.addresses().key(services.current_key()[0].kid))
    assert len(payload["credentialSubject"]["encodedList"]) < 400 and badge.status_index < 131_072


def test_a_reviewers_badge_says_no_name_and_no_address(app):
    payload = signing.read(credential_of(qualification_id=make_qualified().id).jwt)[1]
    [identity] = payload["credentialSubject"]["identifier"]
    assert (identity["hashed"], identity["identityHash"][:7], len(identity["salt"])) == (True, "sha256$", 32)
    assert "@" not in json.dumps(payload["credentialSubject"])
    assert payload["sub"].startswith("urn:uuid:")
