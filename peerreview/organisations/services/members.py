"""Organisations one at a time: added, changed, ended, taken back; and the work fields to start with."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from peerreview.core import audit, clock, i18n
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.events import announce
from peerreview.organisations import queries
from peerreview.organisations.lifecycle import ORGANISATION, OrganisationState
from peerreview.organisations.models import Organisation, WorkField
from peerreview.organisations.places import place_or_unknown
from peerreview.organisations.slug import slug_of
from peerreview.organisations.words import said
from peerreview.organisations.work_fields import STARTERS
from peerreview.organisations.wrong import Wrong

PLAIN = (
    "name", "kvk", "fte", "municipality", "contact_name", "contact_email", "phone", "website", "about", "legal_group",
)  # fmt: skip


def ensure_work_fields() -> list[WorkField]:
    """The association's work fields, the starting ones added where they are missing; none is overwritten."""
    with unit_of_work():
        known = {field.code for field in queries.work_fields()}
        for position, starter in enumerate(STARTERS, 1):
            if starter.code not in known:
                title = {"nl": starter.nl, "en": starter.en}
                db.session.add(WorkField(code=starter.code, title=title, position=position))
        db.session.flush()
    return queries.work_fields()


def add_organisation(facts: Mapping[str, Any], *, by: Actor) -> Organisation:
    """A new member, added by hand. `facts` as `put_facts` takes them. Announces `organisation.joined`.

    Raises Invalid when the KvK number is known already, or the place is not clear.
    """
    with unit_of_work():
        organisation = new_organisation(facts, OrganisationState.MEMBER, taken=queries.slugs())
        flush()
        audit.record("organisation.add", organisation, by=by, after=told(facts))
        announce("organisation.joined", organisation, by=by)
    return organisation


def new_organisation(facts: Mapping[str, Any], state: OrganisationState, *, taken: set[str]) -> Organisation:
    """An organisation in the session, with a slug that is not `taken` yet; the caller notes and announces it."""
    organisation = Organisation(
        state=state, state_since=clock.now(), slug=slug_of(facts["name"], taken), work_fields=[]
    )
    taken.add(organisation.slug)
    put_facts(organisation, facts)
    db.session.add(organisation)
    return organisation


def update_organisation(
    organisation: Organisation, facts: Mapping[str, Any], *, version: int, by: Actor
) -> Organisation:
    """Change what is known of it; what `facts` leaves out stays. The slug stays too, so that addresses keep working.

    Raises StaleVersion when somebody changed it since `version` was shown; `theirs` and `mine` hold the fields in which
    the two differ.
    """
    with unit_of_work():
        queries.organisations_with([organisation.id])  # loads its work fields, whoever brought it here
        if organisation.version != version:
            now = facts_of(organisation)
            differ = [name for name in facts if now.get(name) != facts[name]]
            raise StaleVersion(
                _("Somebody changed this organisation while you were writing. Nothing is lost: compare both."),
                theirs={name: now[name] for name in differ},
                mine={name: facts[name] for name in differ},
            )
        before = facts_of(organisation)
        put_facts(organisation, facts)
        after = facts_of(organisation)
        changed = [name for name in after if before[name] != after[name]]
        if changed:
            flush()
            was, now = ({name: which[name] for name in changed} for which in (before, after))
            audit.record("organisation.update", organisation, by=by, before=told(was), after=told(now))
    return organisation


def put_facts(organisation: Organisation, facts: Mapping[str, Any]) -> None:
    """Write these facts: the plain columns by name, `place` and `province` (with coordinates), `work_fields` rows."""
    for name in PLAIN:
        if name in facts:
            setattr(organisation, name, (facts[name] or None) if name == "legal_group" else facts[name])
    if "name" in facts:
        organisation.sort_name = i18n.sort_key(facts["name"])[:200]
    if "work_fields" in facts and set(organisation.work_fields) != set(facts["work_fields"]):
        organisation.work_fields = list(facts["work_fields"])
    moved = "place" in facts and (facts["place"], facts.get("province")) != (organisation.place, organisation.province)
    if moved or ("place" in facts and organisation.latitude is None):
        put_place(organisation, facts["place"], facts.get("province") or "")
    if moved and "municipality" not in facts:
        organisation.municipality = ""  # of another place; unknown is better than wrong


def put_place(organisation: Organisation, name: str, province: str) -> None:
    """Write the place with its province and coordinates. Raises Invalid when it is not clear which is meant."""
    try:
        place, _unknown = place_or_unknown(name, province)
    except Wrong as wrong:
        raise Invalid(said(wrong)) from wrong
    organisation.place, organisation.province = place.name, place.province
    organisation.latitude, organisation.longitude = place.latitude, place.longitude


def facts_of(organisation: Organisation) -> dict[str, Any]:
    """What is known of it now, by the names that `put_facts` takes."""
    plain = {name: getattr(organisation, name) for name in (*PLAIN, "place", "province")}
    return plain | {"legal_group": organisation.legal_group or "", "work_fields": list(organisation.work_fields)}


def told(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the audit trail keeps them: codes of work fields, and only that a long text changed."""
    short = {name: value for name, value in facts.items() if name != "about"}
    if "work_fields" in short:
        short["work_fields"] = sorted(field.code for field in short["work_fields"])
    if "fte" in short:
        short["fte"] = str(short["fte"])
    return short | ({"about": "…"} if "about" in facts else {})


def end_membership(organisation: Organisation, *, reason: str, by: Actor) -> Organisation:
    """It is no member any more; what it did stays. Announces `organisation.ended`. Twice changes nothing."""
    if organisation.state == OrganisationState.ENDED:
        return organisation
    with unit_of_work():
        move(organisation, "end", reason=reason, by=by)
        announce("organisation.ended", organisation, by=by)
    return organisation


def readmit(organisation: Organisation, *, by: Actor) -> Organisation:
    """A former member is a member again. Announces `organisation.joined`. Twice changes nothing."""
    if organisation.state == OrganisationState.MEMBER:
        return organisation
    with unit_of_work():
        move(organisation, "readmit", reason="", by=by)
        announce("organisation.joined", organisation, by=by)
    return organisation


def move(organisation: Organisation, verb: str, *, reason: str, by: Actor) -> None:
    """Make one move of its lifecycle; raises NotNow in words of the reader."""
    if not ORGANISATION.can(organisation.state, verb):
        raise NotNow(_("This is not possible any more: the state of %(name)s has changed.", name=organisation.name))
    audit.change_state(organisation, ORGANISATION, verb, by=by, reason=reason)
    organisation.state_reason = reason


def flush() -> None:
    """Write now, so that a KvK number that somebody else has is told here."""
    try:
        db.session.flush()
    except IntegrityError:
        raise Invalid(_("There is already an organisation with this KvK number.")) from None
