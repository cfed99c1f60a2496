"""Who has the same finding or summary open: the page says it is there, and reads who else is."""

from typing import Any

from peerreview.core import together
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.reviews import policy, queries
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import ReviewedFinding
from peerreview.reviews.routes.blueprint import bp


@bp.post("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/together")
@requires(policy.may_review, queries.finding_for)
@reads_first
def write_finding_together(spot: ReviewedFinding) -> Any:
    if spot.review.state != ReviewState.CONSENSUS or queries.to_rate_first(spot.review, the_actor(), spot.norm.id):
        return "", 204
    writer = spot.finding.updated_by
    return together.answer(spot.finding, by=the_actor(), writer=writer.name if writer else "")


@bp.post("/reviews/<int:review_id>/summary/together")
@requires(policy.may_review, queries.review_for)
@reads_first
def write_summary_together(review: Review) -> Any:
    if review.state != ReviewState.CONSENSUS or queries.to_rate_first(review, the_actor()):
        return "", 204
    return together.answer(review, by=the_actor())
