"""One answer as it is given on the page: what ties us to them, and yes, perhaps or no."""

from collections.abc import Iterable
from enum import StrEnum

from peerreview.core.access import Actor
from peerreview.impartiality.lifecycle import ConflictKind
from peerreview.impartiality.services import declare
from peerreview.marketplace.models import ProposalMember
from peerreview.marketplace.services.proposals import accept, decline, save_answer

Tie = tuple[int, ConflictKind]  # an organisation, and what ties us to it


class Choice(StrEnum):
    YES = "yes"
    PERHAPS = "perhaps"
    NO = "no"


def answer(
    member: ProposalMember,
    *,
    choice: Choice,
    ties: Iterable[Tie],
    message: str,
    reason: str,
    version: int,
    by: Actor,
) -> None:
    """Tell the secretariat of each tie, with `reason` as the note, and then give the answer; "perhaps" keeps it open.

    On purpose not one act: what was typed is kept first, and what was declared stays declared, also when the answer is
    refused because of it. Raises what `save_answer`, `declare`, `accept` and `decline` do.
    """
    save_answer(member, message=message, reason=reason, version=version, by=by)
    for organisation_id, kind in ties:
        declare(organisation_id, kind=kind, note=reason, by=by)
    if choice == Choice.YES:
        accept(member, message=message, by=by)
    elif choice == Choice.NO:
        decline(member, reason=reason, message=message, by=by)
