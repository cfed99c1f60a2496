"""The host's answers while it writes them: what is unfinished, what was agreed with at once, which documents it has."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from peerreview.accounts.models import Person
from peerreview.core.db import db
from peerreview.frameworks.models import Norm
from peerreview.reviews.completeness import answer_lacks
from peerreview.reviews.lifecycle import READ_ALONG, FactAnswer
from peerreview.reviews.models import FactCheckAnswer, Finding, Review
from peerreview.selfevaluations.models import Evidence, SelfEvaluation
from peerreview.selfevaluations.queries import tells_sent


def unfinished_answers(review_id: int) -> list[str]:
    """The codes of the norms with an answer that still lacks its words or a source, in their order."""
    rows = db.session.execute(
        select(
            Norm.code,
            FactCheckAnswer.answer,
            FactCheckAnswer.text,
            FactCheckAnswer.evidence,
            FactCheckAnswer.evidence_id,
        )
        .join(Finding, Finding.id == FactCheckAnswer.finding_id)
        .join(Norm, Norm.id == Finding.norm_id)
        .where(Finding.review_id == review_id, FactCheckAnswer.answer != FactAnswer.AGREE)
        .order_by(Norm.position, Norm.id)
    )
    return [
        code
        for code, answer, text, evidence, document in rows
        if answer_lacks(answer, text, proof=bool(evidence.strip() or document))
    ]


def unanswered(review_id: int) -> list[int]:
    """The ids of the findings that the host has said nothing about."""
    answered = exists().where(FactCheckAnswer.finding_id == Finding.id)
    rows = select(Finding.id).where(Finding.review_id == review_id, ~answered).order_by(Finding.id)
    return list(db.session.scalars(rows))


def self_evaluation_of(review: Review) -> SelfEvaluation | None:
    """The host's self-evaluation, beside which its documents lie; the review needs its visit loaded."""
    own = select(SelfEvaluation).where(SelfEvaluation.trajectory_id == review.visit.host_id)
    return db.session.scalars(own).one_or_none()


def documents_of(review: Review) -> Sequence[Any]:
    """(id, title) of the host's own documents, by title; what it may point at as a source. One query."""
    rows = (
        select(Evidence.id, Evidence.title)
        .join(SelfEvaluation, SelfEvaluation.id == Evidence.self_evaluation_id)
        .where(SelfEvaluation.trajectory_id == review.visit.host_id)
        .order_by(func.lower(Evidence.title), Evidence.id)
    )
    return db.session.execute(rows).all()


@tells_sent
def sent_with_answers() -> ColumnElement[bool]:
    """The condition on Evidence that the host, when it had answered, pointed at it."""
    pointed = exists().where(
        FactCheckAnswer.evidence_id == Evidence.id,
        Finding.id == FactCheckAnswer.finding_id,
        Review.id == Finding.review_id,
        Review.state.in_(READ_ALONG),
    )
    return pointed.correlate(Evidence)


def answered_by(row: FactCheckAnswer | None) -> str:
    """The name of who answered last; '' when nobody did."""
    return str(db.session.scalar(select(Person.name).where(Person.id == row.answered_by_id)) or "") if row else ""
