"""What a text read before: the list of versions, one beside the present, and taking it back."""

from typing import Any

from flask import request, url_for

from peerreview.core import history
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page
from peerreview.core.redline import redline
from peerreview.frameworks.queries import outline_of
from peerreview.selfevaluations import policy, queries, services, words
from peerreview.selfevaluations.models import Answer, Reflection
from peerreview.selfevaluations.routes.blueprint import bp, is_open, whole_number

NORM = "/trajectories/<int:trajectory_id>/self-evaluation/norms/<int:norm_id>/versions"
QUESTION = "/trajectories/<int:trajectory_id>/self-evaluation/reflections/<question>/versions"


@bp.get(NORM)
@requires(policy.may_talk, queries.answer_for)
def list_answer_versions(answer: Answer) -> Any:
    return _of_answer(answer)


def _of_answer(answer: Answer, status: int = 200) -> Any:
    trajectory = answer.self_evaluation.trajectory
    outline = outline_of(trajectory.framework_version_id)
    back = url_for("selfevaluations.show_norm", trajectory_id=trajectory.id, norm_id=answer.norm_id)
    now = {"story": answer.story, "changes": answer.changes, "rating": answer.rating.value if answer.rating else ""}
    about: dict[str, Any] = {"norm": outline.by_id[answer.norm_id], "labels": outline.rating_labels, "question": ""}
    return _versions(answer, trajectory, now, back, status, **about)


@bp.post(NORM)
@requires(policy.may_talk, queries.answer_for)
def restore_answer(answer: Answer) -> Any:
    ids: dict[str, Any] = {"trajectory_id": answer.self_evaluation.trajectory_id, "norm_id": answer.norm_id}
    try:
        services.restore_answer(answer, **_asked(), by=the_actor())
    except StaleVersion:
        return _of_answer(queries.answer_for(the_actor(), **ids) or answer, 409)
    return done(url_for("selfevaluations.show_norm", **ids))


@bp.get(QUESTION)
@requires(policy.may_rewind, queries.reflection_for)
def list_reflection_versions(reflection: Reflection) -> Any:
    return _of_reflection(reflection)


def _of_reflection(reflection: Reflection, status: int = 200) -> Any:
    trajectory = queries.evaluation_of_reflection(reflection).trajectory
    back = url_for("selfevaluations.edit_reflections", trajectory_id=trajectory.id, _anchor=f"q-{reflection.question}")
    about: dict[str, Any] = {"norm": None, "labels": {}, "question": words.QUESTIONS[reflection.question]}
    return _versions(reflection, trajectory, {"text": reflection.text}, back, status, **about)


@bp.post(QUESTION)
@requires(policy.may_rewind, queries.reflection_for)
def restore_reflection(reflection: Reflection) -> Any:
    question, trajectory_id = reflection.question, queries.evaluation_of_reflection(reflection).trajectory_id
    try:
        services.restore_reflection(reflection, **_asked(), by=the_actor())
    except StaleVersion:
        return _of_reflection(queries.reflection_for(the_actor(), trajectory_id, question) or reflection, 409)
    return done(url_for("selfevaluations.edit_reflections", trajectory_id=trajectory_id, _anchor=f"q-{question}"))


def _asked() -> dict[str, int]:
    return {name: whole_number(request.form.get(name)) for name in ("number", "version")}


def _versions(
    row: Answer | Reflection, trajectory: Any, now: dict[str, str], back: str, status: int, **about: Any
) -> Any:
    kept = history.versions_of(row)
    number = whole_number(request.values.get("number"))
    chosen = next((version for version in kept if version.number == number), None)
    lines = {name: redline(chosen.texts.get(name) or "", now[name]) for name in now} if chosen else {}
    return page(
        "selfevaluations/versions.html",
        row=row, trajectory=trajectory, versions=kept, chosen=chosen, now=now, lines=lines, back=back,
        writing=is_open(trajectory), stale=status == 409, status=status, **about,
    )  # fmt: skip
