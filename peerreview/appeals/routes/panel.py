"""The panel: who could sit and why others cannot, the answer of who is asked, the dossier, the hearing, the outcome."""

import io
from typing import Any

from flask import current_app, request, send_file, url_for

from peerreview.appeals import policy, services, words
from peerreview.appeals.forms import HearingForm, OutcomeForm, PanelForm, VersionForm
from peerreview.appeals.independence import why_not
from peerreview.appeals.lifecycle import AppealState
from peerreview.appeals.queries.appeals import Case, case_for, dossier_of, letter_for, told_for
from peerreview.appeals.queries.parts import parts_of, people_who_could
from peerreview.appeals.routes.appeals import norms_of, refused, show
from peerreview.appeals.routes.blueprint import bp
from peerreview.commission.queries.dossier_document import dossier_document
from peerreview.commission.queries.dossiers import dossier_view
from peerreview.commission.services import signed_document
from peerreview.core.access import requires, the_actor
from peerreview.core.documents import render
from peerreview.core.errors import Invalid, Refused, StaleVersion
from peerreview.core.i18n import language
from peerreview.core.pages import done, page


@bp.get("/appeals/<int:appeal_id>/panel")
@requires(policy.may_handle, case_for)
def show_panel(case: Case) -> Any:
    return _panel(case)


def _panel(case: Case, status: int = 200, wrong: str = "") -> Any:
    search = request.args.get("search", "").strip()[:80]
    people = people_who_could(
        search, request.args.get("page", 1, int), but=[seat.person_id for seat in case.seats]
    )  # fmt: skip
    parts = parts_of(case.decision.dossier, [row.id for row in people.rows])
    return page(
        "appeals/panel.html",
        case=case,
        appeal=case.appeal,
        name=case.trajectory.organisation.name,
        people=people,
        causes={row.id: why_not(row.id, parts) for row in people.rows},
        search=search,
        words=words,
        forming=case.appeal.state == AppealState.ADMITTED,
        wrong=wrong,
        status=status,
    )


@bp.post("/appeals/<int:appeal_id>/panel")
@requires(policy.may_handle, case_for)
def ask_for_panel(case: Case) -> Any:
    form, appeal_id = PanelForm(), case.appeal.id
    chair = bool(form.chair.data) or not any(seat.chair for seat in case.standing)
    try:
        services.ask_for_panel(case.appeal, person_id=form.person_id(), chair=chair, by=the_actor())
    except Refused as wrong:
        return _panel(case_for(the_actor(), appeal_id) or case, wrong.status, wrong.message)
    return done(url_for("appeals.show_panel", appeal_id=appeal_id))


@bp.post("/appeals/<int:appeal_id>/chair")
@requires(policy.may_handle, case_for)
def give_chair(case: Case) -> Any:
    appeal_id = case.appeal.id
    services.give_chair(case.appeal, person_id=PanelForm().person_id(), by=the_actor())
    return done(url_for("appeals.show_panel", appeal_id=appeal_id))


@bp.post("/appeals/<int:appeal_id>/seat")
@requires(policy.may_answer_seat, case_for)
def answer_seat(case: Case) -> Any:
    appeal_id, yes = case.appeal.id, request.form.get("answer") == "accept"
    act = services.accept_seat if yes else services.decline_seat
    act(case, by=the_actor())
    return done(url_for("appeals.show_appeal", appeal_id=appeal_id) if yes else url_for("dashboard.show_home"))


@bp.get("/appeals/<int:appeal_id>/dossier.pdf")
@requires(policy.may_sit, case_for)
def download_dossier(case: Case) -> Any:
    """The dossier as the commission had it."""
    dossier = dossier_of(case)
    content = dossier_document(dossier, dossier_view(dossier, the_actor()), current_app.extensions["association"])
    return file_answer(render("dossier", content, language=language()), f"dossier-{dossier.id}.pdf")


@bp.get("/appeals/<int:appeal_id>/decision.pdf")
@requires(policy.may_see, told_for)
def download_decision(case: Case) -> Any:
    """The decision that the appeal is against, for who reads its grounds."""
    return file_answer(signed_document(case.decision), f"{case.reference}.pdf")


@bp.post("/appeals/<int:appeal_id>/hearing")
@requires(policy.may_sit, case_for)
def set_hearing(case: Case) -> Any:
    form, appeal_id = HearingForm(), case.appeal.id
    if not form.validate_on_submit():
        return show(case, 422, hearing=form)
    try:
        services.set_hearing(case, at=form.moment(), place=form.place.data or "", by=the_actor())
    except Invalid as wrong:
        return refused(case, wrong, 422, hearing=form)
    return done(url_for("appeals.show_appeal", appeal_id=appeal_id) + "#hearing")


@bp.post("/appeals/<int:appeal_id>/outcome")
@requires(policy.may_sit, case_for)
def write_outcome(case: Case) -> Any:
    form, appeal_id = OutcomeForm().offer(norms_of(case)), case.appeal.id
    if not form.validate_on_submit():
        return show(case, 422, outcome=form)
    try:
        services.write_outcome(case, form.judgement(), version=form.seen_version(), by=the_actor())
    except ValueError:
        return refused(case, Invalid(str(words.NO_DAY)), 422, outcome=form)
    except Invalid as wrong:
        return refused(case, wrong, 422, outcome=form)
    except StaleVersion as stale:
        now = case_for(the_actor(), appeal_id) or case
        form.version.data, form.version.raw_data = str(now.appeal.version), None
        return show(now, 409, stale.theirs or "", outcome=form)
    return done(url_for("appeals.show_appeal", appeal_id=appeal_id) + "#outcome")


@bp.post("/appeals/<int:appeal_id>/agreement")
@requires(policy.may_sit, case_for)
def agree(case: Case) -> Any:
    appeal_id = case.appeal.id
    try:
        services.agree(case, version=VersionForm().seen_version(), by=the_actor())
    except StaleVersion:
        return show(case_for(the_actor(), appeal_id) or case, 409, "")
    return done(url_for("appeals.show_appeal", appeal_id=appeal_id) + "#outcome")


@bp.post("/appeals/<int:appeal_id>/decision")
@requires(policy.may_chair, case_for)
def decide_appeal(case: Case) -> Any:
    appeal_id = case.appeal.id
    services.decide_appeal(case, by=the_actor())
    return done(url_for("appeals.show_appeal", appeal_id=appeal_id))


@bp.get("/appeals/<int:appeal_id>/letter.pdf")
@requires(policy.may_see, letter_for)
def download_outcome(case: Case) -> Any:
    """The signed letter with the outcome; for the panel, before that, as it would be made now."""
    chair = next((seat.person.name for seat in case.panel if seat.chair), "")
    return file_answer(services.outcome_document(case, signer=chair), f"{case.reference}-A.pdf")


def file_answer(made: bytes, name: str) -> Any:
    """A document, shown in the browser and never kept by it."""
    answer = send_file(io.BytesIO(made), mimetype="application/pdf", download_name=name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
