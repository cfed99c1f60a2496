"""The list of reviews and the page of one: where it stands and what is next."""

from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import ReasonForm
from peerreview.reviews.lifecycle import WRITTEN, ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.routes.blueprint import bp
from peerreview.reviews.services.notes import can_note
from peerreview.reviews.services.release import can_release_without_late

R = ReviewState


@bp.get("/reviews")
@requires(policy.may_list_reviews)
def list_reviews() -> Any:
    reviews = queries.review_page(the_actor(), request.args.get("page", 1, int))
    return page("reviews/list.html", fragment="list", reviews=reviews)


@bp.get("/reports")
@requires(policy.may_list_reports)
def list_reports() -> Any:
    return page("reviews/reports.html", reviews=queries.review_page(the_actor(), request.args.get("page", 1, int)))


@bp.get("/reviews/<int:review_id>")
@requires(policy.may_see, queries.review_for)
def show_review(review: Review) -> Any:
    actor = the_actor()
    if policy.is_host(actor, review):
        return done(url_for("reviews.show_report", review_id=review.id))
    if not policy.may_review(actor, review):
        standing = queries.reviews_of_exchange(review.visit.exchange_id)
        return page(
            "reviews/office.html",
            review=review,
            standing=standing,
            can_release=can_release_without_late(standing),
            written=review.state in WRITTEN,
            form=ReasonForm(action=url_for("reviews.release_without_late", review_id=review.id)),
        )
    return page("reviews/show.html", review=review, **progress(review))


def progress(review: Review) -> dict[str, Any]:
    """What the team's page counts; of ratings only the reader's own until these are complete."""
    actor = the_actor()
    own = [rating for rating in queries.own_ratings(review.id, actor.person_id).values() if rating]
    norms = len(queries.outline_of_review(review).norms)
    alone = review.state == R.RATING
    finished = len(own) >= norms > 0
    deciding = review.state in (R.CONSENSUS, R.DRAFTED)
    lacking = queries.incomplete(review) if deciding else []
    return {
        "norms": norms,
        "noted": sum(queries.observation_counts(review.id).values()),
        "own": len(own),
        "colleagues": len(queries.finished_members(review) - {actor.person_id}) if alone and finished else None,
        "can_note": can_note(review),
        "lacking": lacking,
        "leads": policy.may_lead(actor, review),
        "answers": queries.fact_checks_of(review.id) if review.state in WRITTEN else {},
        "reveal_form": ReasonForm(action=url_for("reviews.reveal", review_id=review.id)) if alone else None,
    }


@bp.post("/reviews/<int:review_id>/release")
@requires(policy.may_release, queries.review_for)
def release_without_late(review: Review) -> Any:
    url, form = url_for("reviews.show_review", review_id=review.id), ReasonForm()
    services.release_without_late(review, reason=form.reason.data or "", by=the_actor())
    return done(url)
