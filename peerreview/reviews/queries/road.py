"""How far an organisation and its partners are: reviews are the first to know exchange, visit and report together."""

from collections.abc import Sequence

from sqlalchemy import and_, select

from peerreview.core.db import db
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.organisations.models import Organisation
from peerreview.reviews.models import Review
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import Partner, tells_road
from peerreview.trajectories.road import RoadFacts
from peerreview.visits.models import Visit


@tells_road
def road_facts(trajectory: Trajectory) -> tuple[RoadFacts, Sequence[Partner]]:
    """The facts of this trajectory and of the others in its exchange, in their order; one query.

    They only ever become 'begun' or 'done': whoever sees the road learns no judgement.
    """
    standing = select(ExchangeMember.exchange_id).where(
        ExchangeMember.trajectory_id == trajectory.id, ExchangeMember.standing
    )
    rows = db.session.execute(
        select(
            Trajectory.id,
            Organisation.name,
            Trajectory.state,
            Trajectory.held_from,
            Exchange.state.label("exchange"),
            Visit.state.label("visit"),
            Review.state.label("review"),
            Review.id.label("review_id"),
            Review.due_on.label("review_due"),
        )
        .select_from(ExchangeMember)
        .join(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .join(Trajectory, Trajectory.id == ExchangeMember.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .outerjoin(Visit, and_(Visit.exchange_id == Exchange.id, Visit.host_id == Trajectory.id))
        .outerjoin(Review, Review.visit_id == Visit.id)
        .where(ExchangeMember.exchange_id.in_(standing))
        .order_by(ExchangeMember.position)
    ).all()
    facts = {
        row.id: RoadFacts(row.state, row.held_from, row.exchange, row.visit, row.review, row.review_id, row.review_due)
        for row in rows
    }
    us = facts.get(trajectory.id) or RoadFacts(trajectory.state, trajectory.held_from)
    return us, [Partner(row.name, facts[row.id]) for row in rows if row.id != trajectory.id]
