"""An organisation signs itself up: asked, confirmed by mail, and answered by the secretariat."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete

from peerreview.accounts import queries as people
from peerreview.accounts import services as accounts
from peerreview.accounts.lifecycle import Role
from peerreview.core import audit, clock, i18n
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotNow
from peerreview.core.events import announce
from peerreview.organisations import mail, queries
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.models import Application, Organisation
from peerreview.organisations.services.members import flush, move, new_organisation, told

LINK_HOLDS = timedelta(days=7)


def apply_for_membership(facts: Mapping[str, Any], *, applicant_name: str, applicant_email: str, language: str) -> None:
    """Keep what an organisation told of itself and send a letter with a link to confirm it.

    `facts` as `members.put_facts` takes them, the work fields as codes and fte as text. When we know the KvK number
    already the letter says so and the secretariat hears of it; from outside both look alike, so nothing is returned.
    """
    token = secrets.token_urlsafe(32)
    application = Application(
        kvk=facts["kvk"],
        applicant_name=applicant_name,
        applicant_email=applicant_email,
        language=language if language in i18n.LANGUAGES else "nl",
        facts=dict(facts),
        token_hash=queries.hash_of(token),
        asked_at=clock.now(),
    )
    with unit_of_work():
        stale = clock.now() - LINK_HOLDS
        db.session.execute(delete(Application).where(Application.confirmed_at.is_(None), Application.asked_at < stale))
        known = queries.organisation_with_kvk(facts["kvk"])
        if known is not None:
            mail.already_known(application)
            mail.tell_secretariat(application, known=known)
            return
        db.session.add(application)
        db.session.flush()
        mail.confirm(application, token)


def confirm_application(application: Application) -> Application:
    """Who applied reads mail at that address: from now on the secretariat sees the organisation as applied.

    Confirming twice changes nothing. When somebody else was first with this KvK number, both are told by letter.
    Raises NotNow when the link is older than 7 days.
    """
    if application.confirmed_at:
        return application
    if application.asked_at < clock.now() - LINK_HOLDS:
        raise NotNow(_("This link is older than 7 days. Sign up once more: it takes 5 minutes."))
    with unit_of_work():
        application.confirmed_at = clock.now()
        known = queries.organisation_with_kvk(application.kvk)
        if known is not None:
            mail.already_known(application)
            mail.tell_secretariat(application, known=known)
            return application
        facts = dict(application.facts)
        facts["work_fields"] = [field for field in queries.work_fields() if field.code in facts["work_fields"]]
        facts["fte"] = Decimal(facts["fte"])
        facts |= {"contact_name": application.applicant_name, "contact_email": application.applicant_email}
        organisation = new_organisation(facts, OrganisationState.APPLIED, taken=queries.slugs())
        flush()
        application.organisation_id = organisation.id
        who = Actor(None, application.applicant_name, "applicant", organisation_id=organisation.id)
        audit.record("organisation.apply", organisation, by=who, after=told(facts))
        mail.tell_secretariat(application)
    return application


def approve(organisation: Organisation, *, by: Actor) -> Organisation:
    """The organisation becomes a member; who applied becomes its coordinator and gets a letter.

    Who has no account yet gets one, and a second letter to choose a password. Announces `organisation.joined`.
    Approving twice changes nothing.
    """
    if organisation.state == OrganisationState.MEMBER:
        return organisation
    with unit_of_work():
        move(organisation, "approve", reason="", by=by)
        application = queries.application_of(organisation)
        if application is not None:
            person = people.person_by_email(application.applicant_email)
            if person is None or not person.password:
                person = accounts.start_account(
                    application.applicant_email, name=application.applicant_name, language=application.language
                )
            accounts.give_role(person, Role.COORDINATOR, organisation.id, by=by)
            mail.approved(application, organisation)
        announce("organisation.joined", organisation, by=by)
    return organisation


def reject(organisation: Organisation, *, reason: str, by: Actor) -> Organisation:
    """The organisation does not become a member; the applicant reads why. Rejecting twice changes nothing."""
    if organisation.state == OrganisationState.REJECTED:
        return organisation
    with unit_of_work():
        move(organisation, "reject", reason=reason, by=by)
        application = queries.application_of(organisation)
        if application is not None:
            mail.rejected(application, organisation, reason)
    return organisation


def reconsider(organisation: Organisation, *, by: Actor) -> Organisation:
    """A rejected application lies open again; nobody is written to."""
    if organisation.state == OrganisationState.APPLIED:
        return organisation
    with unit_of_work():
        move(organisation, "reconsider", reason="", by=by)
    return organisation
