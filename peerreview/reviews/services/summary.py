"""The summary at the beginning of a report, written by the team together."""

from flask_babel import gettext as _

from peerreview.core import audit, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.services.locking import locked


def write_summary(review: Review, *, summary: str, version: int, by: Actor, apart: bool = False) -> int:
    """Keep the text at the beginning of the report; answers the version that stands now.

    StaleVersion, with both texts and the one from which both were made when it is known, when a colleague wrote after
    `version`. With `apart` the history keeps what stood there, however little changed.
    """
    if review.state != ReviewState.CONSENSUS:
        raise NotNow(_("Findings are written after the ratings were revealed, until the report is drafted."))
    with unit_of_work():
        locked(review)
        before = review.summary
        if before == summary:
            return review.version
        if review.version != version:
            kept = history.version_numbered(review, version)
            if kept is None or kept.texts["summary"] != before:  # else the review moved on, and its summary did not
                theirs = {"summary": before, "version": review.version, "base": dict(kept.texts) if kept else None}
                message = _("A colleague saved this text just before you.")
                raise StaleVersion(message, theirs=theirs, mine={"summary": summary})
        review.summary = summary
        db.session.flush()
        if history.keep(review, {"summary": summary}, by=by, before={"summary": before}, apart=apart):
            audit.record("review.summarise", review, by=by)
        # Read here: after the act a colleague may have written, and their version is not this page's.
        written = review.version
    return written


def put_summary_back(review: Review, *, number: int, version: int, by: Actor) -> None:
    """Write what the summary read in version `number` once more, as a new version.

    Raises Invalid when its history does not know that one, StaleVersion when a colleague wrote after `version`.
    """
    kept = history.version_numbered(review, number)
    if kept is None:
        raise Invalid(_("This earlier text is no longer there."))
    if review.version != version:
        theirs = {"summary": review.summary, "version": review.version}
        raise StaleVersion(_("A colleague saved this text just before you."), theirs=theirs, mine={})
    write_summary(review, summary=str(kept.texts["summary"]), version=version, by=by, apart=True)
