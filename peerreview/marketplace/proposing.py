"""The rules of a proposal: how many may be in it, in which order they review, and until when one may answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from peerreview.core import clock
from peerreview.marketplace.lifecycle import ProposalKind, ReplyState

if TYPE_CHECKING:
    from peerreview.marketplace.models import Proposal, ProposalMember
    from peerreview.rounds.models import Round

MOST_OPEN = 5
MOST_WISHES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """An open proposal as one of its members sees it: who asks, whether it is our turn, on whom it waits besides us."""

    proposal_id: int
    answer_by: date
    asker: str
    our_turn: bool
    waiting_for: tuple[str, ...]


def kind_of(members: int) -> ProposalKind:
    """Two are a pair, three or four a ring."""
    return ProposalKind.PAIR if members == 2 else ProposalKind.RING


def last_day(round_: "Round", today: date) -> date | None:
    """Until when one may answer what is asked today: so many working days, and before the first possible visit.

    None when that day is past: then it is too late to ask.
    """
    latest = min(
        clock.add_working_days(today, round_.rules.answer_proposal_within), round_.visits_from - timedelta(days=1)
    )
    return latest if latest >= today else None


def asker_of(proposal: "Proposal") -> "ProposalMember":
    """The place of who asks."""
    return next(member for member in proposal.members if member.trajectory_id == proposal.trajectory_id)


def others_of(proposal: "Proposal", member: "ProposalMember") -> "list[ProposalMember]":
    """The other members in review order, from the one that this member reviews."""
    around = list(proposal.members)
    here = around.index(member)
    return around[here + 1 :] + around[:here]


def silent_in(proposal: "Proposal") -> "list[ProposalMember]":
    """Who still has to answer."""
    return [member for member in proposal.members if member.state == ReplyState.PENDING]


def moved(order: Sequence[int], one: int, places: int) -> list[int]:
    """The same order with one of it so many places on (back when negative), not past either end."""
    here = order.index(one)
    there = min(max(here + places, 0), len(order) - 1)
    rest = [each for each in order if each != one]
    return [*rest[:there], one, *rest[there:]]


def on_top(order: Sequence[int], new: Sequence[int], most: int = MOST_WISHES) -> list[int]:
    """These new ones before the others, as far as there is room: nobody who stands there falls off."""
    known = [each for each in new if each in order]
    room = most - len(order)
    added = [each for each in new if each not in order][: max(room, 0)]
    first = [each for each in new if each in known or each in added]
    return [*first, *(each for each in order if each not in first)]
