"""A meeting as it goes: opened, who is there, what is at hand, closed; and a case that leaves a written procedure."""

import hashlib
from typing import Any

from flask import request, url_for
from jinja2_fragments.flask import render_block

from peerreview.commission import policy, services, words
from peerreview.commission.forms import ReasonForm
from peerreview.commission.lifecycle import MeetingKind
from peerreview.commission.models import Dossier, Meeting
from peerreview.commission.queries import meetings as queries
from peerreview.commission.queries.dossiers import dossier_for
from peerreview.commission.queries.meetings import Led
from peerreview.commission.routes.blueprint import bp
from peerreview.commission.routes.meetings import to_meeting
from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done, page, wants_fragment


def _back(meeting_id: int) -> Any:
    """To the page that the act came from: the live page or that of the meeting."""
    live = request.form.get("live") == "1"
    return done(url_for("commission.show_live", meeting_id=meeting_id)) if live else to_meeting(meeting_id)


@bp.post("/meetings/<int:meeting_id>/opening")
@requires(policy.may_lead, queries.meeting_led_by)
def open_meeting(led: Led) -> Any:
    meeting, meeting_id = led.meeting, led.meeting.id
    if meeting.kind == MeetingKind.WRITTEN:
        services.open_written(meeting, by=the_actor())
        return to_meeting(meeting_id)
    services.open_meeting(meeting, by=the_actor())
    return done(url_for("commission.show_live", meeting_id=meeting_id))


@bp.get("/meetings/<int:meeting_id>/live")
@requires(policy.may_read, queries.meeting_for)
def show_live(meeting: Meeting) -> Any:
    """An open meeting as it goes. Who asks again with what they have seen hears nothing when it is the same."""
    if meeting.state != "open" or meeting.kind == MeetingKind.WRITTEN:
        return to_meeting(meeting.id)
    actor = the_actor()
    context: dict[str, Any] = {
        "meeting": meeting,
        "view": queries.agenda_of(meeting, actor),
        "attends": policy.may_attend(actor),
    }
    context["may_order"] = policy.may_run(actor)
    now = hashlib.sha256(render_block("commission/live.html", "live", **context, words=words, seen="").encode())
    seen = now.hexdigest()[:16]
    if wants_fragment() and request.args.get("seen") == seen:
        return "", 204
    return page("commission/live.html", fragment="live", **context, words=words, seen=seen)


@bp.post("/meetings/<int:meeting_id>/next")
@requires(policy.may_lead, queries.meeting_led_by)
def take_up_next(led: Led) -> Any:
    meeting_id = led.meeting.id
    services.take_up_next(led.meeting, by=the_actor())
    return done(url_for("commission.show_live", meeting_id=meeting_id))


@bp.post("/meetings/<int:meeting_id>/closing")
@requires(policy.may_lead, queries.meeting_led_by)
def close_meeting(led: Led) -> Any:
    meeting_id = led.meeting.id
    services.close_meeting(led.meeting, by=the_actor())
    return to_meeting(meeting_id)


@bp.post("/meetings/<int:meeting_id>/attendances")
@requires(policy.may_lead, queries.meeting_led_by)
def note_attendance(led: Led) -> Any:
    meeting_id, how = led.meeting.id, request.form.get("present", "0")
    person_id = request.form.get("person_id", 0, int)
    services.note_attendance(
        led.meeting, person_id=person_id, present=how != "0", online=how == "online", by=the_actor()
    )
    return _back(meeting_id)


@bp.post("/meetings/<int:meeting_id>/presence")
@requires(policy.may_attend, queries.meeting_for)
def note_presence(meeting: Meeting) -> Any:
    actor, how, meeting_id = the_actor(), request.form.get("present", "0"), meeting.id
    services.note_attendance(meeting, person_id=actor.person_id, present=how != "0", online=how == "online", by=actor)
    return _back(meeting_id)


@bp.route("/dossiers/<int:dossier_id>/meeting-instead", methods=["GET", "POST"])
@requires(policy.may_attend, dossier_for)
def ask_for_meeting(dossier: Dossier) -> Any:
    form = ReasonForm()
    if form.validate_on_submit():
        services.ask_for_meeting(dossier, reason=form.reason.data, by=the_actor())
        return done(url_for("commission.list_meetings"))
    status = 422 if form.is_submitted() else 200
    return page(
        "commission/ask_for_meeting.html", dossier=dossier, trajectory=dossier.trajectory, form=form,
        form_errors=status == 422, status=status,
    )  # fmt: skip


@bp.post("/dossiers/<int:dossier_id>/reading")
@requires(policy.may_attend, dossier_for)
def mark_read(dossier: Dossier) -> Any:
    dossier_id = dossier.id
    services.mark_read(dossier_id, read=request.form.get("read") == "1", by=the_actor())
    return done(url_for("commission.show_dossier", dossier_id=dossier_id))
