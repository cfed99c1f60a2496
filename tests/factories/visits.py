"""The visits of an exchange, by default held last week."""

from datetime import timedelta
from itertools import count

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.matching.models import Exchange
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import TeamMember, Visit
from tests.factories.matching import make_exchange

_number = count(1)


def make_visit(exchange: Exchange, host: Trajectory, reviewing: Trajectory, **fields: object) -> Visit:
    start = clock.now() - timedelta(days=7)
    team = [TeamMember(person=offered.person, lead=offered.lead) for offered in reviewing.reviewers]
    values: dict[str, object] = {
        "exchange": exchange, "host": host, "reviewing": reviewing, "state": VisitState.HELD,
        "state_since": clock.now(), "starts_at": start, "ends_at": start + timedelta(hours=7),
        "uid": f"visit-{next(_number)}@voorbeeld.example", "team": team,
    }  # fmt: skip
    visit = Visit(**(values | fields))
    with unit_of_work():
        db.session.add(visit)
        db.session.flush()
    return visit


def make_visits(exchange: Exchange | None = None, **fields: object) -> list[Visit]:
    """One for each leg: each member visits the next in order."""
    exchange = exchange or make_exchange()
    around = [member.trajectory for member in exchange.members]
    return [
        make_visit(exchange, host=host, reviewing=reviewing, **fields)
        for reviewing, host in zip(around, around[1:] + around[:1], strict=True)
    ]
