"""The fact check: the host answers each finding. What it does not answer counts as agreed.

An answer is kept while it is written, also when it is not finished; closing asks for what an error or a comment still
lacks. A fact check whose day has passed closes by itself, with the answers as they stand, but never before the host
really had its report.
"""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.events import announce, on
from peerreview.reviews import completeness, mail, queries
from peerreview.reviews.lifecycle import REVIEW, FactAnswer, ReviewState
from peerreview.reviews.models import FactCheckAnswer, Finding, Review
from peerreview.reviews.queries import answers
from peerreview.reviews.services.delivery import note_letters
from peerreview.reviews.services.locking import locked
from peerreview.reviews.services.reader import tell_reader
from peerreview.selfevaluations.models import Evidence
from peerreview.selfevaluations.services.evidence import add_source


def _refuse_unless_open(review: Review) -> None:
    if review.state != ReviewState.RELEASED:
        raise NotNow(_("The fact check of this report is closed."))


def answer_finding(
    review: Review,
    finding: Finding,
    *,
    answer: FactAnswer,
    by: Actor,
    text: str = "",
    evidence: str = "",
    document_id: int | None = None,
    version: int = 0,
    draft: bool = False,
) -> FactCheckAnswer:
    """Say whether a finding is right; may be changed until the fact check is closed, and nobody else reads it before.

    An error needs what is wrong and a source: in words (`evidence`), or a document of the host (`document_id`), which
    the team may open from the closing on. A comment needs its text; a `draft` may lack all that. Raises StaleVersion, with both
    answers, when a colleague answered after `version` (0: nothing yet) and said something else.
    """
    _refuse_unless_open(review)
    if document_id not in {None, *(row.id for row in answers.documents_of(review))}:
        raise Invalid(_("Choose a document of your own organisation."))
    if not draft and (problems := _problems(answer, text, proof=bool(evidence.strip() or document_id))):
        raise Invalid(problems[0], problems)
    if answer == FactAnswer.AGREE and not draft:
        text, evidence, document_id = "", "", None
    values: dict[str, Any] = {"answer": answer, "text": text, "evidence": evidence, "evidence_id": document_id}
    with unit_of_work():
        locked(review)
        _refuse_unless_open(review)
        chosen = select(FactCheckAnswer).where(FactCheckAnswer.finding_id == finding.id).with_for_update()
        row = db.session.scalars(chosen.execution_options(populate_existing=True)).one_or_none()
        if row is None:
            row = FactCheckAnswer(finding_id=finding.id)
            db.session.add(row)
        elif all(getattr(row, name) == value for name, value in values.items()):
            return row
        elif row.version != version:
            theirs = {name: getattr(row, name) for name in values} | {"version": row.version}
            raise StaleVersion(_("A colleague answered this finding just before you."), theirs=theirs, mine=values)
        news = row.answer != answer
        for name, value in values.items():
            setattr(row, name, value)
        row.answered_by_id, row.answered_at = by.person_id or 0, clock.now()
        db.session.flush()
        if news or not draft:
            audit.record("fact_check_answer.give", row, by=by, after={"answer": answer.value})
    return row


def _problems(answer: FactAnswer, text: str, *, proof: bool) -> list[str]:
    lacks = completeness.answer_lacks(answer, text, proof=proof)
    problems = []
    if completeness.WORDS in lacks:
        error = answer == FactAnswer.ERROR
        problems.append(_("Write down what is not right.") if error else _("Write down what you want to explain."))
    if completeness.PROOF in lacks:
        problems.append(_("Write down what shows it: a document, a figure, a date."))
    return problems


def bring_document(review: Review, finding: Finding, *, file_name: str, content: bytes, by: Actor) -> Evidence:
    """Keep a new document of the host beside this norm, to point at as a source.

    Raises Invalid for a file that is empty, too large, or not what its name says.
    """
    _refuse_unless_open(review)
    with unit_of_work():
        evaluation = answers.self_evaluation_of(review)
        if evaluation is None:
            raise NotNow(_("There is no self-evaluation to keep documents beside. Write the source down in words."))
        return add_source(evaluation, file_name=file_name, content=content, norm_ids=[finding.norm_id], by=by)


def agree_with_rest(review: Review, *, by: Actor) -> int:
    """Agree with every finding that has no answer yet; how many. `take_back_rest` undoes it until the closing."""
    _refuse_unless_open(review)
    with unit_of_work():
        locked(review)
        _refuse_unless_open(review)
        moment, left = clock.now(), answers.unanswered(review.id)
        if left:
            new = {"answer": FactAnswer.AGREE, "answered_by_id": by.person_id or 0, "answered_at": moment}
            db.session.execute(insert(FactCheckAnswer), [new | {"finding_id": finding_id} for finding_id in left])
            audit.record("fact_check.agree_with_rest", review, by=by, after={"findings": len(left)})
    return len(left)


def take_back_rest(review: Review, *, moment: datetime, by: Actor) -> int:
    """Undo what was agreed with at this moment, where nobody answered otherwise since; how many are open again."""
    _refuse_unless_open(review)
    with unit_of_work():
        locked(review)
        _refuse_unless_open(review)
        own = select(Finding.id).where(Finding.review_id == review.id)
        then = FactCheckAnswer.answered_at == moment, FactCheckAnswer.answer == FactAnswer.AGREE
        chosen = select(FactCheckAnswer.id).where(FactCheckAnswer.finding_id.in_(own), *then)
        rows = list(db.session.scalars(chosen))
        if rows:
            db.session.execute(delete(FactCheckAnswer).where(FactCheckAnswer.id.in_(rows)))
            audit.record("fact_check.take_back_rest", review, by=by, after={"findings": len(rows)})
    return len(rows)


def close_fact_check(review: Review, *, by: Actor, as_it_stands: bool = False) -> None:
    """The host has said everything; the lead reviewer has so many working days for the verdicts.

    Raises Invalid with the codes of answers that are not finished, unless they are taken `as_it_stands`.
    """
    _refuse_unless_open(review)
    with unit_of_work():
        locked(queries.named(review))
        if not REVIEW.can(review.state, "check_facts"):
            raise NotNow(_("The fact check of this report is closed."))
        if not as_it_stands and (codes := answers.unfinished_answers(review.id)):
            message = _("Some answers are not finished yet: %(codes)s. Finish them first.", codes=", ".join(codes))
            raise Invalid(message, codes)
        audit.change_state(review, REVIEW, "check_facts", by=by)
        review.due_on = clock.add_working_days(clock.today(), review.visit.host.round.rules.correct_within)
        db.session.flush()
        mail.tell_fact_checked(review, queries.open_verdicts(queries.fact_checks_of(review.id)), review.due_on)
        tell_reader(review)
        announce("review.fact_checked", review, by=by)


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    note_letters(by=by)  # what arrived or came back in the night counts first
    close_overdue_fact_checks()


def close_overdue_fact_checks() -> int:
    """Close every fact check whose day has passed since the host had its report; the number closed.

    The worker calls it each day; twice does no harm.
    """
    overdue = select(Review).where(Review.state == ReviewState.RELEASED, Review.due_on < clock.today())
    overdue = overdue.where(Review.delivered_at.is_not(None)).order_by(Review.id)
    reviews = list(db.session.scalars(queries.with_names(overdue)))
    for review in reviews:
        close_fact_check(review, by=SYSTEM, as_it_stands=True)
    return len(reviews)
