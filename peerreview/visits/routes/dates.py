"""When can you? Everybody who goes on a visit marks half-days."""

from datetime import date
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.visits import planning, policy, queries, services, words
from peerreview.visits.forms import DayForm, MarkForm
from peerreview.visits.poll import Poll
from peerreview.visits.routes.blueprint import bp


def _dates(poll: Poll, anchor: str = "") -> Any:
    return done(url_for("visits.show_dates", exchange_id=poll.exchange_id, _anchor=anchor or None))


def _about(poll: Poll) -> dict[str, Any]:
    """What every page about the dates of an exchange shows."""
    actor, today = the_actor(), clock.today()
    best = poll.best_plans(today, 1)
    slots = best[0].slots if best else {}
    return {
        "poll": poll,
        "words": words,
        "today_": today,
        "best": best[0] if best else None,
        "deadlines": {id: planning.deadlines(slot.day, poll.rules, slot.last) for id, slot in slots.items()},
        "asked": policy.may_mark(actor, poll) and actor.person_id in poll.participants,
        "may_choose": policy.may_look_at_plans(actor, poll),
    }


@bp.get("/exchanges/<int:exchange_id>/dates")
@requires(policy.may_see_poll, queries.poll_for)
def show_dates(poll: Poll) -> Any:
    return _show_dates(poll, DayForm(action=url_for("visits.add_day", exchange_id=poll.exchange_id)))


def _show_dates(poll: Poll, form: DayForm, status: int = 200) -> Any:
    today, me = clock.today(), the_actor().person_id
    rows = [poll.row(day, me, today) for day in poll.days_ahead(today)]
    fallen = planning.fallen_out([row.day for row in rows])
    return page(
        "visits/dates.html",
        rows=rows,
        fallen=fallen,
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
    if request.headers.get("HX-Request") != "true":
        return _dates(poll, f"d-{day}")
    row = poll.row(on, actor.person_id, clock.today())
    return page("visits/dates.html", fragment="day", also=("best",), row=row, **_about(poll))


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
