"""Who has the same answer open: the page says it is there, and reads which colleagues are."""

from typing import Any

from peerreview.core import together
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.selfevaluations import policy, queries
from peerreview.selfevaluations.models import Answer
from peerreview.selfevaluations.routes.blueprint import bp, is_open


@bp.post("/trajectories/<int:trajectory_id>/self-evaluation/norms/<int:norm_id>/together")
@requires(policy.may_write, queries.answer_for)
@reads_first
def write_answer_together(answer: Answer) -> Any:
    if not is_open(answer.self_evaluation.trajectory):
        return "", 204
    return together.answer(answer, by=the_actor(), writer=answer.updated_by.name if answer.updated_by else "")
