"""Feedback, a line of the sample, and something that is taken home."""

from typing import TypeVar

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.fairplay.lifecycle import Question
from peerreview.fairplay.models import Feedback, Sample, TakeHome
from peerreview.reviews.models import BlindRating, Review
from tests.factories.reviews import fresh

Row = TypeVar("Row")
SCORES = {question.value: 3 for question in Question}


def make_feedback(review: Review, **fields: object) -> Feedback:
    """What the host of this review thought of it, by default now and with a 3 everywhere."""
    values = {"review_id": review.id, "scores": SCORES, "helped": "Rust.", "given_at": clock.now()}
    return _added(Feedback(**(values | fields)))


def make_take_home(review: Review, **fields: object) -> TakeHome:
    """What the lead reviewer of this review noted for at home."""
    values = {
        "review_id": review.id, "person_id": review.visit.team[0].person_id, "text": "Samen koken.",
        "organisation_id": review.visit.reviewing.organisation_id, "noted_at": clock.now(),
    }  # fmt: skip
    return _added(TakeHome(**(values | fields)))


def make_sample(review: Review, **fields: object) -> Sample:
    """This review, drawn by lot in its round."""
    values = {
        "round_id": review.visit.host.round_id, "review_id": review.id, "seed": "lot", "place": 1,
        "drawn_at": clock.now(),
    }  # fmt: skip
    return _added(Sample(**(values | fields)))


def rate_blind(review: Review, *given: object) -> None:
    """`given`: for each norm in order the ratings of the team members in order."""
    with unit_of_work():
        review = fresh(review)
        for finding, ratings in zip(sorted(review.findings, key=lambda f: f.norm.position), given, strict=True):
            for member, rating in zip(review.visit.team, ratings, strict=True):
                db.session.add(
                    BlindRating(
                        review_id=review.id, norm_id=finding.norm_id, person_id=member.person_id, rating=rating,
                        rated_at=clock.now(),
                    )
                )  # fmt: skip


def _added(row: Row) -> Row:
    with unit_of_work():
        db.session.add(row)
        db.session.flush()
    return row
