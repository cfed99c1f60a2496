"""Another last day to say when one can, and to choose the days."""

from datetime import date

from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import Visit
from peerreview.visits.queries import exchange_of, visits_of
from peerreview.visits.queries.duties import PLAN, POLL


@mover(POLL)
@mover(PLAN)
def move_poll_day(visit_id: int, due_on: date, *, by: Actor, reason: str) -> None:
    """Give every visit of this one's exchange that has no day another last day: their days are chosen together."""
    with unit_of_work():
        exchange = exchange_of(db.session.get_one(Visit, visit_id).exchange_id)
        for visit in visits_of(exchange.id):
            if visit.state == VisitState.POLLING:
                before, visit.poll_by = visit.poll_by, due_on
                audit.record(
                    "visit.move_poll", visit, by=by, reason=reason, before={"poll_by": before},
                    after={"poll_by": due_on},
                )  # fmt: skip
