"""What the organisation said about a norm the last time."""

from sqlalchemy import select

from peerreview.core.db import db
from peerreview.frameworks.models import Norm
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.trajectories.models import Trajectory


def earlier_answer(trajectory: Trajectory, norm_code: str) -> tuple[str, str] | None:
    """(name of the round, story) that this organisation wrote about the norm with this code the last time, or None."""
    before = (
        select(Trajectory.id, Answer.story, SelfEvaluation.submitted_at)
        .join(SelfEvaluation, SelfEvaluation.trajectory_id == Trajectory.id)
        .join(Answer, Answer.self_evaluation_id == SelfEvaluation.id)
        .join(Norm, Norm.id == Answer.norm_id)
        .where(Trajectory.organisation_id == trajectory.organisation_id, Trajectory.id != trajectory.id)
        .where(Norm.code == norm_code, Answer.story != "", SelfEvaluation.submitted_at.is_not(None))
        .order_by(SelfEvaluation.submitted_at.desc())
        .limit(1)
    )
    row = db.session.execute(before).one_or_none()
    return (str(row.submitted_at.year), row.story) if row else None
