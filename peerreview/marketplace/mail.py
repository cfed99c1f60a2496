"""Letters about a proposal, to the coordinators and executives of its members.

None says why an organisation declined or looks no further, nor with whom it will go: only what itself chose to write.
"""

from collections.abc import Callable, Iterable

from flask_babel import gettext as _
from flask_babel import ngettext

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.accounts.queries import people_with
from peerreview.core import i18n, outbox
from peerreview.marketplace.lifecycle import ProposalKind
from peerreview.marketplace.models import Proposal, ProposalMember
from peerreview.marketplace.proposing import asker_of, others_of
from peerreview.marketplace.words import joined

Words = Callable[[], tuple[str, list[str]]]


def _signers(member: ProposalMember) -> list[Person]:
    """The coordinators and executives of this member, each once."""
    organisation_id = member.trajectory.organisation_id
    people = [each for role in (Role.COORDINATOR, Role.EXECUTIVE) for each in people_with(role, organisation_id)]
    return list({person.id: person for person in people}.values())


def _write(kind: str, members: Iterable[ProposalMember], proposal: Proposal, words: Words) -> None:
    """One letter for each reader, in their language."""
    link = outbox.address(f"/marketplace/proposals/{proposal.id}")
    for person in [person for member in members for person in _signers(member)]:
        with i18n.speaking(person.language):
            subject, texts = words()
            parts = [_("Dear %(name)s,", name=person.name), *texts, _("You find it here: %(link)s", link=link)]
            outbox.queue(
                f"proposal.{kind}", to=person.email, name=person.name, language=person.language, subject=subject,
                body="\n\n".join(parts) + "\n", about=proposal,
            )  # fmt: skip


def named(members: Iterable[ProposalMember]) -> str:
    """Their names as one: 'Brugveld and Veenpoort'."""
    return joined(member.trajectory.organisation.name for member in members)


def _with_message(text: str, name: str, message: str) -> list[str]:
    return [text, _("%(name)s writes:", name=name) + "\n" + message] if message else [text]


def ask(proposal: Proposal) -> None:
    """Ask each of those that were asked; in a ring each hears who the others are."""
    asker = asker_of(proposal)
    for member in others_of(proposal, asker):
        rest = [each for each in others_of(proposal, member) if each is not asker]

        def words(rest: list[ProposalMember] = rest) -> tuple[str, list[str]]:
            name, day = asker.trajectory.organisation.name, i18n.day(proposal.answer_by)
            text = (
                _("%(name)s would like to make a pair with you.", name=name)
                if proposal.kind == ProposalKind.PAIR
                else _("%(name)s would like to make a ring with you and %(others)s.", name=name, others=named(rest))
            )
            by = _("Give your answer by %(day)s. That takes about ten minutes.", day=day)
            return _("%(name)s asks you as its partner", name=name), [
                *_with_message(text, name, proposal.message), by,
            ]  # fmt: skip

        _write("asked", [member], proposal, words)


def tell_reply(proposal: Proposal, member: ProposalMember) -> None:
    """Tell the others that this one said yes, while somebody else still has to answer."""

    def words() -> tuple[str, list[str]]:
        name = member.trajectory.organisation.name
        text = _("%(name)s says yes to the proposal for a ring. Not everybody has answered yet.", name=name)
        return _("%(name)s says yes", name=name), _with_message(text, name, member.message)

    _write("replied", others_of(proposal, member), proposal, words)


def tell_accepted(proposal: Proposal, last: ProposalMember) -> None:
    """Tell each that all want it, and what that means; with what the last one wrote."""
    for member in proposal.members:
        partners = others_of(proposal, member)

        def words(member: ProposalMember = member, partners: list[ProposalMember] = partners) -> tuple[str, list[str]]:
            names, name = named(partners), last.trajectory.organisation.name
            text = _("You and %(names)s want to review each other.", names=names)
            means = _(
                "We hold on to that when the partners are matched. The secretariat only departs from it when somebody "
                "would be left without a partner, and then tells you so."
            )
            message = last.message if member is not last else ""
            subject = ngettext("%(names)s says yes", "%(names)s say yes", len(partners), names=names)
            return subject, [*_with_message(text, name, message), means]

        _write("accepted", [member], proposal, words)


def tell_declined(proposal: Proposal, member: ProposalMember) -> None:
    """Tell the others that this one would rather not: never why, only what it wrote to them itself."""

    def words() -> tuple[str, list[str]]:
        name = member.trajectory.organisation.name
        text = _("%(name)s would rather not be your partner this time. The proposal ends.", name=name)
        next_step = _("You can ask another organisation.")
        return _("%(name)s would rather not", name=name), [*_with_message(text, name, member.message), next_step]

    _write("declined", others_of(proposal, member), proposal, words)


def tell_withdrawn(proposal: Proposal, member: ProposalMember, reason: str = "") -> None:
    """Tell the others that this one looks no further with them; with its reason when it wrote one for them."""

    def words() -> tuple[str, list[str]]:
        name = member.trajectory.organisation.name
        text = _("%(name)s looks no further, so the proposal ends. You need not do anything for that.", name=name)
        return _("%(name)s looks no further", name=name), _with_message(text, name, reason)

    _write("withdrawn", others_of(proposal, member), proposal, words)


def tell_expired(proposal: Proposal, silent: Iterable[ProposalMember]) -> None:
    """Tell everybody in it that the time to answer is over."""
    names = list(silent)

    def words() -> tuple[str, list[str]]:
        text = _("No answer came in time from %(names)s. The proposal ends.", names=named(names))
        return _("A proposal ended without an answer"), [text, _("You can ask another organisation.")]

    _write("expired", proposal.members, proposal, words)
