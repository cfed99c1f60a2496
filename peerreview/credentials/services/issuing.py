"""Credentials for certificates and for qualified reviewers, and the status list that takes them back.

A credential is signed once. Its status is never stored: the list is computed from the certificates and qualifications
whenever somebody asks, so that a suspension is effective at once. When a suspension ends, the organisation gets a new
credential, for a revocation is for good (Bitstring Status List v1.0); the old one tells verifiers where that is.
"""

import secrets
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.certificates.lifecycle import CertificateState
from peerreview.certificates.models import Certificate
from peerreview.certificates.queries import framework_title, status_on
from peerreview.certificates.words import ROUTE, scope
from peerreview.core import association, audit, clock, i18n, outbox
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.events import on
from peerreview.credentials import queries, shapes, signing
from peerreview.credentials.lifecycle import CredentialKind
from peerreview.credentials.models import Credential, Qualification
from peerreview.credentials.services.keys import current_key
from peerreview.credentials.shapes import Addresses, Issuer
from peerreview.credentials.statuslist import encoded, length_for

RUNNING = (CertificateState.ACTIVE, CertificateState.SUSPENDED)
LANGUAGE = "nl"  # of a credential: it is signed once, for every reader
LIST_LASTS = timedelta(days=1)
CHARACTERS = 16  # of the salt beside a hashed address


def addresses() -> Addresses:
    """Where everything about our credentials is found."""
    return Addresses(outbox.address(""))


def issuer() -> Issuer:
    """Who we are, as a credential says it."""
    ours = association.our_own()
    return Issuer(ours.name, outbox.address("/"), ours.contact_email)


# --- What a credential says ------------------------------------------------------------------------------------------


def label_achievement(version_id: int, title: str, label: str) -> dict[str, Any]:
    """The label, by the version of the framework that it was reviewed with; in the language now spoken."""
    return shapes.achievement(
        addresses().achievement(f"label-{version_id}"),
        name=association.our_own().label_name,
        description=_("Quality label for organisations, awarded on the strength of a review by colleagues."),
        criteria=_(
            "Reviewers came to look and reported on every norm of “%(framework)s”. The organisation answered and made "
            "an improvement plan. A commission that is independent of both granted the label.", framework=title,
        ),
        kind="QualityAssuranceCredential",
        version=label,
        language=LANGUAGE,
    )  # fmt: skip


def reviewer_achievement() -> dict[str, Any]:
    """That somebody is a qualified reviewer; in the language now spoken."""
    label = association.our_own().label_name
    return shapes.achievement(
        addresses().achievement("reviewer"),
        name=_("Qualified reviewer"),
        description=_("May review other organisations for the %(label)s.", label=label),
        criteria=_(
            "Took part in reviews of other organisations up to the final report. The secretariat of the label looked at "
            "their work."
        ),
        kind="Certification",
        language=LANGUAGE,
    )


def _of_certificate(certificate: Certificate, uid: str, place: int) -> dict[str, Any]:
    at, organisation, trajectory = addresses(), certificate.organisation, certificate.trajectory
    version = trajectory.framework_version
    with i18n.speaking(LANGUAGE):
        title = str(i18n.localised(framework_title(version)))
        where = scope(trajectory.scope_kind.value, trajectory.scope_text)
        subject = {
            "id": at.organisation(organisation.slug),
            "identifier": [shapes.plain_number("kvkNumber", organisation.kvk)],
            "licenseNumber": certificate.number,
            "narrative": _("Scope: %(scope)s. Route: %(route)s.", scope=where, route=ROUTE[trajectory.route.value]),
            "achievement": label_achievement(version.id, title, version.label),
        }
        return shapes.credential(
            at, issuer(), uid=uid, place=place, subject=subject,
            name=f"{association.our_own().label_name}: {organisation.name}",
            description=_(
                "Certificate %(number)s of %(name)s in %(place)s.", number=certificate.number, name=organisation.name,
                place=organisation.place,
            ),
            valid_from=start_of(certificate.starts_on), valid_until=end_of(certificate.ends_on),
            awarded=start_of(certificate.starts_on),
        )  # fmt: skip


def _of_reviewer(qualification: Qualification, person: Person, uid: str, place: int) -> dict[str, Any]:
    """No name and no readable address: who knows the address can prove that it is theirs, nobody can find it out."""
    with i18n.speaking(LANGUAGE):
        subject = {
            "id": f"urn:uuid:{uuid4()}",
            "identifier": [shapes.hashed_email(person.email.lower(), secrets.token_hex(CHARACTERS))],
            "achievement": reviewer_achievement(),
        }
        return shapes.credential(
            addresses(), issuer(), uid=uid, place=place, subject=subject,
            name=_("Qualified reviewer"),
            description=_("May review other organisations for the %(label)s.", label=association.our_own().label_name),
            valid_from=start_of(qualification.starts_on), valid_until=end_of(qualification.ends_on),
            awarded=start_of(qualification.starts_on),
        )  # fmt: skip


def start_of(day: date) -> datetime:
    """The first moment of a day in the Netherlands, in UTC."""
    return datetime.combine(day, time.min, clock.AMSTERDAM).astimezone(UTC)


def end_of(day: date) -> datetime:
    """Its last second."""
    return start_of(day + timedelta(days=1)) - timedelta(seconds=1)


# --- Giving them out -------------------------------------------------------------------------------------------------


def ensure_badge(certificate: Certificate, *, by: Actor = SYSTEM) -> Credential | None:
    """The credential of a certificate: the one that stands, or a new one when there is none or it says something else.

    None for a certificate that has ended and never had one. `organisation`, `trajectory` with its framework version and
    `changes` must be loaded.
    """
    there = queries.badge_of(certificate)
    if certificate.state not in RUNNING or status_on(certificate)[0] not in ("active", "suspended"):
        return there
    if there and _still_says(there, certificate):
        return there
    with unit_of_work():
        there = queries.badge_of(certificate, alone=True)
        if there and _still_says(there, certificate):  # somebody else just gave it
            return there
        if there:
            there.replaced_at, there.reason = clock.now(), "content"
        return _give(CredentialKind.CERTIFICATE, by, certificate=certificate)


def _still_says(there: Credential, certificate: Certificate) -> bool:
    return shapes.says_the_same(signing.read(there.jwt)[1], _of_certificate(certificate, there.uid, 0))


def give_reviewer_badge(qualification: Qualification, person: Person, *, by: Actor) -> Credential:
    """The credential of a qualification; the one that stands when there is one."""
    there = queries.credential_of(qualification_id=qualification.id)
    if there:
        return there
    with unit_of_work():
        return _give(CredentialKind.REVIEWER, by, qualification=qualification, person=person)


def _give(
    kind: CredentialKind,
    by: Actor,
    *,
    certificate: Certificate | None = None,
    qualification: Qualification | None = None,
    person: Person | None = None,
) -> Credential:
    key, private = current_key(by=by)
    uid, place = str(uuid4()), _lot()
    if certificate:
        payload = _of_certificate(certificate, uid, place)
    elif qualification and person:
        payload = _of_reviewer(qualification, person, uid, place)
    else:
        raise AssertionError("a credential is about a certificate or about a reviewer")
    credential = Credential(
        uid=uid, kind=kind, certificate_id=certificate.id if certificate else None,
        qualification_id=qualification.id if qualification else None, key_id=key.id, status_index=place,
        jwt=signing.sign(payload, private, kid=addresses().key(key.kid)), issued_at=clock.now(),
    )  # fmt: skip
    db.session.add(credential)
    db.session.flush()
    audit.record("credential.give", credential, by=by, after={"uid": uid})
    return credential


def _lot() -> int:
    """A place in the status list that nobody has; the database refuses it in the end if somebody just took it."""
    length = length_for(queries.number_given())
    while queries.is_taken(place := secrets.randbelow(length)):
        pass
    return place


@on("certificate.issued")
def give_first(certificate: Certificate, *, by: Actor) -> Credential | None:
    """A new certificate has its credential from the same moment."""
    whole = queries.certificate_of_number(certificate.number)
    return ensure_badge(whole, by=by) if whole else None


@on("certificate.changed")
def follow(certificate: Certificate, *, by: Actor) -> None:
    """A certificate that is valid again gets a new credential: the one from before its suspension stays revoked."""
    if certificate.state != CertificateState.ACTIVE:
        return
    whole = queries.certificate_of_number(certificate.number)
    with unit_of_work():
        if whole and (there := queries.badge_of(whole)):
            there.revoked_at = there.replaced_at = clock.now()
            there.reason = "suspension"
            audit.record("credential.revoke", there, by=by, after={"uid": there.uid})
            _give(CredentialKind.CERTIFICATE, by, certificate=whole)


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    give_credentials(by=by)


def give_credentials(*, by: Actor) -> int:
    """Give each running certificate that has no credential one; how many. For those from before there were any."""
    lacking = queries.without_credential()
    for certificate in lacking:
        give_first(certificate, by=by)
    return len(lacking)


# --- What no longer counts -------------------------------------------------------------------------------------------


def status_list(purpose: str) -> str:
    """The status list as it is at this moment, signed. Signed anew when it changed, and every hour.

    One query; whether it changed is seen from its content and not from any stamp, so that nothing can be late.
    """
    places, count = queries.places_of(purpose)
    key, private = current_key()
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    return _signed_list(purpose, tuple(places), length_for(count), key.kid, private, hour, addresses())


@lru_cache(maxsize=4)
def _signed_list(
    purpose: str, places: tuple[int, ...], length: int, kid: str, private: str, hour: datetime, at: Addresses
) -> str:
    whole = shapes.status_credential(at, purpose, encoded(places, length), made_at=hour, until=hour + LIST_LASTS)
    return signing.sign(whole, private, kid=at.key(kid), typ="vc+jwt")
