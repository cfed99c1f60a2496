"""What hosts thought of their reviews: one by one for the two organisations, as averages for who watches over it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.outbox import Letter
from peerreview.fairplay import mirror
from peerreview.fairplay.lifecycle import Question
from peerreview.fairplay.mirror import Side
from peerreview.fairplay.models import Feedback
from peerreview.fairplay.queries.figures import Span
from peerreview.reviews import queries as reviews
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.visits.models import Visit

LEAST = 5  # of fewer no average is shown
ASKED = "reviews.feedback"  # the kind of the letter


@dataclass(frozen=True, slots=True)
class FeedbackPlace:
    """A final review with the host's feedback on it, and the report on the other side, as the mirror needs them."""

    review: Review
    feedback: Feedback | None
    this: Side
    other: Side | None
    mutual: bool

    @property
    def host(self) -> str:
        return self.review.visit.host.organisation.name

    @property
    def team(self) -> str:
        return self.review.visit.reviewing.organisation.name

    @property
    def opens_on(self) -> date | None:
        """From which day the team may read it; None while nobody can say."""
        return mirror.opens_on(self.this, self.other)

    @property
    def open(self) -> bool:
        return mirror.is_open(self.this, self.other, clock.today())

    @property
    def can_give(self) -> bool:
        """Whether the host may give or change feedback now."""
        return mirror.may_still_give(self.this, self.other, clock.today(), mutual=self.mutual)


def feedback_place_for(actor: Actor, review_id: int) -> FeedbackPlace | None:
    """The place of the feedback on a final review that this actor may know of; before that there is none."""
    review = reviews.review_for(actor, review_id)
    return place_of(review) if review is not None and review.state == ReviewState.FINAL else None


def place_of(review: Review) -> FeedbackPlace:
    """The same for a review at hand, with its names loaded. Two queries."""
    feedback = db.session.scalars(select(Feedback).where(Feedback.review_id == review.id)).one_or_none()
    about_team = (
        select(Review.state, Review.state_since, Feedback.given_at, Visit.reviewing_id)
        .join(Visit, Visit.id == Review.visit_id)
        .outerjoin(Feedback, Feedback.review_id == Review.id)
        .where(Visit.exchange_id == review.visit.exchange_id, Visit.host_id == review.visit.reviewing_id)
        .where(Review.state != ReviewState.STOPPED)
    )
    row = db.session.execute(about_team).one_or_none()
    other = Side(_final_at(row.state, row.state_since), row.given_at) if row else None
    this = Side(_final_at(review.state, review.state_since), feedback.given_at if feedback else None)
    return FeedbackPlace(review, feedback, this, other, row is not None and row.reviewing_id == review.visit.host_id)


def _final_at(state: ReviewState, since: datetime) -> datetime | None:
    return since if state == ReviewState.FINAL else None


@dataclass(frozen=True, slots=True)
class Averages:
    """How many hosts gave feedback, of how many that could, and the average of each question (none of fewer than 5)."""

    given: int
    possible: int
    scores: dict[Question, float]


def averages(span: Span) -> Averages:
    """The averages over these reports. Two queries."""
    final = select(Review.id).where(Review.id.in_(span.reviews), Review.state == ReviewState.FINAL)
    possible = len(db.session.scalars(final).all())
    rows: list[dict[str, Any]] = list(
        db.session.scalars(select(Feedback.scores).where(Feedback.review_id.in_(span.reviews)))
    )
    scores = {}
    for question in Question:
        given = [row[question] for row in rows if row.get(question)]
        if len(given) >= LEAST:
            scores[question] = sum(given) / len(given)
    return Averages(len(rows), possible, scores)


def finished_without_feedback(since: datetime, until: datetime) -> list[Review]:
    """Reviews that became final in this time, have no feedback, and whose host was not asked for it by letter yet."""
    chosen = reviews.with_names(select(Review)).where(
        Review.state == ReviewState.FINAL,
        Review.state_since >= since,
        Review.state_since < until,
        ~exists().where(Feedback.review_id == Review.id),
        ~exists().where(Letter.kind == ASKED, Letter.about_type == Review.__tablename__, Letter.about_id == Review.id),
    )
    return list(db.session.scalars(chosen.order_by(Review.id)))
