"""Searches for a partner: which are open, for whom, and what is due."""

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.matching import policy
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.models import Exchange, ExchangeMember, PartnerSearch
from peerreview.matching.queries.candidates import STILL_TO_MATCH, WITH_PEERS
from peerreview.organisations.models import Organisation
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Trajectory


def needs_partner(trajectory: Trajectory) -> bool:
    """Whether it takes part in a way that asks for a partner and has not been visited; it may have one."""
    return trajectory.state in STILL_TO_MATCH and trajectory.route in WITH_PEERS


def still_searching() -> ColumnElement[bool]:
    """The condition on PartnerSearch that it is open: its organisation still takes part and has no exchange now.

    A proposal closes it; when that proposal is taken back, the promise stands as it was.
    """
    paired = select(ExchangeMember.trajectory_id).where(ExchangeMember.standing)
    taking_part = (
        select(Trajectory.id)
        .join(Round, Round.id == Trajectory.round_id)
        .where(Trajectory.state.in_(STILL_TO_MATCH), Trajectory.route.in_(WITH_PEERS))
        .where(Round.state != RoundState.CLOSED, Trajectory.id.not_in(paired))
    )
    return PartnerSearch.trajectory_id.in_(taking_part)


def _searches() -> Select[PartnerSearch]:
    trajectory = joinedload(PartnerSearch.trajectory)
    return select(PartnerSearch).options(
        trajectory.joinedload(Trajectory.organisation), trajectory.joinedload(Trajectory.round)
    )


def open_searches() -> list[PartnerSearch]:
    """Every open search with organisation and round, what is due first on top. One query."""
    by_day = (PartnerSearch.partner_by, Organisation.sort_name, PartnerSearch.id)
    named = _searches().join(Trajectory, Trajectory.id == PartnerSearch.trajectory_id)
    named = named.join(Organisation, Organisation.id == Trajectory.organisation_id)
    return list(db.session.scalars(named.where(still_searching()).order_by(*by_day)))


def search_for(actor: Actor, search_id: int) -> PartnerSearch | None:
    """An open search with organisation and round; only the secretariat knows of it."""
    if not policy.may_match(actor):
        return None
    return db.session.scalars(_searches().where(PartnerSearch.id == search_id, still_searching())).one_or_none()


def search_of(trajectory_id: int) -> PartnerSearch | None:
    """The search for this trajectory, open or not; None when nothing was ever promised to it."""
    return db.session.scalars(_searches().where(PartnerSearch.trajectory_id == trajectory_id)).one_or_none()


def open_search_of(trajectory_id: int) -> PartnerSearch | None:
    """The open search for this trajectory, or None."""
    mine = _searches().where(PartnerSearch.trajectory_id == trajectory_id, still_searching())
    return db.session.scalars(mine).one_or_none()


def lost_partner(trajectory_id: int) -> bool:
    """Whether an exchange of this trajectory was dissolved, and it is in none now."""
    were = select(ExchangeMember.standing, Exchange.state, Exchange.reason).join(ExchangeMember.exchange)
    found = db.session.execute(were.where(ExchangeMember.trajectory_id == trajectory_id)).all()
    ended = any(state == ExchangeState.DISSOLVED and reason for _standing, state, reason in found)  # not taken back
    return ended and not any(standing for standing, _state, _reason in found)
