"""Visits as far as this actor may know them, and those that a service asks for."""

from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits import policy
from peerreview.visits.lifecycle import COMING, VisitState
from peerreview.visits.models import TeamMember, Visit
from peerreview.visits.moving import SELF_EVALUATION


def with_names() -> Select[Visit]:
    """Visits with organisations, round, exchange and team."""
    return select(Visit).options(
        joinedload(Visit.exchange),
        joinedload(Visit.host).joinedload(Trajectory.organisation),
        joinedload(Visit.host).joinedload(Trajectory.round),
        joinedload(Visit.reviewing).joinedload(Trajectory.organisation),
        selectinload(Visit.team).joinedload(TeamMember.person),
    )


def members_of(exchange_id: int) -> frozenset[int]:
    """The organisations of this exchange."""
    members = (
        select(Trajectory.organisation_id)
        .join(ExchangeMember, ExchangeMember.trajectory_id == Trajectory.id)
        .where(ExchangeMember.exchange_id == exchange_id)
    )
    return frozenset(db.session.scalars(members))


def visit_for(actor: Actor, visit_id: int) -> Visit | None:
    """The visit with organisations, round, exchange and team, for the exchange's people and the secretariat."""
    visit = db.session.scalars(with_names().where(Visit.id == visit_id)).one_or_none()
    if visit is None or not policy.may_know_exchange(actor, members_of(visit.exchange_id)):
        return None
    return visit


def visits_of(exchange_id: int) -> list[Visit]:
    """The visits of an exchange in the order of its members, with organisations, round and team."""
    return list(db.session.scalars(with_names().where(Visit.exchange_id == exchange_id).order_by(Visit.id)))


def visit_at(host_id: int) -> Visit | None:
    """The visit, not cancelled, at this trajectory, with organisations, round and team."""
    at = with_names().where(Visit.host_id == host_id, Visit.state != VisitState.CANCELLED)
    return db.session.scalars(at.order_by(Visit.id.desc()).limit(1)).one_or_none()


def visit_with_names(visit_id: int) -> Visit:
    """The visit with organisations, round, exchange and team, whoever asks."""
    return db.session.scalars(with_names().where(Visit.id == visit_id)).one()


def past_visits(moment: datetime) -> list[int]:
    """The ids of visits that ended before this moment and were not yet marked as held."""
    past = select(Visit.id).where(Visit.state.in_(COMING), Visit.ends_at < moment)
    return list(db.session.scalars(past.order_by(Visit.id)))


def exchange_of(exchange_id: int) -> Exchange:
    """The exchange, locked until the act is over, so that two people who choose dates at once do so one by one."""
    return db.session.scalars(select(Exchange).where(Exchange.id == exchange_id).with_for_update()).one()


def days_kept(visit: Visit) -> dict[str, date]:
    """The days of the visit's road that stand with its host now, by the codes of `moving`; they may be postponed."""
    host = visit.host
    writes = host.state in (TrajectoryState.ACCEPTED, TrajectoryState.SELF_EVALUATING)
    return {SELF_EVALUATION: host.due_on} if writes and host.due_on else {}
