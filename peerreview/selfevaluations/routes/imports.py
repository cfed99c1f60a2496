"""An old text: uploaded, looked at norm by norm, taken over, and undone."""

from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import outline_of
from peerreview.selfevaluations import policy, queries, services, words
from peerreview.selfevaluations.forms import OldTextForm
from peerreview.selfevaluations.models import SelfEvaluation
from peerreview.selfevaluations.routes.blueprint import bp, is_open, whole_number

WHOLE = "/trajectories/<int:trajectory_id>/self-evaluation/imports"
ONE = f"{WHOLE}/<int:import_id>"


@bp.route(WHOLE, methods=["GET", "POST"])
@requires(policy.may_import, queries.self_evaluation_for)
def read_old_text(evaluation: SelfEvaluation) -> Any:
    form, trajectory = OldTextForm(), evaluation.trajectory
    if form.validate_on_submit():
        given = form.file.data
        try:
            content, name = given.read(), given.filename or ""
            text = services.read_old_text(evaluation, content=content, file_name=name, by=the_actor())
            ids: dict[str, Any] = {"trajectory_id": evaluation.trajectory_id, "import_id": text.id}
            return done(url_for("selfevaluations.show_import", **ids))
        except Invalid as wrong:
            form.file.errors = [wrong.message]
            evaluation = queries.self_evaluation_for(the_actor(), evaluation.trajectory_id) or evaluation
    status = 422 if form.is_submitted() else 200
    return page(
        "selfevaluations/old_text.html", form=form, trajectory=trajectory, writing=is_open(trajectory),
        waiting=queries.last_import_of(evaluation.id), form_errors=status == 422, status=status,
    )  # fmt: skip


@bp.get(ONE)
@requires(policy.may_apply_import, queries.import_for)
def show_import(placed: queries.Placed) -> Any:
    trajectory = placed.evaluation.trajectory
    answers = {answer.norm_id: answer for answer in queries.texts_of(placed.evaluation.id)}
    return page(
        "selfevaluations/import.html",
        text=placed.text, trajectory=trajectory, outline=outline_of(trajectory.framework_version_id), answers=answers,
        strange=words.STRANGE, writing=is_open(trajectory),
    )  # fmt: skip


@bp.post(f"{ONE}/apply")
@requires(policy.may_apply_import, queries.import_for)
def apply_import(placed: queries.Placed) -> Any:
    back = _address(placed)
    given = {key: value for key, value in request.form.items() if "-" in key}
    choices = {whole_number(key[5:]): value for key, value in given.items() if key.startswith("norm-")}
    versions = {
        whole_number(key[8:]): whole_number(value) for key, value in given.items() if key.startswith("version-")
    }
    services.apply_import(placed.text, choices=choices, versions=versions, by=the_actor())
    return done(back)


@bp.post(f"{ONE}/undo")
@requires(policy.may_apply_import, queries.import_for)
def undo_import(placed: queries.Placed) -> Any:
    back = _address(placed)
    services.undo_import(placed.text, by=the_actor())
    return done(back)


@bp.post(f"{ONE}/discard")
@requires(policy.may_apply_import, queries.import_for)
def discard_import(placed: queries.Placed) -> Any:
    overview = url_for("selfevaluations.show_overview", trajectory_id=placed.evaluation.trajectory_id)
    services.discard_import(placed.text, by=the_actor())
    return done(overview)


def _address(placed: queries.Placed) -> str:
    ids: dict[str, Any] = {"trajectory_id": placed.evaluation.trajectory_id, "import_id": placed.text.id}
    return url_for("selfevaluations.show_import", **ids)
