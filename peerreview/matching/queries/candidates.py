"""Who looks for a partner in a round, with all that the matching asks about them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, select
from sqlalchemy.orm import aliased, joinedload

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.marketplace.queries import remembers_meetings, rows_of, tells_matched
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.matching.rehearsal import Pair
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.trajectories.lifecycle import Route, TrajectoryState
from peerreview.trajectories.models import Trajectory

S = TrajectoryState
# Scheduled without a partner is somebody whose exchange was dissolved.
STILL_TO_MATCH = (S.ACCEPTED, S.SELF_EVALUATING, S.SELF_EVALUATED, S.SCHEDULED)
WITH_PEERS = (Route.PEER, Route.COMBINED)
REMEMBERED_ROUNDS = 5
MET = (ExchangeState.CONFIRMED, ExchangeState.ACTIVE, ExchangeState.COMPLETED)


def without_exchange(round_id: int) -> Select[Trajectory]:
    """The trajectories of a round that need a partner and have none."""
    standing = exists().where(ExchangeMember.trajectory_id == Trajectory.id, ExchangeMember.standing)
    return (
        select(Trajectory)
        .where(Trajectory.round_id == round_id, Trajectory.state.in_(STILL_TO_MATCH), Trajectory.route.in_(WITH_PEERS))
        .where(~standing)
        .order_by(Trajectory.organisation_id)
    )


@tells_matched
def with_exchange(trajectory_ids: Collection[int]) -> set[int]:
    """Which of these trajectories stand in an exchange: they have a partner, so their wishes are no longer asked."""
    standing = select(ExchangeMember.trajectory_id).where(
        ExchangeMember.trajectory_id.in_(trajectory_ids), ExchangeMember.standing
    )
    return set(db.session.scalars(standing))


def candidate_rows(round_: Round, only: Iterable[int] | None = None) -> list[dict[str, Any]]:
    """The input of a rehearsal (see `marketplace.candidates.row_of`): who looks for a partner, in order of organisation.

    `only` narrows it to these trajectories. Ten queries.
    """
    looking = without_exchange(round_.id)
    if only is not None:
        looking = looking.where(Trajectory.id.in_(list(only)))
    return rows_of(looking, round_, clock.today())


_me, _other = aliased(ExchangeMember), aliased(ExchangeMember)
_mine, _theirs = aliased(Trajectory), aliased(Trajectory)
# Made once: making it takes longer than asking it.
_MEETINGS = (
    select(_mine.organisation_id, _theirs.organisation_id, Exchange.round_id)
    .join(_me, _me.trajectory_id == _mine.id)
    .join(Exchange, Exchange.id == _me.exchange_id)
    .join(_other, and_(_other.exchange_id == _me.exchange_id, _other.id != _me.id))
    .join(_theirs, _theirs.id == _other.trajectory_id)
    .where(Exchange.round_id.in_(bindparam("rounds", expanding=True)), Exchange.state.in_(MET))
    .where(_mine.organisation_id.in_(bindparam("organisations", expanding=True)))
)


@remembers_meetings
def meetings_before(organisation_ids: Sequence[int], round_: Round) -> dict[int, dict[int, int]]:
    """For each organisation how many rounds ago it last met whom; before this round, of the last few."""
    earlier = _earlier_rounds(round_)
    asked = {"rounds": list(earlier), "organisations": list(organisation_ids)}
    met: dict[int, dict[int, int]] = defaultdict(dict)
    for here, there, round_id in db.session.execute(_MEETINGS, asked):
        met[here][there] = min(earlier[round_id], met[here].get(there, REMEMBERED_ROUNDS))
    return met


def _earlier_rounds(round_: Round) -> dict[int, int]:
    """Each remembered round with how many rounds ago it was."""
    before = (
        select(Round.id)
        .where(Round.signup_opens_on < round_.signup_opens_on, Round.state != RoundState.DRAFT)
        .order_by(Round.signup_opens_on.desc(), Round.id.desc())
        .limit(REMEMBERED_ROUNDS)
    )
    return {round_id: ago for ago, round_id in enumerate(db.session.scalars(before), start=1)}


def met_lately(round_: Round) -> dict[date, list[Pair]]:
    """Who reviewed each other in the rounds remembered before this one, by the day from which those visits were."""
    rounds = _earlier_rounds(round_)
    one, other = aliased(ExchangeMember), aliased(ExchangeMember)
    mine, theirs = aliased(Trajectory), aliased(Trajectory)
    rows = db.session.execute(
        select(Round.visits_from, mine.organisation_id, theirs.organisation_id)
        .join(Exchange, Exchange.round_id == Round.id)
        .join(one, one.exchange_id == Exchange.id)
        .join(other, and_(other.exchange_id == Exchange.id, other.id != one.id))
        .join(mine, mine.id == one.trajectory_id)
        .join(theirs, and_(theirs.id == other.trajectory_id, theirs.organisation_id > mine.organisation_id))
        .where(Exchange.round_id.in_(rounds), Exchange.state.in_(MET))
        .order_by(Round.visits_from, mine.organisation_id, theirs.organisation_id)
    )
    met: dict[date, list[Pair]] = defaultdict(list)
    for day, here, there in rows:
        met[day].append((here, there))
    return met


def wait_for_turn(round_id: int) -> None:
    """Lock the round until the act is over, so that two who propose in it do so one by one."""
    db.session.scalars(select(Round.id).where(Round.id == round_id).with_for_update()).one()


def parted_pairs(round_id: int) -> list[Pair]:
    """Whom an exchange that was dissolved in this round keeps apart, by organisation."""
    dissolved = (
        select(Exchange.explanation)
        .where(Exchange.round_id == round_id, Exchange.state == ExchangeState.DISSOLVED)
        .order_by(Exchange.id)
    )
    found = [pair for explanation in db.session.scalars(dissolved) for pair in (explanation or {}).get("parted", [])]
    return sorted({(here, there) for here, there in found})


def parted_from(round_id: int) -> dict[int, set[int]]:
    """With whom each organisation was in an exchange of this round that ended, whoever wanted that: both know of it."""
    rows = db.session.execute(
        select(ExchangeMember.exchange_id, Trajectory.organisation_id)
        .join(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .join(Trajectory, Trajectory.id == ExchangeMember.trajectory_id)
        .where(Exchange.round_id == round_id, Exchange.state == ExchangeState.DISSOLVED)
    )
    groups: dict[int, set[int]] = defaultdict(set)
    for exchange_id, organisation_id in rows:
        groups[exchange_id].add(organisation_id)
    found: dict[int, set[int]] = defaultdict(set)
    for group in groups.values():
        for key in group:
            found[key] |= group - {key}
    return found


def people_behind(trajectory_ids: Iterable[int]) -> list[Trajectory]:
    """These trajectories with their organisations, in order of name."""
    named = (
        select(Trajectory).where(Trajectory.id.in_(list(trajectory_ids))).options(joinedload(Trajectory.organisation))
    )
    return sorted(db.session.scalars(named), key=lambda each: each.organisation.sort_name)
