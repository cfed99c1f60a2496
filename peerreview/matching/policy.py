"""Who may match, and who may see and answer the exchange that came of it."""

from collections.abc import Iterable

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.matching.models import Exchange, ExchangeMember, MatchingRun, PartnerSearch

SIGNERS = ("coordinator", "executive")
INSIDE = (*SIGNERS, "reviewer")
WATCHERS = (SECRETARIAT, "oversight")


def may_match(actor: Actor) -> bool:
    """Rehearse, compare and publish: the secretariat."""
    return actor.role == SECRETARIAT


def may_run(actor: Actor, run: MatchingRun) -> bool:
    """Work on with this rehearsal."""
    return may_match(actor)


def may_match_in(actor: Actor, round_: object) -> bool:
    """Match in this round."""
    return may_match(actor)


def may_know(actor: Actor, organisation_ids: Iterable[int]) -> bool:
    """Know of an exchange between these organisations: their people but contributors, and who watches over it."""
    return actor.role in WATCHERS or (actor.role in INSIDE and actor.organisation_id in set(organisation_ids))


def may_watch_rotation(actor: Actor) -> bool:
    """See who met whom over the rounds: the secretariat and oversight."""
    return actor.role in WATCHERS


def may_follow(actor: Actor) -> bool:
    """Go to the exchange of the own organisation."""
    return actor.role in INSIDE


def may_see(actor: Actor, exchange: Exchange) -> bool:
    """Read the exchange; the query answers None for who may not know of it."""
    return True


def may_answer(actor: Actor, exchange: Exchange) -> bool:
    """Accept, object, or take the objection back, for the own organisation."""
    return actor.role in SIGNERS and member_of(actor, exchange) is not None


def may_answer_for(actor: Actor, member: ExchangeMember) -> bool:
    """The same, asked of one member whose trajectory is loaded."""
    return actor.role in SIGNERS and actor.is_of(member.trajectory.organisation_id)


def may_move_search(actor: Actor, search: PartnerSearch) -> bool:
    """Promise an organisation without a partner another day: the secretariat."""
    return may_match(actor)


def may_dissolve(actor: Actor, exchange: Exchange) -> bool:
    """End an exchange before its reviews: the secretariat."""
    return may_match(actor)


def may_read_objections(actor: Actor) -> bool:
    """Read why an organisation objected: the secretariat; the partner never does."""
    return may_match(actor)


def member_of(actor: Actor, exchange: Exchange) -> ExchangeMember | None:
    """The place of the actor's own organisation in this exchange, loaded with trajectories; None when it has none."""
    mine = (member for member in exchange.members if actor.is_of(member.trajectory.organisation_id))
    return next(mine, None)
