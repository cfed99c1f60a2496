"""The fact check: the host's answer to each finding, to all that are left at once, and the end of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import abort, request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid, StaleVersion
from peerreview.core.pages import done, page
from peerreview.reviews import policy, queries, services
from peerreview.reviews.completeness import PROOF, WORDS, answer_lacks
from peerreview.reviews.forms import AnswerForm
from peerreview.reviews.lifecycle import FactAnswer, ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import ReviewedFinding, answers, document
from peerreview.reviews.routes.blueprint import anew, bp, clash, differences, is_draft, saved, wrong

R = ReviewState
CLOSING = "#closing"  # at the end of the report, where the host sends its answers


def report_url(review_id: int, code: str = "") -> str:
    return url_for("reviews.show_report", review_id=review_id) + (f"#finding-{code}" if code else "")


def opened(review: Review) -> Review:
    """The same review; when one of the host's people reads it for the first time, it has arrived."""
    review_id, actor = review.id, the_actor()
    if policy.is_host(actor, review) and services.note_opened(review, by=actor):
        return anew(queries.review_for(actor, review_id))
    return review


def fact_check_of(review: Review, findings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the page of the report tells of the fact check beside its answers; no query."""
    answering = review.state == R.RELEASED and policy.may_answer(the_actor(), review)
    answers_of = {finding["code"]: finding["answer"] for finding in findings if finding["answer"]} if answering else {}
    return {
        "answering": answering,
        "advising": policy.may_advise(the_actor(), review),
        "unfinished": [code for code, answer in answers_of.items() if is_unfinished(answer)],
        "at_once": agreed_at_once(answers_of.values()),
    }


def is_unfinished(answer: Mapping[str, Any]) -> bool:
    proof = bool(answer["evidence"].strip() or answer["document"])
    return bool(answer_lacks(answer["answer"], answer["text"], proof=proof))


def agreed_at_once(given: Iterable[Mapping[str, Any]]) -> tuple[str, int] | None:
    """(moment, number) of the last time that the host agreed with several findings in one go; None if it never did."""
    times = Counter(answer["answered_at"] for answer in given if answer["answer"] == FactAnswer.AGREE)
    return max(((moment, count) for moment, count in times.items() if count > 1), default=None)


@bp.route("/reviews/<int:review_id>/findings/<string(maxlength=10):code>/answer", methods=["GET", "POST"])
@requires(policy.may_answer, queries.finding_for)
def answer_finding(spot: ReviewedFinding) -> Any:
    review_id, code, given = spot.review.id, spot.norm.code, spot.finding.fact_check
    if request.method == "GET":
        if spot.review.state != R.RELEASED:
            return done(report_url(review_id, code))
        if services.note_opened(spot.review, by=the_actor()):
            spot = again(review_id, code)
            given = spot.finding.fact_check
        form = AnswerForm(answers.documents_of(spot.review), data=data_of(spot))
        return answer_page(spot, form, given.version if given else 0)
    form = AnswerForm(answers.documents_of(spot.review))
    if not form.validate_on_submit():
        return wrong(form) if is_draft() else answer_page(spot, form, form.version.data or 0, status=422)
    if is_draft() and form.is_empty:
        return saved(form, given.version if given else 0)
    try:
        bring_file(spot, form)
        row = services.answer_finding(
            anew(queries.review_for(the_actor(), review_id)), spot.finding, version=form.version.data or 0,
            draft=is_draft(), by=the_actor(), **form.values(),
        )  # fmt: skip
    except Invalid as error:
        blame(form, error)
        return wrong(form) if is_draft() else answer_page(again(review_id, code), form, form.version.data or 0, 422)
    except StaleVersion as error:
        if is_draft():
            return clash(form, error, who=answers.answered_by(again(review_id, code).finding.fact_check))
        return answer_page(again(review_id, code), form, error.theirs["version"], status=409, error=error)
    return saved(form, row.version) if is_draft() else done(report_url(review_id, code))


def blame(form: AnswerForm, error: Invalid) -> None:
    """Put what a rule said beside the field that it is about: the words, what shows it, or the new document."""
    if not error.problems:
        form.file.errors = [error.message]
        return
    proof = bool(form.evidence.data or form.evidence_id.data)
    lacks = answer_lacks(FactAnswer(form.answer.data), form.text.data or "", proof=proof)
    for lack, problem in zip(lacks, error.problems, strict=True):
        form[{WORDS: "text", PROOF: "evidence"}[lack]].errors = [problem]


def data_of(spot: ReviewedFinding) -> dict[str, Any]:
    given, said = spot.finding.fact_check, request.args.get("say", "")
    if given is None:
        return {"answer": said if said in set(FactAnswer) else None}
    chosen = str(given.evidence_id or "")
    return {"answer": given.answer.value, "text": given.text, "evidence": given.evidence, "evidence_id": chosen}


def bring_file(spot: ReviewedFinding, form: AnswerForm) -> None:
    """A new document is kept first, and stays chosen also when the answer lacks something else."""
    upload = form.file.data
    if upload is None or not upload.filename or is_draft():
        return
    review, finding = spot.review, spot.finding
    name, content = upload.filename, upload.read()
    brought = services.bring_document(review, finding, file_name=name, content=content, by=the_actor())
    form.evidence_id.choices = [*form.evidence_id.choices, (str(brought.id), brought.title)]
    form.evidence_id.data = str(brought.id)


def again(review_id: int, code: str) -> ReviewedFinding:
    """The same finding, read anew after what was kept or refused."""
    return anew(queries.finding_for(the_actor(), review_id, code))


def answer_page(
    spot: ReviewedFinding, form: AnswerForm, version: int, status: int = 200, error: StaleVersion | None = None
) -> Any:
    return page(
        "reviews/answer.html",
        status=status,
        spot=spot,
        review=spot.review,
        form=form,
        version=version,
        rated=document.words_of_scale(queries.outline_of_review(spot.review)),
        clash=differences(form, error) if error else [],
        who=answers.answered_by(spot.finding.fact_check) if error else "",
    )


@bp.post("/reviews/<int:review_id>/fact-check/agree-with-rest")
@requires(policy.may_answer, queries.review_for)
def agree_with_rest(review: Review) -> Any:
    url = report_url(review.id) + CLOSING
    services.agree_with_rest(review, by=the_actor())
    return done(url)


@bp.post("/reviews/<int:review_id>/fact-check/take-back-rest")
@requires(policy.may_answer, queries.review_for)
def take_back_rest(review: Review) -> Any:
    url = report_url(review.id) + CLOSING
    try:
        moment = datetime.fromisoformat(request.form.get("moment", ""))
    except ValueError:
        abort(422)
    if moment.tzinfo is None:
        abort(422)
    services.take_back_rest(review, moment=moment, by=the_actor())
    return done(url)


@bp.post("/reviews/<int:review_id>/fact-check/close")
@requires(policy.may_close_fact_check, queries.review_for)
def close_fact_check(review: Review) -> Any:
    url = report_url(review.id)
    services.close_fact_check(review, by=the_actor())
    return done(url)
