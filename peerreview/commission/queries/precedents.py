"""Earlier decisions that look like a dossier, without names, numbers or days.

Only decisions on dossiers that the reader may know of are among them: a dossier from which somebody is kept out does not
count for them either.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from peerreview.commission.advice import Pattern, Precedent, Precedents, Rated, alike, pattern_of
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Condition, Decision, Dossier
from peerreview.commission.queries.dossiers import final_review_of
from peerreview.commission.queries.recusal import visible_to
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.frameworks.models import FrameworkVersion, Norm
from peerreview.frameworks.outline import Outline
from peerreview.frameworks.queries import outline_of
from peerreview.reviews.lifecycle import BELOW, ReviewState
from peerreview.reviews.models import Finding, Review
from peerreview.reviews.queries import findings_of
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit

LATEST = 300  # so many decisions are looked back

Replacing = aliased(Decision)


@dataclass(frozen=True, slots=True)
class Ratings:
    """The final ratings of a dossier by the code of their norm, with the framework that they are about."""

    outline: Outline
    by_code: dict[str, Rated]

    @property
    def below(self) -> frozenset[str]:
        """The codes of the norms that are rated below "complies"."""
        return frozenset(code for code, (rating, _essential) in self.by_code.items() if rating in BELOW)

    @property
    def pattern(self) -> Pattern:
        return pattern_of(self.by_code.values())


def ratings_of(dossier: Dossier) -> Ratings | None:
    """None without a final report. Two queries beside the framework's."""
    review = final_review_of(dossier.trajectory_id, with_team=False)
    if review is None:
        return None
    outline = outline_of(dossier.trajectory.framework_version_id)
    rated = {row.norm_id: row.rating for row in findings_of(review.id)}
    return Ratings(outline, {norm.code: (rated.get(norm.id), norm.essential) for norm in outline.norms})


def precedents_for(dossier: Dossier, pattern: Pattern, actor: Actor) -> Precedents:
    """The decisions by the same framework that look like this pattern. Two queries."""
    rows = db.session.execute(_decisions(dossier, actor)).all()
    patterns = _patterns([row.review_id for row in rows])
    return alike(
        pattern, (Precedent(patterns.get(row.review_id, Pattern()), row.outcome, row.conditions) for row in rows)
    )


def _decisions(dossier: Dossier, actor: Actor) -> Any:
    """The latest decisions that stand, each with the final review they rest on."""
    version = dossier.trajectory.framework_version_id
    framework = select(FrameworkVersion.framework_id).where(FrameworkVersion.id == version).scalar_subquery()
    conditions = select(func.count()).where(Condition.decision_id == Decision.id).correlate(Decision).scalar_subquery()
    review = select(func.max(Review.id)).join(Visit, Visit.id == Review.visit_id)
    final = review.where(Visit.host_id == Dossier.trajectory_id, Review.state == ReviewState.FINAL).correlate(Dossier)
    return (
        select(
            Decision.outcome, conditions.label("conditions"), final.scalar_subquery().label("review_id"),
        )
        .join(Dossier, Dossier.id == Decision.dossier_id)
        .join(Trajectory, Trajectory.id == Dossier.trajectory_id)
        .join(FrameworkVersion, FrameworkVersion.id == Trajectory.framework_version_id)
        .where(
            Dossier.id != dossier.id, Decision.outcome != Outcome.DEFERRED, visible_to(actor),
            FrameworkVersion.framework_id == framework, final.exists(),
            ~select(Replacing.id).where(Replacing.replaces_id == Decision.id).exists(),
        )
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
        .limit(LATEST)
    )  # fmt: skip


def _patterns(review_ids: Sequence[int]) -> dict[int, Pattern]:
    """The pattern of each review that has a norm below "complies". One query."""
    rows = db.session.execute(
        select(Finding.review_id, Finding.rating, Norm.essential, func.count())
        .join(Norm, Norm.id == Finding.norm_id)
        .where(Finding.review_id.in_(review_ids), Finding.rating.in_(BELOW))
        .group_by(Finding.review_id, Finding.rating, Norm.essential)
    )
    counted: dict[int, Counter[Rated]] = {}
    for review_id, rating, essential, number in rows:
        counted.setdefault(review_id, Counter())[rating, bool(essential)] = number
    return {review_id: pattern_of(found.elements()) for review_id, found in counted.items()}
