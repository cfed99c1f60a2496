"""Complaints: the form for everybody, the private page of who wrote one, and the secretariat's list and pages."""

from typing import Any

from flask import abort, request, url_for

from peerreview.appeals import policy, services, words
from peerreview.appeals.forms import AnswerForm, ComplaintForm, MoreForm, NoteForm
from peerreview.appeals.lifecycle import EntryKind
from peerreview.appeals.queries import complaints as queries
from peerreview.appeals.queries.complaints import Told, complaint_for
from peerreview.appeals.routes.blueprint import bp
from peerreview.core import attachments
from peerreview.core.access import current_actor, public, requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.i18n import language
from peerreview.core.pages import done, page
from peerreview.extensions import limiter

LOOKUPS = "60 per minute"


@bp.get("/complaints/new")
@public
def edit_complaint() -> Any:
    actor = current_actor()
    form = ComplaintForm()
    if actor and not form.kept:
        form.name.data, form.email.data = actor.name, actor.email
    return page("appeals/complain.html", form=form)


@bp.post("/complaints/new")
@public
@limiter.limit("10 per hour")
def complain() -> Any:
    form = ComplaintForm()
    if not form.validate_on_submit():
        return page("appeals/complain.html", form=form, form_errors=True, status=422)
    if form.homepage.data:  # a program: it gets the same words, and nothing is kept
        return done(url_for("appeals.show_thanks"))
    services.complain(
        name=form.name.data or "", email=form.email.data or "", text=form.text.data or "", language=language(),
        by=current_actor(),
    )  # fmt: skip
    return done(url_for("appeals.show_thanks"))


@bp.get("/complaints/received")
@public
def show_thanks() -> Any:
    return page("appeals/thanks.html")


def _theirs(token: str) -> Told:
    told = queries.complaint_with(token[:60])
    return told or abort(404)


@bp.get("/complaint/<token>")
@public
@limiter.limit(LOOKUPS)
def follow_complaint(token: str) -> Any:
    return page("appeals/complaint.html", told=_theirs(token), words=words, form=MoreForm())


@bp.post("/complaint/<token>")
@public
@limiter.limit("20 per hour")
def add_to_complaint(token: str) -> Any:
    told, form = _theirs(token), MoreForm()
    if not form.validate_on_submit():
        return page("appeals/complaint.html", told=told, words=words, form=form, form_errors=True, status=422)
    services.add_to_complaint(told.complaint, kind=EntryKind.STATEMENT, text=form.text.data or "", by=current_actor())
    return done(url_for("appeals.follow_complaint", token=token))


@bp.post("/complaint/<token>/withdrawal")
@public
@limiter.limit("20 per hour")
def withdraw_complaint(token: str) -> Any:
    services.withdraw_complaint(_theirs(token).complaint)
    return done(url_for("appeals.follow_complaint", token=token))


@bp.get("/complaints")
@requires(policy.may_handle)
def list_complaints() -> Any:
    return page(
        "appeals/complaints.html", complaints=queries.complaint_page(request.args.get("page", 1, int)), words=words
    )  # fmt: skip


@bp.get("/complaints/<int:complaint_id>")
@requires(policy.may_handle, complaint_for)
def show_complaint(told: Told) -> Any:
    return _show(told)


def _show(told: Told, status: int = 200, **forms: Any) -> Any:
    return page(
        "appeals/office_complaint.html", told=told, complaint=told.complaint, words=words,
        note=forms.get("note") or NoteForm(formdata=None), answer=forms.get("answer") or AnswerForm(formdata=None),
        path=url_for("appeals.show_complaint", complaint_id=told.complaint.id), form_errors=status == 422,
        status=status,
    )  # fmt: skip


@bp.post("/complaints/<int:complaint_id>/acknowledgement")
@requires(policy.may_handle, complaint_for)
def acknowledge_complaint(told: Told) -> Any:
    complaint_id = told.complaint.id
    services.acknowledge_complaint(told.complaint, by=the_actor())
    return done(url_for("appeals.show_complaint", complaint_id=complaint_id))


@bp.post("/complaints/<int:complaint_id>/record")
@requires(policy.may_handle, complaint_for)
def note_complaint(told: Told) -> Any:
    form, complaint_id = NoteForm(), told.complaint.id
    if not form.validate_on_submit():
        return _show(told, 422, note=form)
    try:
        services.add_to_complaint(
            told.complaint, kind=EntryKind.NOTE, text=form.text.data or "", files=form.brought(), by=the_actor()
        )
    except Refused as wrong:
        form.form_errors.append(wrong.message)
        return _show(complaint_for(the_actor(), complaint_id) or told, wrong.status, note=form)
    return done(url_for("appeals.show_complaint", complaint_id=complaint_id))


@bp.post("/complaints/<int:complaint_id>/answer")
@requires(policy.may_handle, complaint_for)
def answer_complaint(told: Told) -> Any:
    form, complaint_id = AnswerForm(), told.complaint.id
    if not form.validate_on_submit():
        return _show(told, 422, answer=form)
    services.answer_complaint(told.complaint, answer=form.answer.data or "", by=the_actor())
    return done(url_for("appeals.show_complaint", complaint_id=complaint_id))


@bp.get("/complaints/<int:complaint_id>/record/<int:entry_id>")
@requires(policy.may_handle, queries.file_for)
def download_note(entry: Any) -> Any:
    return attachments.send(entry.key or "", file_name=entry.file_name, media_type=entry.media_type)
