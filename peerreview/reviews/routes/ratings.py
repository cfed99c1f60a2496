"""Rating alone, and the reveal."""

from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import RatingForm, ReasonForm, to_rating
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import BlindRating, Review
from peerreview.reviews.queries import ReviewedNorm, document
from peerreview.reviews.routes.blueprint import anew, bp, chosen, clash, differences, is_draft, saved, warnings, wrong

LATE = (ReviewState.CONSENSUS, ReviewState.DRAFTED)


@bp.get("/reviews/<int:review_id>/ratings")
@requires(policy.may_review, queries.review_for)
def list_ratings(review: Review) -> Any:
    own = queries.own_ratings(review.id, the_actor().person_id)
    first = queries.to_rate_first(review, the_actor())
    return page(
        "reviews/ratings.html",
        review=review,
        outline=queries.outline_of_review(review),
        own=own,
        show="open" if request.args.get("show") == "open" else "all",
        sealed=review.state == ReviewState.RATING,
        first=first,
        words=document,
    )


@bp.route("/reviews/<int:review_id>/ratings/<string(maxlength=10):code>", methods=["GET", "POST"])
@requires(policy.may_review, queries.norm_for)
def give_rating(spot: ReviewedNorm) -> Any:
    late = spot.review.state in LATE
    if late and not queries.to_rate_first(spot.review, the_actor(), spot.norm.id):
        return done(url_for("reviews.record_finding", review_id=spot.review.id, code=spot.norm.code))
    if request.method == "GET":
        if spot.review.state != ReviewState.RATING and not late:
            return done(url_for("reviews.show_review", review_id=spot.review.id))
        return rating_page(spot, *_as_it_stands(spot))
    noted = queries.observations_of(spot.review.id, spot.norm.id, general=True)
    form = RatingForm(spot.outline, noted, formdata=chosen())
    if not form.validate_on_submit():
        return wrong(form) if is_draft() else rating_page(spot, form, form.version.data or 0, status=422)
    review_id, code = spot.review.id, spot.norm.code
    try:
        mine = keep(spot, form, late=late)
    except StaleVersion as error:
        if is_draft():
            return clash(form, error, who=the_actor().name)
        again = anew(queries.norm_for(the_actor(), review_id, code))
        return rating_page(again, form, error.theirs["version"], status=409, error=error)
    if is_draft():
        return saved(form, mine.version)
    return done(url_for("reviews.record_finding", review_id=review_id, code=code) if late else next_after(spot))


def keep(spot: ReviewedNorm, form: RatingForm, *, late: bool) -> BlindRating:
    """Whoever rates after the reveal sees at once what the others think: that is never done by itself, while typing."""
    return services.give_rating(
        spot.review,
        norm_id=spot.norm.id,
        rating=None if late and is_draft() else to_rating(form.rating.data),
        note=form.note.data or "",
        version=form.version.data or 0,
        observations=form.observations.data or [],
        by=the_actor(),
    )


def _as_it_stands(spot: ReviewedNorm) -> tuple[RatingForm, int]:
    """The form with one's own rating of this norm, and its version."""
    mine = queries.own_rating(spot.review.id, spot.norm.id, the_actor().person_id)
    noted = queries.observations_of(spot.review.id, spot.norm.id, general=True)
    given = {
        "rating": mine.rating.value if mine and mine.rating else None,
        "note": mine.note if mine else "",
        "observations": sorted(queries.behind(mine.id if mine else None)),
    }
    return RatingForm(spot.outline, noted, data=given), mine.version if mine else 0


def next_after(spot: ReviewedNorm) -> str:
    review_id = spot.review.id
    _before, after = spot.outline.neighbours(spot.norm)
    if after is None:
        return url_for("reviews.list_ratings", review_id=review_id, show="open")
    return url_for("reviews.give_rating", review_id=review_id, code=after.code)


def rating_page(
    spot: ReviewedNorm, form: RatingForm, version: int, *, status: int = 200, error: StaleVersion | None = None
) -> Any:
    """One norm to rate: what the team noted, the indicators, and nothing of what colleagues think."""
    late = spot.review.state in LATE
    before, after = (None, None) if late else spot.outline.neighbours(spot.norm)
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
        noted={row.id: row for row in queries.observations_of(spot.review.id, spot.norm.id, general=True)},
        own_account=queries.own_account(spot.review, spot.norm.id),
        before=before,
        after=after,
        late=late,
    )


@bp.post("/reviews/<int:review_id>/reveal")
@requires(policy.may_lead, queries.review_for)
def reveal(review: Review) -> Any:
    url = url_for("reviews.list_findings", review_id=review.id)
    services.reveal(review, reason=ReasonForm().reason.data or "", by=the_actor())
    return done(url)
