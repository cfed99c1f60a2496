"""The summary of a report, which the team writes together."""

from typing import Any

from flask import request, url_for

from peerreview.core import history
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.forms import SummaryForm
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.routes.blueprint import (
    anew,
    bp,
    chosen,
    clash,
    differences,
    is_draft,
    rate_first,
    saved,
    warnings,
    wrong,
)
from peerreview.reviews.routes.findings import not_yet

R = ReviewState


@bp.route("/reviews/<int:review_id>/summary", methods=["GET", "POST"])
@requires(policy.may_review, queries.review_for)
@reads_first
def write_summary(review: Review) -> Any:
    review_id = review.id
    if not_yet(review):
        return done(url_for("reviews.show_review", review_id=review_id))
    if own_first := rate_first(review):
        return own_first
    if request.method == "GET":
        return summary_page(review, SummaryForm(data={"summary": review.summary}), review.version)
    form = SummaryForm(formdata=chosen())
    if not form.validate_on_submit():
        return wrong(form) if is_draft() else summary_page(review, form, form.version.data or 0, status=422)
    try:
        text, seen = form.summary.data or "", form.version.data or 0
        version = services.write_summary(review, summary=text, version=seen, by=the_actor())
    except StaleVersion as error:
        if is_draft():
            return clash(form, error, who=writer_of(review))
        again = anew(queries.review_for(the_actor(), review_id))
        return summary_page(again, form, error.theirs["version"], status=409, error=error)
    return saved(form, version) if is_draft() else done(url_for("reviews.list_findings", review_id=review_id))


def writer_of(review: Review) -> str:
    """Who wrote the summary last, as its history tells."""
    newest = next(iter(history.versions_of(review)), None)
    return newest.person_name if newest else ""


def summary_page(
    review: Review, form: SummaryForm, version: int, *, status: int = 200, error: StaleVersion | None = None
) -> Any:
    writer = writer_of(review) if error else ""
    return page(
        "reviews/summary.html",
        status=status,
        review=review,
        form=form,
        version=version,
        clash=differences(form, error, who=writer) if error else [],
        who=writer,
        notices=warnings(form),
        rows=queries.findings_of(review.id),
        outline=queries.outline_of_review(review),
        writing=review.state == R.CONSENSUS,
    )
