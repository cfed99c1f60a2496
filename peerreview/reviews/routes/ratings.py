"""Rating alone, and the reveal."""

from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import RatingForm, ReasonForm, to_rating
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import ReviewedNorm, document
from peerreview.reviews.routes.blueprint import anew, bp, clash, differences, is_draft, saved, warnings, wrong


@bp.get("/reviews/<int:review_id>/ratings")
@requires(policy.may_review, queries.review_for)
def list_ratings(review: Review) -> Any:
    own = queries.own_ratings(review.id, the_actor().person_id)
    return page(
        "reviews/ratings.html",
        review=review,
        outline=queries.outline_of_review(review),
        own=own,
        show="open" if request.args.get("show") == "open" else "all",
        sealed=review.state == ReviewState.RATING,
        words=document,
    )


@bp.route("/reviews/<int:review_id>/ratings/<string(maxlength=10):code>", methods=["GET", "POST"])
@requires(policy.may_review, queries.norm_for)
def give_rating(spot: ReviewedNorm) -> Any:
    actor, review_id, code = the_actor(), spot.review.id, spot.norm.code
    if request.method == "GET":
        if spot.review.state != ReviewState.RATING:
            return done(url_for("reviews.show_review", review_id=review_id))
        mine = queries.own_rating(review_id, spot.norm.id, actor.person_id)
        given = {"rating": mine.rating.value if mine and mine.rating else None, "note": mine.note if mine else ""}
        return rating_page(spot, RatingForm(spot.outline, data=given), mine.version if mine else 0)
    form = RatingForm(spot.outline)
    if not form.validate_on_submit():
        return wrong(form) if is_draft() else rating_page(spot, form, form.version.data or 0, status=422)
    try:
        mine = services.give_rating(
            spot.review,
            norm_id=spot.norm.id,
            rating=to_rating(form.rating.data),
            note=form.note.data or "",
            version=form.version.data or 0,
            by=actor,
        )
    except StaleVersion as error:
        if is_draft():
            return clash(form, error, who=actor.name)
        again = anew(queries.norm_for(actor, review_id, code))
        return rating_page(again, form, error.theirs["version"], status=409, error=error)
    if is_draft():
        return saved(form, mine.version)
    return done(next_after(spot, review_id))


def next_after(spot: ReviewedNorm, review_id: int) -> str:
    _before, after = spot.outline.neighbours(spot.norm)
    if after is None:
        return url_for("reviews.list_ratings", review_id=review_id, show="open")
    return url_for("reviews.give_rating", review_id=review_id, code=after.code)


def rating_page(
    spot: ReviewedNorm, form: RatingForm, version: int, *, status: int = 200, error: StaleVersion | None = None
) -> Any:
    """One norm to rate: what the team noted, the indicators, and nothing of what colleagues think."""
    before, after = spot.outline.neighbours(spot.norm)
    return page(
        "reviews/rate.html",
        status=status,
        spot=spot,
        review=spot.review,
        form=form,
        version=version,
        clash=differences(form, error) if error else [],
        notices=warnings(form),
        own=queries.own_ratings(spot.review.id, the_actor().person_id),
        noted=queries.observations_of(spot.review.id, spot.norm.id),
        own_account=queries.own_account(spot.review, spot.norm.id),
        before=before,
        after=after,
    )


@bp.post("/reviews/<int:review_id>/reveal")
@requires(policy.may_lead, queries.review_for)
def reveal(review: Review) -> Any:
    url = url_for("reviews.list_findings", review_id=review.id)
    services.reveal(review, reason=ReasonForm().reason.data or "", by=the_actor())
    return done(url)
