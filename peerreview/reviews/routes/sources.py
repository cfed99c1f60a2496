"""Where each sentence of a finding comes from: the writer ticks the observations that it rests on."""

from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.queries import ReviewedFinding
from peerreview.reviews.queries.sources import grounds_of, offered
from peerreview.reviews.routes.blueprint import bp, rate_this_first

R = ReviewState


@bp.route("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/sources", methods=["GET", "POST"])
@requires(policy.may_review, queries.finding_for)
def rest_sentences(spot: ReviewedFinding) -> Any:
    review_id, code = spot.review.id, spot.norm.code
    if spot.review.state in (R.PREPARING, R.RATING):
        return done(url_for("reviews.show_review", review_id=review_id))
    if own_first := rate_this_first(spot):
        return own_first
    if request.method == "GET":
        return sources_page(spot)
    back = url_for("reviews.record_finding", review_id=review_id, code=code)
    following = url_for("reviews.show_report", review_id=review_id) if request.form.get("then") == "report" else back
    chosen, seen = links(request.form.getlist("rests")), links(request.form.getlist("seen"))
    services.rest_sentences(spot.review, spot.finding, chosen=chosen, seen=seen, by=the_actor())
    return done(following)


def links(sent: list[str]) -> set[tuple[str, int]]:
    """'<key of a sentence>:<id of an observation>' as pairs; what is nothing of the kind is left."""
    parts = (one.partition(":") for one in sent)
    return {(key, int(number)) for key, _colon, number in parts if number.isascii() and number.isdigit()}


def sources_page(spot: ReviewedFinding) -> Any:
    grounds = offered(grounds_of(spot.review.id, [spot.finding], spot.finding.id)[spot.finding.id])
    return page(
        "reviews/sources.html",
        spot=spot,
        review=spot.review,
        grounds=grounds,
        labels=spot.outline.interlocutor_labels,
        then="report" if request.args.get("then") == "report" else "",
        writing=spot.review.state == R.CONSENSUS,
    )
