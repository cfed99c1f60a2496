"""Letters to the secretariat about what was declared or questioned, and its answer to who asked."""

from collections.abc import Iterable

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.core.access import Actor
from peerreview.impartiality.models import Conflict
from peerreview.impartiality.words import KINDS


def _write(kind: str, person: Person, subject: str, *paragraphs: str, about: Conflict) -> None:
    outbox.queue(
        kind, to=person.email, name=person.name, language=person.language, subject=subject, about=about,
        body="\n\n".join([_("Dear %(name)s,", name=person.name), *paragraphs]) + "\n",
    )  # fmt: skip


def _address(conflict: Conflict) -> str:
    return outbox.address(f"/impartiality/{conflict.id}")


def tell_declared(conflict: Conflict, *, who: str, about: str) -> None:
    """To the secretariat: `who` (an organisation or a person) declared something about the organisation `about`."""
    for person in people_with(Role.SECRETARIAT):
        with i18n.speaking(person.language):
            _write(
                "impartiality.declared", person, _("%(who)s tells what ties them to %(about)s", who=who, about=about),
                _("It is about: %(kind)s.", kind=str(KINDS[conflict.kind]).lower()),
                _("It counts from now on. Read it, and change it where needed:") + "\n" + _address(conflict),
                about=conflict,
            )  # fmt: skip


def tell_asked_again(conflict: Conflict, *, note: str, who: str, other: str, by: Actor) -> None:
    """To the secretariat: somebody thinks that this is not, or no longer, right."""
    for person in people_with(Role.SECRETARIAT):
        with i18n.speaking(person.language):
            _write(
                "impartiality.asked_again", person,
                _("%(who)s asks to look again at what ties them to %(other)s", who=who, other=other),
                _("%(name)s wrote:", name=by.name) + "\n" + note,
                _("Look at it here. Who asked gets a letter when it no longer counts:") + "\n" + _address(conflict),
                about=conflict,
            )  # fmt: skip


def tell_looked_again(conflict: Conflict, asked: Iterable[tuple[Person, int | None]]) -> None:
    """To who asked (each with the organisation for which they did): the secretariat looked, and it no longer counts."""
    first, second = conflict.organisation, conflict.other_organisation
    for person, organisation_id in asked:
        other = second if second is not None and first.id == organisation_id else first
        with i18n.speaking(person.language):
            _write(
                "impartiality.looked_again", person, _("We looked again at what ties you to %(name)s", name=other.name),
                _("You asked us to look again. We did: it does not count any more."),
                _("Questions? Answer this letter or call the secretariat."),
                about=conflict,
            )  # fmt: skip
