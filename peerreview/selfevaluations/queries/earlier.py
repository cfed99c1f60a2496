"""What the organisation said about a norm the last time, and what its reviewers found then.

Reviews come after self-evaluations: they register who knows the finding (`tells_last_finding`).
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.frameworks.models import Norm
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.trajectories.models import Trajectory


@dataclass(frozen=True, slots=True)
class LastFinding:
    """What a final report says about one norm."""

    rating: str | None
    story: str
    strength: str
    improvement: str


@dataclass(frozen=True, slots=True)
class LastCycle:
    """The year of the last self-evaluation, what it said about a norm (perhaps nothing), and the finding on it."""

    year: int
    story: str
    rating: str | None
    finding: LastFinding | None


FindingTeller = Callable[[int, str], LastFinding | None]
_tellers: list[FindingTeller] = []


def tells_last_finding(teller: FindingTeller) -> FindingTeller:
    """Register who knows what the final report on a trajectory (by its id) says of a norm (by its code)."""
    _tellers[:] = [teller]
    return teller


def last_cycle_of(trajectory: Trajectory, norm_code: str) -> LastCycle | None:
    """The organisation's previous cycle, for the norm with this code, also when that was another version of the framework.

    None when there was no earlier self-evaluation, or nothing was said of this norm then.
    """
    previous = (
        select(SelfEvaluation.id, SelfEvaluation.trajectory_id, SelfEvaluation.submitted_at)
        .join(Trajectory, Trajectory.id == SelfEvaluation.trajectory_id)
        .where(Trajectory.organisation_id == trajectory.organisation_id, Trajectory.id != trajectory.id)
        .where(SelfEvaluation.submitted_at.is_not(None))
        .order_by(SelfEvaluation.submitted_at.desc(), SelfEvaluation.id.desc())
        .limit(1)
        .subquery()
    )
    row = db.session.execute(
        select(previous.c.trajectory_id, previous.c.submitted_at, Answer.story, Answer.rating)
        .select_from(previous)
        .outerjoin(
            Answer,
            (Answer.self_evaluation_id == previous.c.id)
            & Answer.norm_id.in_(select(Norm.id).where(Norm.code == norm_code)),
        )
    ).one_or_none()
    if row is None:
        return None
    finding = _tellers[-1](row.trajectory_id, norm_code) if _tellers else None
    if not row.story and not row.rating and finding is None:
        return None
    year = clock.local(row.submitted_at).year
    return LastCycle(year, row.story or "", row.rating.value if row.rating else None, finding)
