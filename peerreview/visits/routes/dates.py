"""When can you? Everybody who goes on a visit marks half-days."""

from datetime import date
from typing import Any

from flask import abort, request, session, url_for
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.visits import agenda, planning, policy, queries, services, words
from peerreview.visits.forms import DayForm, MarkForm, QuickForm
from peerreview.visits.lifecycle import Can
from peerreview.visits.poll import Poll
from peerreview.visits.routes.blueprint import bp

UNDO = "dates_undo"  # in the session: the exchange, and what a quick action changed


def _dates(poll: Poll, anchor: str = "") -> Any:
    return done(url_for("visits.show_dates", exchange_id=poll.exchange_id, _anchor=anchor or None))


def _about(poll: Poll) -> dict[str, Any]:
    """What every page about the dates of an exchange shows."""
    actor, today = the_actor(), clock.today()
    asked = policy.may_mark(actor, poll) and actor.person_id in poll.participants
    best = poll.best_plans(today, 1)
    slots = best[0].slots if best else {}
    return {
        "poll": poll,
        "words": words,
        "today_": today,
        "best": best[0] if best else None,
        "deadlines": {id: planning.deadlines(slot.day, poll.rules, slot.last) for id, slot in slots.items()},
        "asked": asked,
        "progress": agenda.progress(poll, actor.person_id, today) if asked else (0, 0),
        "may_choose": policy.may_look_at_plans(actor, poll),
    }


@bp.get("/exchanges/<int:exchange_id>/dates")
@requires(policy.may_see_poll, queries.poll_for)
def show_dates(poll: Poll) -> Any:
    return _show_dates(poll, DayForm(action=url_for("visits.add_day", exchange_id=poll.exchange_id)))


def _show_dates(poll: Poll, form: DayForm, status: int = 200) -> Any:
    actor, today = the_actor(), clock.today()
    undo = session.get(UNDO, {})
    return page(
        "visits/dates.html",
        weeks=agenda.weeks_of(poll, actor.person_id, today),
        hindered=agenda.hindered(poll, actor.person_id, today),
        still_open=len(agenda.still_open(poll, actor.person_id, today)),
        undo=len(undo["before"]) if undo.get("exchange") == poll.exchange_id else 0,
        off=poll.around.off.get(actor.person_id or 0, frozenset()),
        may_remind=policy.may_settle_dates(actor, poll),
        oob=None,
        form=form,
        form_errors=status == 422,
        status=status,
        **_about(poll),
    )


@bp.post("/exchanges/<int:exchange_id>/dates/<string(length=10):day>")
@requires(policy.may_mark, queries.poll_for)
def mark_half_days(poll: Poll, day: str) -> Any:
    form, on = MarkForm(), _day(day)
    mark = form.mark() if form.validate_on_submit() else None
    if mark is None:
        raise Invalid(_("Choose one of the answers."))
    actor = the_actor()
    poll = services.mark_half_days(poll, day=on, halves=mark[0], can=mark[1], by=actor)
    session.pop(UNDO, None)
    if request.headers.get("HX-Request") != "true":
        return _dates(poll, f"d-{day}")
    week = agenda.week_with(poll, on, actor.person_id, clock.today())
    cell = next(cell for cell in week.cells if cell.day == on)
    return page("visits/dates.html", fragment="day", also=("progress", "best"), cell=cell, oob=week, **_about(poll))


@bp.post("/exchanges/<int:exchange_id>/dates/many")
@requires(policy.may_mark, queries.poll_for)
def mark_many(poll: Poll) -> Any:
    """One answer for a week, or for all that is open; what was there before stays ready to be put back."""
    form, actor = QuickForm(), the_actor()
    try:
        monday = form.monday if form.validate_on_submit() else date.max
    except ValueError:
        monday = date.max
    me = actor.person_id or 0
    marks = agenda.filled(poll, me, monday, Can(form.can.data), clock.today()) if monday != date.max else {}
    if not marks:
        raise Invalid(_("There is nothing to fill in any more."))
    services.mark_many(poll, marks, by=actor)
    session[UNDO] = {"exchange": poll.exchange_id, "before": agenda.before(poll, me, marks)}
    return _dates(poll, "filled")


@bp.post("/exchanges/<int:exchange_id>/dates/undo")
@requires(policy.may_mark, queries.poll_for)
def undo_many(poll: Poll) -> Any:
    """Put back what a quick action changed; days that are past by now stay as they are. Twice is once."""
    kept = session.pop(UNDO, {})
    if kept.get("exchange") == poll.exchange_id:
        ahead = poll.days_ahead(clock.today())
        marks = agenda.read_before(kept["before"])
        services.mark_many(poll, {key: can for key, can in marks.items() if key[0] in ahead}, by=the_actor())
    return _dates(poll, "days")


@bp.post("/exchanges/<int:exchange_id>/dates/reminders")
@requires(policy.may_settle_dates, queries.poll_for)
def remind_waiting(poll: Poll) -> Any:
    services.remind_waiting([poll.exchange_id], by=the_actor())
    return _dates(poll, "waiting")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


@bp.post("/exchanges/<int:exchange_id>/dates/days")
@requires(policy.may_mark, queries.poll_for)
def add_day(poll: Poll) -> Any:
    form = DayForm()
    if form.validate_on_submit():
        try:
            services.add_day(poll, day=form.day.data, by=the_actor())
            return _dates(poll, f"d-{form.day.data}")
        except Invalid as wrong:
            form.day.errors = [wrong.message]
    return _show_dates(poll, form, 422)


@bp.post("/exchanges/<int:exchange_id>/dates/done")
@requires(policy.may_mark, queries.poll_for)
def finish_poll(poll: Poll) -> Any:
    services.finish_poll(poll, by=the_actor())
    return _dates(poll, "thanks")
