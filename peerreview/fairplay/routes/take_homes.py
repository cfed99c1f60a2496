"""What reviewers take home: the form with a review, and the list of the own organisation."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import privacy
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.i18n import localised
from peerreview.core.pages import done, page
from peerreview.fairplay import policy, queries, services
from peerreview.fairplay.forms import TakeHomeForm
from peerreview.fairplay.models import TakeHome
from peerreview.fairplay.routes.blueprint import as_csv, bp, differences
from peerreview.reviews.models import Review
from peerreview.reviews.queries import review_for


@bp.get("/reviews/<int:review_id>/take-homes")
@requires(policy.may_take_home, review_for)
def show_own(review: Review) -> Any:
    return _show(review, TakeHomeForm())


def _show(review: Review, form: TakeHomeForm, status: int = 200) -> Any:
    return page(
        "fairplay/note.html",
        review=review,
        lines=queries.own_take_homes(the_actor(), review.id),
        form=form.with_norms(queries.norms_of_review(review.id)),
        notices=privacy.notices(form.text.data),
        status=status,
    )


@bp.post("/reviews/<int:review_id>/take-homes")
@requires(policy.may_take_home, review_for)
def note_take_home(review: Review) -> Any:
    form = TakeHomeForm().with_norms(queries.norms_of_review(review.id))
    if not form.validate_on_submit():
        return _show(review, form, status=422)
    noted = services.note_take_home(review, text=form.text.data or "", norm_id=form.norm_id.data, by=the_actor())
    if privacy.notices(form.text.data):
        return done(url_for("fairplay.edit_take_home", take_home_id=noted.id))
    return done(url_for("fairplay.show_own", review_id=review.id))


@bp.get("/take-homes")
@requires(policy.may_list_take_homes)
def list_take_homes() -> Any:
    actor = the_actor()
    lines = queries.take_home_page(actor, request.args.get("page", 1, int))
    return page("fairplay/take_homes.html", lines=lines, own=actor.person_id if actor.role == "reviewer" else None)


@bp.get("/take-homes.csv")
@requires(policy.may_list_take_homes)
def export_take_homes() -> Any:
    heads = [_("Day"), _("Seen at"), _("Norm"), _("Title"), _("What we take home"), _("Noted by")]
    rows = (
        [one.noted_at.date(), one.host, one.code or "", localised(one.title) if one.title else "", one.text, one.person]
        for one in queries.take_homes_of(the_actor())
    )
    return as_csv(_("take-homes"), heads, rows)


@bp.get("/take-homes/<int:take_home_id>")
@requires(policy.may_change_take_home, queries.take_home_for)
def edit_take_home(take_home: TakeHome) -> Any:
    stands = {"text": take_home.text, "norm_id": take_home.norm_id or "", "version": take_home.version}
    return _edit(take_home, TakeHomeForm(data=stands))


def _edit(take_home: TakeHome, form: TakeHomeForm, *, status: int = 200, clash: Any = ()) -> Any:
    return page(
        "fairplay/take_home.html",
        take_home=take_home,
        form=form.with_norms(queries.norms_of_review(take_home.review_id)),
        notices=privacy.notices(form.text.data),
        clash=clash,
        status=status,
    )


@bp.post("/take-homes/<int:take_home_id>")
@requires(policy.may_change_take_home, queries.take_home_for)
def change_take_home(take_home: TakeHome) -> Any:
    form, actor, key = TakeHomeForm(), the_actor(), take_home.id
    form.with_norms(queries.norms_of_review(take_home.review_id))
    if not form.validate_on_submit():
        return _edit(take_home, form, status=422)
    version = int(form.version.data) if str(form.version.data).isdigit() else 0
    try:
        services.change_take_home(
            take_home, text=form.text.data or "", norm_id=form.norm_id.data, version=version, by=actor
        )
    except StaleVersion as error:
        again = queries.take_home_for(actor, key)
        assert again is not None  # noqa: S101 - it was there before the act
        return _edit(again, form, status=409, clash=differences(form, error))
    return done(url_for("fairplay.list_take_homes"))


@bp.post("/take-homes/<int:take_home_id>/remove")
@requires(policy.may_change_take_home, queries.take_home_for)
def remove_take_home(take_home: TakeHome) -> Any:
    services.remove_take_home(take_home, by=the_actor())
    return done(url_for("fairplay.list_take_homes"))
