"""Answers to a proposal, and the end of an exchange.

Each act reads the exchange anew under a lock, so that of two answers at once the second knows the first, and the same
answer twice is one answer.
"""

from collections.abc import Collection

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.core.events import announce, on
from peerreview.matching import mail, policy, queries
from peerreview.matching.lifecycle import EXCHANGE, MATCH_ANSWER, AnswerState, ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.matching.rehearsal import pairs_of
from peerreview.matching.services.searches import search_again_for
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import HAVE_REVIEWED


def _now(member: ExchangeMember, by: Actor) -> tuple[Exchange, ExchangeMember]:
    """The exchange and this place in it as they are now; NotAllowed for who may not answer for it."""
    exchange = queries.exchange_of(member.exchange_id)
    mine = next(each for each in exchange.members if each.id == member.id)
    if not policy.may_answer_for(by, mine):
        raise NotAllowed(_("Only the coordinator and the executive of an organisation answer for it."))
    return exchange, mine


def _answer(member: ExchangeMember, verb: str, *, by: Actor, reason: str = "") -> None:
    if not MATCH_ANSWER.can(member.state, verb):
        raise NotNow(_("You have answered already."))
    audit.change_state(member, MATCH_ANSWER, verb, by=by, reason=reason)
    member.reason = reason
    given = verb != "take_back"
    member.answered_at, member.answered_by_id = (clock.now(), by.person_id) if given else (None, None)


def _refuse_unless_proposed(exchange: Exchange) -> None:
    if exchange.state != ExchangeState.PROPOSED:
        raise NotNow(_("This proposal no longer waits for an answer."))


def accept(member: ExchangeMember, *, by: Actor) -> None:
    """Agree for one organisation. The last one to agree confirms the exchange: announced, and told to all."""
    with unit_of_work():
        exchange, member = _now(member, by)
        if member.state == AnswerState.ACCEPTED:
            return
        _refuse_unless_proposed(exchange)
        _answer(member, "accept", by=by)
        if all(each.state == AnswerState.ACCEPTED for each in exchange.members):
            audit.change_state(exchange, EXCHANGE, "confirm", by=by)
            mail.tell_confirmed(exchange)
            announce("exchange.confirmed", exchange, by=by)


def object_to(member: ExchangeMember, *, reason: str, by: Actor) -> None:
    """Object for one organisation: the secretariat reads why, the others hear only that it is looked at again."""
    if not reason.strip():
        raise Invalid(_("Write down why you object. Only the secretariat reads it."))
    with unit_of_work():
        exchange, member = _now(member, by)
        if member.state == AnswerState.OBJECTED:
            return
        _refuse_unless_proposed(exchange)
        _answer(member, "object", by=by, reason=reason.strip())
        mail.tell_objected(exchange, member)


def take_back(member: ExchangeMember, *, by: Actor) -> None:
    """Take an objection back while the proposal still stands; the organisation can then agree or object again."""
    with unit_of_work():
        exchange, member = _now(member, by)
        if member.state == AnswerState.PENDING:
            return
        _refuse_unless_proposed(exchange)
        _answer(member, "take_back", by=by)
        mail.tell_taken_back(exchange, member)


# --- The end of an exchange ------------------------------------------------------------------------------------------


def dissolve(exchange: Exchange, *, reason: str, by: Actor) -> None:
    """End an exchange, for a reason that its members read; they look for a partner again, not for each other.

    Whom a next rehearsal keeps apart: who objected from the others; without an objection all from each other.
    """
    if not policy.may_match(by):
        raise NotAllowed(_("Only the secretariat ends an exchange."))
    if not reason.strip():
        raise Invalid(_("Write the reason down: the members read it."))
    with unit_of_work():
        exchange = queries.exchange_of(exchange.id)
        if exchange.state == ExchangeState.DISSOLVED:
            return
        end(exchange, reason.strip(), by=by, parted=parted_by(exchange))


def parted_by(exchange: Exchange) -> list[tuple[int, int]]:
    """Whom the end of this exchange keeps apart: who objected from the others; without an objection all of them."""
    pairs = pairs_of(member.trajectory.organisation_id for member in exchange.members)
    objected = {m.trajectory.organisation_id for m in exchange.members if m.state == AnswerState.OBJECTED}
    return [pair for pair in pairs if not objected or objected & set(pair)]


def end(
    exchange: Exchange, reason: str, *, by: Actor, parted: list[tuple[int, int]], placed: Collection[int] = ()
) -> None:
    """End an exchange, within the act that ends it: its members look again, hear it, and the fact is announced.

    Each member that still needs a partner is promised one, but the `placed` organisations: they get one in the same act.
    """
    if not EXCHANGE.can(exchange.state, "dissolve"):
        raise NotNow(_("This exchange is completed, so it stays."))
    audit.change_state(exchange, EXCHANGE, "dissolve", by=by, reason=reason)
    exchange.reason = reason
    exchange.explanation = (exchange.explanation or {}) | {"parted": [list(pair) for pair in parted]}
    for member in exchange.members:
        member.standing = False
    mail.tell_dissolved(exchange, search_again_for(exchange, but=placed, by=by))
    announce("exchange.dissolved", exchange, by=by)


@on("trajectory.withdrawn")
def leave(trajectory: Trajectory, *, by: Actor) -> None:
    """When an organisation withdraws before it was visited, its exchange ends; the others are matched again.

    After its visit the exchange stays: what is still to be done in it is for the people, and the secretariat knows.
    """
    if trajectory.held_from in HAVE_REVIEWED or trajectory.state != TrajectoryState.WITHDRAWN:
        return
    with unit_of_work():
        standing = queries.standing_exchange_of(trajectory.id)
        if standing is None or not EXCHANGE.can(standing.state, "dissolve"):
            return
        exchange = queries.exchange_of(standing.id)
        name = next(m.trajectory.organisation.name for m in exchange.members if m.trajectory_id == trajectory.id)
        end(exchange, _("%(name)s takes no part any more.", name=name), by=by, parted=[])
