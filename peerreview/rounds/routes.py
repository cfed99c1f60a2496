"""The pages about rounds: for the secretariat to make and run them, for others to read."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from peerreview.core import clock, i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import published_versions
from peerreview.rounds import policy, queries, services, words
from peerreview.rounds.forms import LengthsForm, OpenForm, ReopenForm, RoundForm
from peerreview.rounds.models import Round

bp = Blueprint("rounds", __name__)


@bp.get("/rounds")
@requires(policy.may_list)
def list_rounds() -> Any:
    actor = the_actor()
    return page("rounds/list.html", rounds=queries.rounds_for(actor), words=words, may_make=policy.may_make(actor))


def _round_form(round_: Round | None = None) -> RoundForm:
    """The form with what is there; for a new round with the defaults and the newest framework."""
    known: dict[str, Any] = {} if round_ is None else round_.rules.stored() | services.dates_of(round_).by_name()
    known |= {} if round_ is None else {"name": round_.name, "framework_version_id": round_.framework_version_id}
    form = RoundForm(data=known | {"version": round_.version if round_ else 0})
    versions = published_versions()
    form.framework_version_id.choices = [SelectChoice(v.id, f"{i18n.localised(v.title)} ({v.label})") for v in versions]
    return form


def _whole(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _show_form(form: RoundForm, round_: Round | None, status: int = 200) -> Any:
    template = "rounds/edit.html"
    return page(template, form=form, round_=round_, words=words, form_errors=status == 422, status=status)


@bp.route("/rounds/new", methods=["GET", "POST"])
@requires(policy.may_make)
def make_round() -> Any:
    form = _round_form()
    if not form.is_submitted():
        return _show_form(form, None)
    if form.validate_on_submit():
        try:
            made = services.make_round(
                form.name.data,
                framework_version_id=form.framework_version_id.data,
                dates=form.dates(),
                rules=form.rules(),
                by=the_actor(),
            )
            return done(url_for("rounds.show_round", round_id=made.id))
        except Invalid as wrong:
            form.blame(wrong.problems, wrong.message)
    return _show_form(form, None, 422)


@bp.get("/rounds/<int:round_id>")
@requires(policy.may_see, queries.round_for)
def show_round(round_: Round) -> Any:
    actor = the_actor()
    run = policy.may_run(actor, round_)
    return page(
        "rounds/show.html",
        round_=round_,
        words=words,
        may_run=run,
        changes=queries.changes_of(round_) if run else [],
        may_sign_up=policy.may_sign_up(actor) and round_ in queries.open_rounds(clock.today()),
        open_form=OpenForm(),
    )


@bp.route("/rounds/<int:round_id>/edit", methods=["GET", "POST"])
@requires(policy.may_run, queries.round_for)
def edit_round(round_: Round) -> Any:
    form = _round_form(round_)
    if not form.is_submitted():
        return _show_form(form, round_)
    status = 422
    if form.validate_on_submit():
        try:
            services.edit_round(
                round_,
                name=form.name.data,
                framework_version_id=form.framework_version_id.data,
                dates=form.dates(),
                rules=form.rules(),
                version=_whole(form.version.data),
                by=the_actor(),
                reason=form.reason.data,
            )
            return done(url_for("rounds.show_round", round_id=round_.id))
        except Invalid as wrong:
            form.blame(wrong.problems, wrong.message)
        except StaleVersion:
            status = 409
            form.blame([], _("A colleague changed this round just before you. Compare, and save again to keep yours."))
            form.version.data = str(round_.version)
    return _show_form(form, round_, status)


@bp.route("/rounds/<int:round_id>/visit-lengths", methods=["GET", "POST"])
@requires(policy.may_run, queries.round_for)
def set_visit_lengths(round_: Round) -> Any:
    form, status = LengthsForm(data=LengthsForm.filled(round_.lengths)), 200
    if form.validate_on_submit():
        try:
            services.set_visit_lengths(round_, table=form.table(), by=the_actor())
            return done(url_for("rounds.show_round", round_id=round_.id, _anchor="lengths"))
        except Invalid as wrong:
            form.form_errors.extend(wrong.problems)
    if form.is_submitted():
        status = 422
    return page("rounds/lengths.html", form=form, round_=round_, form_errors=status == 422, status=status)


@bp.post("/rounds/<int:round_id>/opening")
@requires(policy.may_run, queries.round_for)
def open_round(round_: Round) -> Any:
    services.open_round(round_, by=the_actor(), tell=bool(OpenForm().tell.data))
    return done(url_for("rounds.show_round", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/signup-closing")
@requires(policy.may_run, queries.round_for)
def close_signup(round_: Round) -> Any:
    services.close_signup(round_, by=the_actor())
    return done(url_for("rounds.show_round", round_id=round_.id))


@bp.route("/rounds/<int:round_id>/signup-reopening", methods=["GET", "POST"])
@requires(policy.may_run, queries.round_for)
def reopen_signup(round_: Round) -> Any:
    form, status = ReopenForm(), 200
    if form.validate_on_submit():
        try:
            services.reopen_signup(round_, until=form.until.data, reason=form.reason.data, by=the_actor())
            return done(url_for("rounds.show_round", round_id=round_.id))
        except Invalid as wrong:
            form[wrong.problems[0]].errors = [wrong.message]
            status = 422
    elif form.is_submitted():
        status = 422
    return page("rounds/reopen.html", form=form, round_=round_, form_errors=status == 422, status=status)


@bp.post("/rounds/<int:round_id>/start")
@requires(policy.may_run, queries.round_for)
def start_round(round_: Round) -> Any:
    services.start_round(round_, by=the_actor())
    return done(url_for("rounds.show_round", round_id=round_.id))


@bp.post("/rounds/<int:round_id>/closing")
@requires(policy.may_run, queries.round_for)
def close_round(round_: Round) -> Any:
    services.close_round(round_, by=the_actor())
    return done(url_for("rounds.show_round", round_id=round_.id))
