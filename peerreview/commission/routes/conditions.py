"""Conditions of an award: the organisation shows each, the commission says whether it is met."""

from typing import Any

from flask import request, url_for

from peerreview.commission import policy, services
from peerreview.commission.forms import ShowConditionForm, VerdictForm
from peerreview.commission.queries.conditions import CHECKED_WITHIN, Shown, ShownFile, condition_file_for, condition_for
from peerreview.commission.queries.letters import reference_of
from peerreview.commission.routes.blueprint import bp
from peerreview.core import attachments, clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page


@bp.get("/conditions/<int:condition_id>")
@requires(policy.may_see_condition, condition_for)
def show_condition(shown: Shown) -> Any:
    return _show(shown)


def _show(shown: Shown, status: int = 200, theirs: str | None = None, **forms: Any) -> Any:
    """`theirs` is what a colleague wrote meanwhile, when a text was refused for it."""
    actor, condition = the_actor(), shown.condition
    path = url_for("commission.show_condition", condition_id=condition.id)
    written = {"text": condition.shown, "version": condition.version}
    return page(
        "commission/condition.html",
        shown=shown,
        condition=condition,
        trajectory=shown.trajectory,
        reference=reference_of(shown.decision),
        own=policy.may_show_condition(actor, shown),
        judges=policy.may_judge_condition(actor, shown),
        path=path,
        theirs=theirs,
        form=forms.get("show") or ShowConditionForm(action=path, data=written),
        verdict=forms.get("verdict") or VerdictForm(action=path + "/verdict", data={"due_on": _again_by()}),
        form_errors=status == 422,
        status=status,
    )


def _again_by() -> Any:
    return clock.add_working_days(clock.today(), 2 * CHECKED_WITHIN)


@bp.post("/conditions/<int:condition_id>")
@requires(policy.may_show_condition, condition_for)
def write_condition(shown: Shown) -> Any:
    form, condition_id = ShowConditionForm(), shown.condition.id
    if not form.validate_on_submit():
        return _show(shown, 422, show=form)
    act = services.write_condition if request.form.get("act") == "keep" else services.show_condition
    try:
        act(shown.condition, text=form.text.data or "", version=form.number(), files=form.brought(), by=the_actor())
    except Invalid as wrong:
        form.text.errors = [wrong.message]
        return _show(condition_for(the_actor(), condition_id) or shown, 422, show=form)
    except StaleVersion as stale:
        now = condition_for(the_actor(), condition_id) or shown
        form.version.data, form.version.raw_data = str(now.condition.version), None
        return _show(now, 409, stale.theirs or "", show=form)
    return done(url_for("commission.show_condition", condition_id=condition_id))


@bp.get("/conditions/<int:condition_id>/files/<int:file_id>")
@requires(policy.may_see_condition, condition_file_for)
def download_condition_file(found: ShownFile) -> Any:
    return attachments.send(found.file.key, file_name=found.file.file_name, media_type=found.file.media_type)


@bp.post("/conditions/<int:condition_id>/files/<int:file_id>/deletion")
@requires(policy.may_show_condition, condition_file_for)
def remove_condition_file(found: ShownFile) -> Any:
    condition_id = found.shown.condition.id
    services.remove_condition_file(found.file, by=the_actor())
    return done(url_for("commission.show_condition", condition_id=condition_id))


@bp.post("/conditions/<int:condition_id>/verdict")
@requires(policy.may_judge_condition, condition_for)
def judge_condition(shown: Shown) -> Any:
    form, condition_id = VerdictForm(), shown.condition.id
    if not form.validate_on_submit():
        return _show(shown, 422, verdict=form)
    reason, verb = form.reason.data or "", form.verdict.data
    try:
        if verb == "meet":
            services.meet_condition(shown.condition, verdict=reason, by=the_actor())
        elif verb == "fail":
            services.fail_condition(shown.condition, verdict=reason, by=the_actor())
        else:
            due_on = form.due_on.data or _again_by()
            services.ask_condition_again(shown.condition, verdict=reason, due_on=due_on, by=the_actor())
    except Invalid as wrong:
        form.reason.errors = [wrong.message]
        return _show(condition_for(the_actor(), condition_id) or shown, 422, verdict=form)
    return done(url_for("commission.show_condition", condition_id=condition_id))
