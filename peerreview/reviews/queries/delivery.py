"""Whether the host really has its report: what became of the letters, who opened it, who noted it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select

from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.outbox import Letter, LetterState
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import FactCheckAnswer, Finding, Review

TOLD_HOST = "reviews.released"  # the kind of the letter that brings the host its report
DELIVER = "review.deliver"  # the act in the trail: how and when the host got it
BY_LETTER, BY_OPENING, BY_NOTE = "letter", "opening", "note"
LOST = (LetterState.FAILED, LetterState.BOUNCED)

OF_REVIEW = Letter.about_type == Review.__tablename__, Letter.about_id == Review.id, Letter.kind == TOLD_HOST


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one host got its report, or what became of the letters so far. `how` is '' until it was delivered."""

    at: datetime | None
    how: str
    reason: str
    letters: Sequence[Any]  # id, recipient_name, recipient, state, sent_at, last_error

    @property
    def lost(self) -> bool:
        """Whether no letter can still arrive by itself: then somebody has to bring it otherwise."""
        return self.at is None and bool(self.letters) and all(letter.state in LOST for letter in self.letters)


def delivery_of(review: Review) -> Delivery:
    """Two queries."""
    letters = db.session.execute(
        select(Letter.id, Letter.recipient_name, Letter.recipient, Letter.state, Letter.sent_at, Letter.last_error)
        .where(Letter.about_type == Review.__tablename__, Letter.about_id == review.id, Letter.kind == TOLD_HOST)
        .order_by(Letter.id)
    ).all()
    noted = db.session.execute(
        select(AuditEntry.after, AuditEntry.reason)
        .where(AuditEntry.subject_type == Review.__tablename__, AuditEntry.subject_id == review.id)
        .where(AuditEntry.action == DELIVER)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    how = noted.after["how"] if noted and review.delivered_at else ""
    return Delivery(review.delivered_at, how, noted.reason if noted and how == BY_NOTE else "", letters)


def newly_delivered(limit: int = 100) -> Sequence[Any]:
    """(review id, moment) of released reports of which a server took a letter to the host, and that was not noted."""
    taken = (
        select(Review.id, func.min(Letter.sent_at).label("at"))
        .join(Letter, OF_REVIEW[0] & OF_REVIEW[1] & OF_REVIEW[2])
        .where(Review.state == ReviewState.RELEASED, Review.delivered_at.is_(None))
        .where(Letter.state == LetterState.SENT, Letter.sent_at.is_not(None))
        .group_by(Review.id)
        .order_by(Review.id)
        .limit(limit)
    )
    return db.session.execute(taken).all()


def came_back(limit: int = 100) -> list[int]:
    """The ids of released reports that count as delivered by a letter that bounced later, and that nobody answered."""
    answered = exists().where(FactCheckAnswer.finding_id == Finding.id, Finding.review_id == Review.id)
    bounced = (
        select(Review.id)
        .join(Letter, OF_REVIEW[0] & OF_REVIEW[1] & OF_REVIEW[2])
        .where(Review.state == ReviewState.RELEASED, Letter.sent_at == Review.delivered_at)
        .where(Letter.state == LetterState.BOUNCED, ~answered)
        .order_by(Review.id)
        .limit(limit)
    )
    return list(db.session.scalars(bounced))
