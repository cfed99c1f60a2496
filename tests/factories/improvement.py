"""The actions of an improvement plan, and a plan that the executive signed."""

from datetime import date

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.frameworks.models import Norm
from peerreview.improvement.models import Action, Plan
from peerreview.trajectories.models import Trajectory


def make_action(trajectory: Trajectory, norm: Norm, **fields: object) -> Action:
    """Complete by default."""
    values: dict[str, object] = {
        "trajectory_id": trajectory.id, "norm_id": norm.id, "what": f"We pakken {norm.code} aan.", "owner": "Ineke",
        "due_on": date(2028, 3, 1), "expected_effect": "Mensen merken het.", "updated_at": clock.now(),
    }  # fmt: skip
    action = Action(**(values | fields))
    with unit_of_work():
        db.session.add(action)
        db.session.flush()
    return action


def make_signed_plan(trajectory: Trajectory, **fields: object) -> Plan:
    plan = Plan(**({"trajectory_id": trajectory.id, "signed_at": clock.now()} | fields))
    with unit_of_work():
        db.session.add(plan)
        db.session.flush()
    return plan
