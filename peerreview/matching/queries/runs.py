"""The rehearsals of a round, and who is still without a partner."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.matching import policy
from peerreview.matching.lifecycle import RunState
from peerreview.matching.models import MatchingRun
from peerreview.matching.queries.candidates import without_exchange
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory


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


def last_run_of(round_id: int) -> MatchingRun | None:
    """The latest rehearsal of a round that was not thrown away."""
    made = _runs().where(MatchingRun.round_id == round_id, MatchingRun.state != RunState.DISCARDED)
    return db.session.scalars(made.order_by(MatchingRun.id.desc()).limit(1)).one_or_none()


def without_partner(round_id: int) -> list[Trajectory]:
    """Who needs a partner in this round and has none, with organisation, by name."""
    looking = without_exchange(round_id).join(Organisation, Organisation.id == Trajectory.organisation_id)
    looking = looking.options(joinedload(Trajectory.organisation)).order_by(None)
    return list(db.session.scalars(looking.order_by(Organisation.sort_name, Trajectory.id)))
