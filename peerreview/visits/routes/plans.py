"""Which days? Coordinators choose a plan and answer one; the secretariat may fix the days."""

from typing import Any

from flask import abort, request, url_for

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, Refused
from peerreview.core.pages import done, page
from peerreview.visits import policy, queries, services, words
from peerreview.visits.forms import ReasonForm, day_fields, plan_form
from peerreview.visits.poll import Poll
from peerreview.visits.routes.blueprint import bp


@bp.get("/exchanges/<int:exchange_id>/plan")
@requires(policy.may_look_at_plans, queries.poll_for)
def show_plan(poll: Poll) -> Any:
    return _show_plan(poll)


def _show_again(poll: Poll, no: Refused, text: str) -> Any:
    """The page as things are now, with why it was refused and what was written."""
    now = queries.poll_for(the_actor(), poll.exchange_id) or abort(404)
    return _show_plan(now, refused=(no.message, text), status=no.status)


def _show_plan(
    poll: Poll,
    *,
    chosen: Any = None,
    declined: ReasonForm | None = None,
    refused: tuple[str, str] | None = None,
    status: int = 200,
) -> Any:
    actor, today = the_actor(), clock.today()
    settles = policy.may_settle_dates(actor, poll)
    plans = poll.best_plans(today)
    return page(
        "visits/plan.html",
        poll=poll,
        words=words,
        plans=plans,
        form=chosen or plan_form(poll, [plan.slots for plan in plans], own_days=settles),
        day_fields=day_fields,
        decline_form=declined or ReasonForm(action=url_for("visits.decline_plan", exchange_id=poll.exchange_id)),
        settles=settles,
        own=actor.organisation_id,
        refused=refused,
        can_choose=poll.can_be_chosen(today),
        by_visit={visit.id: visit for visit in poll.visits},
        form_errors=status == 422,
        status=status,
    )


@bp.post("/exchanges/<int:exchange_id>/plan")
@requires(policy.may_look_at_plans, queries.poll_for)
def choose_plan(poll: Poll) -> Any:
    actor, plans = the_actor(), [plan.slots for plan in poll.best_plans(clock.today())]
    settles = policy.may_settle_dates(actor, poll)
    form = plan_form(poll, plans, own_days=settles)
    if form.validate_on_submit():
        slots = form.slots(poll) or {}
        try:
            if settles:
                services.agree_dates(poll.exchange_id, slots=slots, reason=form.reason.data or "", by=actor)
                return done(url_for("visits.list_visits"))
            services.propose_plan(poll.exchange_id, slots=slots, by=actor)
            return done(url_for("visits.show_plan", exchange_id=poll.exchange_id))
        except Invalid as wrong:
            field = form.reason if not wrong.problems else form.plan
            field.errors = wrong.problems or [wrong.message]
        except Refused as no:
            return _show_again(poll, no, form.reason.data or "")
    return _show_plan(poll, chosen=form, status=422)


@bp.post("/exchanges/<int:exchange_id>/plan/<int:plan_id>/accept")
@requires(policy.may_choose_dates, queries.poll_for)
def accept_plan(poll: Poll, plan_id: int) -> Any:
    services.accept_plan(poll.exchange_id, plan_id=plan_id, by=the_actor())
    return done(url_for("visits.show_plan", exchange_id=poll.exchange_id))


@bp.post("/exchanges/<int:exchange_id>/plan/<int:plan_id>/withdraw")
@requires(policy.may_look_at_plans, queries.poll_for)
def withdraw_plan(poll: Poll, plan_id: int) -> Any:
    services.withdraw_plan(poll.exchange_id, plan_id=plan_id, by=the_actor())
    return done(url_for("visits.show_plan", exchange_id=poll.exchange_id))


@bp.post("/exchanges/<int:exchange_id>/plan/decline")
@requires(policy.may_choose_dates, queries.poll_for)
def decline_plan(poll: Poll) -> Any:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show_plan(poll, declined=form, status=422)
    plan_id = request.form.get("plan_id", 0, int)
    try:
        services.decline_plan(poll.exchange_id, plan_id=plan_id, reason=form.reason.data, by=the_actor())
    except Refused as no:
        return _show_again(poll, no, form.reason.data)
    return done(url_for("visits.show_plan", exchange_id=poll.exchange_id))
