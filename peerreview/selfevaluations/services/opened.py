"""Whether a self-evaluation can be written now."""

from flask_babel import gettext as _

from peerreview.core.db import db
from peerreview.core.errors import NotNow
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory


def refuse_unless_open(evaluation: SelfEvaluation) -> None:
    """Raise NotNow, in words, when it was sent or its trajectory is paused."""
    trajectory = db.session.get_one(Trajectory, evaluation.trajectory_id)
    if trajectory.state == TrajectoryState.ON_HOLD:
        raise NotNow(_("The trajectory is paused. You can write again when it goes on."))
    if trajectory.state != TrajectoryState.SELF_EVALUATING:
        raise NotNow(
            _("The self-evaluation was sent, so it can no longer be changed. The secretariat can open it again.")
        )


def evaluation_with(evaluation_id: int) -> SelfEvaluation:
    return db.session.get_one(SelfEvaluation, evaluation_id)
