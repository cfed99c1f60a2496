"""Who may write and read a self-evaluation. Nobody outside the organisation reads it before it is submitted."""

from collections.abc import Collection

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.selfevaluations.models import Answer, Evidence, SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

S = TrajectoryState
WHOLE = ("coordinator", "executive")
WRITERS = ("coordinator", "executive", "contributor")
# The states in which it lies with others; on hold and withdrawn it is as before.
HANDED_IN = frozenset(
    {S.SELF_EVALUATED, S.SCHEDULED, S.VISITED, S.REPORTED, S.PLANNED, S.COMPLETE, S.FORWARDED, S.DECIDED, S.CERTIFIED,
     S.REFUSED}
)  # fmt: skip

# After the decision, and when nothing comes of it, its documents are the organisation's alone again.
CLOSED = frozenset({S.DECIDED, S.CERTIFIED, S.REFUSED, S.REJECTED, S.WITHDRAWN})


def handed_in(trajectory: Trajectory) -> bool:
    """Whether the executive submitted it and it was not opened again."""
    paused = trajectory.state in (S.ON_HOLD, S.WITHDRAWN)
    state = trajectory.held_from if paused and trajectory.held_from else trajectory.state
    return state in HANDED_IN


def may_follow(actor: Actor) -> bool:
    """Have norms of one's own organisation to write."""
    return actor.role in WRITERS


def writes_whole(actor: Actor, trajectory: Trajectory) -> bool:
    """Read and write every norm of it."""
    return actor.role in WHOLE and actor.is_of(trajectory.organisation_id)


def may_open(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """See how far it is: its writers always (a contributor the own norms), its reviewers and the secretariat later."""
    trajectory = evaluation.trajectory
    if actor.role in WRITERS and actor.is_of(trajectory.organisation_id):
        return True
    own_reviewer = actor.role == "reviewer" and actor.is_of(trajectory.organisation_id)
    return handed_in(trajectory) and (actor.role == SECRETARIAT or own_reviewer)


def may_read_whole(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """Read every answer: as `may_open`, but a contributor reads the own norms only."""
    return actor.role != "contributor" and may_open(actor, evaluation)


def may_read_answers(actor: Actor, trajectory: Trajectory, reviewing_person_ids: Collection[int]) -> bool:
    """Read every answer of this trajectory, for features that know who reviews it.

    `reviewing_person_ids` is the team of a confirmed exchange that visits this organisation; it reads only what was
    submitted.
    """
    if writes_whole(actor, trajectory):
        return True
    if not handed_in(trajectory):
        return False
    own_reviewer = actor.role == "reviewer" and actor.is_of(trajectory.organisation_id)
    visits = actor.role == "reviewer" and actor.person_id in reviewing_person_ids
    return actor.role == SECRETARIAT or own_reviewer or visits


def may_read(actor: Actor, answer: Answer) -> bool:
    """Read an answer that `answer_for` found for this actor."""
    return True


def may_write(actor: Actor, answer: Answer) -> bool:
    """Write this norm; whether the self-evaluation is still open is for the service to say."""
    trajectory = answer.self_evaluation.trajectory
    given = actor.role == "contributor" and answer.assigned_to_id == actor.person_id
    return writes_whole(actor, trajectory) or (given and actor.is_of(trajectory.organisation_id))


def may_write_some(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """Write at least the norms that one was given: the people of the organisation who think along."""
    return actor.role in WRITERS and actor.is_of(evaluation.trajectory.organisation_id)


def may_talk(actor: Actor, answer: Answer) -> bool:
    """Read and write remarks about an answer, and its earlier texts: who may write it. Never anybody outside."""
    return may_write(actor, answer)


def may_talk_back(actor: Actor, said: object) -> bool:
    """Deal with a remark that `remark_for` found for this actor."""
    return True


def may_reflect(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """Answer the five questions, which are about the whole; and read what the answers were before."""
    return writes_whole(actor, evaluation.trajectory)


def may_rewind(actor: Actor, reflection: object) -> bool:
    """Go back to an earlier text that `reflection_for` found for this actor."""
    return True


def may_import(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """Take an old text over into all norms."""
    return writes_whole(actor, evaluation.trajectory)


def may_apply_import(actor: Actor, placed: object) -> bool:
    """Use an old text that `import_for` found for this actor."""
    return True


def may_read_account(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """Read all of it on one page: whom `account_for` finds, but a contributor reads the own norms only."""
    return actor.role != "contributor"


def may_assign(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """Give norms to colleagues."""
    return writes_whole(actor, evaluation.trajectory)


def may_submit(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """Sign: the executive, and nobody else."""
    return actor.role == "executive" and actor.is_of(evaluation.trajectory.organisation_id)


def may_reopen(actor: Actor, evaluation: SelfEvaluation) -> bool:
    return actor.role == SECRETARIAT


def may_remove(actor: Actor, evidence: Evidence) -> bool:
    """Take a document away: who writes everything, or who brought it. Called with what `evidence_for` loaded."""
    return actor.role in WHOLE or (actor.role == "contributor" and evidence.added_by_id == actor.person_id)


def owns(actor: Actor, trajectory: Trajectory) -> bool:
    """Belong to the organisation whose account it is; what it opens of its own is nobody's to know."""
    return actor.is_of(trajectory.organisation_id)


def documents_closed(trajectory: Trajectory) -> bool:
    """Whether nobody else opens the documents any longer: from the decision on."""
    return trajectory.state in CLOSED


def may_download(actor: Actor, evidence: Evidence) -> bool:
    """Know of a document that `evidence_for` found for this actor; whether it may be opened now is the service's."""
    return True


def may_see_openings(actor: Actor, evaluation: SelfEvaluation) -> bool:
    """See who opened which document: who answers for all of it."""
    return writes_whole(actor, evaluation.trajectory)
