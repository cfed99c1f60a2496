"""Who may read the host's answers along: a reviewer of the reviewing organisation who was not on the visit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.impartiality.queries import of_persons
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import READ_ALONG, FactAnswer, ReviewState, Verdict
from peerreview.reviews.models import FactCheckAnswer, Finding, Review
from peerreview.selfevaluations.models import Evidence
from peerreview.selfevaluations.queries import points_at
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit
from peerreview.visits.queries.team import colleagues_of, companions_of, upheld_people


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who could read along."""

    person_id: int
    name: str


def possible_readers(review: Review) -> list[Reader]:
    """The colleagues who may be asked, by name; the review needs its names loaded. Five queries.

    Not who was on the visit or beside the team, who works for the host too, whom the secretariat kept from the visit,
    or whom a conflict of interest with the host bars.
    """
    visit = review.visit
    host = visit.host.organisation_id
    colleagues = [one for one in colleagues_of(visit.reviewing.organisation_id) if one.reviewer]
    out = {one.person_id for one in visit.team} | {one.person_id for one in companions_of(visit.id)}
    out |= upheld_people(visit.id) | _of_organisation(host)
    left = [one for one in colleagues if one.person_id not in out]
    barred = barred_from(host, [one.person_id for one in left])
    return [Reader(one.person_id, one.name) for one in left if one.person_id not in barred]


def _of_organisation(organisation_id: int) -> set[int]:
    held = Affiliation.organisation_id == organisation_id, Affiliation.ended_at.is_(None)
    return set(db.session.scalars(select(Affiliation.person_id).where(*held)))


def barred_from(organisation_id: int, person_ids: Iterable[int]) -> set[int]:
    """Whom of these a conflict of interest keeps from judging this organisation today."""
    found = of_persons(person_ids, [organisation_id], clock.today())
    return {person_id for (person_id, _of), standing in found.items() if any(one.blocks for one in standing)}


def person_named(person_id: int | None) -> Person | None:
    """The person, or None."""
    return db.session.get(Person, person_id) if person_id else None


def advice_waited_for(review_id: int, *, errors: bool = False) -> int:
    """How many answers that still wait for a verdict have no advice yet; of errors of fact alone when asked."""
    asked = (FactAnswer.ERROR,) if errors else (FactAnswer.ERROR, FactAnswer.COMMENT)
    rows = (
        select(FactCheckAnswer.id)
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .where(Finding.review_id == review_id, FactCheckAnswer.state == Verdict.PENDING)
        .where(FactCheckAnswer.advice.is_(None), FactCheckAnswer.answer.in_(asked))
    )
    return len(db.session.scalars(rows).all())


def asked_to_read(actor: Actor) -> Sequence[Any]:
    """Where this actor is asked for advice: (review_id, the host's name, due_on, how many answers), the most urgent
    first. One query."""
    host, reviewing = aliased(Trajectory), aliased(Trajectory)
    rows = (
        select(Review.id, Organisation.name, Review.due_on, func.count())
        .join(Finding, Finding.review_id == Review.id)
        .join(FactCheckAnswer, FactCheckAnswer.finding_id == Finding.id)
        .join(Visit, Visit.id == Review.visit_id)
        .join(host, host.id == Visit.host_id)
        .join(Organisation, Organisation.id == host.organisation_id)
        .join(reviewing, reviewing.id == Visit.reviewing_id)
        .where(Review.second_reader_id == actor.person_id, Review.state == ReviewState.FACT_CHECKED)
        .where(reviewing.organisation_id == actor.organisation_id)
        .where(FactCheckAnswer.state == Verdict.PENDING, FactCheckAnswer.answer != FactAnswer.AGREE)
        .where(FactCheckAnswer.advice.is_(None))
        .group_by(Review.id, Organisation.name, Review.due_on)
        .order_by(Review.due_on, Review.id)
    )
    return db.session.execute(rows).all()


def any_advice(review_id: int) -> bool:
    """Whether the second reader has given advice on any answer."""
    rows = (
        select(FactCheckAnswer.id)
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .where(Finding.review_id == review_id, FactCheckAnswer.advice.is_not(None))
    )
    return db.session.scalars(rows.limit(1)).first() is not None


@points_at
def advises_on(actor: Actor, evidence_id: int) -> bool:
    """Whether this actor is the second reader of a review in which the host, when it had answered, points at this
    document. They read it, and nothing else of what the host keeps."""
    if actor.role != Role.REVIEWER or actor.person_id is None:
        return False
    pointed = (
        select(Trajectory.organisation_id)
        .select_from(FactCheckAnswer)
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .join(Review, Review.id == Finding.review_id)
        .join(Visit, Visit.id == Review.visit_id)
        .join(Trajectory, Trajectory.id == Visit.reviewing_id)
        .where(FactCheckAnswer.evidence_id == evidence_id, Review.second_reader_id == actor.person_id)
        .where(Review.state.in_(READ_ALONG))
    )
    return any(actor.is_of(organisation_id) for organisation_id in db.session.scalars(pointed))


def document_of(row: FactCheckAnswer) -> Any:
    """(id, title) of the document that the host points at, or None."""
    return db.session.execute(select(Evidence.id, Evidence.title).where(Evidence.id == row.evidence_id)).one_or_none()
