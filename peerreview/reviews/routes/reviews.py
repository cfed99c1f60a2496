"""The list of reviews and the page of one: where it stands and what is next."""

from typing import Any

from flask import request, url_for

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import DeliveryForm, ReasonForm
from peerreview.reviews.lifecycle import READ_ALONG, WRITTEN, ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries.delivery import delivery_of
from peerreview.reviews.routes.blueprint import anew, bp
from peerreview.reviews.routes.verdicts import reading_along
from peerreview.reviews.services.notes import can_note
from peerreview.reviews.services.release import can_release_without_late, late_ones, plan_of_release

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
    if policy.is_second_reader(actor, review):
        return done(url_for("reviews.show_report", review_id=review.id))
    if not policy.may_review(actor, review):
        return office_page(review)
    return page("reviews/show.html", review=review, **progress(review))


def office_page(review: Review, form: DeliveryForm | None = None, status: int = 200) -> Any:
    """What the secretariat sees: every review of the exchange, who is late, and whether this report arrived."""
    every = queries.reviews_of_exchange(review.visit.exchange_id, stopped=True)
    standing = [each for each in every if each.state != R.STOPPED]
    action = url_for("reviews.note_delivery", review_id=review.id)
    return page(
        "reviews/office.html",
        status=status,
        review=review,
        every=every,
        late=[each.id for each in late_ones(standing)],
        can_release=can_release_without_late(standing),
        written=review.state in WRITTEN,
        delivery=delivery_of(review) if review.state in WRITTEN else None,
        form=form or DeliveryForm(action=action, data={"day": clock.today()}),
    )


def progress(review: Review) -> dict[str, Any]:
    """What the team's page counts; of ratings only the reader's own until these are complete."""
    actor = the_actor()
    own = [rating for rating in queries.own_ratings(review.id, actor.person_id).values() if rating]
    norms = len(queries.outline_of_review(review).norms)
    alone = review.state == R.RATING
    finished = len(own) >= norms > 0
    deciding = review.state in (R.CONSENSUS, R.DRAFTED)
    blind = queries.to_rate_first(review, actor)
    lacking = queries.incomplete(review, blind=blind) if deciding else []
    leads = policy.may_lead(actor, review)
    asks = leads and review.state in (R.RELEASED, R.FACT_CHECKED)
    return {
        "norms": norms,
        "noted": sum(queries.observation_counts(review.id).values()),
        "own": len(own),
        "colleagues": len(queries.finished_members(review) - {actor.person_id}) if alone and finished else None,
        "can_note": can_note(review),
        "lacking": lacking,
        "summarised": bool(review.summary) and not blind,
        "leads": leads,
        "along": reading_along(review) if asks else None,
        "answers": queries.fact_checks_of(review.id) if review.state in READ_ALONG else {},
        "reveal_form": ReasonForm(action=url_for("reviews.reveal", review_id=review.id)) if alone else None,
    }


@bp.route("/reviews/<int:review_id>/release", methods=["GET", "POST"])
@requires(policy.may_release, queries.review_for)
def release_without_late(review: Review) -> Any:
    """First what it does, with every letter as it would leave; then the act, with a reason."""
    url, form = url_for("reviews.show_review", review_id=review.id), ReasonForm()
    if request.method == "POST":
        try:
            services.release_without_late(review, reason=form.reason.data or "", by=the_actor())
        except Invalid as error:
            form.form_errors = [error.message]
            review = anew(queries.review_for(the_actor(), review.id))
        else:
            return done(url)
    plan = plan_of_release(queries.reviews_of_exchange(review.visit.exchange_id), reason="…")
    if plan is None:
        return done(url)
    return page("reviews/release.html", status=422 if form.form_errors else 200, review=review, plan=plan, form=form)


@bp.post("/reviews/<int:review_id>/delivery")
@requires(policy.may_deliver, queries.review_for)
def note_delivery(review: Review) -> Any:
    review_id, form = review.id, DeliveryForm()
    if not form.validate_on_submit():
        return office_page(review, form, 422)
    try:
        services.note_delivery(review, day=form.day.data, reason=form.reason.data or "", by=the_actor())
    except Invalid as error:
        form.form_errors = [error.message]
        return office_page(anew(queries.review_for(the_actor(), review_id)), form, 422)
    return done(url_for("reviews.show_review", review_id=review_id))
