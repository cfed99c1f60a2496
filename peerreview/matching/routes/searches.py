"""Another day by which the secretariat has a partner for an organisation without one."""

from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.matching import policy, queries, services
from peerreview.matching.forms import SearchForm
from peerreview.matching.models import PartnerSearch
from peerreview.matching.routes.blueprint import bp


@bp.route("/matching/searches/<int:search_id>", methods=["GET", "POST"])
@requires(policy.may_move_search, queries.search_for)
def move_search(search: PartnerSearch) -> Any:
    form, search_id, round_id = SearchForm(), search.id, search.trajectory.round_id
    if not form.is_submitted():
        form.version.data = str(search.version)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            services.move_search(
                search, partner_by=form.on.data, reason=form.reason.data or "", version=form.known, by=the_actor()
            )  # fmt: skip
            return done(url_for("matching.show_matching", round=round_id, _anchor="searches"))
        except (Invalid, StaleVersion) as wrong:
            form.form_errors.append(wrong.message)
            status = wrong.status
            search = queries.search_for(the_actor(), search_id) or search
            form.version.data = str(search.version)
    return page("matching/search.html", search=search, form=form, form_errors=status != 200, status=status)
