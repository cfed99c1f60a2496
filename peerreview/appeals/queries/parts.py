"""Who had a part in the review or the decision that an appeal is about, and who could judge it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, or_, select, union
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.appeals.independence import Cause, Parts
from peerreview.commission.lifecycle import InterestKind
from peerreview.commission.models import (
    Attendance,
    CompletenessCheck,
    CompletenessQuestion,
    Decision,
    Dossier,
    DossierReading,
    Interest,
    Motion,
    Vote,
)
from peerreview.commission.queries.recusal import interests_found
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.fairplay.models import Sample
from peerreview.organisations.models import Organisation
from peerreview.reviews.models import BlindRating, Finding, Observation, Review
from peerreview.visits.models import Companion, TeamMember, Visit

SITS = (Role.COMMISSION_MEMBER, Role.COMMISSION_CHAIR, Role.REVIEWER, Role.COORDINATOR, Role.EXECUTIVE)
TIES = {
    InterestKind.OWN_ORGANISATION: Cause.OWN_ORGANISATION,
    InterestKind.REVIEWING: Cause.EXCHANGE,
    InterestKind.REVIEWED: Cause.EXCHANGE,
    InterestKind.REGISTERED: Cause.REGISTERED,
}


def parts_of(dossier: Dossier, person_ids: Collection[int]) -> Parts:
    """What each of these people has to do with this dossier; six queries."""
    trajectory_id = dossier.trajectory_id
    found: dict[str, set[int]] = {
        "reviewed": set(),
        "decided": set(),
        "prepared": set(),
        "interested": set(),
        "office": set(),
    }
    rows = _everybody(dossier.id, trajectory_id).subquery()
    for part, person_id in db.session.execute(select(rows).where(rows.c.person_id.in_(person_ids))):
        found[part].add(person_id)
    ties = {person: TIES[kind] for person, kind in interests_found(trajectory_id, person_ids).items() if kind in TIES}
    return Parts(**{name: frozenset(people) for name, people in found.items()}, ties=ties)


def _everybody(dossier_id: int, trajectory_id: int) -> Any:
    """(part, person) of everybody whom the tables name."""
    visits = select(Visit.id).where(or_(Visit.host_id == trajectory_id, Visit.reviewing_id == trajectory_id))
    reviews = select(Review.id).where(Review.visit_id.in_(visits))
    motions = select(Motion.id).where(Motion.dossier_id == dossier_id)
    meetings = union(
        select(Motion.meeting_id).where(Motion.dossier_id == dossier_id),
        select(Decision.meeting_id).where(Decision.dossier_id == dossier_id),
    )

    def of(part: str, column: Any, *where: ColumnElement[bool]) -> Any:
        return select(literal(part).label("part"), column.label("person_id")).where(column.is_not(None), *where)

    return union(
        of("reviewed", TeamMember.person_id, TeamMember.visit_id.in_(visits)),
        of("reviewed", Companion.person_id, Companion.visit_id.in_(visits)),
        of("reviewed", Review.second_reader_id, Review.id.in_(reviews)),
        of("reviewed", BlindRating.person_id, BlindRating.review_id.in_(reviews)),
        of("reviewed", Observation.person_id, Observation.review_id.in_(reviews)),
        of("reviewed", Finding.updated_by_id, Finding.review_id.in_(reviews)),
        of("reviewed", Sample.read_by_id, Sample.review_id.in_(reviews)),
        of("decided", Vote.person_id, Vote.motion_id.in_(motions)),
        of("decided", Motion.put_by_id, Motion.id.in_(motions)),
        of("decided", Attendance.person_id, Attendance.meeting_id.in_(select(meetings.subquery().c.meeting_id))),
        of("decided", Decision.signed_by_id, Decision.dossier_id == dossier_id),
        of("decided", DossierReading.person_id, DossierReading.dossier_id == dossier_id),
        of("prepared", CompletenessCheck.checked_by_id, CompletenessCheck.trajectory_id == trajectory_id),
        of("prepared", CompletenessQuestion.asked_by_id, CompletenessQuestion.trajectory_id == trajectory_id),
        of("prepared", CompletenessQuestion.answered_by_id, CompletenessQuestion.trajectory_id == trajectory_id),
        of("interested", Interest.person_id, Interest.dossier_id == dossier_id),
        of("office", Affiliation.person_id, Affiliation.role == Role.SECRETARIAT, Affiliation.ended_at.is_(None)),
    )


def people_who_could(search: str, number: int, *, but: Collection[int]) -> Page:
    """(id, name, organisation or '') of active people with a role from which one can judge; by name. Two queries."""
    held = aliased(Affiliation)
    able = exists().where(held.person_id == Person.id, held.role.in_(SITS), held.ended_at.is_(None))
    organisation = (
        select(func.min(Organisation.name))
        .join(Affiliation, Affiliation.organisation_id == Organisation.id)
        .where(Affiliation.person_id == Person.id, Affiliation.ended_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )
    chosen: Any = select(Person.id, Person.name, func.coalesce(organisation, "").label("organisation"))
    chosen = chosen.where(Person.active, able, Person.id.not_in(but)).order_by(Person.name, Person.id)
    for word in search.split()[:5]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        chosen = chosen.where(or_(Person.name.ilike(like), organisation.ilike(like)))
    return paged(chosen, number)
