"""How a meeting counts votes."""

from typing import Any

from flask import url_for

from peerreview.commission import policy, services
from peerreview.commission.forms import RulesForm
from peerreview.commission.models import Meeting
from peerreview.commission.queries.meetings import meeting_for
from peerreview.commission.queries.voting import rules_of
from peerreview.commission.routes.blueprint import bp
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page


@bp.route("/meetings/<int:meeting_id>/rules", methods=["GET", "POST"])
@requires(policy.may_prepare, meeting_for)
def set_rules(meeting: Meeting) -> Any:
    meeting_id = meeting.id
    form = RulesForm.of_meeting(rules_of(meeting), meeting.version)
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return page("commission/rules.html", meeting=meeting, form=form, form_errors=status == 422, status=status)
    version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    try:
        services.set_rules(meeting, form.rules(), version=version, by=the_actor())
    except StaleVersion as stale:
        again = meeting_for(the_actor(), meeting_id)
        form.version.data = str(again.version if again else 0)
        form.form_errors.append(stale.message)
        return page("commission/rules.html", meeting=again, form=form, form_errors=True, status=409)
    return done(url_for("commission.show_meeting", meeting_id=meeting_id))
