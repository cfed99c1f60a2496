"""Letters about an exchange: to the coordinators and executives of its members, and to the secretariat."""

from collections.abc import Callable, Iterable

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.matching.models import Exchange, ExchangeMember

Words = Callable[[], tuple[str, list[str]]]


def signers_of(member: ExchangeMember) -> list[Person]:
    """The coordinators and executives of this member, each once."""
    organisation_id = member.trajectory.organisation_id
    people = [p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, organisation_id)]
    return list({person.id: person for person in people}.values())


def _write(kind: str, people: Iterable[Person], exchange: Exchange, words: Words) -> None:
    """One letter for each reader, in their language."""
    link = outbox.address(f"/exchanges/{exchange.id}")
    for person in people:
        with i18n.speaking(person.language):
            subject, texts = words()
            parts = [_("Dear %(name)s,", name=person.name), *texts, _("You find it here: %(link)s", link=link)]
            outbox.queue(
                kind, to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join(parts) + "\n", about=exchange,
            )  # fmt: skip


def others(exchange: Exchange, member: ExchangeMember) -> list[ExchangeMember]:
    """The other members in review order, from the one that this member reviews."""
    here = exchange.members.index(member)
    return exchange.members[here + 1 :] + exchange.members[:here]


def named(members: Iterable[ExchangeMember]) -> str:
    """Their names in one line."""
    return ", ".join(member.trajectory.organisation.name for member in members)


def tell_proposed(exchange: Exchange) -> None:
    """Tell each member who its partner would be and by when it answers."""
    for member in exchange.members:
        partners = others(exchange, member)

        def words(partners: list[ExchangeMember] = partners) -> tuple[str, list[str]]:
            names, day = named(partners), i18n.day(exchange.answer_by)
            subject = ngettext("Your partner: %(names)s", "Your partners: %(names)s", len(partners), names=names)
            proposal = _("The secretariat proposes: you and %(names)s review each other.", names=names)
            answer = _("Say by %(day)s whether you agree. That takes 5 minutes.", day=day)
            return subject, [f"{proposal} {answer}"]

        _write("exchange.proposed", signers_of(member), exchange, words)


def tell_confirmed(exchange: Exchange) -> None:
    """Tell everybody that all have agreed."""
    for member in exchange.members:
        names = named(others(exchange, member))

        def words(names: str = names) -> tuple[str, list[str]]:
            text = _("Everybody agrees. You and %(names)s are going to review each other.", names=names)
            return _("It is certain: you and %(names)s", names=names), [text]

        _write("exchange.confirmed", signers_of(member), exchange, words)


def tell_objected(exchange: Exchange, member: ExchangeMember) -> None:
    """Tell the secretariat why; the others only that the secretariat looks at it again."""
    who, reason = member.trajectory.organisation.name, member.reason

    def to_secretariat() -> tuple[str, list[str]]:
        text = _("%(name)s objects to the exchange of %(names)s.", name=who, names=named(exchange.members))
        return _("%(name)s objects to its partner", name=who), [text, _("This is why:") + "\n" + reason]

    _write("exchange.objected", people_with(Role.SECRETARIAT), exchange, to_secretariat)
    for other in others(exchange, member):
        _write("exchange.looked_at_again", signers_of(other), exchange, _looked_at_again)


def _looked_at_again() -> tuple[str, list[str]]:
    text = _("The secretariat looks again at the proposal for your exchange. You need not do anything now.")
    return _("The secretariat looks at your exchange again"), [text]


def tell_taken_back(exchange: Exchange, member: ExchangeMember) -> None:
    """Tell the secretariat that the objection is gone, and the others that the proposal stands as it was."""
    who = member.trajectory.organisation.name

    def to_secretariat() -> tuple[str, list[str]]:
        text = _("%(name)s took its objection back. It still has to say whether it agrees.", name=who)
        return _("%(name)s took its objection back", name=who), [text]

    def to_others() -> tuple[str, list[str]]:
        stands = _("The proposal for your exchange stands as it was.")
        answer = _("Say by %(day)s whether you agree, if you did not yet.", day=i18n.day(exchange.answer_by))
        return _("The proposal for your exchange stands"), [f"{stands} {answer}"]

    _write("exchange.taken_back", people_with(Role.SECRETARIAT), exchange, to_secretariat)
    for other in others(exchange, member):
        _write("exchange.stands", signers_of(other), exchange, to_others)


def tell_dissolved(exchange: Exchange) -> None:
    """Tell the members that it ends, with the reason that the secretariat wrote for them; they keep their place."""

    def words() -> tuple[str, list[str]]:
        text = _("This exchange ends: %(names)s.", names=named(exchange.members))
        keep = _("You keep your place in the round. The secretariat looks for another partner.")
        reason = [_("This is why:") + "\n" + exchange.reason] if exchange.reason else []
        return _("Your exchange ends"), [text, *reason, keep]

    for member in exchange.members:
        _write("exchange.dissolved", signers_of(member), exchange, words)


def remind(exchange: Exchange, waiting: Iterable[ExchangeMember]) -> None:
    """Ask who did not answer yet once more."""
    for member in waiting:
        names = named(others(exchange, member))

        def words(names: str = names) -> tuple[str, list[str]]:
            day = i18n.day(exchange.answer_by)
            text = _("Say by %(day)s whether you and %(names)s can review each other.", day=day, names=names)
            return _("Your answer is due by %(day)s", day=day), [text]

        _write("exchange.reminder", signers_of(member), exchange, words)


def tell_overdue(exchange: Exchange, waiting: Iterable[ExchangeMember]) -> None:
    """Tell the secretariat who did not answer in time."""
    silent = list(waiting)

    def words() -> tuple[str, list[str]]:
        names, day = named(silent), i18n.day(exchange.answer_by)
        text = _("No answer came by %(day)s from: %(names)s.", day=day, names=names)
        return _("No answer from %(names)s", names=names), [text]

    _write("exchange.overdue", people_with(Role.SECRETARIAT), exchange, words)
