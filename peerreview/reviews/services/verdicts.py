"""The lead reviewer accepts or rejects each error and comment of the host; then the report becomes final.

A rating changes only where an error of fact was accepted, and the story as it was stays beside the new one, so that the
commission sees the redline. The database keeps that too: see `finding_rating_locked` in models.
"""

from flask_babel import gettext as _

from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.events import announce
from peerreview.matching.lifecycle import EXCHANGE
from peerreview.reviews import completeness, mail, queries
from peerreview.reviews.lifecycle import FACT_VERDICT, REVIEW, FactAnswer, Rating, ReviewState, Verdict
from peerreview.reviews.models import FactCheckAnswer, Finding, Review
from peerreview.reviews.services.findings import texts_of
from peerreview.reviews.services.locking import locked
from peerreview.reviews.services.reader import go_without_reader
from peerreview.reviews.services.release import keep_version
from peerreview.reviews.services.sources import follow_sentences
from peerreview.trajectories.services import advance


def needs_advice(review: Review, row: FactCheckAnswer) -> bool:
    """Whether the verdict on this answer waits: an error of fact, without advice and without a reason for that."""
    return row.answer == FactAnswer.ERROR and row.advice is None and not review.unread_reason


def _check_verdict(review: Review, row: FactCheckAnswer) -> None:
    if review.state != ReviewState.FACT_CHECKED:
        raise NotNow(_("You give a verdict between the end of the fact check and the final report."))
    if row.answer == FactAnswer.AGREE:
        raise NotNow(_("The host agrees with this finding."))
    if row.state != Verdict.PENDING:
        raise NotNow(_("This answer already has a verdict."))


def _check_advice(review: Review, row: FactCheckAnswer, unread_reason: str, by: Actor) -> None:
    if needs_advice(review, row) and unread_reason.strip():
        go_without_reader(review, reason=unread_reason, by=by)
    if needs_advice(review, row):
        raise Invalid(_("Ask a second reader for advice first, or write down why nobody reads along."))


def accept_answer(
    review: Review,
    finding: Finding,
    row: FactCheckAnswer,
    *,
    story: str,
    by: Actor,
    reason: str = "",
    rating: Rating | None = None,
    unread_reason: str = "",
) -> None:
    """Take over what the host said: `story` replaces the text, `rating` (None: unchanged) only after an error of fact.

    The finding must still keep rule 3. The text and rating of before stay with the answer. A verdict on an error waits
    for the second reader's advice, or for the `unread_reason` that holds for the whole report.
    """
    _check_verdict(review, row)
    if finding.story and not story.strip():
        raise Invalid(_("Write the story as it should read now."))
    changes_rating = rating is not None and rating != finding.rating
    if changes_rating and row.answer != FactAnswer.ERROR:
        raise Invalid(_("The rating changes only when a fact beneath it was wrong."))
    with unit_of_work():
        locked(review)
        locked(row)
        _check_verdict(review, row)
        _check_advice(review, row, unread_reason, by)
        if changes_rating:
            _check_rating(review, finding, rating)
            row.rating_before = finding.rating
        if story != finding.story:
            row.story_before = finding.story
        _give_verdict(row, "accept", reason, by)
        db.session.flush()  # the database lets a rating change only beside an accepted error of fact
        before, stood = {"story": finding.story}, texts_of(finding)
        finding.story = story
        follow_sentences(finding, before)
        if changes_rating:
            finding.rating = rating
        db.session.flush()
        history.keep(finding, texts_of(finding), by=by, before=stood, apart=True)


def _check_rating(review: Review, finding: Finding, rating: Rating | None) -> None:
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


def reject_answer(review: Review, row: FactCheckAnswer, *, reason: str, by: Actor, unread_reason: str = "") -> None:
    """Leave the finding as it is, and say why. The verdict on an error waits for advice as in `accept_answer`."""
    _check_verdict(review, row)
    if not reason.strip():
        raise Invalid(_("Write down why you leave it as it is."))
    with unit_of_work():
        locked(review)
        locked(row)
        _check_verdict(review, row)
        _check_advice(review, row, unread_reason, by)
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
