"""An appeal as each reader has it before them, its record, and what the secretariat says of it."""

from typing import Any

from flask import request, url_for

from peerreview.appeals import policy, services, words
from peerreview.appeals.forms import HearingForm, OutcomeForm, RecordForm, RejectForm
from peerreview.appeals.lifecycle import AppealState
from peerreview.appeals.queries import appeals as queries
from peerreview.appeals.queries.appeals import Case, Piece, case_for
from peerreview.appeals.queries.letters import outcome_sentence, what_follows
from peerreview.appeals.routes.blueprint import bp
from peerreview.commission.words import OUTCOMES as DECISIONS
from peerreview.core import attachments, clock
from peerreview.core.access import requires, signed_in, the_actor
from peerreview.core.errors import Invalid, Refused
from peerreview.core.i18n import localised
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import outline_of


@bp.get("/appeals")
@signed_in
def list_appeals() -> Any:
    actor = the_actor()
    return page(
        "appeals/list.html", appeals=queries.appeal_page(actor, request.args.get("page", 1, int)), words=words,
        office=policy.may_handle(actor),
    )  # fmt: skip


@bp.get("/appeals/<int:appeal_id>")
@requires(policy.may_see, case_for)
def show_appeal(case: Case) -> Any:
    return show(case)


def show(case: Case, status: int = 200, theirs: str | None = None, **forms: Any) -> Any:
    """The page; `forms` hold what was typed wrongly, `theirs` what another member of the panel wrote meanwhile."""
    actor, appeal = the_actor(), case.appeal
    path = url_for("appeals.show_appeal", appeal_id=appeal.id)
    running = appeal.state in (AppealState.LODGED, AppealState.ADMITTED)
    return page(
        "appeals/appeal.html",
        case=case,
        appeal=appeal,
        view=case.view,
        name=case.trajectory.organisation.name,
        words=words,
        decisions=DECISIONS,
        path=path,
        running=running,
        takes_back=running and policy.may_withdraw(actor, case),
        told=bool(appeal.letter_sent_at) or case.view == policy.PANEL,
        sentence=outcome_sentence(case) if appeal.outcome else "",
        follows=what_follows(case) if appeal.outcome else "",
        reject=forms.get("reject") or RejectForm(action=path + "/refusal"),
        record=forms.get("record") or record_form(case, path),
        hearing=forms.get("hearing") or _hearing(case, path),
        outcome=forms.get("outcome") or (outcome_form(case, path) if case.view == policy.PANEL else None),
        theirs=theirs,
        form_errors=status == 422,
        open=next(iter(forms), ""),
        status=status,
    )


def record_form(case: Case, path: str) -> RecordForm | None:
    """What this reader may add; None for nothing."""
    kinds = policy.ADDS.get(case.view)
    return RecordForm(action=path + "/record").offer(kinds) if kinds else None


def _hearing(case: Case, path: str) -> HearingForm | None:
    if case.view != policy.PANEL:
        return None
    at = clock.local(case.appeal.hearing_at) if case.appeal.hearing_at else None
    data = {"on": at.date(), "at": at.time(), "place": case.appeal.hearing_place} if at else {}
    return HearingForm(action=path + "/hearing", data=data)


def outcome_form(case: Case, path: str) -> OutcomeForm:
    """The outcome as the panel has it now."""
    appeal = case.appeal
    rows = [{"norm": one["norm"], "what": one["what"], "by": _day(one["by"])} for one in appeal.conditions]
    data = {
        "outcome": appeal.outcome, "instead": appeal.instead.value if appeal.instead else None,
        "motivation": appeal.motivation, "version": appeal.version, "conditions": rows,
    }  # fmt: skip
    return OutcomeForm(action=path + "/outcome", data=data).offer(norms_of(case))


def _day(text: str) -> Any:
    return clock.local(clock.now()).date().fromisoformat(text)


def norms_of(case: Case) -> list[tuple[str, str]]:
    """The norms that a condition can be about, with their words."""
    norms = outline_of(case.trajectory.framework_version_id).norms
    return [(norm.code, f"{norm.code} {localised(norm.title)}") for norm in norms]


@bp.post("/appeals/<int:appeal_id>/withdrawal")
@requires(policy.may_withdraw, case_for)
def withdraw_appeal(case: Case) -> Any:
    appeal_id = case.appeal.id
    services.withdraw_appeal(case.appeal, by=the_actor())
    return done(url_for("appeals.show_appeal", appeal_id=appeal_id))


@bp.post("/appeals/<int:appeal_id>/admission")
@requires(policy.may_handle, case_for)
def admit_appeal(case: Case) -> Any:
    appeal_id = case.appeal.id
    services.admit_appeal(case.appeal, by=the_actor())
    return done(url_for("appeals.show_panel", appeal_id=appeal_id))


@bp.post("/appeals/<int:appeal_id>/refusal")
@requires(policy.may_handle, case_for)
def reject_appeal(case: Case) -> Any:
    form, appeal_id = RejectForm(), case.appeal.id
    if not form.validate_on_submit():
        return show(case, 422, reject=form)
    reason = f"{words.REFUSALS[form.why.data]}. {form.reason.data}"
    services.reject_appeal(case.appeal, reason=reason, by=the_actor())
    return done(url_for("appeals.show_appeal", appeal_id=appeal_id))


@bp.post("/appeals/<int:appeal_id>/record")
@requires(policy.may_add, case_for)
def add_to_record(case: Case) -> Any:
    form, appeal_id = RecordForm().offer(policy.ADDS[case.view]), case.appeal.id
    if not form.validate_on_submit():
        return show(case, 422, record=form)
    try:
        services.add_to_record(
            case, kind=form.kind.data, text=form.text.data or "", files=form.brought(), by=the_actor()
        )
    except Invalid as wrong:
        form.form_errors.append(wrong.message)
        return show(case_for(the_actor(), appeal_id) or case, 422, record=form)
    return done(url_for("appeals.show_appeal", appeal_id=appeal_id) + "#record")


@bp.get("/appeals/<int:appeal_id>/record/<int:entry_id>")
@requires(policy.may_see, queries.piece_for)
def download_piece(piece: Piece) -> Any:
    entry = piece.entry
    return attachments.send(entry.key or "", file_name=entry.file_name, media_type=entry.media_type)


def refused(case: Case, wrong: Refused, status: int, **forms: Any) -> Any:
    """The page with the form that was refused, and why on top of it."""
    for form in forms.values():
        form.form_errors.append(wrong.message)
    return show(case_for(the_actor(), case.appeal.id) or case, status, **forms)
