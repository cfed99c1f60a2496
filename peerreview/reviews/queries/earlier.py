"""What the final report of a past cycle says of a norm, for the organisation that writes about it again."""

from sqlalchemy import select

from peerreview.core.db import db
from peerreview.frameworks.models import Norm
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import Finding, Review
from peerreview.selfevaluations.queries import LastFinding, tells_last_finding
from peerreview.visits.models import Visit


@tells_last_finding
def last_finding_of(trajectory_id: int, norm_code: str) -> LastFinding | None:
    """The finding on the norm with this code in the final report on this trajectory; None before that. One query."""
    rows = (
        select(Finding.rating, Finding.story, Finding.strength, Finding.improvement)
        .join(Review, Review.id == Finding.review_id)
        .join(Visit, Visit.id == Review.visit_id)
        .join(Norm, Norm.id == Finding.norm_id)
        .where(Visit.host_id == trajectory_id, Review.state == ReviewState.FINAL, Norm.code == norm_code)
        .order_by(Review.id.desc())
        .limit(1)
    )
    row = db.session.execute(rows).one_or_none()
    if row is None or (row.rating is None and not row.story):
        return None
    rating = row.rating.value if row.rating and row.rating != Rating.NOT_ASSESSED else None
    return LastFinding(rating, row.story, row.strength, row.improvement)
