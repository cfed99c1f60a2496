"""Who may do what with a trajectory. Its own organisation and the secretariat; never the partner."""

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.rounds.models import Round
from peerreview.trajectories.lifecycle import TRAJECTORY, TrajectoryState
from peerreview.trajectories.models import Trajectory

OWN = ("coordinator", "executive", "contributor", "reviewer")
SIGNERS = ("coordinator", "executive")
WATCHERS = (SECRETARIAT, "oversight", "administrator")
S = TrajectoryState


def may_follow(actor: Actor) -> bool:
    """Follow the road of the own organisation."""
    return actor.role in OWN


def may_list(actor: Actor) -> bool:
    """Read which trajectories there are and where they stand."""
    return actor.role in WATCHERS


def may_export(actor: Actor) -> bool:
    return actor.role == SECRETARIAT


def may_see(actor: Actor, trajectory: Trajectory) -> bool:
    """Know that this trajectory exists and where it stands: its own people and who watches over all of them."""
    return actor.role in WATCHERS or (actor.role in OWN and actor.is_of(trajectory.organisation_id))


def may_read_sign_up(actor: Actor, trajectory: Trajectory) -> bool:
    """Read what was offered and whom it must not meet: who signs it, and the secretariat."""
    return actor.role == SECRETARIAT or (actor.role in SIGNERS and actor.is_of(trajectory.organisation_id))


def may_sign_up(actor: Actor) -> bool:
    """Begin a sign-up for the own organisation."""
    return actor.role in SIGNERS and actor.organisation_id is not None


def may_begin(actor: Actor, round_: Round) -> bool:
    """Begin a sign-up for this round; whether it is open is for the service to say."""
    return may_sign_up(actor)


def may_edit(actor: Actor, trajectory: Trajectory) -> bool:
    """Write the sign-up. Whether it is still open is for the service to say: then the text is given back."""
    return actor.role in SIGNERS and actor.is_of(trajectory.organisation_id)


def may_ask_signature(actor: Actor, trajectory: Trajectory) -> bool:
    return actor.role == "coordinator" and actor.is_of(trajectory.organisation_id)


def may_submit(actor: Actor, trajectory: Trajectory) -> bool:
    """Sign: the executive, and nobody else."""
    return actor.role == "executive" and actor.is_of(trajectory.organisation_id)


def may_judge(actor: Actor, trajectory: Trajectory) -> bool:
    """Accept, return, reject, pause and resume: the secretariat."""
    return actor.role == SECRETARIAT


def may_withdraw(actor: Actor, trajectory: Trajectory) -> bool:
    return actor.role == SECRETARIAT or may_submit(actor, trajectory)


def may_discard(actor: Actor, trajectory: Trajectory) -> bool:
    """Throw away a sign-up that was never signed."""
    return may_edit(actor, trajectory)


def may_open_report(actor: Actor, trajectory: Trajectory) -> bool:
    """Whether to show the way to the report about it once it was released; the review itself decides who reads it."""
    return actor.role == SECRETARIAT or (actor.role in SIGNERS and actor.is_of(trajectory.organisation_id))


def may_open_plan(actor: Actor, trajectory: Trajectory) -> bool:
    """Whether to show the way to the improvement plan; the plan itself decides who writes in it."""
    return actor.role == SECRETARIAT or actor.is_of(trajectory.organisation_id)


def may_open_self_evaluation(actor: Actor, trajectory: Trajectory) -> bool:
    """Whether to show the way to it: its writers from the acceptance on; own reviewers and the secretariat later.

    The self-evaluation itself decides who reads what.
    """
    state = trajectory.state if trajectory.state != S.ON_HOLD else trajectory.held_from
    if state in (S.DRAFT, S.SUBMITTED, S.RETURNED, S.REJECTED, S.WITHDRAWN, None):
        return False
    own = actor.is_of(trajectory.organisation_id)
    if own and actor.role in ("coordinator", "executive", "contributor"):
        return True
    written = state not in (S.ACCEPTED, S.SELF_EVALUATING)
    return written and (actor.role == SECRETARIAT or (own and actor.role == "reviewer"))


def acts_for(actor: Actor, trajectory: Trajectory) -> tuple[str, ...]:
    """The moves that this actor can make now, for the buttons of a page."""
    questions = {
        "submit": may_submit, "accept": may_judge, "return": may_judge, "reject": may_judge, "hold": may_judge,
        "withdraw": may_withdraw,
    }  # fmt: skip
    now = [verb for verb, may in questions.items() if TRAJECTORY.can(trajectory.state, verb) and may(actor, trajectory)]
    if trajectory.state == S.ON_HOLD and may_judge(actor, trajectory):
        now.append("resume")
    return tuple(now)
