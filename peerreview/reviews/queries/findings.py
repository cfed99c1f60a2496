"""The team's findings, one per norm, and what each still lacks."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.frameworks.outline import NormView
from peerreview.reviews import completeness
from peerreview.reviews.lifecycle import Rating
from peerreview.reviews.models import Finding, Review, finding_observation
from peerreview.reviews.queries.notes import ReviewedNorm, norm_for
from peerreview.reviews.queries.reviews import outline_of_review


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with the number of its observations, as lists and reports read it."""

    id: int
    norm_id: int
    rating: Rating | None
    not_assessed_reason: str
    story: str
    strength: str
    improvement: str
    diverging_opinion: str
    version: int
    observations: int = 0

    @property
    def missing(self) -> tuple[str, ...]:
        return completeness.missing(
            self.rating,
            observations=self.observations,
            improvement=self.improvement,
            reason=self.not_assessed_reason,
        )


def findings_of(review_id: int) -> list[FindingRow]:
    """Every finding of the review with its number of observations, in no particular order. One query.

    It asks nothing about who may read them: that is for whoever calls it.
    """
    # Counted per finding, by the key of the table between: a join with counts of the whole review took PostgreSQL minutes
    # when it had statistics of a time when these tables were empty.
    counted = (
        select(func.count()).where(finding_observation.c.finding_id == Finding.id).correlate(Finding).scalar_subquery()
    )
    chosen = select(
        Finding.id, Finding.norm_id, Finding.rating, Finding.not_assessed_reason, Finding.story, Finding.strength,
        Finding.improvement, Finding.diverging_opinion, Finding.version, counted,
    ).where(Finding.review_id == review_id)  # fmt: skip
    return [FindingRow(*row) for row in db.session.execute(chosen)]


def incomplete(
    review: Review, rows: Iterable[FindingRow] | None = None, *, blind: Collection[int] = ()
) -> list[tuple[NormView, tuple[str, ...]]]:
    """Each norm whose finding still lacks something, with the codes of what lacks, in the order of the framework.

    For who must rate some norms first (`blind`) these lack a rating, whatever their finding reads.
    """
    lacks = {row.norm_id: row.missing for row in (findings_of(review.id) if rows is None else rows)}
    lacks |= dict.fromkeys(blind, (completeness.RATING,))
    return [(norm, lacks[norm.id]) for norm in outline_of_review(review).norms if lacks.get(norm.id)]


@dataclass(frozen=True)
class ReviewedFinding(ReviewedNorm):
    """The finding on one norm, with who wrote last and the host's answer."""

    finding: Finding


# Built once, as everything that a save by itself asks: building takes longer than asking.
_ONE = (
    select(Finding)
    .where(Finding.review_id == bindparam("review_id"), Finding.norm_id == bindparam("norm_id"))
    .options(joinedload(Finding.updated_by), joinedload(Finding.fact_check))
)


def finding_for(actor: Actor, review_id: int, code: str) -> ReviewedFinding | None:
    """The finding on the norm with this code; None when there is none for this actor."""
    spot = norm_for(actor, review_id, code)
    if spot is None:
        return None
    finding = db.session.scalars(_ONE, {"review_id": spot.review.id, "norm_id": spot.norm.id}).one_or_none()
    return ReviewedFinding(spot.review, spot.norm, spot.outline, finding) if finding else None


def leaned_on(finding_id: int) -> list[int]:
    """The ids of the observations on which a finding leans."""
    chosen = select(finding_observation.c.observation_id).where(finding_observation.c.finding_id == finding_id)
    return sorted(db.session.scalars(chosen))
