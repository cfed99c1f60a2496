"""Who took part in reviews that became final, and who is a qualified reviewer."""

from typing import Any

from sqlalchemy import Subquery, and_, func, or_, select
from sqlalchemy.orm import joinedload

from peerreview.accounts.models import Affiliation, Person
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.credentials.models import Qualification
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.visits.models import TeamMember


def _took_part() -> Subquery:
    """(person_id, reviews) of everybody who was on the team of a review that is final."""
    return (
        select(TeamMember.person_id, func.count(Review.id).label("reviews"))
        .join(Review, Review.visit_id == TeamMember.visit_id)
        .where(Review.state == ReviewState.FINAL)
        .group_by(TeamMember.person_id)
        .subquery()
    )


def reviews_of(person_id: int) -> int:
    """In how many final reviews this person took part."""
    final = (
        select(func.count(Review.id))
        .join(TeamMember, TeamMember.visit_id == Review.visit_id)
        .where(TeamMember.person_id == person_id, Review.state == ReviewState.FINAL)
    )
    return db.session.scalar(final) or 0


def reviewer_page(number: int) -> Page:
    """(person_id, name, organisation, reviews, qualification_id, ends_on) of who took part or is qualified, by name."""
    took = _took_part()
    where = (
        select(func.min(Organisation.name))
        .join(Affiliation, Affiliation.organisation_id == Organisation.id)
        .where(Affiliation.person_id == Person.id, Affiliation.ended_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )
    held = and_(Qualification.person_id == Person.id, Qualification.ended_on.is_(None))
    rows: Any = (
        select(
            Person.id.label("person_id"), Person.name, where.label("organisation"),
            func.coalesce(took.c.reviews, 0).label("reviews"),
            Qualification.id.label("qualification_id"), Qualification.ends_on,
        )
        .outerjoin(took, took.c.person_id == Person.id)
        .outerjoin(Qualification, held)
        .where(or_(took.c.reviews > 0, Qualification.id.is_not(None)))
        .order_by(Person.name, Person.id)
    )  # fmt: skip
    return paged(rows, number)


def qualification_of(person_id: int) -> Qualification | None:
    """The last one that this person was given, also when it is over."""
    given = select(Qualification).where(Qualification.person_id == person_id).order_by(Qualification.id.desc())
    return db.session.scalars(given.limit(1)).one_or_none()


def qualification_for(actor: Actor, qualification_id: int) -> Qualification | None:
    """For the secretariat, with the person."""
    if actor.role != SECRETARIAT:
        return None
    one = select(Qualification).where(Qualification.id == qualification_id).options(joinedload(Qualification.person))
    return db.session.scalars(one).one_or_none()


def reviewer_for(actor: Actor, person_id: int) -> Any:
    """The person, for the secretariat, when they took part in a final review or were qualified before."""
    if actor.role != SECRETARIAT or not (reviews_of(person_id) or qualification_of(person_id)):
        return None
    return db.session.get(Person, person_id)
