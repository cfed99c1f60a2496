"""Saying that somebody is a qualified reviewer, and taking that back."""

from datetime import timedelta

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.certificates.standing import end_of_term
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.credentials import mail, queries
from peerreview.credentials.models import Qualification
from peerreview.credentials.services.issuing import give_reviewer_badge

MONTHS = 36
MOST_MONTHS = 60


def qualify(person: Person, *, ground: str, months: int = MONTHS, by: Actor) -> Qualification:
    """Say that this person is a qualified reviewer for so many months from today; they get their badge and a letter.

    Raises Invalid without a ground, or when they took part in no review that became final; NotNow while they hold one.
    """
    if not ground.strip():
        raise Invalid(_("Write down on what ground."))
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid(_("Choose a term between 1 and %(most)s months.", most=MOST_MONTHS))
    reviews = queries.reviews_of(person.id)
    if not reviews:
        raise Invalid(_("%(name)s took part in no review yet that became final.", name=person.name))
    today = clock.today()
    with unit_of_work():
        held = queries.qualification_of(person.id)
        if held and held.ended_on is None:
            if held.ends_on >= today:
                raise NotNow(_("%(name)s is a qualified reviewer already.", name=person.name))
            held.ended_on = held.ends_on
            db.session.flush()
        given = Qualification(
            person_id=person.id, ground=ground.strip(), reviews=reviews, starts_on=today,
            ends_on=end_of_term(today, months) - timedelta(days=1), given_by_id=by.person_id,
        )  # fmt: skip
        db.session.add(given)
        db.session.flush()
        audit.record("qualification.give", given, by=by, after={"reviews": reviews, "until": given.ends_on.isoformat()})
        give_reviewer_badge(given, person, by=by)
        mail.tell_qualified(given, person)
    return given


def end_qualification(qualification: Qualification, *, reason: str, by: Actor) -> None:
    """From today the badge no longer counts; its holder reads why. Raises Invalid without a reason, NotNow when it ended."""
    if not reason.strip():
        raise Invalid(_("Write the reason down: the reviewer reads it."))
    if qualification.ended_on is not None:
        raise NotNow(_("This qualification has ended already."))
    with unit_of_work():
        qualification.ended_on, qualification.reason = clock.today(), reason.strip()
        audit.record("qualification.end", qualification, by=by, reason=reason)
        mail.tell_ended(qualification, qualification.person)
