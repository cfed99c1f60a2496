"""Reading a row anew while nobody else may write it, so that a version is compared with what really stands there."""

from typing import Any

from sqlalchemy import inspect, select

from peerreview.core.db import db
from peerreview.reviews.models import Finding, Review


def locked(row: Any) -> None:
    """Refresh the columns of `row` and keep it for this unit of work; what was loaded beside it stays loaded."""
    columns = [attribute.key for attribute in inspect(type(row)).column_attrs]
    db.session.refresh(row, columns, with_for_update=True)


def lock_findings(review: Review) -> None:
    """Let nobody write a finding of this review in this unit of work: what is being written waits, and is refused."""
    of_review = select(Finding.id).where(Finding.review_id == review.id)
    db.session.execute(of_review.order_by(Finding.id).with_for_update()).all()
