"""The fact check: the host answers each finding, the lead reviewer accepts or rejects, and the report becomes final.

What is not answered counts as agreed. A rating changes only where an error of fact was accepted, and the story as
it was stays beside the new one, so that the commission sees the redline.
"""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.events import announce, on
from peerreview.matching.lifecycle import EXCHANGE
from peerreview.reviews import completeness, mail, queries
from peerreview.reviews.lifecycle import (
    FACT_VERDICT,
    REVIEW,
    FactAnswer,
    Rating,
    ReviewState,
    Verdict,
)
from peerreview.reviews.models import FactCheckAnswer, Finding, Review
from peerreview.reviews.services.locking import locked
from peerreview.reviews.services.release import keep_version
from peerreview.trajectories.services import advance


def answer_finding(
    review: Review,
    finding: Finding,
    *,
    answer: FactAnswer,
    by: Actor,
    text: str = "",
    evidence: str = "",
    version: int = 0,
) -> FactCheckAnswer:
    """Say whether a finding is right; may be changed until the fact check is closed.

    An error needs what is wrong and a source, a comment needs its text. Raises StaleVersion, with both answers, when a
    colleague answered after `version` (0: nothing yet) and said something else.
    """
    if review.state != ReviewState.RELEASED:
        raise NotNow(_("The fact check of this report is closed."))
    if problems := _problems(answer, text, evidence):
        raise Invalid(problems[0], problems)
    if answer == FactAnswer.AGREE:
        text = evidence = ""
    values: dict[str, Any] = {"answer": answer, "text": text, "evidence": evidence}
    with unit_of_work():
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
        for name, value in values.items():
            setattr(row, name, value)
        row.answered_by_id, row.answered_at = by.person_id or 0, clock.now()
        db.session.flush()
        audit.record("fact_check_answer.give", row, by=by, after={"answer": answer.value})
    return row


def _problems(answer: FactAnswer, text: str, evidence: str) -> list[str]:
    problems = []
    if answer == FactAnswer.ERROR and not text.strip():
        problems.append(_("Write down what is not right."))
    if answer == FactAnswer.ERROR and not evidence.strip():
        problems.append(_("Write down what shows it: a document, a figure, a date."))
    if answer == FactAnswer.COMMENT and not text.strip():
        problems.append(_("Write down what you want to explain."))
    return problems


def close_fact_check(review: Review, *, by: Actor) -> None:
    """The host has said everything; the lead reviewer has so many working days for the verdicts."""
    if not REVIEW.can(review.state, "check_facts"):
        raise NotNow(_("The fact check of this report is closed."))
    with unit_of_work():
        locked(queries.named(review))
        audit.change_state(review, REVIEW, "check_facts", by=by)
        review.due_on = clock.add_working_days(clock.today(), review.visit.host.round.rules.correct_within)
        mail.tell_fact_checked(review, queries.open_verdicts(queries.fact_checks_of(review.id)), review.due_on)
        announce("review.fact_checked", review, by=by)


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    close_overdue_fact_checks()


def close_overdue_fact_checks() -> int:
    """Close every fact check whose day has passed; the number closed. The worker calls it; twice does no harm."""
    overdue = select(Review).where(Review.state == ReviewState.RELEASED, Review.due_on < clock.today())
    reviews = list(db.session.scalars(queries.with_names(overdue).order_by(Review.id)))
    for review in reviews:
        close_fact_check(review, by=SYSTEM)
    return len(reviews)


def _check_verdict(review: Review, row: FactCheckAnswer) -> None:
    if review.state != ReviewState.FACT_CHECKED:
        raise NotNow(_("You give a verdict between the end of the fact check and the final report."))
    if row.answer == FactAnswer.AGREE:
        raise NotNow(_("The host agrees with this finding."))
    if row.state != Verdict.PENDING:
        raise NotNow(_("This answer already has a verdict."))


def accept_answer(
    review: Review,
    finding: Finding,
    row: FactCheckAnswer,
    *,
    story: str,
    by: Actor,
    reason: str = "",
    rating: Rating | None = None,
) -> None:
    """Take over what the host said: `story` replaces the text, `rating` (None: unchanged) only after an error of fact.

    The finding must still keep rule 3. The text and rating of before stay with the answer.
    """
    _check_verdict(review, row)
    if finding.story and not story.strip():
        raise Invalid(_("Write the story as it should read now."))
    changes_rating = rating is not None and rating != finding.rating
    if changes_rating and row.answer != FactAnswer.ERROR:
        raise Invalid(_("The rating changes only when a fact beneath it was wrong."))
    with unit_of_work():
        locked(row)
        _check_verdict(review, row)
        if story != finding.story:
            row.story_before, finding.story = finding.story, story
        if changes_rating:
            _change_rating(review, finding, row, rating)
        _give_verdict(row, "accept", reason, by)


def _change_rating(review: Review, finding: Finding, row: FactCheckAnswer, rating: Rating | None) -> None:
    lacking = completeness.missing(
        rating,
        observations=next(r.observations for r in queries.findings_of(review.id) if r.id == finding.id),
        improvement=finding.improvement,
        reason=finding.not_assessed_reason,
    )
    if lacking:
        raise Invalid(
            _("With this rating the finding is not complete: it lacks an observation, a reason or an improvement.")
        )
    row.rating_before, finding.rating = finding.rating, rating


def reject_answer(review: Review, row: FactCheckAnswer, *, reason: str, by: Actor) -> None:
    """Leave the finding as it is, and say why."""
    _check_verdict(review, row)
    if not reason.strip():
        raise Invalid(_("Write down why you leave it as it is."))
    with unit_of_work():
        locked(row)
        _check_verdict(review, row)
        _give_verdict(row, "reject", reason, by)


def _give_verdict(row: FactCheckAnswer, verb: str, reason: str, by: Actor) -> None:
    audit.change_state(row, FACT_VERDICT, verb, by=by)
    row.verdict_reason, row.verdict_by_id, row.verdict_at = reason, by.person_id, clock.now()


def finalise(review: Review, *, by: Actor) -> None:
    """Make the report final: version 2 is kept, the host's trajectory is reported, its improvement plan is next.

    When it was the last report of the exchange, the exchange is complete. Raises NotNow while a verdict is open.
    """
    if not REVIEW.can(review.state, "finalise"):
        raise NotNow(_("The report becomes final after the fact check."))
    with unit_of_work():
        locked(queries.named(review))
        db.session.flush()
        if queries.open_verdicts(queries.fact_checks_of(review.id)):
            raise NotNow(_("Some answers of the host still wait for your verdict."))
        audit.change_state(review, REVIEW, "finalise", by=by)
        review.due_on = None
        keep_version(review, 2)
        host = review.visit.host
        plan_by = clock.add_working_days(clock.today(), host.round.rules.plan_within)
        advance(host, "report", by=by, due_on=plan_by)
        mail.tell_final(review, plan_by)
        announce("review.final", review, by=by)
        _complete_exchange(review, by)


def _complete_exchange(review: Review, by: Actor) -> None:
    exchange = review.visit.exchange
    db.session.flush()
    standing = queries.reviews_of_exchange(exchange.id)
    if all(each.state == ReviewState.FINAL for each in standing) and EXCHANGE.can(exchange.state, "complete"):
        audit.change_state(exchange, EXCHANGE, "complete", by=by)
        announce("exchange.completed", exchange, by=by)
