"""What was heard during a visit, as its programme asks: which norm, from which function."""

from sqlalchemy import or_, select

from peerreview.core.db import db
from peerreview.programmes.queries import tells_heard
from peerreview.reviews.lifecycle import Source
from peerreview.reviews.models import Observation, Review


@tells_heard
def heard_on(visit_id: int) -> set[tuple[int, str]]:
    """Each norm with each function that told something about it; '' where nobody noted who. One query.

    What was only seen or read does not count: a norm is heard when somebody spoke about it.
    """
    noted = (
        select(Observation.norm_id, Observation.interlocutor)
        .join(Review, Review.id == Observation.review_id)
        .where(Review.visit_id == visit_id, Observation.norm_id.is_not(None))
        .where(or_(Observation.source == Source.HEARD, Observation.interlocutor != ""))
        .distinct()
    )
    return {(norm_id, code) for norm_id, code in db.session.execute(noted) if norm_id is not None}
