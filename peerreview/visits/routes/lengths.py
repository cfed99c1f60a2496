"""How long one visit is, when it is not what the table of the round says."""

from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page
from peerreview.visits import policy, queries, services, words
from peerreview.visits.forms import LengthForm
from peerreview.visits.models import Visit
from peerreview.visits.routes.blueprint import bp


@bp.route("/visits/<int:visit_id>/length", methods=["GET", "POST"])
@requires(policy.may_set_length, queries.visit_for)
def set_length(visit: Visit) -> Any:
    form, status, visit_id = LengthForm(data={"half_days": visit.half_days}), 200, visit.id
    if form.validate_on_submit():
        try:
            services.set_length(visit, half_days=form.half_days.data, reason=form.reason.data, by=the_actor())
            return done(url_for("visits.show_visit", visit_id=visit_id))
        except Refused as no:
            form.half_days.errors, status = [no.message], no.status
            visit = queries.visit_with_names(visit_id)
    elif form.is_submitted():
        status = 422
    return page("visits/length.html", visit=visit, form=form, words=words, form_errors=status != 200, status=status)
