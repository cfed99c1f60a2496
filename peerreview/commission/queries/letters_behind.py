"""What letters with decisions say beside the decision itself, for one or for all of a meeting in three queries: who reads
them, who reviewed the organisation and when, and which dissents are noted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.commission.lifecycle import Choice, MotionState
from peerreview.commission.models import Decision, Motion, Vote
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit

READERS = (Role.COORDINATOR, Role.EXECUTIVE)


@dataclass(frozen=True, slots=True)
class Behind:
    """The readers of one letter and who of them are executives, the last review, and the dissents without names."""

    readers: tuple[Person, ...] = ()
    executives: tuple[str, ...] = ()
    reviewer: str = ""
    visited_at: datetime | None = None
    dissents: tuple[str, ...] = ()


def behind(decisions: Iterable[Decision]) -> dict[int, Behind]:
    """By decision id; each decision has its dossier and trajectory loaded. Three queries."""
    chosen = list(decisions)
    trajectories = {decision.id: decision.dossier.trajectory for decision in chosen}
    people = _people({one.organisation_id for one in trajectories.values()})
    reviews = _reviews({one.id for one in trajectories.values()})
    dissents = _dissents({decision.dossier_id for decision in chosen})
    found = {}
    for decision in chosen:
        trajectory = trajectories[decision.id]
        held = people[trajectory.organisation_id]
        reviewer, visited_at = reviews.get(trajectory.id, ("", None))
        found[decision.id] = Behind(
            readers=tuple({person.id: person for person, _role in held}.values()),
            executives=tuple(person.name for person, role in held if role == Role.EXECUTIVE),
            reviewer=reviewer,
            visited_at=visited_at,
            dissents=tuple(dissents[decision.dossier_id, decision.meeting_id]),
        )
    return found


def _people(organisation_ids: set[int]) -> dict[int | None, list[tuple[Person, Role]]]:
    rows = db.session.execute(
        select(Person, Affiliation.role, Affiliation.organisation_id)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.organisation_id.in_(organisation_ids), Affiliation.role.in_(READERS))
        .where(Affiliation.ended_at.is_(None), Person.active)
        .order_by(Affiliation.role, Person.name, Person.id)
    )
    found: dict[int | None, list[tuple[Person, Role]]] = defaultdict(list)
    for person, role, organisation_id in rows:
        found[organisation_id].append((person, role))
    return found


def _reviews(trajectory_ids: set[int]) -> dict[int, tuple[str, datetime | None]]:
    reviewing = aliased(Trajectory)
    rows = db.session.execute(
        select(Visit.host_id, Organisation.name, Visit.starts_at)
        .join(Review, Review.visit_id == Visit.id)
        .join(reviewing, reviewing.id == Visit.reviewing_id)
        .join(Organisation, Organisation.id == reviewing.organisation_id)
        .where(Visit.host_id.in_(trajectory_ids), Review.state == ReviewState.FINAL)
        .order_by(Review.id)
    )
    return {row.host_id: (row.name, row.starts_at) for row in rows}


def _dissents(dossier_ids: set[int]) -> dict[tuple[int, int], list[str]]:
    """What who voted against a carried motion asked to have noted; in an order that says nothing of who it was."""
    rows = db.session.execute(
        select(Motion.dossier_id, Motion.meeting_id, Vote.motivation)
        .join(Vote, Vote.motion_id == Motion.id)
        .where(Motion.dossier_id.in_(dossier_ids), Motion.state == MotionState.CARRIED)
        .where(Vote.dissent, Vote.choice != Choice.FOR)
        .order_by(Vote.motivation)
    )
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for dossier_id, meeting_id, text in rows:
        if text.strip():
            found[dossier_id, meeting_id].append(text)
    return found
