"""Meetings and written procedures: planning them, their agenda, inviting and answering."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.commission import policy, services, words
from peerreview.commission.forms import MeetingForm, ReasonForm, ReplyForm, WrittenForm
from peerreview.commission.lifecycle import Coming, MeetingKind
from peerreview.commission.models import Dossier, Meeting
from peerreview.commission.queries import meetings as queries
from peerreview.commission.queries.dossiers import interests_declared_by
from peerreview.commission.routes.blueprint import bp
from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page


def to_meeting(meeting_id: int) -> Any:
    return done(url_for("commission.show_meeting", meeting_id=meeting_id))


@bp.get("/meetings")
@requires(policy.may_read)
def list_meetings() -> Any:
    actor = the_actor()
    return page("commission/meetings.html", rows=queries.meeting_rows(actor), plans=policy.may_prepare(actor))


@bp.route("/meetings/new", methods=["GET", "POST"])
@requires(policy.may_prepare)
def plan_meeting() -> Any:
    return _plan(MeetingForm(), "commission/plan_meeting.html")


@bp.route("/meetings/written/new", methods=["GET", "POST"])
@requires(policy.may_prepare)
def plan_written() -> Any:
    return _plan(WrittenForm(), "commission/plan_written.html")


def _plan(form: Any, template: str) -> Any:
    if form.validate_on_submit():
        try:
            meeting = services.plan_meeting(**form.facts(), by=the_actor())
        except Invalid as wrong:
            form.on.errors = [wrong.message]
        else:
            return to_meeting(meeting.id)
    return _form(form, template, None)


def _form(form: Any, template: str, meeting: Meeting | None, status: int = 200) -> Any:
    wrong = form.is_submitted() and status == 200
    status = 422 if wrong else status
    return page(template, form=form, meeting=meeting, form_errors=wrong, status=status)


@bp.route("/meetings/<int:meeting_id>/edit", methods=["GET", "POST"])
@requires(policy.may_prepare, queries.meeting_for)
def change_meeting(meeting: Meeting) -> Any:
    meeting_id, written = meeting.id, meeting.kind == MeetingKind.WRITTEN
    template = "commission/plan_written.html" if written else "commission/plan_meeting.html"
    form: Any = (WrittenForm if written else MeetingForm)(data=_data(meeting))
    if not form.validate_on_submit():
        return _form(form, template, meeting)
    version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    try:
        services.change_meeting(meeting, **form.facts(), version=version, by=the_actor())
    except Invalid as wrong:
        form.on.errors = [wrong.message]
        return _form(form, template, queries.meeting_for(the_actor(), meeting_id))
    except StaleVersion:
        again = queries.meeting_for(the_actor(), meeting_id)
        form.version.data = str(again.version if again else 0)
        return _form(form, template, again, 409)
    return to_meeting(meeting_id)


def _data(meeting: Meeting) -> dict[str, Any]:
    """What a form shows of a meeting."""
    begins, closes = clock.local(meeting.starts_at), clock.local(meeting.closes_at) if meeting.closes_at else None
    data = {"on": begins.date(), "at": begins.time(), "place": meeting.place, "link": meeting.link}
    if closes:
        data |= {"closes_on": closes.date(), "closes_time": closes.time()}
    return data | {"quorum": meeting.quorum, "version": meeting.version}


@bp.get("/meetings/<int:meeting_id>")
@requires(policy.may_read, queries.meeting_for)
def show_meeting(meeting: Meeting) -> Any:
    return _show(meeting)


def _show(meeting: Meeting, status: int = 200, form: ReplyForm | None = None) -> Any:
    actor = the_actor()
    prepares = policy.may_prepare(actor)
    view = queries.agenda_of(meeting, actor)
    said = view.me.coming if view.me else None
    return page(
        "commission/meeting.html",
        meeting=meeting,
        view=view,
        before=queries.meeting_before(meeting, actor),
        attends=policy.may_attend(actor),
        prepares=prepares,
        runs=view.runs,
        free=queries.free_dossiers(actor) if prepares and meeting.state == "planned" else (),
        declared=interests_declared_by(actor) if not prepares else (),
        form=form or ReplyForm(data={"coming": said.value if said else None}),
        words=words,
        form_errors=status == 422,
        status=status,
    )


@bp.post("/meetings/<int:meeting_id>/reply")
@requires(policy.may_attend, queries.meeting_for)
def reply(meeting: Meeting) -> Any:
    form, meeting_id = ReplyForm(), meeting.id
    if not form.validate_on_submit():
        return _show(meeting, 422, form)
    services.reply(meeting, coming=Coming(form.coming.data), note=form.note.data or "", by=the_actor())
    return to_meeting(meeting_id)


@bp.post("/meetings/<int:meeting_id>/invitations")
@requires(policy.may_prepare, queries.meeting_for)
def invite(meeting: Meeting) -> Any:
    services.invite(meeting, by=the_actor())
    return to_meeting(meeting.id)


@bp.route("/meetings/<int:meeting_id>/cancellation", methods=["GET", "POST"])
@requires(policy.may_prepare, queries.meeting_for)
def cancel_meeting(meeting: Meeting) -> Any:
    form = ReasonForm()
    if form.validate_on_submit():
        services.cancel_meeting(meeting, reason=form.reason.data, by=the_actor())
        return done(url_for("commission.list_meetings"))
    status = 422 if form.is_submitted() else 200
    return page("commission/cancel.html", meeting=meeting, form=form, form_errors=status == 422, status=status)


@bp.post("/meetings/<int:meeting_id>/agenda")
@requires(policy.may_prepare, queries.meeting_for)
def put_on_agenda(meeting: Meeting) -> Any:
    dossier = queries.free_dossier_for(the_actor(), request.form.get("dossier_id", 0, int))
    if dossier is None:
        raise Invalid(_("Choose a dossier from the list."))
    services.put_on_agenda(dossier, meeting, by=the_actor())
    return to_meeting(meeting.id)


@bp.post("/meetings/<int:meeting_id>/agenda/<int:dossier_id>/move")
@requires(policy.may_run, queries.case_on_agenda_for)
def move_on_agenda(dossier: Dossier) -> Any:
    meeting_id = dossier.meeting_id or 0
    services.move_on_agenda(dossier, up=request.form.get("up") == "1", by=the_actor())
    live = request.form.get("live") == "1"
    return done(url_for("commission.show_live", meeting_id=meeting_id)) if live else to_meeting(meeting_id)


@bp.post("/meetings/<int:meeting_id>/agenda/<int:dossier_id>/removal")
@requires(policy.may_prepare, queries.case_on_agenda_for)
def take_off_agenda(dossier: Dossier) -> Any:
    meeting_id = dossier.meeting_id or 0
    services.take_off_agenda(dossier, by=the_actor())
    return to_meeting(meeting_id)
