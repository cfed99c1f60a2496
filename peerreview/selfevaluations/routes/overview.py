"""How far a self-evaluation is, all of it on one page, and the signature."""

from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import outline_of
from peerreview.selfevaluations import policy, queries, services
from peerreview.selfevaluations.forms import ReopenForm
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.selfevaluations.progress import progress, unfinished
from peerreview.selfevaluations.routes.blueprint import bp, is_open, overview_of
from peerreview.trajectories.lifecycle import TRAJECTORY
from peerreview.trajectories.queries import current_trajectory_of

REOPEN = "reopen_self_evaluation"


@bp.get("/self-evaluation")
@requires(policy.may_follow)
def show_current() -> Any:
    actor = the_actor()
    trajectory = current_trajectory_of(actor.organisation_id)
    evaluation = queries.self_evaluation_for(actor, trajectory.id) if trajectory else None
    return _overview(evaluation) if evaluation else page("selfevaluations/none.html", trajectory=trajectory)


@bp.get("/trajectories/<int:trajectory_id>/self-evaluation")
@requires(policy.may_open, queries.self_evaluation_for)
def show_overview(evaluation: SelfEvaluation) -> Any:
    return _overview(evaluation)


def _overview(evaluation: SelfEvaluation, status: int = 200, message: str = "") -> Any:
    actor, lines = the_actor(), queries.lines_for(the_actor(), evaluation)
    documents = queries.evidence_seen_by(actor, evaluation)
    return page(
        "selfevaluations/overview.html",
        evaluation=evaluation,
        trajectory=evaluation.trajectory,
        outline=outline_of(evaluation.trajectory.framework_version_id),
        lines={line.norm_id: line for line in lines},
        progress=progress(lines),
        unfinished=unfinished(lines),
        mine=[line for line in lines if line.assigned_to_id == actor.person_id],
        documents=documents,
        writing=is_open(evaluation.trajectory),
        own=actor.is_of(evaluation.trajectory.organisation_id),
        whole=policy.may_read_whole(actor, evaluation),
        may_assign=policy.may_assign(actor, evaluation),
        may_submit=policy.may_submit(actor, evaluation),
        may_reopen=policy.may_reopen(actor, evaluation) and TRAJECTORY.can(evaluation.trajectory.state, REOPEN),
        message=message,
        form_errors=status == 422,
        status=status,
    )


@bp.get("/trajectories/<int:trajectory_id>/self-evaluation/printout")
@requires(policy.may_read_whole, queries.self_evaluation_for)
def show_printout(evaluation: SelfEvaluation) -> Any:
    return page(
        "selfevaluations/printout.html",
        evaluation=evaluation,
        trajectory=evaluation.trajectory,
        outline=outline_of(evaluation.trajectory.framework_version_id),
        answers={answer.norm_id: answer for answer in queries.answers_of(evaluation.trajectory_id)},
        own=the_actor().is_of(evaluation.trajectory.organisation_id),
    )


@bp.post("/trajectories/<int:trajectory_id>/self-evaluation/submission")
@requires(policy.may_submit, queries.self_evaluation_for)
def submit(evaluation: SelfEvaluation) -> Any:
    overview = overview_of(evaluation)
    try:
        services.submit(evaluation, by=the_actor())
    except Invalid as wrong:
        return _overview(evaluation, 422, wrong.message)
    return done(overview)


@bp.route("/trajectories/<int:trajectory_id>/self-evaluation/reopening", methods=["GET", "POST"])
@requires(policy.may_reopen, queries.self_evaluation_for)
def reopen(evaluation: SelfEvaluation) -> Any:
    form, trajectory = ReopenForm(), evaluation.trajectory
    if form.validate_on_submit():
        trajectory_id = trajectory.id
        services.reopen(evaluation, reason=form.reason.data, by=the_actor())
        return done(url_for("trajectories.show_trajectory", trajectory_id=trajectory_id))
    status = 422 if form.is_submitted() else 200
    return page(
        "selfevaluations/reopen.html", form=form, trajectory=trajectory, form_errors=status == 422, status=status
    )
