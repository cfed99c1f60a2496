"""Another day for a draft report, a fact check or corrections."""

from datetime import date

from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.reviews.models import Review
from peerreview.reviews.queries import named
from peerreview.reviews.queries.duties import CORRECT, DRAFT, FACT_CHECK
from peerreview.reviews.services.locking import locked
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.services import move_deadline


@mover(DRAFT)
@mover(FACT_CHECK)
@mover(CORRECT)
def move_review_day(review_id: int, due_on: date, *, by: Actor, reason: str) -> None:
    """Give what is due of a review another day. The host's road, which waits for its report, moves along."""
    with unit_of_work():
        review = db.session.get_one(Review, review_id)
        locked(named(review))
        before, review.due_on = review.due_on, due_on
        audit.record(
            "review.move_deadline", review, by=by, reason=reason, before={"due_on": before}, after={"due_on": due_on}
        )
        host = review.visit.host
        if host.state == TrajectoryState.VISITED and host.due_on is not None and host.due_on < due_on:
            move_deadline(host, due_on=due_on, by=by, reason=reason, tell=False)
