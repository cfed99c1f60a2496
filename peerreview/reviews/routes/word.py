"""The report as a Word file: out, and what was written in it back in."""

from itertools import groupby
from typing import Any

from flask import abort, request, url_for

from peerreview.core import i18n, privacy
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.extensions import limiter
from peerreview.reviews import policy, queries
from peerreview.reviews.forms import WordForm
from peerreview.reviews.lifecycle import WRITTEN, ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import document
from peerreview.reviews.routes.blueprint import anew, bp, rate_first
from peerreview.reviews.routes.factcheck import opened
from peerreview.reviews.routes.report import attachment, brand, by_person, file_name
from peerreview.reviews.services import word
from peerreview.reviews.word.marks import LABELS
from peerreview.reviews.word.reading import Returned

R = ReviewState
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@bp.get("/reviews/<int:review_id>/report/<int:number>.docx")
@requires(policy.may_read_report, queries.review_for)
@limiter.limit("60 per hour", key_func=by_person)
def download_word(review: Review, number: int) -> Any:
    """A version of the report in the reader's language; the team's draft has number 0."""
    name, language = file_name(review, number, "docx"), i18n.language()
    if number == 0:
        return draft_word(review, name)
    review = opened(review)
    version = queries.version_numbered(review.id, number) if review.state in WRITTEN else None
    content = (version or abort(404)).content
    return attachment(word.report_word(content, language=language, brand=brand()), name, WORD)


def draft_word(review: Review, name: str) -> Any:
    """As `draft_file`, for Word."""
    if not policy.may_review(the_actor(), review) or review.state not in (R.CONSENSUS, R.DRAFTED):
        abort(404)
    if own_first := rate_first(review):
        return own_first
    return attachment(word.draft_word(review, language=i18n.language(), brand=brand()), name, WORD)


@bp.route("/reviews/<int:review_id>/word", methods=["GET", "POST"])
@requires(policy.may_review, queries.review_for)
@limiter.limit("60 per hour", key_func=by_person, methods=["POST"])
def bring_word(review: Review) -> Any:
    """Take the draft to Word, and bring the file back to see what it would change."""
    if review.state not in (R.CONSENSUS, R.DRAFTED):
        return done(url_for("reviews.show_review", review_id=review.id))
    if own_first := rate_first(review):
        return own_first
    form = WordForm()
    writing = review.state == R.CONSENSUS
    if request.method == "GET":
        return page("reviews/word.html", review=review, form=form, writing=writing)
    if not form.validate_on_submit():
        return page("reviews/word.html", status=422, review=review, form=form, writing=writing)
    try:
        returned = word.read_back(review, form.file.data.read())
    except Invalid as error:
        form.file.errors = [error.message]
        return page("reviews/word.html", status=422, review=review, form=form, writing=writing)
    return changes_page(review, returned)


def changes_page(review: Review, returned: Returned, *, status: int = 200, late: bool = False) -> Any:
    """Each text that differs as a redline, to choose from."""
    changes, odd = word.changes_in(review, returned)
    outline = queries.outline_of_review(review)
    return page(
        "reviews/word_changes.html",
        status=status,
        review=review,
        changes=changes,
        groups=[(code, list(some)) for code, some in groupby(changes, key=lambda change: change.code)],
        marks={one.name: privacy.notices(one.value, plain=True) for one in changes if one.field != "rating"},
        odd=odd,
        returned=returned,
        norms=outline.by_code,
        labels={name: i18n.localised(words) for name, words in LABELS.items()},
        rated=document.words_of_scale(outline),
        late=late,
    )


@bp.post("/reviews/<int:review_id>/word/take")
@requires(policy.may_review, queries.review_for)
def take_word(review: Review) -> Any:
    if own_first := rate_first(review):
        return own_first
    review_id, returned = review.id, sent_back(review)
    taken = set(request.form.getlist("take"))
    changes, _odd = word.changes_in(review, returned)
    seen = versions_seen()
    chosen = [word.as_seen(change, seen.get(change.code)) for change in changes if change.name in taken]
    try:
        word.take_word(review, chosen, by=the_actor())
    except StaleVersion:
        again = anew(queries.review_for(the_actor(), review_id))
        return changes_page(again, sent_back(again), status=409, late=True)
    return done(url_for("reviews.list_findings", review_id=review_id))


def sent_back(review: Review) -> Returned:
    """The texts of the page with changes: 'value:V1:story' and 'seen:V1' in its form."""
    values = {}
    for name, value in request.form.items():
        kind, _colon, rest = name.partition(":")
        code, _colon, field = rest.rpartition(":")
        if kind == "value":
            values[code, field] = value
    return word.shown_again(review, values, versions_seen())


def versions_seen() -> dict[str, int]:
    pairs = ((name.removeprefix("seen:"), value) for name, value in request.form.items() if name.startswith("seen:"))
    return {code: int(value) for code, value in pairs if value.isascii() and value.isdigit()}
