"""Whom an organisation wishes for and whom it would rather not meet; only itself and the secretariat know."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.marketplace.models import Wish
from peerreview.marketplace.queries.participants import on_the_market, participation_of
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.models import Exclusion, Trajectory


def wishes_of(trajectory_id: int) -> list[Wish]:
    """Whom this trajectory wishes for, the first wish first, with names."""
    mine = select(Wish).where(Wish.trajectory_id == trajectory_id).order_by(Wish.rank)
    return list(db.session.scalars(mine.options(joinedload(Wish.organisation))))


def blocks_of(trajectory_id: int) -> list[Exclusion]:
    """Whom this trajectory would rather not meet, by name, with the reasons: for itself and the secretariat."""
    mine = (
        select(Exclusion)
        .join(Exclusion.organisation)
        .where(Exclusion.trajectory_id == trajectory_id)
        .options(joinedload(Exclusion.organisation))
        .order_by(Organisation.sort_name, Exclusion.id)
    )
    return list(db.session.scalars(mine))


def wished_for(actor: Actor, organisation_id: int) -> Wish | None:
    """The wish of the actor's organisation for this one, with its name; None when there is none."""
    mine = participation_of(actor)
    if mine is None:
        return None
    wish = select(Wish).where(Wish.trajectory_id == mine.id, Wish.organisation_id == organisation_id)
    return db.session.scalars(wish.options(joinedload(Wish.organisation))).one_or_none()


def blocked_for(actor: Actor, organisation_id: int) -> Exclusion | None:
    """The block of the actor's organisation on this one, with its name; None when there is none."""
    mine = participation_of(actor)
    if mine is None:
        return None
    block = select(Exclusion).where(Exclusion.trajectory_id == mine.id, Exclusion.organisation_id == organisation_id)
    return db.session.scalars(block.options(joinedload(Exclusion.organisation))).one_or_none()


def partner_for(actor: Actor, organisation_id: int) -> Organisation | None:
    """Another organisation on the market on which the actor's is; None for all others."""
    mine = participation_of(actor)
    if mine is None or mine.organisation_id == organisation_id:
        return None
    there = (
        select(Organisation)
        .join(Trajectory, Trajectory.organisation_id == Organisation.id)
        .join(Round, Round.id == Trajectory.round_id)
        .where(Organisation.id == organisation_id, Trajectory.round_id == mine.round_id, on_the_market())
    )
    return db.session.scalars(there).one_or_none()


def members_found(trajectory: Trajectory, text: str, limit: int = 20) -> list[Organisation]:
    """Other members whose name or place holds this text, by name: on the market or not yet."""
    like = [column.icontains(text, autoescape=True) for column in (Organisation.name, Organisation.place)]
    found = (
        select(Organisation)
        .where(Organisation.state == OrganisationState.MEMBER, Organisation.id != trajectory.organisation_id)
        .where(like[0] | like[1])
        .order_by(Organisation.sort_name, Organisation.id)
        .limit(limit)
    )
    return list(db.session.scalars(found))


def member_for(actor: Actor, organisation_id: int) -> Organisation | None:
    """Another member that the actor's organisation, which is on a market, may block; None for all others."""
    mine = participation_of(actor)
    found = db.session.get(Organisation, organisation_id)
    if mine is None or found is None or found.id == mine.organisation_id or found.state != OrganisationState.MEMBER:
        return None
    return found


def blocked_ids(trajectory_id: int) -> set[int]:
    """The organisations that this trajectory would rather not meet."""
    return set(db.session.scalars(select(Exclusion.organisation_id).where(Exclusion.trajectory_id == trajectory_id)))


def all_wishes(round_id: int) -> Sequence[Any]:
    """(who, rank, whom) by name for every wish in a round: for who watches over the market."""
    who, whom = Organisation.__table__.alias("who"), Organisation.__table__.alias("whom")
    rows = (
        select(who.c.name.label("who"), Wish.rank, whom.c.name.label("whom"))
        .select_from(Wish)
        .join(Trajectory, Trajectory.id == Wish.trajectory_id)
        .join(who, who.c.id == Trajectory.organisation_id)
        .join(whom, whom.c.id == Wish.organisation_id)
        .where(Trajectory.round_id == round_id)
        .order_by(who.c.sort_name, Wish.rank)
    )
    return db.session.execute(rows).all()


def all_blocks(round_id: int) -> Sequence[Any]:
    """(who, whom, reason) by name for every block in a round: for who watches over the market."""
    who, whom = Organisation.__table__.alias("who"), Organisation.__table__.alias("whom")
    rows = (
        select(who.c.name.label("who"), whom.c.name.label("whom"), Exclusion.reason)
        .select_from(Exclusion)
        .join(Trajectory, Trajectory.id == Exclusion.trajectory_id)
        .join(who, who.c.id == Trajectory.organisation_id)
        .join(whom, whom.c.id == Exclusion.organisation_id)
        .where(Trajectory.round_id == round_id)
        .order_by(who.c.sort_name, whom.c.sort_name)
    )
    return db.session.execute(rows).all()
