"""The fact check: the host's answer to each finding, the lead reviewer's verdict, and the end of it."""

from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import AnswerForm, VerdictForm, to_rating
from peerreview.reviews.lifecycle import FactAnswer, ReviewState, Verdict
from peerreview.reviews.models import Review
from peerreview.reviews.queries import ReviewedFinding
from peerreview.reviews.routes.blueprint import anew, bp, differences

R = ReviewState


def report_url(review_id: int, code: str) -> str:
    return url_for("reviews.show_report", review_id=review_id) + f"#finding-{code}"


@bp.route("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/answer", methods=["GET", "POST"])
@requires(policy.may_answer, queries.finding_for)
def answer_finding(spot: ReviewedFinding) -> Any:
    review_id, code, given = spot.review.id, spot.norm.code, spot.finding.fact_check
    if request.method == "GET":
        if spot.review.state != R.RELEASED:
            return done(report_url(review_id, code))
        said = request.args.get("say", "")
        data = {"answer": said if said in set(FactAnswer) else None}
        if given:
            data = {"answer": given.answer.value, "text": given.text, "evidence": given.evidence}
        return answer_page(spot, AnswerForm(data=data), given.version if given else 0)
    form = AnswerForm()
    if not form.validate_on_submit():
        return answer_page(spot, form, form.version.data or 0, status=422)
    try:
        services.answer_finding(
            spot.review,
            spot.finding,
            answer=FactAnswer(form.answer.data),
            text=form.text.data or "",
            evidence=form.evidence.data or "",
            version=form.version.data or 0,
            by=the_actor(),
        )
    except Invalid as error:
        form.form_errors = list(error.problems)
        return answer_page(again(review_id, code), form, form.version.data or 0, status=422)
    except StaleVersion as error:
        return answer_page(again(review_id, code), form, error.theirs["version"], status=409, error=error)
    return done(report_url(review_id, code))


def again(review_id: int, code: str) -> ReviewedFinding:
    """The same finding, read anew after what was refused."""
    return anew(queries.finding_for(the_actor(), review_id, code))


def answer_page(
    spot: ReviewedFinding, form: AnswerForm, version: int, *, status: int = 200, error: StaleVersion | None = None
) -> Any:
    found = differences(form, error) if error else []
    shown: dict[str, Any] = {"spot": spot, "review": spot.review, "form": form, "version": version, "clash": found}
    return page("reviews/answer.html", status=status, **shown)


@bp.post("/reviews/<int:review_id>/fact-check/close")
@requires(policy.may_close_fact_check, queries.review_for)
def close_fact_check(review: Review) -> Any:
    url = url_for("reviews.show_report", review_id=review.id)
    services.close_fact_check(review, by=the_actor())
    return done(url)


@bp.route("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/verdict", methods=["GET", "POST"])
@requires(policy.may_lead, queries.finding_for)
def give_verdict(spot: ReviewedFinding) -> Any:
    review_id, code, finding = spot.review.id, spot.norm.code, spot.finding
    row = finding.fact_check
    if row is None or row.state != Verdict.PENDING or spot.review.state != R.FACT_CHECKED:
        return done(report_url(review_id, code))
    if request.method == "GET":
        data = {"story": finding.story, "rating": finding.rating.value if finding.rating else None}
        return page("reviews/verdict.html", spot=spot, review=spot.review, form=VerdictForm(spot.outline, data=data))
    form = VerdictForm(spot.outline)
    if not form.validate_on_submit():
        return page("reviews/verdict.html", status=422, spot=spot, review=spot.review, form=form)
    reason = form.reason.data or ""
    try:
        if form.verdict.data == "accept":
            rating = to_rating(form.rating.data) if row.answer == FactAnswer.ERROR else None
            services.accept_answer(
                spot.review, finding, row, story=form.story.data or "", rating=rating, reason=reason, by=the_actor()
            )
        else:
            services.reject_answer(spot.review, row, reason=reason, by=the_actor())
    except Invalid as error:
        form.form_errors = [error.message]
        spot = again(review_id, code)
        return page("reviews/verdict.html", status=422, spot=spot, review=spot.review, form=form)
    return done(report_url(review_id, code))


@bp.post("/reviews/<int:review_id>/finalise")
@requires(policy.may_lead, queries.review_for)
def finalise(review: Review) -> Any:
    url = url_for("reviews.show_report", review_id=review.id)
    services.finalise(review, by=the_actor())
    return done(url)
