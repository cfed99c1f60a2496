"""One norm at a time, and who writes what."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from peerreview.core import clock, i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import outline_of
from peerreview.selfevaluations import policy, queries, services
from peerreview.selfevaluations.forms import AnswerForm, RemarkForm
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.selfevaluations.progress import next_after, progress
from peerreview.selfevaluations.routes.blueprint import bp, is_open, whole_number

Documents = list[queries.EvidenceView]


def _form_of(answer: Answer, documents: Documents) -> AnswerForm:
    rating = answer.rating.value if answer.rating else None
    action = request.path
    kept = {"story": answer.story, "changes": answer.changes, "rating": rating, "version": answer.version}
    form = AnswerForm(data=kept, action=action)
    labels = outline_of(answer.self_evaluation.trajectory.framework_version_id).rating_labels
    form.rating.choices = [
        SelectChoice(code, i18n.localised(label)) for code, label in labels.items() if code in list(OwnRating)
    ]
    form.documents.choices = [SelectChoice(d.id, d.title) for d in documents if answer.norm_id not in d.norm_ids]
    return form


@bp.get("/trajectories/<int:trajectory_id>/self-evaluation/norms/<int:norm_id>")
@requires(policy.may_read, queries.answer_for)
def show_norm(answer: Answer) -> Any:
    documents = queries.evidence_seen_by(the_actor(), answer.self_evaluation)
    return _norm(answer, _form_of(answer, documents), documents)


def show_with_remark(answer: Answer, remark: RemarkForm) -> Any:
    """The norm again, with a remark that was not right."""
    documents = queries.evidence_seen_by(the_actor(), answer.self_evaluation)
    return _norm(answer, _form_of(answer, documents), documents, 422, remark_form=remark)


def _norm(answer: Answer, form: AnswerForm, documents: Documents, status: int = 200, **more: Any) -> Any:
    actor, evaluation = the_actor(), answer.self_evaluation
    trajectory, lines = evaluation.trajectory, queries.lines_for(the_actor(), evaluation)
    outline = outline_of(trajectory.framework_version_id)
    norm = outline.by_id[answer.norm_id]
    autosaved = "autosave" in request.form
    if autosaved:
        return page(
            "selfevaluations/_refused.html", form=form, outline=outline, status=status, **{"conflict": None} | more
        )
    mine = [line for line in lines if line.assigned_to_id == actor.person_id]
    in_chapter = [line for line in lines if outline.by_id[line.norm_id].chapter_code == norm.chapter_code]
    listed = mine if any(line.norm_id == norm.id for line in mine) else in_chapter
    following = next_after(norm.id, listed) or next_after(norm.id, lines)
    context: dict[str, Any] = {
        "answer": answer, "norm": norm, "outline": outline, "trajectory": trajectory, "form": form,
        "lines": listed, "of_me": listed is mine, "progress": progress(lines), "documents": documents,
        "following": outline.by_id[following.norm_id] if following else None,
        "writing": is_open(trajectory) and policy.may_write(actor, answer),
        "talks": policy.may_talk(actor, answer), "remark_form": None,
        "documents_open": queries.opens_documents(actor, trajectory),
        "remarks": queries.remarks_of(answer.id) if policy.may_talk(actor, answer) else [],
        "may_assign": policy.may_assign(actor, evaluation), "form_errors": status == 422, "conflict": None,
    }  # fmt: skip
    context["earlier"] = queries.last_cycle_of(trajectory, norm.code) if context["writing"] else None
    return page("selfevaluations/norm.html", status=status, **context | more)


@bp.post("/trajectories/<int:trajectory_id>/self-evaluation/norms/<int:norm_id>")
@requires(policy.may_write, queries.answer_for)
def save_norm(answer: Answer) -> Any:
    evaluation, actor, norm_id = answer.self_evaluation, the_actor(), answer.norm_id
    trajectory_id = evaluation.trajectory_id
    documents = queries.evidence_seen_by(actor, evaluation)
    form, autosave = _form_of(answer, documents), "autosave" in request.form
    if not form.validate_on_submit():
        return _norm(answer, form, documents, 422)
    if request.form.get("then") == "begin":
        _begin_with_last(form, evaluation, norm_id)
    changes = form.changes.data if "changes" in request.form else None
    try:
        saved = services.save_answer(
            answer, story=form.story.data or "", changes=changes, rating=form.own_rating(),
            version=whole_number(form.version.data), by=actor, autosave=autosave,
        )  # fmt: skip
    except StaleVersion:
        return _conflict(queries.answer_for(actor, trajectory_id, norm_id) or answer, form, documents)
    if autosave:
        return page("selfevaluations/_saved.html", version=saved, now=clock.now())
    form.version.data = str(saved)
    try:
        _file(evaluation, form, norm_id)
    except Invalid as wrong:
        form.file.errors = [wrong.message]
        again = queries.answer_for(actor, trajectory_id, norm_id)
        return _norm(again or answer, form, documents, 422)
    return done(_onward(trajectory_id, norm_id))


def _begin_with_last(form: AnswerForm, evaluation: SelfEvaluation, norm_id: int) -> None:
    """Put the story of the last cycle into the form, under what was typed already."""
    norm = outline_of(evaluation.trajectory.framework_version_id).by_id[norm_id]
    last = queries.last_cycle_of(evaluation.trajectory, norm.code)
    form.story.data = "\n\n".join(text for text in (form.story.data, last and last.story) if text)


def _conflict(answer: Answer, form: AnswerForm, documents: Documents) -> Any:
    """Both texts: what stands there now and what was sent; sending again keeps the latter."""
    form.version.data = str(answer.version)
    conflict = {
        "who": answer.updated_by.name if answer.updated_by else _("A colleague"),
        "own": answer.updated_by_id == the_actor().person_id,
        "at": i18n.clock_time(answer.updated_at), "story": answer.story,
        "changes": answer.changes if "changes" in request.form else form.changes.data or "", "rating": answer.rating,
    }  # fmt: skip
    return _norm(answer, form, documents, 409, conflict=conflict)


def _file(evaluation: SelfEvaluation, form: AnswerForm, norm_id: int) -> None:
    """What was done with documents in the same form: a new one, old ones beside this norm, or one taken away."""
    actor, then = the_actor(), request.form.get("then", "")
    if form.file.data:
        services.add_evidence(
            evaluation,
            file_name=form.file.data.filename or "",
            content=form.file.data.read(),
            norm_ids=[norm_id],
            by=actor,
        )
    if form.documents.data:
        services.connect_evidence(evaluation, evidence_ids=form.documents.data, norm_id=norm_id, by=actor)
    if then.startswith("detach-"):
        services.disconnect_evidence(evaluation, evidence_id=whole_number(then[7:]), norm_id=norm_id, by=actor)


def _onward(trajectory_id: int, norm_id: int) -> str:
    """Where the pressed button leads: the next norm, the overview, or here again."""
    then = request.form.get("then", "")
    if then.startswith("norm-"):
        norm_id = whole_number(then[5:])
    elif then == "overview":
        return url_for("selfevaluations.show_overview", trajectory_id=trajectory_id)
    return url_for("selfevaluations.show_norm", trajectory_id=trajectory_id, norm_id=norm_id)


@bp.get("/trajectories/<int:trajectory_id>/self-evaluation/assignments")
@requires(policy.may_assign, queries.self_evaluation_for)
def edit_assignments(evaluation: SelfEvaluation) -> Any:
    return page(
        "selfevaluations/assign.html",
        evaluation=evaluation,
        trajectory=evaluation.trajectory,
        outline=outline_of(evaluation.trajectory.framework_version_id),
        lines={line.norm_id: line for line in queries.lines_of(evaluation.id)},
        people=queries.colleagues_of(evaluation.trajectory.organisation_id),
        writing=is_open(evaluation.trajectory),
    )


@bp.post("/trajectories/<int:trajectory_id>/self-evaluation/assignments")
@requires(policy.may_assign, queries.self_evaluation_for)
def assign_norms(evaluation: SelfEvaluation) -> Any:
    to = {
        whole_number(name[5:]): whole_number(value) or None
        for name, value in request.form.items()
        if name.startswith("norm-")
    }
    for part in outline_of(evaluation.trajectory.framework_version_id).chapters:
        if everything := request.form.get(f"chapter-{part.code}", ""):
            to |= {norm.id: whole_number(everything) or None for norm in part.norms}
    trajectory_id = evaluation.trajectory_id
    services.assign_norms(evaluation, to=to, by=the_actor())
    return done(url_for("selfevaluations.show_overview", trajectory_id=trajectory_id))
