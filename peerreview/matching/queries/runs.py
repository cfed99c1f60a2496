"""The rehearsals of a round, and who is still without a partner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.matching import policy
from peerreview.matching.lifecycle import RunState
from peerreview.matching.models import MatchingRun
from peerreview.matching.queries.candidates import without_exchange
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory

ANSWERED = (RunState.REHEARSED, RunState.PUBLISHED)
UNDER_WAY = (RunState.QUEUED, RunState.RUNNING)


def _runs() -> Select[MatchingRun]:
    return select(MatchingRun).options(joinedload(MatchingRun.round))


def run_for(actor: Actor, run_id: int) -> MatchingRun | None:
    """A rehearsal with its round; only the secretariat knows of it, before it is published and after."""
    if not policy.may_match(actor):
        return None
    return db.session.scalars(_runs().where(MatchingRun.id == run_id)).one_or_none()


def run_of(run_id: int) -> MatchingRun:
    """The rehearsal as it is now, locked until the act is over, so that two people who publish do so one by one."""
    locked = _runs().where(MatchingRun.id == run_id).with_for_update(of=MatchingRun)
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def runs_in(round_id: int) -> Sequence[Any]:
    """(id, state, made_at, number) of each rehearsal of a round that was not thrown away, the latest first."""
    made = select(MatchingRun.id, MatchingRun.state, MatchingRun.made_at).where(MatchingRun.round_id == round_id)
    rows = db.session.execute(made.order_by(MatchingRun.id)).all()
    numbered = [(row.id, row.state, row.made_at, number) for number, row in enumerate(rows, start=1)]
    return [row for row in reversed(numbered) if row[1] != RunState.DISCARDED]


def last_run_of(round_id: int, before: int | None = None) -> MatchingRun | None:
    """The latest rehearsal of a round (before that one) that has an answer and was not thrown away."""
    made = _runs().where(MatchingRun.round_id == round_id, MatchingRun.state.in_(ANSWERED))
    if before is not None:
        made = made.where(MatchingRun.id < before)
    return db.session.scalars(made.order_by(MatchingRun.id.desc()).limit(1)).one_or_none()


def number_of(run: MatchingRun) -> int:
    """Its number among all rehearsals of its round, from 1."""
    earlier = select(func.count(MatchingRun.id)).where(MatchingRun.round_id == run.round_id, MatchingRun.id <= run.id)
    return db.session.scalars(earlier).one()


def both_runs(actor: Actor, one_id: int, other_id: int) -> tuple[MatchingRun, MatchingRun] | None:
    """Two rehearsals of one round that have an answer, to compare; None when they are no such two."""
    if not policy.may_match(actor):
        return None
    found = {run.id: run for run in db.session.scalars(_runs().where(MatchingRun.id.in_([one_id, other_id])))}
    if set(found) != {one_id, other_id} or len({run.round_id for run in found.values()}) > 1:
        return None
    one, other = found[one_id], found[other_id]
    return (one, other) if one.result and other.result else None


def names_of(organisation_ids: Iterable[int]) -> dict[int, str]:
    """What these organisations are called."""
    named = select(Organisation.id, Organisation.name).where(Organisation.id.in_(list(organisation_ids)))
    return {row.id: row.name for row in db.session.execute(named)}


# --- Long ones -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Underway:
    """How far the worker is with a rehearsal; without its input and result, which are large."""

    id: int
    round_id: int
    round_name: str
    number: int
    state: RunState
    progress: dict[str, Any]
    cancel_asked: bool
    made_at: datetime


def underway_for(actor: Actor, run_id: int) -> Underway | None:
    """How far it is, for the secretariat; one query."""
    if not policy.may_match(actor):
        return None
    row, other = MatchingRun, aliased(MatchingRun)
    earlier = select(func.count(other.id)).where(other.round_id == Round.id, other.id <= run_id).scalar_subquery()
    found = db.session.execute(
        select(
            row.id, row.round_id, Round.name, earlier, row.state, row.progress, row.cancel_asked, row.made_at
        ).join(Round, Round.id == row.round_id).where(row.id == run_id)
    ).one_or_none()  # fmt: skip
    return Underway(*found) if found else None


def next_to_make() -> MatchingRun | None:
    """The oldest rehearsal that waits, or whose worker let go of it; locked, and passed by while another looks."""
    let_go = and_(MatchingRun.state == RunState.RUNNING, MatchingRun.leased_until < clock.now())
    waits = select(MatchingRun).where(or_(MatchingRun.state == RunState.QUEUED, let_go)).order_by(MatchingRun.id)
    return db.session.scalars(waits.limit(1).with_for_update(skip_locked=True)).one_or_none()


def without_partner(round_id: int) -> list[Trajectory]:
    """Who needs a partner in this round and has none, with organisation, by name."""
    looking = without_exchange(round_id).join(Organisation, Organisation.id == Trajectory.organisation_id)
    looking = looking.options(joinedload(Trajectory.organisation)).order_by(None)
    return list(db.session.scalars(looking.order_by(Organisation.sort_name, Trajectory.id)))
