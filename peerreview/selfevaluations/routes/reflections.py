"""The five questions about the whole, each with a form and a version of its own."""

from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _

from peerreview.core import clock, i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page
from peerreview.selfevaluations import policy, queries, services, words
from peerreview.selfevaluations.forms import ReflectionForm
from peerreview.selfevaluations.lifecycle import Question
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.selfevaluations.routes.blueprint import bp, is_open, whole_number

WHOLE = "/trajectories/<int:trajectory_id>/self-evaluation"


@bp.get(f"{WHOLE}/reflections")
@requires(policy.may_read_account, queries.account_for)
def edit_reflections(evaluation: SelfEvaluation) -> Any:
    return _five(evaluation)


def _five(evaluation: SelfEvaluation, status: int = 200, **more: Any) -> Any:
    """`more`: the question that was sent, with its form, and what a colleague saved meanwhile."""
    actor, trajectory = the_actor(), evaluation.trajectory
    mine = policy.may_reflect(actor, evaluation)
    kept = None if status != 200 else _kept(evaluation) if mine else None
    context: dict[str, Any] = {
        "evaluation": evaluation, "trajectory": trajectory, "questions": words.QUESTIONS, "hints": words.HINTS,
        "reflections": queries.reflections_of(evaluation.id), "writing": is_open(trajectory) and mine, "mine": mine,
        "opens": policy.may_open(actor, evaluation), "sent": kept[0] if kept else None,
        "form": kept[1] if kept else None, "conflict": None, "form_errors": status == 422,
    }  # fmt: skip
    return page("selfevaluations/reflections.html", status=status, **context | more)


def _kept(evaluation: SelfEvaluation) -> tuple[Question, ReflectionForm] | None:
    """What somebody typed into one of the forms before their session ended."""
    for question in Question:
        form = ReflectionForm(action=_address(evaluation, question))
        if form.kept:
            return question, form
    return None


def _address(evaluation: SelfEvaluation, question: Question) -> str:
    ids: dict[str, Any] = {"trajectory_id": evaluation.trajectory_id, "question": question}
    return url_for("selfevaluations.save_reflection", **ids)


@bp.post(f"{WHOLE}/reflections/<question>")
@requires(policy.may_reflect, queries.self_evaluation_for)
def save_reflection(evaluation: SelfEvaluation, question: str) -> Any:
    asked = Question(question) if question in list(Question) else abort(404)
    form, autosave = ReflectionForm(), "autosave" in request.form
    if not form.validate_on_submit():
        return _refused(evaluation, asked, form, 422)
    trajectory_id = evaluation.trajectory_id
    [reflection] = [one for one in services.begin_reflections(evaluation) if one.question == asked]
    try:
        version = whole_number(form.version.data)
        kept = services.save_reflection(
            reflection, text=form.text.data or "", version=version, by=the_actor(), autosave=autosave
        )
    except StaleVersion:
        return _clash(trajectory_id, asked, form)
    if autosave:
        saved: dict[str, Any] = {"version": kept, "now": clock.now(), "question": asked}
        return page("selfevaluations/_reflection_saved.html", **saved)
    return done(url_for("selfevaluations.edit_reflections", trajectory_id=trajectory_id, _anchor=f"q-{asked}"))


def _clash(trajectory_id: int, question: Question, form: ReflectionForm) -> Any:
    """Both texts; sending again keeps one's own."""
    evaluation = queries.self_evaluation_for(the_actor(), trajectory_id) or abort(404)
    there = queries.reflections_of(evaluation.id)[question]
    form.version.data = str(there.version)
    who = there.updated_by.name if there.updated_by else _("A colleague")
    own = there.updated_by_id == the_actor().person_id
    conflict = {"who": who, "own": own, "at": i18n.clock_time(there.updated_at), "text": there.text}
    return _refused(evaluation, question, form, 409, conflict=conflict)


def _refused(evaluation: SelfEvaluation, question: Question, form: ReflectionForm, status: int, **more: Any) -> Any:
    if "autosave" in request.form:
        told: dict[str, Any] = {"form": form, "question": question, "conflict": None} | more
        return page("selfevaluations/_reflection_refused.html", status=status, **told)
    return _five(evaluation, status, sent=question, form=form, **more)
