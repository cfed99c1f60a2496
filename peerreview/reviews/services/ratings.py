"""Each reviewer rates alone; the lead reviewer reveals all ratings at once."""

from collections import defaultdict
from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import insert, select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.reviews import completeness, queries
from peerreview.reviews.lifecycle import REVIEW, Rating, ReviewState
from peerreview.reviews.models import BlindRating, Finding, Observation, Review, finding_observation


def _check(review: Review) -> None:
    if review.state != ReviewState.RATING:
        raise NotNow(_("Rating alone is possible after the visit, until the lead reviewer reveals the ratings."))


def give_rating(
    review: Review, *, norm_id: int, rating: Rating | None, note: str, by: Actor, version: int = 0
) -> BlindRating:
    """Keep one's own rating of one norm with a note; None for the rating keeps the note only.

    `version` is the one that the writer saw (0: nothing yet); when another session of the same person was first,
    StaleVersion has both. The trail says that somebody rated, never what.
    """
    _check(review)
    with unit_of_work():
        mine = queries.own_rating(review.id, norm_id, by.person_id)
        if mine is None:
            mine = BlindRating(
                review_id=review.id,
                norm_id=norm_id,
                person_id=by.person_id,
                rating=rating,
                note=note,
                rated_at=clock.now(),
            )
            db.session.add(mine)
            db.session.flush()
        elif (mine.rating, mine.note) == (rating, note):
            return mine
        elif mine.version != version:
            theirs = {"rating": mine.rating, "note": mine.note, "version": mine.version}
            raise StaleVersion(
                _("You wrote this text somewhere else too."), theirs=theirs, mine={"rating": rating, "note": note}
            )
        else:
            mine.rating, mine.note, mine.rated_at = rating, note, clock.now()
            db.session.flush()
        audit.record("blind_rating.give", mine, by=by)
    return mine


def give_ratings(review: Review, ratings: Mapping[int, tuple[Rating, str]], *, by: Actor) -> None:
    """Rate many norms at once, by norm id: (rating, note). One line in the trail."""
    _check(review)
    with unit_of_work():
        there = {
            row.norm_id: row
            for row in db.session.scalars(
                select(BlindRating).where(BlindRating.review_id == review.id, BlindRating.person_id == by.person_id)
            )
        }
        for norm_id, (rating, note) in ratings.items():
            row = there.get(norm_id)
            if row is None:
                row = BlindRating(review_id=review.id, norm_id=norm_id, person_id=by.person_id)
                db.session.add(row)
            row.rating, row.note, row.rated_at = rating, note, clock.now()
        audit.record("blind_rating.give_many", review, by=by, after={"count": len(ratings)})


def reveal(review: Review, *, by: Actor, reason: str = "") -> None:
    """Show the team everybody's ratings and begin to decide together.

    All members rated everything, or the lead reviewer says why it cannot wait; who reveals has always rated everything
    first. Where all agree, the finding begins with that rating; its story begins with the notes, and each finding gets
    what was noted with its norm.
    """
    _check(review)
    with unit_of_work():
        finished = queries.finished_members(queries.named(review))
        if by.person_id not in finished:
            raise NotNow(_("First give your own rating for every norm. Then you can reveal."))
        if len(finished) < len(review.visit.team) and not reason.strip():
            raise Invalid(_("Not everybody has rated every norm. Write down why you cannot wait."))
        audit.change_state(review, REVIEW, "reveal", by=by, reason=reason)
        db.session.flush()
        _begin_findings(review)


def _begin_findings(review: Review) -> None:
    given = defaultdict(list)
    for rating in queries.revealed_ratings(review):
        given[rating.norm_id].append(rating)
    members = len(review.visit.team)
    for finding in db.session.scalars(select(Finding).where(Finding.review_id == review.id)):
        ratings = given[finding.norm_id]
        if completeness.differ([row.rating for row in ratings], members) == completeness.AGREED:
            finding.rating = ratings[0].rating
        notes = list(dict.fromkeys(row.note for row in ratings if row.note))
        if finding.rating == Rating.NOT_ASSESSED:
            finding.not_assessed_reason = "\n\n".join(notes)
        elif not finding.story:
            finding.story = "\n\n".join(notes)
    db.session.flush()
    noted = (
        select(Finding.id, Observation.id)
        .join(Observation, Observation.norm_id == Finding.norm_id)
        .where(Finding.review_id == review.id, Observation.review_id == review.id)
    )
    db.session.execute(insert(finding_observation).from_select(["finding_id", "observation_id"], noted))
