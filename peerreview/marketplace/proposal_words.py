"""Where a proposal stands, as a mark of its kind and a text; each member reads it from its own place."""

from typing import TYPE_CHECKING, Any

from flask_babel import gettext

from peerreview.marketplace.lifecycle import ProposalState, ReplyState
from peerreview.marketplace.proposing import others_of, silent_in
from peerreview.marketplace.words import joined

if TYPE_CHECKING:
    from peerreview.marketplace.models import Proposal, ProposalMember

State = ProposalState


def _(text: str, **values: Any) -> str:
    return str(gettext(text, **values))


def names_of(members: "list[ProposalMember]") -> str:
    """'Brugveld and Veenpoort'."""
    return joined(member.trajectory.organisation.name for member in members)


def waits_for(proposal: "Proposal", member: "ProposalMember | None") -> bool:
    """Whether it is this member's turn to answer."""
    return member is not None and proposal.state == State.OPEN and member.state == ReplyState.PENDING


def mark(proposal: "Proposal", us: "ProposalMember | None" = None) -> tuple[str, str]:
    """The kind of `ui.state` and its text; `us` is the reader's place, None for who watches over the market."""
    match proposal.state:
        case State.OPEN if waits_for(proposal, us):
            return "turn", _("Your turn")
        case State.OPEN:
            return "waiting", _("Waiting for %(name)s", name=names_of(silent_in(proposal)))
        case State.ACCEPTED:
            return "done", _("You want each other") if us else _("They want each other")
        case State.DECLINED:
            who = [member for member in proposal.members if member.state == ReplyState.DECLINED]
            if us in who:
                return "stopped", _("You would rather not")
            return "stopped", _("%(name)s would rather not", name=names_of(who))
        case State.WITHDRAWN:
            return "stopped", _("Taken back")
    return "stopped", _("Ended without an answer")


def title(proposal: "Proposal", us: "ProposalMember | None") -> str:
    """What the page of a proposal is about, for this reader."""
    maker = next(each for each in proposal.members if each.trajectory_id == proposal.trajectory_id)
    if us is None:
        return _("Proposal of %(name)s", name=names_of([maker]))
    partners = names_of(others_of(proposal, us))
    if proposal.state == State.ACCEPTED:
        return _("Agreed with %(names)s", names=partners)
    if us is maker:
        return _("You ask %(names)s as a partner", names=partners)
    if waits_for(proposal, us) or proposal.state == State.OPEN:
        return _("%(name)s asks you as a partner", name=names_of([maker]))
    return _("%(name)s asked you as a partner", name=names_of([maker]))


def reply(member: "ProposalMember", proposal: "Proposal") -> tuple[str, str]:
    """How one member answered, as a mark; before it did, that is waited for, or that it no longer matters."""
    if member.trajectory_id == proposal.trajectory_id:
        return "done", _("asks")
    if member.state == ReplyState.ACCEPTED:
        return "done", _("says yes")
    if member.state == ReplyState.DECLINED:
        return "stopped", _("would rather not")
    return ("waiting", _("has not answered yet")) if proposal.state == State.OPEN else ("hold", _("did not answer"))
