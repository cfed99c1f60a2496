"""The secretariat: what waits, whether a trajectory is complete, asking back and forwarding."""

from typing import Any

from flask import request, url_for

from peerreview.commission import policy, services, words
from peerreview.commission.completeness import RECIPROCITY, Item
from peerreview.commission.forms import CheckForm, ForwardForm, ReasonForm
from peerreview.commission.queries import checking as queries
from peerreview.commission.queries.decisions import letters_to_send
from peerreview.commission.queries.meetings import free_dossiers, meeting_rows
from peerreview.commission.queries.questions import questions_of
from peerreview.commission.routes.blueprint import bp
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory


@bp.get("/commission")
@requires(policy.may_prepare)
def show_commission() -> Any:
    actor = the_actor()
    return page(
        "commission/overview.html",
        waiting=queries.waiting_by_state(),
        to_check=queries.to_check_page(1),
        free=free_dossiers(actor),
        letters=letters_to_send(actor),
        meetings=meeting_rows(actor),
        words=words,
    )


@bp.get("/trajectories-to-check")
@requires(policy.may_prepare)
def list_to_check() -> Any:
    return page("commission/to_check.html", rows=queries.to_check_page(request.args.get("page", 1, int)))


@bp.get("/trajectories-to-check/<int:trajectory_id>")
@requires(policy.may_prepare, queries.trajectory_to_check_for)
def show_check(trajectory: Trajectory) -> Any:
    return _show(trajectory)


def _show(trajectory: Trajectory, status: int = 200, message: str = "", **forms: Any) -> Any:
    items = queries.checklist_of(trajectory)
    check = queries.check_of(trajectory.id) if trajectory.state == TrajectoryState.COMPLETE else None
    noted = [Item(**item) for item in check.items if item["code"] != RECIPROCITY] if check else None
    path = url_for("commission.show_check", trajectory_id=trajectory.id)
    return page(
        "commission/check.html",
        trajectory=trajectory,
        items=[*noted, items[-1]] if noted else items,
        complete=check is not None,
        questions=questions_of(trajectory.id),
        form=forms.get("check") or CheckForm(action=path + "/completion"),
        forward=forms.get("forward") or ForwardForm(action=path + "/forwarding"),
        message=message,
        words=words,
        form_errors=status == 422,
        status=status,
    )


@bp.post("/trajectories-to-check/<int:trajectory_id>/completion")
@requires(policy.may_prepare, queries.trajectory_to_check_for)
def complete_trajectory(trajectory: Trajectory) -> Any:
    form, trajectory_id = CheckForm(), trajectory.id
    if not form.validate_on_submit():
        return _show(trajectory, 422, check=form)
    try:
        services.complete_trajectory(trajectory, reasons=form.reasons(), by=the_actor())
    except Invalid as wrong:
        again = queries.trajectory_to_check_for(the_actor(), trajectory_id)
        return _show(again or trajectory, 422, wrong.message, check=form)
    return done(url_for("commission.show_check", trajectory_id=trajectory_id))


@bp.post("/trajectories-to-check/<int:trajectory_id>/forwarding")
@requires(policy.may_prepare, queries.trajectory_to_check_for)
def forward(trajectory: Trajectory) -> Any:
    form, trajectory_id = ForwardForm(), trajectory.id
    if not form.validate_on_submit():
        return _show(trajectory, 422, forward=form)
    try:
        dossier = services.forward(trajectory, release_reason=form.release_reason.data or "", by=the_actor())
    except Invalid as wrong:
        form.release_reason.errors = [wrong.message]
        again = queries.trajectory_to_check_for(the_actor(), trajectory_id)
        return _show(again or trajectory, 422, forward=form)
    return done(url_for("commission.show_dossier", dossier_id=dossier.id))


@bp.route("/trajectories-to-check/<int:trajectory_id>/asking-back", methods=["GET", "POST"])
@requires(policy.may_prepare, queries.trajectory_to_check_for)
def ask_back(trajectory: Trajectory) -> Any:
    form = ReasonForm()
    if form.validate_on_submit():
        services.ask_back(trajectory, reason=form.reason.data, by=the_actor())
        return done(url_for("commission.list_to_check"))
    status = 422 if form.is_submitted() else 200
    return page("commission/ask_back.html", trajectory=trajectory, form=form, form_errors=status == 422, status=status)
