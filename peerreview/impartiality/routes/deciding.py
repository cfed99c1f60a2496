"""The secretariat writes a conflict down, pins, ends or weighs one, and gives or takes back leave."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page
from peerreview.impartiality import policy, queries, services, words
from peerreview.impartiality.forms import ReasonForm, RegisterForm, WaiverForm
from peerreview.impartiality.lifecycle import Direction, Severity
from peerreview.impartiality.models import Conflict, Waiver
from peerreview.impartiality.routes.blueprint import bp


@bp.route("/impartiality/new", methods=["GET", "POST"])
@requires(policy.may_decide)
def register() -> Any:
    form = RegisterForm(members=queries.members(), judges=queries.judges())
    if not form.validate_on_submit():
        return _register(form, 422 if form.is_submitted() else 200)
    try:
        made = services.register(
            form.organisation.data, other_id=form.other.data or None, person_id=form.person.data or None,
            kind=form.kind.data, severity=form.chosen_severity(), note=form.note.data or "",
            towards=form.organisation.data if form.direction.data == Direction.TOWARDS else None,
            starts_on=form.starts_on.data, ends_on=form.ends_on.data, by=the_actor(),
        )  # fmt: skip
    except Refused as refused:
        form.form_errors.append(refused.message)
        return _register(form, refused.status)
    return done(url_for("impartiality.show_conflict", conflict_id=made.id))


def _register(form: RegisterForm, status: int) -> Any:
    return page("impartiality/new.html", form=form, form_errors=form.errors, status=status)


@bp.route(
    "/impartiality/<int:conflict_id>/<any(dismiss, end, reinstate, weigh, waive):act>",
    methods=["GET", "POST"],
)
@requires(policy.may_decide, queries.conflict_for)
def decide(conflict: Conflict, act: str) -> Any:
    form: Any = WaiverForm() if act == "waive" else ReasonForm()
    other = Severity.SOFT if conflict.severity == Severity.HARD else Severity.HARD
    acts: dict[str, Callable[[], object]] = {
        "dismiss": lambda: services.dismiss(conflict, reason=form.reason.data, by=the_actor()),
        "end": lambda: services.end(conflict, reason=form.reason.data, by=the_actor()),
        "reinstate": lambda: services.reinstate(conflict, reason=form.reason.data, by=the_actor()),
        "weigh": lambda: services.set_severity(conflict, severity=other, reason=form.reason.data, by=the_actor()),
        "waive": lambda: services.waive(
            conflict, reason=form.reason.data, ends_on=form.ends_on.data, by=the_actor()
        ),
    }  # fmt: skip
    return _decide(conflict.id, form, act, acts[act])


@bp.route("/impartiality/waivers/<int:waiver_id>/revocation", methods=["GET", "POST"])
@requires(policy.may_decide, queries.waiver_for)
def revoke(waiver: Waiver) -> Any:
    form = ReasonForm()
    by = the_actor()
    return _decide(waiver.conflict_id, form, "revoke", lambda: services.revoke(waiver, reason=form.reason.data, by=by))


def _decide(conflict_id: int, form: Any, act: str, do: Callable[[], object]) -> Any:
    """Ask why, do it, and show the conflict; what was refused is shown with what was typed."""
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            do()
            return done(url_for("impartiality.show_conflict", conflict_id=conflict_id))
        except Refused as refused:
            form.form_errors.append(refused.message)
            status = refused.status
    conflict = queries.conflict_of(conflict_id)
    return page(
        "impartiality/decide.html", conflict=conflict, form=form, act=act, words=words, form_errors=form.errors,
        status=status,
    )  # fmt: skip
