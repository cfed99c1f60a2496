"""The minutes of a meeting: read by each for themselves, written on and approved by who led it."""

from typing import Any

from flask import current_app, request, url_for

from peerreview.commission import policy, services
from peerreview.commission.forms import MinutesForm
from peerreview.commission.models import Meeting, MinutesItem
from peerreview.commission.queries import minutes as queries
from peerreview.commission.queries.meetings import Led
from peerreview.commission.queries.minutes import Editing
from peerreview.commission.queries.minutes_document import minutes_document
from peerreview.commission.routes.blueprint import bp
from peerreview.commission.routes.dossiers import pdf
from peerreview.core import clock
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page


@bp.get("/meetings/<int:meeting_id>/minutes")
@requires(policy.may_read, queries.minutes_led_by)
def show_minutes(led: Led) -> Any:
    pieces = queries.minutes_of(led.meeting, the_actor())
    return page("commission/minutes.html", meeting=led.meeting, pieces=pieces, runs=led.may)


@bp.get("/meetings/<int:meeting_id>/minutes.pdf")
@requires(policy.may_read, queries.minutes_for)
def download_minutes(meeting: Meeting) -> Any:
    pieces = queries.minutes_of(meeting, the_actor())
    content = minutes_document(meeting, pieces, current_app.extensions["association"])
    return pdf("minutes", content, f"minutes-{clock.local(meeting.starts_at).date().isoformat()}.pdf")


@bp.get("/meetings/<int:meeting_id>/minutes/edit")
@requires(policy.may_lead, queries.minutes_led_by)
def edit_minutes(led: Led) -> Any:
    if led.meeting.approved_at:
        return done(url_for("commission.show_minutes", meeting_id=led.meeting.id))
    rows = [(piece, form_of(piece.item)) for piece in queries.minutes_of(led.meeting, the_actor())]
    return page("commission/edit_minutes.html", meeting=led.meeting, rows=rows)


def form_of(item: MinutesItem) -> MinutesForm:
    data = {"heading": item.heading, "text": item.text, "version": item.version}
    return MinutesForm(formdata=None, data=data)


@bp.post("/meetings/<int:meeting_id>/minutes/<int:item_id>")
@requires(policy.may_lead, queries.minutes_item_for)
@reads_first
def save_minutes(editing: Editing) -> Any:
    form, item, autosave = MinutesForm(), editing.item, "autosave" in request.form
    meeting_id, item_id = item.meeting_id, item.id
    if not form.validate_on_submit():
        return page("commission/_minutes_saved.html", form=form, item_id=item_id, clash=None, status=422)
    version = int(form.version.data) if (form.version.data or "").isdecimal() else 0
    try:
        services.save_item(
            item, text=form.text.data or "", heading=form.heading.data or "", version=version, by=the_actor(),
            autosave=autosave,
        )  # fmt: skip
    except StaleVersion:
        again = queries.minutes_item_for(the_actor(), meeting_id, item_id)
        clash = again.item if again else None
        return page("commission/_minutes_saved.html", form=form, item_id=item_id, clash=clash, status=409)
    if autosave:
        return page(
            "commission/_minutes_saved.html",
            form=form,
            item_id=item_id,
            clash=None,
            version=item.version,
            now=clock.now(),
        )
    return done(url_for("commission.edit_minutes", meeting_id=meeting_id) + f"#piece-{item_id}")


@bp.post("/meetings/<int:meeting_id>/minutes/approval")
@requires(policy.may_lead, queries.minutes_led_by)
def approve_minutes(led: Led) -> Any:
    meeting_id = led.meeting.id
    services.approve_minutes(led.meeting, by=the_actor())
    return done(url_for("commission.show_minutes", meeting_id=meeting_id))
