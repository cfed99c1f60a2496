"""How far a self-evaluation is, all of it on one page, and the signature."""

from collections import Counter
from typing import Any

from flask import url_for

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import outline_of
from peerreview.selfevaluations import policy, queries, services, words
from peerreview.selfevaluations.forms import ReopenForm
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.selfevaluations.progress import (
    AnswerLine,
    norms_a_day,
    progress,
    unfinished,
    waits_of,
    work_by_person,
    work_of,
)
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
    trajectory, open_now = evaluation.trajectory, is_open(evaluation.trajectory)
    documents = queries.evidence_seen_by(actor, evaluation)
    return page(
        "selfevaluations/overview.html",
        evaluation=evaluation,
        trajectory=trajectory,
        outline=outline_of(trajectory.framework_version_id),
        lines={line.norm_id: line for line in lines},
        progress=progress(lines),
        unfinished=unfinished(lines),
        mine=[line for line in lines if line.assigned_to_id == actor.person_id],
        documents=documents,
        documents_open=queries.opens_documents(actor, trajectory),
        may_see_openings=policy.may_see_openings(actor, evaluation),
        writing=open_now,
        own=actor.is_of(trajectory.organisation_id),
        whole=policy.may_read_whole(actor, evaluation),
        may_assign=policy.may_assign(actor, evaluation),
        may_submit=policy.may_submit(actor, evaluation),
        may_reopen=policy.may_reopen(actor, evaluation) and TRAJECTORY.can(trajectory.state, REOPEN),
        message=message,
        form_errors=status == 422,
        status=status,
        **_work(evaluation, lines),
    )


def _work(evaluation: SelfEvaluation, lines: list[AnswerLine]) -> dict[str, Any]:
    """What is left and who waits for whom; the whole of it only for who writes the whole."""
    actor, trajectory, open_now = the_actor(), evaluation.trajectory, is_open(evaluation.trajectory)
    remarks = queries.open_remarks(actor, evaluation) if open_now else []
    counts = Counter(remark.norm_id for remark in remarks)
    whole = open_now and policy.may_reflect(actor, evaluation)
    days = clock.working_days_between(clock.today(), trajectory.due_on) if trajectory.due_on else 0
    return {
        "remarks": counts, "whole_writer": whole, "days": days,
        "pace": norms_a_day(len(unfinished(lines)), days) if days > 0 else 0,
        "people": work_by_person(lines, counts) if whole else [],
        "waits": waits_of(lines, remarks) if whole else [],
        "work_of": lambda norms: work_of([line for line in lines if line.norm_id in {n.id for n in norms}], counts),
        "questions_open": queries.questions_open(evaluation.id) if whole else [],
        "questions": words.QUESTIONS, "old_text": queries.last_import_of(evaluation.id) if whole else None,
    }  # fmt: skip


@bp.get("/trajectories/<int:trajectory_id>/self-evaluation/printout")
@requires(policy.may_read_account, queries.account_for)
def show_printout(evaluation: SelfEvaluation) -> Any:
    return page(
        "selfevaluations/printout.html",
        evaluation=evaluation,
        trajectory=evaluation.trajectory,
        outline=outline_of(evaluation.trajectory.framework_version_id),
        answers={answer.norm_id: answer for answer in queries.answers_of(the_actor(), evaluation)},
        reflections=queries.account_of(evaluation.trajectory_id),
        questions=words.QUESTIONS,
        opens=policy.may_open(the_actor(), evaluation),
        documents_open=queries.opens_documents(the_actor(), evaluation.trajectory),
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
