"""What our credentials look like: Open Badges 3.0 (1EdTech) on the Verifiable Credentials Data Model 2.0 (W3C).

Sections named here are those of Open Badges 3.0, final release. Values come in; the JSON goes out.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

VC2 = "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
REVOCATION, SUSPENSION = "revocation", "suspension"
MINUTES_TO_LIVE = 5  # after which a verifier asks for the status again


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where everything about our credentials is found; `base` is the site's address without a slash at its end."""

    base: str

    @property
    def issuer(self) -> str:
        return f"{self.base}/credentials/issuer"

    def key(self, kid: str) -> str:
        return f"{self.base}/credentials/keys/{kid}"

    def credential(self, uid: str) -> str:
        return f"{self.base}/credentials/{uid}"

    def achievement(self, name: str) -> str:
        return f"{self.base}/credentials/achievements/{name}"

    def status(self, purpose: str) -> str:
        return f"{self.base}/credentials/status/{purpose}"

    def organisation(self, slug: str) -> str:
        return f"{self.base}/register/{slug}"


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives the label, as a credential says it."""

    name: str
    url: str
    email: str


def moment(when: datetime) -> str:
    """An XML Schema dateTimeStamp in UTC, to the second: `nbf` and `exp` must equal it (8.2.6.1)."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def issuer_of(at: Addresses, issuer: Issuer) -> dict[str, Any]:
    """The profile as it stands in a credential (appendix B, Profile)."""
    return {"id": at.issuer, "type": ["Profile"], "name": issuer.name, "url": issuer.url, "email": issuer.email}


def profile(at: Addresses, issuer: Issuer, keys: list[dict[str, Any]]) -> dict[str, Any]:
    """The profile at its own address, with the keys by which it is known (a controlled identifier document)."""
    methods = [{"id": key["kid"], "type": "JsonWebKey", "controller": at.issuer, "publicKeyJwk": key} for key in keys]
    return {
        "@context": [VC2, OB3, "https://www.w3.org/ns/cid/v1"],
        **issuer_of(at, issuer),
        "verificationMethod": methods,
        "assertionMethod": [key["kid"] for key in keys],
    }


def achievement(
    address: str, *, name: str, description: str, criteria: str, kind: str, version: str = "", language: str = "nl"
) -> dict[str, Any]:
    """What somebody achieved (appendix B, Achievement): its name, what it means and what one had to do for it."""
    made = {
        "id": address, "type": ["Achievement"], "name": name, "description": description,
        "criteria": {"narrative": criteria}, "achievementType": kind, "inLanguage": language,
    }  # fmt: skip
    return made | ({"version": version} if version else {})


def hashed_email(email: str, salt: str) -> dict[str, Any]:
    """An address that can be recognised by who knows it, and read by nobody (appendix B, IdentityObject and IdentityHash)."""
    digest = hashlib.sha256((email + salt).encode()).hexdigest()
    return {
        "type": "IdentityObject", "hashed": True, "identityHash": f"sha256${digest}", "identityType": "emailAddress",
        "salt": salt,
    }  # fmt: skip


def plain_number(kind: str, value: str) -> dict[str, Any]:
    """A number that everybody may read, such as that of an organisation in the trade register."""
    return {"type": "IdentityObject", "hashed": False, "identityHash": value, "identityType": f"ext:{kind}"}


def status_entry(at: Addresses, place: int) -> dict[str, Any]:
    """Where the status is found (Bitstring Status List v1.0, section 2.1). One entry, for 3.0 allows no more (appendix B)."""
    address = at.status(REVOCATION)
    return {
        "id": f"{address}#{place}", "type": "BitstringStatusListEntry", "statusPurpose": REVOCATION,
        "statusListIndex": str(place), "statusListCredential": address,
    }  # fmt: skip


def credential(
    at: Addresses,
    issuer: Issuer,
    *,
    uid: str,
    name: str,
    description: str,
    subject: dict[str, Any],
    valid_from: datetime,
    valid_until: datetime,
    awarded: datetime,
    place: int,
) -> dict[str, Any]:
    """The payload to be signed: the credential (appendix B, AchievementCredential) with the claims of a JWT (8.2.4.1)."""
    whole = {
        "@context": [VC2, OB3],
        "id": at.credential(uid),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": name,
        "description": description,
        "issuer": issuer_of(at, issuer),
        "validFrom": moment(valid_from),
        "validUntil": moment(valid_until),
        "awardedDate": moment(awarded),
        "credentialSubject": {"type": ["AchievementSubject"], **subject},
        "credentialStatus": status_entry(at, place),
        "refreshService": {"id": f"{at.credential(uid)}/newest", "type": "1EdTechCredentialRefresh"},
    }
    return whole | {
        "iss": at.issuer,
        "sub": subject["id"],
        "jti": whole["id"],
        "nbf": int(valid_from.timestamp()),
        "exp": int(valid_until.timestamp()),
    }


def status_credential(
    at: Addresses, purpose: str, encoded_list: str, *, made_at: datetime, until: datetime
) -> dict[str, Any]:
    """The status list as a credential of its own (Bitstring Status List v1.0, section 2.2), with the claims of a JWT."""
    address = at.status(purpose)
    subject = {
        "id": f"{address}#list", "type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": encoded_list,
        "ttl": MINUTES_TO_LIVE * 60_000,
    }  # fmt: skip
    return {
        "@context": [VC2],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": at.issuer,
        "validFrom": moment(made_at),
        "validUntil": moment(until),
        "credentialSubject": subject,
        "iss": at.issuer,
        "sub": subject["id"],
        "jti": address,
        "nbf": int(made_at.timestamp()),
        "exp": int(until.timestamp()),
    }


def says_the_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two credentials say the same of the same, whatever their ids and places and how the label is explained."""

    def said(payload: dict[str, Any]) -> tuple[Any, ...]:
        subject = payload["credentialSubject"]
        return payload["name"], payload["validUntil"], subject["id"], subject["licenseNumber"], subject["narrative"]

    return said(one) == said(other)
