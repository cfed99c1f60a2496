"""Who may read, write and sign an improvement plan: the organisation itself; the secretariat reads."""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

OWN = ("coordinator", "executive", "contributor", "reviewer")
WRITERS = ("coordinator", "executive")
S = TrajectoryState
# From the final report on; before that there is no plan to speak of.
HAS_PLAN = (S.REPORTED, S.PLANNED, S.COMPLETE, S.FORWARDED, S.DECIDED, S.CERTIFIED, S.REFUSED)


def may_read_plan(actor: Actor, trajectory: Trajectory) -> bool:
    """The organisation's own people and the secretariat. Members of the commission read it through the dossier."""
    return actor.role == SECRETARIAT or (actor.role in OWN and actor.is_of(trajectory.organisation_id))


def may_write_plan(actor: Actor, trajectory: Trajectory) -> bool:
    """Whether the plan is open is for the service to say: then the text is given back."""
    return actor.role in WRITERS and actor.is_of(trajectory.organisation_id)


def may_sign_plan(actor: Actor, trajectory: Trajectory) -> bool:
    """The executive, and nobody else."""
    return actor.role == "executive" and actor.is_of(trajectory.organisation_id)
