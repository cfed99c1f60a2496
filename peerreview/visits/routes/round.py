"""The days of a whole round: the secretariat sees which exchanges have none, has them planned at once, and proposes."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.rounds.models import Round
from peerreview.rounds.queries import round_for
from peerreview.visits import policy, queries, services, words
from peerreview.visits.forms import RoundDaysForm, written
from peerreview.visits.round_days import lines_of
from peerreview.visits.routes.blueprint import bp


@bp.get("/rounds/<int:round_id>/visit-days")
@requires(policy.may_plan_round, round_for)
def show_round_days(round_: Round) -> Any:
    return _show(round_, RoundDaysForm(), planned=request.args.get("plan") == "1")


def _show(
    round_: Round, form: RoundDaysForm, *, planned: bool, refused: dict[int, str] | None = None, status: int = 200
) -> Any:
    open_, ready = queries.exchanges_by_days(round_.id)
    polls, today = queries.polls_of(open_), clock.today()
    lines, sums = lines_of(list(polls.values()), today, plan=planned)
    values = {
        line.poll.exchange_id: f"{line.poll.exchange_id}:{written(line.plan.slots)}" for line in lines if line.plan
    }
    return page(
        "visits/round.html",
        round_=round_,
        lines=lines,
        sums=sums,
        ready=ready,
        values=values,
        ticked=_ticked(form, lines, values),
        form=form,
        planned=planned,
        done_=request.args.get("done", 0, int),
        reminded=request.args.get("reminded", None, int),
        refused=refused or {},
        waiting=sum(len(line.poll.waiting) for line in lines),
        today_=today,
        words=words,
        form_errors=status == 422,
        status=status,
    )


def _ticked(form: RoundDaysForm, lines: list[Any], values: dict[int, str]) -> set[str]:
    """What is chosen: as it was sent; else by the address all, none, or the days that suit everybody."""
    if form.is_submitted():
        return set(form.chosen.data or ())
    which = request.args.get("select")
    if which == "none":
        return set()
    return {values[line.poll.exchange_id] for line in lines if line.plan and (which == "all" or line.suits_all)}


@bp.post("/rounds/<int:round_id>/visit-days")
@requires(policy.may_plan_round, round_for)
def choose_round_days(round_: Round) -> Any:
    form, by = RoundDaysForm(), the_actor()
    chosen = form.slots() if form.validate_on_submit() else None
    known = set(queries.exchanges_by_days(round_.id)[0])
    chosen = [one for one in chosen or () if one[0] in known]
    if not chosen:
        form.chosen.errors = [_("Choose at least one exchange that has no days yet.")]
        return _show(round_, form, planned=True, status=422)
    try:
        if request.form.get("act") == "fix":
            count, refused = services.agree_round(chosen, reason=form.reason.data or "", by=by)
        else:
            count, refused = services.propose_round(chosen, by=by)
    except Invalid as wrong:
        form.reason.errors = [wrong.message]
        return _show(round_, form, planned=True, status=422)
    if refused:
        now = round_for(by, round_.id) or round_  # an act that was undone took what was loaded with it
        return _show(now, form, planned=True, refused=refused, status=409)
    return done(url_for("visits.show_round_days", round_id=round_.id, done=count))


@bp.post("/rounds/<int:round_id>/visit-days/reminders")
@requires(policy.may_plan_round, round_for)
def remind_round(round_: Round) -> Any:
    count = services.remind_waiting(queries.exchanges_by_days(round_.id)[0], by=the_actor())
    return done(url_for("visits.show_round_days", round_id=round_.id, reminded=count))
