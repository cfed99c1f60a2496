"""Meetings: planning, the agenda, who is there, opening and closing."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.commission import policy, services, words
from peerreview.commission.forms import MeetingForm, ReasonForm
from peerreview.commission.models import Dossier, Meeting
from peerreview.commission.queries import meetings as queries
from peerreview.commission.queries.dossiers import interests_declared_by
from peerreview.commission.routes.blueprint import bp
from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page


def _to(meeting_id: int) -> Any:
    return done(url_for("commission.show_meeting", meeting_id=meeting_id))


@bp.get("/meetings")
@requires(policy.may_read)
def list_meetings() -> Any:
    actor = the_actor()
    return page("commission/meetings.html", rows=queries.meeting_rows(actor), plans=policy.may_prepare(actor))


@bp.route("/meetings/new", methods=["GET", "POST"])
@requires(policy.may_prepare)
def plan_meeting() -> Any:
    form = MeetingForm()
    if form.validate_on_submit():
        try:
            meeting = services.plan_meeting(
                starts_at=form.starts_at(), place=form.place.data or "", quorum=form.quorum.data, by=the_actor()
            )
        except Invalid as wrong:
            form.on.errors = [wrong.message]
        else:
            return _to(meeting.id)
    return _form(form, None)


def _form(form: MeetingForm, meeting: Meeting | None, status: int = 200) -> Any:
    wrong = form.is_submitted() and status == 200
    status = 422 if wrong else status
    return page("commission/plan_meeting.html", form=form, meeting=meeting, form_errors=wrong, status=status)


@bp.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
@requires(policy.may_prepare, queries.meeting_for)
def change_meeting(meeting: Meeting) -> Any:
    local, meeting_id = clock.local(meeting.starts_at), meeting.id
    now = {"on": local.date(), "at": local.time(), "place": meeting.place, "quorum": meeting.quorum}
    form = MeetingForm(data=now | {"version": meeting.version})
    if not form.validate_on_submit():
        return _form(form, meeting)
    version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    try:
        services.change_meeting(
            meeting, starts_at=form.starts_at(), place=form.place.data or "", quorum=form.quorum.data,
            version=version, by=the_actor(),
        )  # fmt: skip
    except Invalid as wrong:
        form.on.errors = [wrong.message]
        return _form(form, queries.meeting_for(the_actor(), meeting_id))
    except StaleVersion:
        again = queries.meeting_for(the_actor(), meeting_id)
        form.version.data = str(again.version if again else 0)
        return _form(form, again, 409)
    return _to(meeting_id)


@bp.get("/meetings/<int:meeting_id>")
@requires(policy.may_read, queries.meeting_for)
def show_meeting(meeting: Meeting) -> Any:
    actor = the_actor()
    prepares = policy.may_prepare(actor)
    return page(
        "commission/meeting.html",
        meeting=meeting,
        view=queries.agenda_of(meeting, actor),
        attends=policy.may_attend(actor),
        prepares=prepares,
        runs=policy.may_run(actor),
        free=queries.free_dossiers(actor) if prepares and meeting.state == "planned" else (),
        declared=interests_declared_by(actor) if not prepares else (),
        words=words,
    )


@bp.post("/meetings/<int:meeting_id>/invitations")
@requires(policy.may_prepare, queries.meeting_for)
def invite(meeting: Meeting) -> Any:
    services.invite(meeting, by=the_actor())
    return _to(meeting.id)


@bp.route("/meetings/<int:meeting_id>/cancellation", methods=["GET", "POST"])
@requires(policy.may_prepare, queries.meeting_for)
def cancel_meeting(meeting: Meeting) -> Any:
    form = ReasonForm()
    if form.validate_on_submit():
        services.cancel_meeting(meeting, reason=form.reason.data, by=the_actor())
        return done(url_for("commission.list_meetings"))
    status = 422 if form.is_submitted() else 200
    return page("commission/cancel.html", meeting=meeting, form=form, form_errors=status == 422, status=status)


@bp.post("/meetings/<int:meeting_id>/opening")
@requires(policy.may_run, queries.meeting_for)
def open_meeting(meeting: Meeting) -> Any:
    services.open_meeting(meeting, by=the_actor())
    return _to(meeting.id)


@bp.post("/meetings/<int:meeting_id>/closing")
@requires(policy.may_run, queries.meeting_for)
def close_meeting(meeting: Meeting) -> Any:
    services.close_meeting(meeting, by=the_actor())
    return _to(meeting.id)


@bp.post("/meetings/<int:meeting_id>/attendances")
@requires(policy.may_run, queries.meeting_for)
def note_attendance(meeting: Meeting) -> Any:
    person_id, present = request.form.get("person_id", 0, int), request.form.get("present") == "1"
    services.note_attendance(meeting, person_id=person_id, present=present, by=the_actor())
    return _to(meeting.id)


@bp.post("/meetings/<int:meeting_id>/presence")
@requires(policy.may_attend, queries.meeting_for)
def note_presence(meeting: Meeting) -> Any:
    actor, present = the_actor(), request.form.get("present") == "1"
    services.note_attendance(meeting, person_id=actor.person_id, present=present, by=actor)
    return _to(meeting.id)


@bp.post("/meetings/<int:meeting_id>/agenda")
@requires(policy.may_prepare, queries.meeting_for)
def put_on_agenda(meeting: Meeting) -> Any:
    dossier = queries.free_dossier_for(the_actor(), request.form.get("dossier_id", 0, int))
    if dossier is None:
        raise Invalid(_("Choose a dossier from the list."))
    services.put_on_agenda(dossier, meeting, by=the_actor())
    return _to(meeting.id)


@bp.post("/meetings/<int:meeting_id>/agenda/<int:dossier_id>/move")
@requires(policy.may_prepare, queries.case_on_agenda_for)
def move_on_agenda(dossier: Dossier) -> Any:
    meeting_id = dossier.meeting_id or 0
    services.move_on_agenda(dossier, up=request.form.get("up") == "1", by=the_actor())
    return _to(meeting_id)


@bp.post("/meetings/<int:meeting_id>/agenda/<int:dossier_id>/removal")
@requires(policy.may_prepare, queries.case_on_agenda_for)
def take_off_agenda(dossier: Dossier) -> Any:
    meeting_id = dossier.meeting_id or 0
    services.take_off_agenda(dossier, by=the_actor())
    return _to(meeting_id)
