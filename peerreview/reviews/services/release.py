"""From findings to a report, and its release: all reports of an exchange at the same moment.

Nobody judges after having read how they were judged. That is why the secretariat, when it releases without a team that
is late, ends the review of that team in the same act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from peerreview.core import audit, clock, i18n
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.events import announce
from peerreview.matching.models import Exchange
from peerreview.reviews import mail, queries
from peerreview.reviews.lifecycle import REVIEW, ReviewState
from peerreview.reviews.models import ReportVersion, Review
from peerreview.reviews.services.locking import lock_findings, locked
from peerreview.reviews.services.start import stop_review

R = ReviewState


def draft(review: Review, *, by: Actor) -> None:
    """Finish the draft report. When it is the last one of the exchange, all its reports are released at this moment.

    Raises Invalid with each norm that still lacks something (rule 3), or when there is no summary.
    """
    if not REVIEW.can(review.state, "draft"):
        raise NotNow(_("This report is not being written now."))
    with unit_of_work():
        exchange = _locked_exchange(review)
        locked(review)
        if not REVIEW.can(review.state, "draft"):
            raise NotNow(_("This report is not being written now."))
        lock_findings(review)
        if problems := problems_of(review):
            count = len(problems)
            message = ngettext("One thing is still missing.", "%(num)s things are still missing.", count)
            raise Invalid(message, problems)
        audit.change_state(review, REVIEW, "draft", by=by)
        db.session.flush()
        standing = _standing(exchange)
        if all(each.state == R.DRAFTED for each in standing):
            _release(exchange, standing, by=by)


def problems_of(review: Review) -> list[str]:
    """What the draft still lacks, in words."""
    lacking = [f"{norm.code} {i18n.localised(norm.title)}" for norm, _codes in queries.incomplete(review)]
    return lacking if review.summary.strip() else [_("The summary"), *lacking]


def _locked_exchange(review: Review) -> Exchange:
    """The exchange, kept for this unit of work: of two last drafts one sees the other."""
    chosen = select(Exchange).where(Exchange.id == queries.named(review).visit.exchange_id).with_for_update()
    return db.session.scalars(chosen).one()


def _standing(exchange: Exchange) -> list[Review]:
    """Its reviews that were not stopped, as they stand in the database now that the exchange is locked."""
    standing = queries.reviews_of_exchange(exchange.id)
    for each in standing:
        locked(each)
    return [each for each in standing if each.state != R.STOPPED]


def redraft(review: Review, *, by: Actor, reason: str = "") -> None:
    """Open the findings again; possible until the release."""
    if not REVIEW.can(review.state, "redraft"):
        raise NotNow(_("This report was released, so it can no longer be reopened."))
    with unit_of_work():
        _locked_exchange(review)
        locked(review)
        if not REVIEW.can(review.state, "redraft"):
            raise NotNow(_("This report was released, so it can no longer be reopened."))
        audit.change_state(review, REVIEW, "redraft", by=by, reason=reason)


def late_ones(standing: Sequence[Review]) -> list[Review]:
    """The reviews of an exchange that were not drafted by their day."""
    return [r for r in standing if r.state != R.DRAFTED and r.due_on is not None and r.due_on < clock.today()]


def can_release_without_late(standing: Sequence[Review]) -> bool:
    """Whether some reports wait for others that are all past their day."""
    waiting = [review for review in standing if review.state == R.DRAFTED]
    return bool(waiting) and len(waiting) < len(standing) == len(waiting) + len(late_ones(standing))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a release without the late ones would do: whose reports come out, whose reviews stop, and every letter."""

    released: Sequence[Review]
    stopped: Sequence[Review]
    due_on: dict[int, date]  # until when each host may answer, by review
    letters: Sequence[mail.Written]


def plan_of_release(standing: Sequence[Review], *, reason: str = "") -> Plan | None:
    """What `release_without_late` would do now with these reviews of one exchange; None while it may not."""
    if not can_release_without_late(standing):
        return None
    released, stopped = [r for r in standing if r.state == R.DRAFTED], late_ones(standing)
    due_on = {review.id: _answer_by(review) for review in released}
    letters = [letter for review in stopped for letter in mail.stopped_letters(review, reason)]
    letters += [letter for review in stopped for letter in mail.no_report_letters(review, reason)]
    letters += [letter for review in released for letter in mail.released_letters(review, due_on[review.id])]
    return Plan(released, stopped, due_on, letters)


def release_without_late(review: Review, *, reason: str, by: Actor) -> None:
    """Release the drafted reports of this review's exchange although others are late; with a reason.

    The late reviews stop: their teams will read how they were judged, so they can no longer judge. Raises NotNow when
    nothing waits or when a day has not passed yet, Invalid without a reason. Sent twice with the same reason it is done
    once; of two who do it at once, the second is told that it was done.
    """
    if not reason.strip():
        raise Invalid(_("Write down why the reports are released without the late one."))
    with unit_of_work():
        exchange = _locked_exchange(review)
        standing = _standing(exchange)
        if exchange.released_at is not None:
            if any(each.release_reason == reason for each in standing):
                return
            raise NotNow(_("These reports were released already."))
        if not can_release_without_late(standing):
            raise NotNow(_("Reports wait for each other until every team had its time."))
        for late in late_ones(standing):
            stop_review(late, reason=reason, by=by)
            mail.tell_no_report(late, reason)
        _release(exchange, [each for each in standing if each.state == R.DRAFTED], by=by, reason=reason)


def _answer_by(review: Review) -> date:
    """Until when the host may answer if it gets its report today."""
    return clock.add_working_days(clock.today(), review.visit.host.round.rules.fact_check_within)


def _release(exchange: Exchange, reviews: Sequence[Review], *, by: Actor, reason: str = "") -> None:
    """One moment for all: state, version 1 of each report, the day for the fact check, and the letters."""
    moment = clock.now()
    for review in reviews:
        audit.change_state(review, REVIEW, "release", by=by, reason=reason)
        review.released_at, review.release_reason = moment, reason
        review.due_on = _answer_by(review)  # provisional: it counts from when the host really gets it
        keep_version(review, 1)
        mail.tell_released(review, review.due_on)
        announce("review.released", review, by=by)
    exchange.released_at = moment
    announce("reports.released", exchange, by=by)


def keep_version(review: Review, number: int) -> None:
    """Keep the report as it stands now under this number."""
    content = queries.compose(review, number)
    db.session.add(ReportVersion(review_id=review.id, number=number, content=content, made_at=clock.now()))
