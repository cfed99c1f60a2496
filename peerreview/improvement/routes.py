"""The improvement plan: what will be done about each norm, and the signature."""

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from peerreview.core import clock, i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import outline_of
from peerreview.improvement import policy, queries, services
from peerreview.improvement.forms import ActionForm
from peerreview.improvement.models import Action
from peerreview.improvement.planning import Step, lacks
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import road_facts_of
from peerreview.trajectories.road import road

bp = Blueprint("improvement", __name__)


def _plan(trajectory_id: int) -> Any:
    return done(url_for("improvement.show_plan", trajectory_id=trajectory_id))


@bp.get("/trajectories/<int:trajectory_id>/plan")
@requires(policy.may_read_plan, queries.planned_trajectory_for)
def show_plan(trajectory: Trajectory) -> Any:
    return _show(trajectory)


def _show(trajectory: Trajectory, status: int = 200, message: str = "") -> Any:
    actor = the_actor()
    us, partners = road_facts_of(trajectory)
    roads = [road(us, partner.facts) for partner in partners] or [road(us)]
    return page(
        "improvement/plan.html",
        trajectory=trajectory,
        view=queries.plan_view(trajectory),
        road=roads[0],
        them=[r.steps_them for r in roads] if len(roads) > 1 else roads[0].steps_them,
        partner=[p.name for p in partners] if len(partners) > 1 else (partners[0].name if partners else ""),
        own=actor.is_of(trajectory.organisation_id),
        writes=policy.may_write_plan(actor, trajectory),
        signs=policy.may_sign_plan(actor, trajectory),
        lacks=lambda action: lacks(queries.step_of(action)),
        asked="asked" in request.args,
        message=message,
        form_errors=status == 422,
        status=status,
    )


@bp.post("/trajectories/<int:trajectory_id>/plan/signature")
@requires(policy.may_sign_plan, queries.planned_trajectory_for)
def sign_plan(trajectory: Trajectory) -> Any:
    try:
        services.sign_plan(trajectory, by=the_actor())
    except Invalid as wrong:
        again = queries.planned_trajectory_for(the_actor(), trajectory.id)
        return _show(again or trajectory, 422, wrong.message)
    return _plan(trajectory.id)


@bp.post("/trajectories/<int:trajectory_id>/plan/signature-request")
@requires(policy.may_write_plan, queries.planned_trajectory_for)
def ask_signature(trajectory: Trajectory) -> Any:
    services.ask_signature(trajectory, by=the_actor())
    return done(url_for("improvement.show_plan", trajectory_id=trajectory.id, asked=1))


# --- One action ------------------------------------------------------------------------------------------------------


def _form_of(trajectory: Trajectory, step: Step | None = None, version: int = 0) -> ActionForm:
    """The form of an action; its norm can be chosen while it is new."""
    outline = outline_of(trajectory.framework_version_id)
    asked = outline.by_code.get(request.args.get("norm", ""))
    step = step or Step(asked.id if asked else 0)
    values = {"norm_id": step.norm_id, "what": step.what, "owner": step.owner, "due_on": step.due_on}
    form = ActionForm(data=values | {"expected_effect": step.expected_effect, "version": version})
    choices = [(norm.id, f"{norm.code} {i18n.localised(norm.title)}") for norm in outline.norms]
    form.norm_id.choices = [*([] if step.norm_id else [(0, _("Choose a norm"))]), *choices]
    return form


def _edit(trajectory: Trajectory, form: ActionForm, action: Action | None, status: int = 200, **more: Any) -> Any:
    if "autosave" in request.form:
        return page("improvement/_refused.html", form=form, status=status, now=clock.now(), **{"conflict": None} | more)
    line = next((x for x in queries.plan_view(trajectory).lines if x.norm.id == form.norm_id.data), None)
    return page(
        "improvement/action.html",
        trajectory=trajectory,
        form=form,
        action=action,
        line=line,
        norm=outline_of(trajectory.framework_version_id).by_id.get(form.norm_id.data),
        form_errors=status == 422,
        status=status,
        **{"conflict": None} | more,
    )


@bp.route("/trajectories/<int:trajectory_id>/plan/actions/new", methods=["GET", "POST"])
@requires(policy.may_write_plan, queries.planned_trajectory_for)
def add_action(trajectory: Trajectory) -> Any:
    form, trajectory_id = _form_of(trajectory), trajectory.id
    if not form.validate_on_submit():
        return _edit(trajectory, form, None, 422 if form.is_submitted() else 200)
    try:
        services.add_action(trajectory, step=form.step(), by=the_actor())
    except Invalid as wrong:
        form.norm_id.errors = [wrong.message]
        return _edit(queries.planned_trajectory_for(the_actor(), trajectory_id) or trajectory, form, None, 422)
    return _plan(trajectory_id)


def may_write_action(actor: Any, action: Action) -> bool:
    return policy.may_write_plan(actor, action.trajectory)


@bp.get("/trajectories/<int:trajectory_id>/plan/actions/<int:action_id>")
@requires(may_write_action, queries.action_for)
def edit_action(action: Action) -> Any:
    trajectory = action.trajectory
    if not queries.is_open(trajectory, queries.plan_of(trajectory.id)):
        return _plan(trajectory.id)
    return _edit(trajectory, _form_of(trajectory, queries.step_of(action), action.version), action)


@bp.post("/trajectories/<int:trajectory_id>/plan/actions/<int:action_id>")
@requires(may_write_action, queries.action_for)
def save_action(action: Action) -> Any:
    trajectory, autosave = action.trajectory, "autosave" in request.form
    form, trajectory_id, action_id = _form_of(trajectory, queries.step_of(action)), trajectory.id, action.id
    if not form.validate_on_submit():
        return _edit(trajectory, form, action, 422)
    version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    try:
        services.save_action(action, step=form.step(), version=version, by=the_actor(), autosave=autosave)
    except StaleVersion:
        return _conflict(queries.action_for(the_actor(), trajectory_id, action_id) or action, form)
    if autosave:
        return page("improvement/_saved.html", version=action.version, now=clock.now())
    return _plan(trajectory_id)


def _conflict(action: Action, form: ActionForm) -> Any:
    """Both texts: what stands there now and what was sent; sending again keeps the latter."""
    form.version.data = str(action.version)
    who = action.updated_by.name if action.updated_by else _("A colleague")
    conflict = {"who": who, "at": i18n.clock_time(action.updated_at), "what": action.what, "action": action}
    return _edit(action.trajectory, form, action, 409, conflict=conflict)


@bp.post("/trajectories/<int:trajectory_id>/plan/actions/<int:action_id>/removal")
@requires(may_write_action, queries.action_for)
def remove_action(action: Action) -> Any:
    trajectory_id = action.trajectory_id
    services.remove_action(action, by=the_actor())
    return _plan(trajectory_id)
