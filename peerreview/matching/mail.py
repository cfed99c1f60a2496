"""Letters about an exchange: to the coordinators and executives of its members, and to the secretariat."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.matching.models import Exchange, ExchangeMember, PartnerSearch
from peerreview.trajectories.lifecycle import TrajectoryState

Words = Callable[[], tuple[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as it is queued, or as it would be: to read before it goes."""

    kind: str
    person: Person
    subject: str
    body: str


def signers_of(member: ExchangeMember) -> list[Person]:
    """The coordinators and executives of this member, each once."""
    return _signers_in(member.trajectory.organisation_id)


def _signers_in(organisation_id: int) -> list[Person]:
    """The coordinators and executives of this organisation, each once."""
    people = [p for role in (Role.COORDINATOR, Role.EXECUTIVE) for p in people_with(role, organisation_id)]
    return list({person.id: person for person in people}.values())


def _drafts(kind: str, people: Iterable[Person], path: str, words: Words) -> Iterator[Draft]:
    """One letter for each reader, in their language."""
    link = outbox.address(path)
    for person in people:
        with i18n.speaking(person.language):
            subject, texts = words()
            parts = [_("Dear %(name)s,", name=person.name), *texts, _("You find it here: %(link)s", link=link)]
        yield Draft(kind, person, subject, "\n\n".join(parts) + "\n")


def _queue(drafts: Iterable[Draft], about: Any) -> None:
    for draft in drafts:
        outbox.queue(
            draft.kind, to=draft.person.email, name=draft.person.name, language=draft.person.language,
            subject=draft.subject, body=draft.body, about=about,
        )  # fmt: skip


def _write(kind: str, people: Iterable[Person], exchange: Exchange, words: Words) -> None:
    _queue(_drafts(kind, people, _path(exchange.id), words), exchange)


def _path(exchange_id: int | str) -> str:
    return f"/exchanges/{exchange_id}"


def others(exchange: Exchange, member: ExchangeMember) -> list[ExchangeMember]:
    """The other members in review order, from the one that this member reviews."""
    here = exchange.members.index(member)
    return exchange.members[here + 1 :] + exchange.members[:here]


def named(members: Iterable[ExchangeMember]) -> str:
    """Their names in one line."""
    return ", ".join(member.trajectory.organisation.name for member in members)


PROPOSED, RETRACTED = "exchange.proposed", "exchange.retracted"


def proposed(
    people: Iterable[Person], partners: Sequence[str], answer_by: date | None, exchange_id: int | str
) -> Iterator[Draft]:
    """To these people of one member: who its partners would be and by when it answers."""

    def words() -> tuple[str, list[str]]:
        names, day = ", ".join(partners), i18n.day(answer_by)
        subject = ngettext("Your partner: %(names)s", "Your partners: %(names)s", len(partners), names=names)
        proposal = _("The secretariat proposes: you and %(names)s review each other.", names=names)
        answer = _("Say by %(day)s whether you agree. That takes 5 minutes.", day=day)
        return subject, [f"{proposal} {answer}"]

    return _drafts(PROPOSED, people, _path(exchange_id), words)


def tell_proposed(exchange: Exchange, signers: dict[int, list[Person]]) -> None:
    """Tell each member who its partner would be and by when it answers; `signers` by organisation."""
    for member in exchange.members:
        partners = [other.trajectory.organisation.name for other in others(exchange, member)]
        people = signers.get(member.trajectory.organisation_id, [])
        _queue(proposed(people, partners, exchange.answer_by, exchange.id), exchange)


def take_back(exchange: Exchange) -> list[str]:
    """Stop the letters of a proposal that did not leave yet; the addresses of those that did."""
    return outbox.cancel(exchange, PROPOSED)


def tell_retracted(exchange: Exchange, people: Iterable[Person]) -> None:
    """Tell who read the proposal that it is taken back; they keep their place."""

    def words() -> tuple[str, list[str]]:
        text = _("The secretariat takes this proposal back: %(names)s. You need not answer it.",
                 names=named(exchange.members))  # fmt: skip
        keep = _("You keep your place in the round. You hear more as soon as there is a new proposal.")
        return _("Your proposal was taken back"), [text, keep]

    _write(RETRACTED, people, exchange, words)


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


def dissolved(
    people: Iterable[Person],
    names: str,
    reason: str,
    exchange_id: int | str,
    *,
    partner_by: date | None = None,
    stays: bool = True,
) -> Iterator[Draft]:
    """To these people of a member: it ends, with the reason that the secretariat wrote; they keep their place.

    `partner_by` is the day by which they have another partner; without one no day is promised. Who does not stay in the
    round reads nothing about that.
    """

    def words() -> tuple[str, list[str]]:
        text = _("This exchange ends: %(names)s.", names=names)
        keep = _("You keep your place in the round. The secretariat looks for another partner.")
        if partner_by:
            keep = f"{_('You keep your place in the round.')} {_promise(partner_by)}"
        why = [_("This is why:") + "\n" + reason] if reason else []
        return _("Your exchange ends"), [text, *why, *([keep] if stays else [])]

    return _drafts("exchange.dissolved", people, _path(exchange_id), words)


def tell_dissolved(exchange: Exchange, partner_by: Mapping[int, date]) -> None:
    """Tell the members that it ends, and why; and by which day each trajectory that was promised one has a partner."""
    for member in exchange.members:
        until = partner_by.get(member.trajectory_id)
        stays = member.trajectory.state != TrajectoryState.WITHDRAWN
        drafts = dissolved(
            signers_of(member), named(exchange.members), exchange.reason, exchange.id, partner_by=until, stays=stays
        )
        _queue(drafts, exchange)


# --- Who looks for a partner -----------------------------------------------------------------------------------------


def _promise(partner_by: date) -> str:
    return str(_("The secretariat has a partner for you by %(day)s at the latest.", day=i18n.day(partner_by)))


def searching(people: Iterable[Person], partner_by: date) -> Iterator[Draft]:
    """To these people of an organisation that has no partner now: by when it has one."""

    def words() -> tuple[str, list[str]]:
        now = _("You have no partner in this round now, and you keep your place in it.")
        calm = _("You need not do anything for it. Just go on with your self-evaluation.")
        return _("You get a partner"), [f"{now} {_promise(partner_by)}", calm]

    return _drafts("partner_search.began", people, "/exchange", words)


def tell_searching(search: PartnerSearch, organisation_id: int) -> None:
    """Tell an organisation without a partner by when it has one."""
    _queue(searching(_signers_in(organisation_id), search.partner_by), search)


def tell_search_moved(search: PartnerSearch, organisation_id: int) -> None:
    """Tell the organisation the other day, and why."""

    def words() -> tuple[str, list[str]]:
        why = _("This is why:") + "\n" + search.note
        return _("Another day for your partner"), [_promise(search.partner_by), why]

    _queue(_drafts("partner_search.moved", _signers_in(organisation_id), "/exchange", words), search)
