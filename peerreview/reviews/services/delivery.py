"""The days of the fact check run from the day on which the host really got its report.

That is when the mail server took a letter to one of the host's people, when one of them opened the report, or when the
secretariat brought it otherwise and says so; whichever was first. It is read from what happened and noted once, so that
a worker that dies on the way notes it at its next turn. Until then the day that stands with the report is provisional,
and no fact check closes by itself.
"""

from datetime import date, datetime, time

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.events import on
from peerreview.reviews import queries
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.queries import delivery
from peerreview.reviews.services.locking import locked


@on("worker.turn")
def _each_turn(*, by: Actor) -> bool:
    """What the letters tell is noted within seconds; False, because no work is left over."""
    note_letters(by=by)
    return False


def note_letters(*, by: Actor = SYSTEM) -> int:
    """Note which reports a mail server took, and which came back after all; the number noted. Twice does no harm."""
    back, taken = delivery.came_back(), delivery.newly_delivered()
    for review_id in back:
        with unit_of_work():
            review = db.session.get_one(Review, review_id)
            locked(review)
            if review.state == ReviewState.RELEASED and review.delivered_at is not None:
                before, review.delivered_at = review.delivered_at, None
                audit.record("review.come_back", review, by=by, before={"delivered_at": before})
    for review_id, moment in taken:
        _note(db.session.get_one(Review, review_id), moment, delivery.BY_LETTER, by)
    return len(back) + len(taken)


def note_opened(review: Review, *, by: Actor) -> bool:
    """One of the host's people has the report before them: it arrived, if it had not yet. Whether that was news."""
    if review.state != ReviewState.RELEASED or review.delivered_at is not None:
        return False
    return _note(review, clock.now(), delivery.BY_OPENING, by)


def note_delivery(review: Review, *, day: date, reason: str, by: Actor) -> None:
    """The secretariat says that the host got its report otherwise, on which day and how.

    Raises Invalid without a reason or for a day before the release or to come, NotNow when it had arrived already.
    """
    if not reason.strip():
        raise Invalid(_("Write down how the host got its report."))
    if review.released_at is None or not clock.local(review.released_at).date() <= day <= clock.today():
        raise Invalid(_("Choose a day from the release up to today."))
    noon = datetime.combine(day, time(12), clock.AMSTERDAM)
    if not _note(review, noon, delivery.BY_NOTE, by, reason):
        raise NotNow(_("This report has arrived already, or its fact check is over."))


def _note(review: Review, moment: datetime, how: str, by: Actor, reason: str = "") -> bool:
    """Count from this moment, unless an earlier one was noted. The host never gets a day less than it was told."""
    with unit_of_work():
        locked(queries.named(review))
        if review.state != ReviewState.RELEASED or review.delivered_at is not None:
            return False
        within = review.visit.host.round.rules.fact_check_within
        due_on = clock.add_working_days(clock.local(moment).date(), within)
        review.delivered_at = moment
        review.due_on = max(due_on, review.due_on or due_on)
        after = {"how": how, "delivered_at": moment, "due_on": review.due_on}
        audit.record(delivery.DELIVER, review, by=by, reason=reason, after=after)
    return True
