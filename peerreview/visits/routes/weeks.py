"""On which half-days do you never work? Each press is saved at once."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.visits import policy, queries, services, words
from peerreview.visits.forms import OffForm
from peerreview.visits.routes.blueprint import bp


@bp.get("/working-week")
@requires(policy.may_keep_week)
def show_week() -> Any:
    person_id = the_actor().person_id or 0
    off = queries.weeks_of([person_id]).get(person_id, frozenset())
    return page("visits/week.html", off=off, words=words, back=request.args.get("exchange", 0, int))


@bp.post("/working-week")
@requires(policy.may_keep_week)
def set_off() -> Any:
    form = OffForm()
    choice = form.choice() if form.validate_on_submit() else None
    if choice is None:
        raise Invalid(_("Choose one of the half-days."))
    weekday, half, off = choice
    halves, back = services.set_off(weekday, half, off=off, by=the_actor()), request.form.get("back", 0, int)
    if request.headers.get("HX-Request") == "true":
        return page("visits/week.html", fragment="week", off=halves, words=words, back=back)
    return done(url_for("visits.show_week", exchange=back or None))
