"""Who takes part in the market: the own trajectory of whoever acts, and those of a whole round."""

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.marketplace.taking_part import MARKET_IS_OPEN, TAKING_PART, WITH_PEERS
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory


def on_the_market() -> ColumnElement[bool]:
    """The condition for a trajectory (joined with its round) to be on the market now."""
    return and_(Trajectory.state.in_(TAKING_PART), Trajectory.route.in_(WITH_PEERS), Round.state.in_(MARKET_IS_OPEN))


def participants(round_id: int) -> Select[Trajectory]:
    """The trajectories of a round that are on the market, with organisation and round, by name."""
    return (
        select(Trajectory)
        .join(Trajectory.round)
        .join(Trajectory.organisation)
        .options(contains_eager(Trajectory.round), contains_eager(Trajectory.organisation))
        .where(Trajectory.round_id == round_id, on_the_market())
        .order_by(Organisation.sort_name, Trajectory.id)
    )


def participation_of(actor: Actor) -> Trajectory | None:
    """The trajectory with which the actor's organisation is on a market now, with organisation and round.

    Of several rounds the latest; None when it is on none. One query.
    """
    if actor.organisation_id is None:
        return None
    mine = (
        select(Trajectory)
        .join(Trajectory.round)
        .options(contains_eager(Trajectory.round), joinedload(Trajectory.organisation))
        .where(Trajectory.organisation_id == actor.organisation_id, on_the_market())
        .order_by(Round.signup_opens_on.desc(), Round.id.desc())
        .limit(1)
    )
    return db.session.scalars(mine).one_or_none()
