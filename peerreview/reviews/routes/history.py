"""What a finding and the summary read before: each version beside what stands there now, and back to it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import history
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page
from peerreview.core.redline import redline
from peerreview.frameworks.outline import Outline
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import FindingForm, rating_choices
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import ReviewedFinding
from peerreview.reviews.routes.blueprint import anew, bp, rate_first, rate_this_first
from peerreview.reviews.routes.findings import not_yet
from peerreview.reviews.services.findings import FIELDS, texts_of

R = ReviewState


Texts = dict[str, str]


def compared(row: Any, now: Texts, labels: Texts, words: Callable[[Texts], Texts] = dict) -> dict[str, Any]:
    """The list of versions, and the one that was asked for with what changed since, by field that has any text."""
    kept, number = history.versions_of(row), request.args.get("version", 0, int)
    shown = next((one for one in kept if one.number == number), None)
    before, after = words(shown.texts if shown else now), words(now)
    parts = [
        {"label": label, "parts": redline(before.get(name) or "", after[name])}
        for name, label in labels.items()
        if before.get(name) or after[name]
    ]
    return {"versions": kept, "shown": shown, "parts": parts, "changed": before != after}


def labels_of_finding(outline: Outline) -> Texts:
    form = FindingForm(outline, [])
    return {name: str(form[name].label.text) for name in FIELDS}


def in_words(texts: Texts, outline: Outline) -> Texts:
    return texts | {"rating": dict(rating_choices(outline)).get(texts.get("rating") or "", "")}


@bp.get("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/history")
@requires(policy.may_review, queries.finding_for)
def show_finding_history(spot: ReviewedFinding) -> Any:
    if not_yet(spot.review):
        return done(url_for("reviews.show_review", review_id=spot.review.id))
    return rate_this_first(spot) or finding_history(spot)


def finding_history(spot: ReviewedFinding, *, status: int = 200, refused: str = "") -> Any:
    words = partial(in_words, outline=spot.outline)
    return page(
        "reviews/finding_history.html",
        status=status,
        refused=refused,
        spot=spot,
        review=spot.review,
        version=spot.finding.version,
        can_put_back=spot.review.state == R.CONSENSUS,
        **compared(spot.finding, texts_of(spot.finding), labels_of_finding(spot.outline), words),
    )


@bp.post("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/history/<int:number>")
@requires(policy.may_review, queries.finding_for)
def put_finding_back(spot: ReviewedFinding, number: int) -> Any:
    if own_first := rate_this_first(spot):
        return own_first
    review_id, code, version = spot.review.id, spot.norm.code, request.form.get("version", 0, int)
    try:
        services.put_finding_back(spot.review, spot.finding, number=number, version=version, by=the_actor())
    except StaleVersion as error:
        again = anew(queries.finding_for(the_actor(), review_id, code))
        return finding_history(again, status=409, refused=error.message)
    return done(url_for("reviews.record_finding", review_id=review_id, code=code))


@bp.get("/reviews/<int:review_id>/summary/history")
@requires(policy.may_review, queries.review_for)
def show_summary_history(review: Review) -> Any:
    if not_yet(review):
        return done(url_for("reviews.show_review", review_id=review.id))
    return rate_first(review) or summary_history(review)


def summary_history(review: Review, *, status: int = 200, refused: str = "") -> Any:
    return page(
        "reviews/summary_history.html",
        status=status,
        refused=refused,
        review=review,
        version=review.version,
        can_put_back=review.state == R.CONSENSUS,
        **compared(review, {"summary": review.summary}, {"summary": _("Summary")}),
    )


@bp.post("/reviews/<int:review_id>/summary/history/<int:number>")
@requires(policy.may_review, queries.review_for)
def put_summary_back(review: Review, number: int) -> Any:
    review_id, version = review.id, request.form.get("version", 0, int)
    if own_first := rate_first(review):
        return own_first
    try:
        services.put_summary_back(review, number=number, version=version, by=the_actor())
    except StaleVersion as error:
        again = anew(queries.review_for(the_actor(), review_id))
        return summary_history(again, status=409, refused=error.message)
    return done(url_for("reviews.write_summary", review_id=review_id))
