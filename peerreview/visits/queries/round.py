"""The exchanges of a round as far as their days go."""

from sqlalchemy import case, func, select

from peerreview.core.db import db
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import Visit


def exchanges_by_days(round_id: int) -> tuple[list[int], int]:
    """The ids of the exchanges of a round that have a visit without a day, and how many have none of those. One query."""
    polling = func.max(case((Visit.state == VisitState.POLLING, 1), else_=0))
    rows = db.session.execute(
        select(Visit.exchange_id, polling)
        .join(Trajectory, Trajectory.id == Visit.host_id)
        .where(Trajectory.round_id == round_id, Visit.state != VisitState.CANCELLED)
        .group_by(Visit.exchange_id)
        .order_by(Visit.exchange_id)
    ).all()
    open_ = [exchange_id for exchange_id, has_open in rows if has_open]
    return open_, len(rows) - len(open_)
