"""Writing an appeal from the page of the decision, and lodging it."""

from typing import Any

from flask import request, url_for

from peerreview.appeals import policy, services
from peerreview.appeals.forms import AppealForm
from peerreview.appeals.queries.appeals import Chance, chance_for
from peerreview.appeals.routes.blueprint import bp
from peerreview.commission.queries.letters import outcome_sentence, reference_of
from peerreview.core import clock, privacy
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page


@bp.get("/decisions/<int:decision_id>/appeal")
@requires(policy.may_write_appeal, chance_for)
def edit_appeal(chance: Chance) -> Any:
    if chance.appeal:
        return done(url_for("appeals.show_appeal", appeal_id=chance.appeal.id))
    path = url_for("appeals.save_appeal", decision_id=chance.decision.id)
    written = {"grounds": chance.grounds, "wish": chance.wish, "version": chance.version}
    return _edit(chance, AppealForm(action=path, data=written))


def _edit(chance: Chance, form: AppealForm, status: int = 200, clash: list[Any] | None = None) -> Any:
    draft = "autosave" in request.form
    return page(
        "appeals/_refused.html" if draft else "appeals/lodge.html",
        chance=chance,
        form=form,
        clash=clash or [],
        form_errors=status == 422,
        signs=policy.may_lodge(the_actor(), chance),
        reference=reference_of(chance.decision),
        sentence=outcome_sentence(chance.decision),
        notices=privacy.notices(form.grounds.data or "", form.wish.data or ""),
        status=status,
    )


@bp.post("/decisions/<int:decision_id>/appeal")
@requires(policy.may_write_appeal, chance_for)
@reads_first
def save_appeal(chance: Chance) -> Any:
    form, actor, decision_id = AppealForm(), the_actor(), chance.decision.id
    if not form.validate_on_submit():
        return _edit(chance, form, 422)
    grounds, wish = form.grounds.data or "", form.wish.data or ""
    try:
        saved = services.save_appeal(chance, grounds=grounds, wish=wish, version=form.seen_version(), by=actor)
    except StaleVersion as stale:
        return _both_texts(decision_id, form, stale.theirs)
    version = saved.version
    if "autosave" in request.form:
        return page("appeals/_saved.html", version=version, now=clock.now(), notices=privacy.notices(grounds, wish))
    if "lodge" not in request.form:
        return done(url_for("commission.show_decision", decision_id=decision_id))
    try:
        appeal = services.lodge_appeal(chance.decision, grounds=grounds, wish=wish, files=form.brought(), by=actor)
    except Invalid as wrong:
        form.form_errors.append(wrong.message)
        form.version.data, form.version.raw_data = str(version), None
        return _edit(chance_for(actor, decision_id) or chance, form, 422)
    return done(url_for("appeals.show_appeal", appeal_id=appeal.id))


def _both_texts(decision_id: int, form: AppealForm, theirs: dict[str, str]) -> Any:
    """A colleague was first: what stands there now beside what was typed."""
    now = chance_for(the_actor(), decision_id)
    assert now is not None  # noqa: S101 - it was loaded a moment ago
    form.version.data, form.version.raw_data = str(now.version), None
    differ = [(form[name], text) for name, text in theirs.items() if (form[name].data or "") != text]
    return _edit(now, form, 409, differ)
