"""Who is in the commission, in which seat, and which substitute stands in at a meeting."""

from typing import Any

from flask import request, url_for

from peerreview.commission import policy, services
from peerreview.commission.forms import CallForm
from peerreview.commission.lifecycle import SeatKind
from peerreview.commission.models import Meeting
from peerreview.commission.queries import meetings as meetings
from peerreview.commission.queries.seats import seats
from peerreview.commission.routes.blueprint import bp
from peerreview.commission.routes.meetings import to_meeting
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page


@bp.get("/commission/members")
@requires(policy.may_read)
def list_members() -> Any:
    return page("commission/members.html", seats=seats(), prepares=policy.may_prepare(the_actor()))


@bp.post("/commission/members/<int:person_id>/seat")
@requires(policy.may_prepare)
def give_seat(person_id: int) -> Any:
    kind = request.form.get("kind", "")
    services.give_seat(person_id, kind=SeatKind(kind) if kind in list(SeatKind) else None, by=the_actor())
    return done(url_for("commission.list_members"))


@bp.route("/meetings/<int:meeting_id>/substitutes", methods=["GET", "POST"])
@requires(policy.may_prepare, meetings.meeting_for)
def call_substitute(meeting: Meeting) -> Any:
    actor, form, meeting_id = the_actor(), CallForm(), meeting.id
    view = meetings.agenda_of(meeting, actor)
    form.person_id.choices = [(one.person_id, one.name) for one in view.everybody if not one.takes_part]
    form.person_id.data = form.person_id.data or request.args.get("person_id", None, int)
    if form.validate_on_submit():
        try:
            services.call_substitute(meeting, person_id=form.person_id.data, reason=form.reason.data, by=actor)
        except Invalid as wrong:
            form.person_id.errors = [wrong.message]
        else:
            return to_meeting(meeting_id)
    status = 422 if form.is_submitted() else 200
    return page(
        "commission/substitutes.html", meeting=meeting, view=view, form=form, form_errors=status == 422, status=status
    )


@bp.post("/meetings/<int:meeting_id>/substitutes/<int:person_id>/removal")
@requires(policy.may_prepare, meetings.meeting_for)
def end_call(meeting: Meeting, person_id: int) -> Any:
    meeting_id = meeting.id
    services.end_call(meeting, person_id=person_id, by=the_actor())
    return to_meeting(meeting_id)
