"""What becomes of the host's answers: a second reader's advice, the lead reviewer's verdict, the final report."""

from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import AdviceForm, ReaderForm, ReasonForm, VerdictForm, to_rating
from peerreview.reviews.lifecycle import Advice, FactAnswer, ReviewState, Verdict
from peerreview.reviews.models import Review
from peerreview.reviews.queries import ReviewedFinding
from peerreview.reviews.queries import reader as readers
from peerreview.reviews.routes.blueprint import bp
from peerreview.reviews.routes.factcheck import again, report_url
from peerreview.reviews.services.verdicts import needs_advice

R = ReviewState


# --- The second reader ------------------------------------------------------------------------------------------------


def reading_along(review: Review) -> dict[str, Any]:
    """What the lead reviewer's page tells of the second reader, and the forms to ask one or to go without."""
    asked = readers.person_named(review.second_reader_id)
    possible = readers.possible_readers(review)
    left = [one for one in possible if one.person_id != review.second_reader_id]
    ask = url_for("reviews.ask_second_reader", review_id=review.id)
    return {
        "reader": asked.name if asked else "",
        "unadvised": readers.advice_waited_for(review.id),
        "may_replace": not readers.any_advice(review.id),
        "reader_form": ReaderForm(left, action=ask) if left else None,
        "without_form": ReasonForm(action=url_for("reviews.go_without_reader", review_id=review.id)),
    }


@bp.post("/reviews/<int:review_id>/second-reader")
@requires(policy.may_lead, queries.review_for)
def ask_second_reader(review: Review) -> Any:
    url = url_for("reviews.show_review", review_id=review.id)
    form = ReaderForm(readers.possible_readers(review))
    chosen = form.person_id.data if form.validate_on_submit() else 0  # 0 is nobody: the service says what is wrong
    services.ask_second_reader(review, person_id=chosen or 0, by=the_actor())
    return done(url)


@bp.post("/reviews/<int:review_id>/second-reader/none")
@requires(policy.may_lead, queries.review_for)
def go_without_reader(review: Review) -> Any:
    url, form = url_for("reviews.show_review", review_id=review.id), ReasonForm()
    form.validate_on_submit()
    services.go_without_reader(review, reason=form.reason.data or "", by=the_actor())
    return done(url)


@bp.route("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/advice", methods=["GET", "POST"])
@requires(policy.may_advise, queries.finding_for)
def give_advice(spot: ReviewedFinding) -> Any:
    review_id, code, row = spot.review.id, spot.norm.code, spot.finding.fact_check
    if row is None or row.state != Verdict.PENDING or row.answer == FactAnswer.AGREE:
        return done(report_url(review_id, code))
    if request.method == "GET":
        data = {"advice": row.advice.value if row.advice else None, "text": row.advice_text}
        return advice_page(spot, AdviceForm(data=data))
    form = AdviceForm()
    if not form.validate_on_submit():
        return advice_page(spot, form, 422)
    advice, text = Advice(form.advice.data), form.text.data or ""
    try:
        services.give_advice(spot.review, row, advice=advice, text=text, by=the_actor())
    except Invalid as error:
        form.form_errors = [error.message]
        return advice_page(again(review_id, code), form, 422)
    return done(report_url(review_id, code))


def advice_page(spot: ReviewedFinding, form: AdviceForm, status: int = 200) -> Any:
    row = spot.finding.fact_check
    document = readers.document_of(row) if row else None
    return page("reviews/advice.html", status=status, spot=spot, review=spot.review, form=form, document=document)


# --- The lead reviewer ------------------------------------------------------------------------------------------------


@bp.route("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/verdict", methods=["GET", "POST"])
@requires(policy.may_lead, queries.finding_for)
def give_verdict(spot: ReviewedFinding) -> Any:
    review_id, code, finding = spot.review.id, spot.norm.code, spot.finding
    row = finding.fact_check
    if row is None or row.state != Verdict.PENDING or spot.review.state != R.FACT_CHECKED:
        return done(report_url(review_id, code))
    if request.method == "GET":
        data = {"story": finding.story, "rating": finding.rating.value if finding.rating else None}
        return verdict_page(spot, VerdictForm(spot.outline, data=data))
    form = VerdictForm(spot.outline)
    if not form.validate_on_submit():
        return verdict_page(spot, form, 422)
    reason, unread, by = form.reason.data or "", form.unread_reason.data or "", the_actor()
    try:
        if form.verdict.data == "accept":
            services.accept_answer(
                spot.review, finding, row, story=form.story.data or "", reason=reason, unread_reason=unread, by=by,
                rating=to_rating(form.rating.data) if row.answer == FactAnswer.ERROR else None,
            )  # fmt: skip
        else:
            services.reject_answer(spot.review, row, reason=reason, unread_reason=unread, by=by)
    except Invalid as error:
        form.form_errors = [error.message]
        return verdict_page(again(review_id, code), form, 422)
    return done(report_url(review_id, code))


def verdict_page(spot: ReviewedFinding, form: VerdictForm, status: int = 200) -> Any:
    row, asked = spot.finding.fact_check, readers.person_named(spot.review.second_reader_id)
    return page(
        "reviews/verdict.html",
        status=status,
        spot=spot,
        review=spot.review,
        form=form,
        document=readers.document_of(row) if row else None,
        reader=asked.name if asked else "",
        waits=row is not None and needs_advice(spot.review, row),
    )


@bp.post("/reviews/<int:review_id>/finalise")
@requires(policy.may_lead, queries.review_for)
def finalise(review: Review) -> Any:
    url = report_url(review.id)
    services.finalise(review, by=the_actor())
    return done(url)
