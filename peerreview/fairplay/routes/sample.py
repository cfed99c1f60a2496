"""The reviews of a round that are read again: drawn by lot, or added for a reason."""

from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.fairplay import policy, queries, services
from peerreview.fairplay.forms import AddForm, DrawForm, RemarkForm
from peerreview.fairplay.models import Sample
from peerreview.fairplay.routes.blueprint import bp, differences
from peerreview.rounds.models import Round
from peerreview.rounds.queries import round_for


def _home(round_id: int, anchor: str | None = None) -> Any:
    return done(url_for("fairplay.show_sample", round_id=round_id, _anchor=anchor))


@bp.get("/rounds/<int:round_id>/sample")
@requires(policy.may_moderate, round_for)
def show_sample(round_: Round) -> Any:
    return _show(round_)


def _show(round_: Round, *, status: int = 200, message: str = "", **forms: Any) -> Any:
    left = queries.drawable(round_.id)
    add = forms.get("add") or AddForm(prefix="add", action=url_for("fairplay.add_to_sample", round_id=round_.id))
    add.review_id.choices = [(review_id, f"{host} ({team})") for review_id, host, team in left]
    return page(
        "fairplay/sample.html",
        round=round_,
        lines=queries.sample_of(round_.id),
        left=len(left),
        draw=forms.get("draw") or DrawForm(action=url_for("fairplay.draw_sample", round_id=round_.id)),
        add=add,
        message=message,
        status=status,
    )


@bp.post("/rounds/<int:round_id>/sample/draw")
@requires(policy.may_moderate, round_for)
def draw_sample(round_: Round) -> Any:
    form, round_id = DrawForm(), round_.id
    if not form.validate_on_submit():
        return _show(round_, draw=form, status=422)
    try:
        services.draw_sample(round_, count=form.count.data or 0, seed=form.seed.data or "", by=the_actor())
    except Invalid as error:
        return _show(_again(round_id), draw=form, message=error.message, status=422)
    return _home(round_id, "sample")


@bp.post("/rounds/<int:round_id>/sample/add")
@requires(policy.may_moderate, round_for)
def add_to_sample(round_: Round) -> Any:
    form, round_id = AddForm(prefix="add"), round_.id
    form.review_id.choices = [(row[0], "") for row in queries.drawable(round_id)]
    if not form.validate_on_submit():
        return _show(round_, add=form, status=422)
    services.add_to_sample(round_, review_id=form.review_id.data, reason=form.reason.data, by=the_actor())
    return _home(round_id, "sample")


def _again(round_id: int) -> Round:
    """The round as it is now: an act was undone, and what was loaded went with it."""
    round_ = round_for(the_actor(), round_id)
    assert round_ is not None  # noqa: S101 - it was there before the act
    return round_


@bp.get("/fair-play/samples/<int:sample_id>")
@requires(policy.may_moderate, queries.sample_for)
def edit_remark(sample: Sample) -> Any:
    form = RemarkForm(data={"remark": sample.remark, "version": sample.version})
    return _edit(sample.id, form)


def _edit(sample_id: int, form: RemarkForm, *, status: int = 200, clash: Any = ()) -> Any:
    sample = queries.sample_for(the_actor(), sample_id)
    assert sample is not None  # noqa: S101 - the rule of the page found it
    line = next(one for one in queries.sample_of(sample.round_id) if one.id == sample_id)
    return page("fairplay/remark.html", line=line, round_id=sample.round_id, form=form, clash=clash, status=status)


@bp.post("/fair-play/samples/<int:sample_id>")
@requires(policy.may_moderate, queries.sample_for)
def note_remark(sample: Sample) -> Any:
    form, sample_id, round_id = RemarkForm(), sample.id, sample.round_id
    if not form.validate_on_submit():
        return _edit(sample_id, form, status=422)
    try:
        services.note_remark(sample, remark=form.remark.data or "", version=form.version.data or 0, by=the_actor())
    except StaleVersion as error:
        return _edit(sample_id, form, status=409, clash=differences(form, error))
    return _home(round_id, "sample")
