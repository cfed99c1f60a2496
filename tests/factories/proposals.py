"""Proposals and wishes on a market, made by the services themselves; the market is `tests.factories.matching`'s."""

from peerreview.core.db import db, unit_of_work
from peerreview.marketplace.models import Proposal, ProposalMember, Wish
from peerreview.marketplace.queries.proposals import proposal_of
from peerreview.marketplace.services import accept, propose
from tests.factories.matching import Marketplace


def make_proposal(market: Marketplace, *, maker: int = 0, asked: tuple[int, ...] = (1,), message: str = "") -> Proposal:
    """What one organisation of the market (by its place in it) asks of others."""
    others = [market.trajectories[n] for n in asked]
    made = propose(market.trajectories[maker], others, message=message, by=market.coordinators[maker])
    return proposal_of(made.id)


def place_in(proposal: Proposal, market: Marketplace, who: int) -> ProposalMember:
    """The place of this organisation of the market in a proposal, as it is now."""
    fresh = proposal_of(proposal.id)
    return next(each for each in fresh.members if each.trajectory_id == market.trajectories[who].id)


def make_accepted(market: Marketplace, *, maker: int = 0, asked: tuple[int, ...] = (1,)) -> Proposal:
    """The same, with a yes of everybody."""
    proposal = make_proposal(market, maker=maker, asked=asked)
    for who in asked:
        accept(place_in(proposal, market, who), message="", by=market.coordinators[who])
    return proposal_of(proposal.id)


def make_wish(market: Marketplace, *, of: int, whom: int, rank: int = 1) -> Wish:
    """A wish as it stands, past the rules of making one."""
    wish = Wish(trajectory_id=market.trajectories[of].id, organisation_id=market.organisations[whom].id, rank=rank)
    with unit_of_work():
        db.session.add(wish)
        db.session.flush()
    return wish
