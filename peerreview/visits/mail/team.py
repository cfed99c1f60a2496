"""Letters about who goes on a visit: to those who come or leave, and about objections to the host and the secretariat.

What the host wrote in an objection stands in none of them: letters are read over shoulders and passed on.
"""

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import outbox
from peerreview.visits import queries
from peerreview.visits.lifecycle import Part
from peerreview.visits.mail.writing import title_of, write
from peerreview.visits.models import Visit
from peerreview.visits.team import Needs


def _team_page(visit: Visit) -> str:
    return outbox.address(f"/visits/{visit.id}/team")


def tell_part(visit: Visit, person: Person, part: Part) -> None:
    """Tell somebody that they go along, or may be asked to step in, and what that means."""

    def words(reader: Person) -> tuple[str, list[str]]:
        meaning = {
            Part.TRAINEE: _("You go along to learn. You do not rate."),
            Part.OBSERVER: _("You go along to watch. You do not rate."),
            Part.SUBSTITUTE: _("You stand by: you are asked when somebody of the team cannot come."),
        }[part]
        return _("You go along: %(title)s", title=title_of(visit)), [meaning, _team_page(visit)]

    write("visit.part", [person], words, visit)


def tell_left(visit: Visit, person: Person) -> None:
    """Tell somebody who has no invitation in their calendar that they no longer go."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("You no longer go: %(title)s", title=title_of(visit)), [
            _("You are no longer on this visit. You do not have to do anything.")
        ]

    write("visit.left", [person], words, visit)


def tell_unsigned(visit: Visit, needs: Needs) -> None:
    """Tell the lead reviewer who of the team still has to sign."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Who still has to sign: %(title)s", title=title_of(visit)), [
            _("The visit is near. Not everybody of your team has signed that they are independent."),
            _("Still to sign: %(names)s.", names=", ".join(needs.unsigned)),
            _("They sign here:") + "\n" + _team_page(visit),
        ]

    write("visit.unsigned", [member.person for member in visit.team if member.lead], words, visit)


def tell_objection(visit: Visit) -> None:
    """Tell the secretariat that a host objects to somebody; to whom and why it reads on the page."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("The host objects to somebody: %(title)s", title=title_of(visit)), [
            _("%(name)s asks you to decide. Nobody else is told.", name=visit.host.organisation.name),
            _team_page(visit),
        ]

    write("visit.objection", people_with(Role.SECRETARIAT), words, visit)


def tell_rejected(visit: Visit, person: Person, *, answer: str) -> None:
    """Tell the host that the person comes all the same, and why."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Your objection: %(title)s", title=title_of(visit)), [
            _("The secretariat decided that %(name)s comes along after all. It wrote:", name=person.name)
            + "\n" + answer,
            _team_page(visit),
        ]  # fmt: skip

    write("visit.objection_rejected", _hosts(visit), words, visit)


def tell_upheld(visit: Visit, person: Person, *, answer: str) -> None:
    """Tell the host that the person does not come."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Your objection: %(title)s", title=title_of(visit)), [
            _("The secretariat decided that %(name)s does not come along. It wrote:", name=person.name)
            + "\n" + answer,
            _team_page(visit),
        ]  # fmt: skip

    write("visit.objection_upheld", _hosts(visit), words, visit)


def tell_objection_over(visit: Visit, person: Person) -> None:
    """Tell the host that what it objected to is no longer so."""

    def words(reader: Person) -> tuple[str, list[str]]:
        return _("Your objection: %(title)s", title=title_of(visit)), [
            _("%(name)s no longer comes along. Your objection is over.", name=person.name),
            _team_page(visit),
        ]

    write("visit.objection_over", _hosts(visit), words, visit)


def ask_for_another(visit: Visit, person: Person, *, tell: str) -> None:
    """Tell the coordinators of the reviewing organisation that somebody does not go, and what the secretariat wrote."""
    of = visit.reviewing.organisation_id

    def words(reader: Person) -> tuple[str, list[str]]:
        text = [_("The secretariat decided that %(name)s does not go on this visit.", name=person.name)]
        if tell:
            text.append(_("It wrote:") + "\n" + tell)
        return _("Choose somebody else: %(title)s", title=title_of(visit)), [
            *text,
            _("This says nothing about how they work. Let a substitute step in, or choose somebody else:"),
            _team_page(visit),
        ]

    write("visit.choose_another", queries.coordinators_of([of])[of], words, visit)


def _hosts(visit: Visit) -> list[Person]:
    of = visit.host.organisation_id
    return queries.coordinators_of([of])[of]
