"""Decisions: for the commission, its secretariat, and - once the letter was sent - whose decision it is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.accounts.lifecycle import Role
from peerreview.commission.models import Decision, Dossier, Meeting
from peerreview.commission.policy import READERS
from peerreview.commission.queries.dossiers import LARGEST
from peerreview.commission.queries.recusal import visible_to
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory

OWN = (Role.COORDINATOR, Role.EXECUTIVE)


def _readable(actor: Actor) -> ColumnElement[bool]:
    """The condition on Decision, Dossier and Trajectory for what this actor reads."""
    if actor.role in OWN:
        return and_(Decision.letter_sent_at.is_not(None), Trajectory.organisation_id == actor.organisation_id)
    return visible_to(actor)


def _rows(actor: Actor) -> Any:
    return (
        select(
            Decision.id, Decision.outcome, Decision.decided_on, Decision.letter_due_on, Decision.letter_sent_at,
            Organisation.name, Organisation.place, Decision.meeting_id, Decision.letter_read_at, Meeting.starts_at,
        )
        .join(Meeting, Meeting.id == Decision.meeting_id)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(_readable(actor))
    )  # fmt: skip


def decision_page(actor: Actor, number: int) -> Page:
    """A page of the decisions that this actor reads, the latest first. Two queries."""
    return paged(_rows(actor).order_by(Decision.decided_on.desc(), Decision.id.desc()), number)


def letters_to_send(actor: Actor) -> Sequence[Any]:
    """The decisions whose letter still has to go, the first due on top. One query; none for who sends no letters."""
    if actor.role not in READERS:
        return []
    waiting = _rows(actor).where(Decision.letter_sent_at.is_(None))
    return db.session.execute(waiting.order_by(Decision.letter_due_on, Decision.id)).all()


def decision_for(actor: Actor, decision_id: int) -> Decision | None:
    """A decision with dossier, meeting, organisation, round, framework and who signed; None when it is not theirs."""
    if decision_id > LARGEST:
        return None
    return db.session.scalars(_with_names(decision_id).where(_readable(actor))).one_or_none()


def decision_with_names(decision_id: int) -> Decision:
    """The same for an act that has the decision already."""
    found: Decision = db.session.scalars(_with_names(decision_id)).one()
    return found


def decisions_of(actor: Actor, meeting_id: int) -> list[Decision]:
    """The decisions of a meeting that this actor reads, with their names, in the order of the agenda. Two queries."""
    chosen = _named().where(Decision.meeting_id == meeting_id, Decision.replaces_id.is_(None), _readable(actor))
    return list(db.session.scalars(chosen.order_by(Dossier.position, Decision.id)))


def _with_names(decision_id: int) -> Any:
    return _named().where(Decision.id == decision_id)


def _named() -> Any:
    trajectory = joinedload(Decision.dossier).joinedload(Dossier.trajectory)
    return (
        select(Decision)
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .options(
            trajectory.joinedload(Trajectory.organisation),
            trajectory.joinedload(Trajectory.round),
            trajectory.joinedload(Trajectory.framework_version),
            joinedload(Decision.meeting),
            joinedload(Decision.signed_by),
            selectinload(Decision.conditions),
        )
    )


def decision_at(dossier: Dossier) -> Decision | None:
    """The latest decision on this dossier."""
    latest = select(Decision).where(Decision.dossier_id == dossier.id).order_by(Decision.id.desc()).limit(1)
    return db.session.scalars(latest).one_or_none()
