"""The letter that a round is open, to every coordinator of a member organisation."""

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import i18n, outbox
from peerreview.core.db import db
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round


def coordinators_of_members() -> list[Person]:
    """Everybody who coordinates for a member now, each once."""
    held = (
        select(Person)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .join(Organisation, Organisation.id == Affiliation.organisation_id)
        .where(Affiliation.role == Role.COORDINATOR, Affiliation.ended_at.is_(None), Person.active)
        .where(Organisation.state == OrganisationState.MEMBER)
        .order_by(Person.id)
        .distinct()
    )
    return list(db.session.scalars(held))


def tell_opened(round_: Round) -> int:
    """Write to every coordinator; the number of letters."""
    people = coordinators_of_members()
    link = outbox.address(f"/rounds/{round_.id}")
    for person in people:
        with i18n.speaking(person.language):
            text = _(
                "You can sign up for %(round)s from %(start)s up to and including %(end)s.",
                round=round_.name, start=i18n.day(round_.signup_opens_on), end=i18n.day(round_.signup_closes_on),
            )  # fmt: skip
            parts = [_("Dear %(name)s,", name=person.name), text, _("You find it here: %(link)s", link=link)]
            outbox.queue(
                "round.opened", to=person.email, name=person.name, language=person.language,
                subject=_("Signing up for %(round)s is open", round=round_.name), body="\n\n".join(parts) + "\n",
                about=round_,
            )  # fmt: skip
    return len(people)
