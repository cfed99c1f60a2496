"""A second reader, who was not on the visit, reads what the host says and gives the lead reviewer advice.

A verdict on an error of fact waits for that advice, or for one sentence of the lead reviewer, once for the whole report,
that says why there is none: small organisations have nobody else. The lead reviewer decides in either case.
"""

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow
from peerreview.impartiality import services as impartiality
from peerreview.reviews import mail, queries
from peerreview.reviews.lifecycle import Advice, FactAnswer, ReviewState, Verdict
from peerreview.reviews.models import FactCheckAnswer, Review
from peerreview.reviews.queries import reader as readers
from peerreview.reviews.services.locking import locked

R = ReviewState


def ask_second_reader(review: Review, *, person_id: int, by: Actor) -> None:
    """Ask a colleague who was not on the visit to read along; from the release until the report is final.

    They get a letter, and read nothing before the host has answered. Another one may be asked until the first has given
    advice. Raises Invalid for who may not, without saying why.
    """
    with unit_of_work():
        locked(queries.named(review))
        if review.state not in (R.RELEASED, R.FACT_CHECKED):
            raise NotNow(_("You ask a second reader between the release and the final report."))
        if review.second_reader_id == person_id:
            return
        if readers.any_advice(review.id):
            raise NotNow(_("The second reader has given advice already."))
        host, own = review.visit.host.organisation_id, review.visit.reviewing.organisation_id
        impartiality.detect([host, own])
        db.session.flush()
        if person_id not in {one.person_id for one in readers.possible_readers(review)}:
            raise Invalid(_("Choose a reviewer of your organisation who was not on the visit."))
        before, review.second_reader_id, review.unread_reason = review.second_reader_id, person_id, ""
        audit.record(
            "review.ask_second_reader", review, by=by, before={"person_id": before}, after={"person_id": person_id}
        )
        if former := readers.person_named(before):
            mail.tell_reader_replaced(review, former)
        if review.state == R.FACT_CHECKED:
            tell_reader(review)


def tell_reader(review: Review) -> None:
    """Write to the second reader, when there is one and something to read."""
    reader = readers.person_named(review.second_reader_id)
    if reader and readers.advice_waited_for(review.id):
        mail.ask_second_reader(review, reader, review.due_on)


def go_without_reader(review: Review, *, reason: str, by: Actor) -> None:
    """Say why the lead reviewer judges errors of fact without advice; it stands in the report for the commission."""
    if not reason.strip():
        raise Invalid(_("Write down why nobody reads along."))
    with unit_of_work():
        locked(review)
        if review.state not in (R.RELEASED, R.FACT_CHECKED):
            raise NotNow(_("You ask a second reader between the release and the final report."))
        if review.unread_reason != reason.strip():
            review.unread_reason = reason.strip()
            audit.record("review.go_without_reader", review, by=by, reason=reason.strip())


def give_advice(review: Review, row: FactCheckAnswer, *, advice: Advice, by: Actor, text: str = "") -> None:
    """Advise the lead reviewer on one answer of the host; may be changed until its verdict. To leave it needs a why.

    When it was the last one, the lead reviewer gets a letter.
    """
    if advice == Advice.LEAVE and not text.strip():
        raise Invalid(_("Write down why it can stay as it is."))
    with unit_of_work():
        locked(queries.named(review))
        locked(row)
        if review.state != R.FACT_CHECKED or by.person_id != review.second_reader_id:
            raise NotNow(_("You read along between the answers of the host and the final report."))
        if row.answer == FactAnswer.AGREE or row.state != Verdict.PENDING:
            raise NotNow(_("This answer already has a verdict."))
        if (row.advice, row.advice_text) == (advice, text):
            return
        first = row.advice is None
        row.advice, row.advice_text, row.advised_at = advice, text, clock.now()
        db.session.flush()
        audit.record("fact_check_answer.advise", row, by=by, after={"advice": advice})
        reader = readers.person_named(by.person_id)
        if first and reader and not readers.advice_waited_for(review.id):
            mail.tell_advised(review, reader)
