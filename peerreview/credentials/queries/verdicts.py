"""The truth about a number or a file: whether it is ours and untouched, and what it is about is worth today."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from peerreview.certificates.models import Certificate
from peerreview.certificates.queries import given_out, status_on
from peerreview.certificates.standing import clean_number
from peerreview.core import clock
from peerreview.core.reading import text_of_pdf
from peerreview.core.storage import checksum
from peerreview.credentials import evidence, signing
from peerreview.credentials.evidence import Found, Kind
from peerreview.credentials.models import Credential, Qualification
from peerreview.credentials.queries.credentials import certificate_of_number, credential_with, known_keys
from peerreview.credentials.shapes import Addresses


class Outcome(StrEnum):
    GENUINE = "genuine"  # ours, untouched, and valid today
    NOT_NOW = "not_now"  # ours and untouched, but suspended, withdrawn, given back or over
    REPLACED = "replaced"  # ours and untouched, but a newer one stands in its place
    ALTERED = "altered"  # says that it is ours, but is not as we gave it out
    CUT = "cut"  # not whole
    FORGED = "forged"  # says that it is ours, and was signed by somebody else
    FOREIGN = "foreign"  # of another issuer, about which we can say nothing
    UNSIGNED = "unsigned"  # says something without any proof
    BARE = "bare"  # a picture without a credential in it
    UNKNOWN = "unknown"  # a number that was never given out, or a file in which nothing of ours is found
    STRANGE = "strange"  # no kind of file that we give out
    EMPTY = "empty"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found, and what is true of the certificate or the reviewer that it names (as far as it names one)."""

    outcome: Outcome
    kind: Kind | None = None
    certificate: Certificate | None = None
    qualification: Qualification | None = None
    standing: str = ""
    since: date | None = None
    says: dict[str, Any] = field(default_factory=dict)  # what a foreign or unsigned one says of itself

    @property
    def real(self) -> bool:
        return self.outcome in (Outcome.GENUINE, Outcome.NOT_NOW, Outcome.REPLACED)


def of_number(typed: str) -> Verdict:
    """The truth about a certificate by its number, as somebody typed it."""
    certificate = certificate_of_number(clean_number(typed))
    return _about(certificate) if certificate else Verdict(Outcome.UNKNOWN)


def verdict_on(content: bytes, *, at: Addresses) -> Verdict:
    """The truth about a file. Nothing of it is kept; what is hostile in it is not run, unpacked or followed."""
    if not content.strip(b"\0 \t\r\n"):
        return Verdict(Outcome.EMPTY)
    if len(content) > evidence.MOST_BYTES:
        return Verdict(Outcome.LARGE)
    found = evidence.look_into(content)
    if found.kind == Kind.PDF:
        return _of_pdf(content, found)
    if found.token is not None:
        return _of_token(found.token, found, at)
    if found.said is not None:
        return _unsigned(found, at)
    if not found.whole:
        return Verdict(Outcome.CUT, found.kind)
    return Verdict(Outcome.STRANGE if found.kind == Kind.STRANGE else Outcome.BARE, found.kind)


def _of_pdf(content: bytes, found: Found) -> Verdict:
    if certificate := given_out(checksum(content)):
        return _about(certificate, Kind.PDF)
    text = text_of_pdf(content) or ""
    named = next(filter(None, map(certificate_of_number, evidence.numbers_in(text))), None)
    if named is None and found.whole:
        return Verdict(Outcome.UNKNOWN, Kind.PDF)
    return _false(Outcome.ALTERED if found.whole else Outcome.CUT, Kind.PDF, certificate=named)


def _of_token(token: str, found: Found, at: Addresses) -> Verdict:
    try:
        header, payload = signing.read(token)
    except signing.Unreadable:
        return Verdict(Outcome.CUT, found.kind)
    named = credential_with(evidence.uid_in(payload.get("jti") or payload.get("id")) or "")
    ours = payload.get("iss") == at.issuer
    key = next((key for key in known_keys() if header.get("kid") == at.key(key.kid)), None)
    if key is None:
        outcome = Outcome.FORGED if ours or named else Outcome.FOREIGN
        return _false(outcome, found.kind, credential=named, says=_says(payload))
    if not signing.is_signed_by(token, key.public_jwk):
        return _false(Outcome.ALTERED, found.kind, credential=named)
    if named is None:  # signed by us and not in our books: all that we know stands in it
        return Verdict(Outcome.UNKNOWN, found.kind, says=_says(payload))
    if token != named.jwt:  # signed with our key and yet not by us: somebody once had that key
        return _false(Outcome.ALTERED, found.kind, credential=named)
    if not found.whole:
        return _false(Outcome.CUT, found.kind, credential=named)
    return of_credential(named, found.kind)


def of_credential(credential: Credential, kind: Kind | None = None) -> Verdict:
    """The truth about one of our credentials, with all that `credential_with` loads."""
    verdict = _about(credential.certificate, kind) if credential.certificate else _of_reviewer(credential, kind)
    replaced = credential.replaced_at is not None or credential.revoked_at is not None
    if replaced and verdict.outcome == Outcome.GENUINE:
        return Verdict(
            Outcome.REPLACED, kind, verdict.certificate, verdict.qualification, verdict.standing, verdict.since
        )
    return verdict


def _about(certificate: Certificate, kind: Kind | None = None) -> Verdict:
    standing, since = status_on(certificate)
    outcome = Outcome.GENUINE if standing == "active" else Outcome.NOT_NOW
    return Verdict(outcome, kind, certificate, standing=standing, since=since)


def _of_reviewer(credential: Credential, kind: Kind | None) -> Verdict:
    qualification = credential.qualification
    standing, since = standing_of(qualification) if qualification else ("none", None)
    outcome = Outcome.GENUINE if standing == "active" else Outcome.NOT_NOW
    return Verdict(outcome, kind, qualification=qualification, standing=standing, since=since)


def standing_of(qualification: Qualification) -> tuple[str, date]:
    """(status today, since) of a qualification."""
    if qualification.ended_on is not None:
        return ("withdrawn" if qualification.reason else "expired"), qualification.ended_on
    if qualification.ends_on < clock.today():
        return "expired", qualification.ends_on
    return "active", qualification.starts_on


def _false(
    outcome: Outcome,
    kind: Kind,
    *,
    certificate: Certificate | None = None,
    credential: Credential | None = None,
    says: dict[str, Any] | None = None,
) -> Verdict:
    """What is wrong, and beside it the truth about what it names."""
    truth = Verdict(outcome)
    if certificate or (credential and credential.certificate):
        truth = _about(certificate or credential.certificate)  # type: ignore[union-attr, arg-type]
    elif credential:
        truth = _of_reviewer(credential, kind)
    return Verdict(outcome, kind, truth.certificate, truth.qualification, truth.standing, truth.since, says or {})


def _unsigned(found: Found, at: Addresses) -> Verdict:
    said = found.said or {}
    return _false(
        Outcome.UNSIGNED,
        found.kind,
        credential=credential_with(evidence.uid_in(said.get("id")) or ""),
        says=_says(said),
    )


def _says(payload: dict[str, Any]) -> dict[str, Any]:
    """What it calls itself and who it says gave it, shortened, as text."""
    issuer = payload.get("issuer")
    who = issuer.get("name") or issuer.get("id") if isinstance(issuer, dict) else issuer
    return {"name": str(payload.get("name", ""))[:200], "issuer": str(who or payload.get("iss") or "")[:200]}
