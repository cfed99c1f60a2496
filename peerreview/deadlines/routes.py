"""What must be done when: one's own list, the secretariat's list of everything, and postponing."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, make_response, request, url_for
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import Actor, requires, signed_in, the_actor
from peerreview.core.deadlines import Due, may_move
from peerreview.core.errors import Invalid, Refused
from peerreview.core.pages import done, page
from peerreview.core.paging import Page
from peerreview.core.sheets import CSV_TYPE, csv_file
from peerreview.deadlines import policy, queries, road, services, words
from peerreview.deadlines.choosing import SHOWN, Chosen, chosen_from
from peerreview.deadlines.forms import HourForm, PostponeForm
from peerreview.rounds.rules import Rules

bp = Blueprint("deadlines", __name__)
SIZE = 50
SOON = 5  # working days within which it is somebody's turn


def _chosen() -> Chosen:
    return Chosen(request.args.get("show", ""), request.args.get("q", "")[:100].strip())


@bp.get("/deadlines")
@signed_in
def list_deadlines() -> Any:
    return _list(the_actor(), HourForm(hour=queries.hour_of(the_actor().person_id)))


def _list(actor: Actor, form: HourForm, status: int = 200) -> Any:
    shared: dict[str, Any] = {
        "today": clock.today(),
        "form": form,
        "kind_name": words.kind_name,
        "form_errors": status == 422,
    }
    if not policy.may_see_all(actor):
        soon = clock.add_working_days(clock.today(), SOON)
        return page("deadlines/mine.html", dues=queries.duties_of(actor), soon=soon, status=status, **shared)
    chosen = _chosen()
    dues = queries.everything(actor)
    rows = _paged(chosen_from(dues, chosen, clock.today()), request.args.get("page", 1, int))
    return page(
        "deadlines/all.html",
        fragment="deadlines",
        rows=rows,
        counts={show: len(chosen_from(dues, Chosen(show), clock.today())) for show in SHOWN},
        chosen=chosen,
        held=queries.held_for(rows.rows),
        may_move=may_move,
        status=status,
        **shared,
    )


def _paged(found: Sequence[Due], number: int) -> Page:
    number = min(max(1, number), max(1, -(-len(found) // SIZE)))
    return Page(found[(number - 1) * SIZE : number * SIZE], number, SIZE, len(found))


@bp.get("/deadlines/export.csv")
@requires(policy.may_export)
def export_deadlines() -> Any:
    found = chosen_from(queries.everything(the_actor()), _chosen(), clock.today())
    held = queries.held_for(found)
    heads = [_("By"), _("Working days left"), _("What"), _("Kind"), _("Waiting for"), _("People")]
    rows = [
        [
            due.due_on, clock.working_days_between(clock.today(), due.due_on), str(due.title),
            words.kind_name(due.kind), due.holder or _("The secretariat"), held.named(due),
        ]
        for due in found
    ]  # fmt: skip
    answer = make_response(csv_file(heads, rows))
    answer.headers["Content-Type"] = CSV_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{_("deadlines")}-{clock.today()}.csv"'
    return answer


@bp.post("/deadlines/hour")
@signed_in
def choose_hour() -> Any:
    form = HourForm()
    if not form.validate_on_submit():
        return _list(the_actor(), form, 422)
    services.choose_hour(form.hour.data, by=the_actor())
    return done(url_for("deadlines.list_deadlines", _anchor="letter"))


@bp.route("/deadlines/<string(maxlength=60):kind>/<int:subject_id>/postponement", methods=["GET", "POST"])
@requires(policy.may_postpone, queries.due_for)
def postpone(due: Due) -> Any:
    form = PostponeForm()
    if not form.is_submitted():
        form.was.data, form.on.data = due.due_on.isoformat(), _suggested(due)
        return _show(due, form)
    if not form.validate():
        return _show(due, form, 422)
    try:
        return _postpone(due, form)
    except Refused as wrong:
        _blame(form, wrong)
        due = queries.due_for(the_actor(), *due.key) or due
        form.was.data, form.seen.data = due.due_on.isoformat(), ""
        return _show(due, form, wrong.status)


def _postpone(due: Due, form: PostponeForm) -> Any:
    """First show what moves along; the second time, when the day is still the one that was shown, do it."""
    day, reason = form.on.data, form.reason.data or ""
    seen_due = services.as_it_was(due, form.known)
    services.refuse_postponement(seen_due, to=day, reason=reason)
    if form.seen.data != day.isoformat() or "look" in request.form:
        form.seen.data = day.isoformat()
        return _show(due, form, then=day)
    services.postpone(seen_due, to=day, reason=reason, by=the_actor())
    return done(url_for("deadlines.list_deadlines"))


def _blame(form: PostponeForm, wrong: Refused) -> None:
    problems = wrong.problems if isinstance(wrong, Invalid) else []
    for name in problems:
        form[name].errors = [*form[name].errors, wrong.message]
    if not problems:
        form.form_errors.append(wrong.message)


def _suggested(due: Due) -> date:
    """A week later than its day, or than today when it is late."""
    return clock.add_working_days(max(due.due_on, clock.today()) + timedelta(days=7), 0)


def _show(due: Due, form: PostponeForm, status: int = 200, then: date | None = None) -> Any:
    rules = queries.rules_of_rounds().get(due.round_id or 0, Rules())
    return page(
        "deadlines/postpone.html",
        due=due,
        form=form,
        who=queries.held_for([due]).named(due),
        before=queries.postponements_of(due),
        then=then,
        follows=road.what_follows(road.SAME_DAY.get(due.kind, due.kind), due.due_on, then, rules) if then else [],
        kind_name=words.kind_name,
        today=clock.today(),
        form_errors=status != 200,
        status=status,
    )
