"""The blueprint of self-evaluations, and what its pages share."""

from flask import Blueprint, url_for

from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

bp = Blueprint("selfevaluations", __name__)


def overview_of(evaluation: SelfEvaluation) -> str:
    return url_for("selfevaluations.show_overview", trajectory_id=evaluation.trajectory_id)


def is_open(trajectory: Trajectory) -> bool:
    return trajectory.state == TrajectoryState.SELF_EVALUATING


def whole_number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else 0
