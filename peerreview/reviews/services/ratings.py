"""Each reviewer rates alone; the lead reviewer reveals all ratings at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from sqlalchemy import and_, delete, insert, select

from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.reviews import completeness, queries
from peerreview.reviews.lifecycle import REVIEW, Rating, ReviewState
from peerreview.reviews.models import (
    BlindRating,
    Finding,
    Observation,
    Review,
    blind_rating_observation,
    finding_observation,
)
from peerreview.reviews.queries.ratings import is_in
from peerreview.reviews.services.findings import texts_of

LATE = (ReviewState.CONSENSUS, ReviewState.DRAFTED)


def _check(review: Review) -> None:
    if review.state != ReviewState.RATING:
        raise NotNow(_("Rating alone is possible after the visit, until the lead reviewer reveals the ratings."))


def give_rating(
    review: Review,
    *,
    norm_id: int,
    rating: Rating | None,
    note: str,
    by: Actor,
    version: int = 0,
    observations: Collection[int] | None = None,
) -> BlindRating:
    """Keep one's own rating of one norm with a note and the `observations` (ids) behind it; None for the rating keeps
    the note only.

    `version` is the one that the writer saw (0: nothing yet); when another session of the same person was first,
    StaleVersion has both. The trail says that somebody rated, never what. After a reveal that did not wait for this
    person they may still rate what they had not, once: then they see what their colleagues think.
    """
    if review.state not in LATE:
        _check(review)
    with unit_of_work():
        mine = queries.own_rating(review.id, norm_id, by.person_id)
        _check_late(review, mine)
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
            _put_behind(mine, observations)
        elif (mine.rating, mine.note) == (rating, note):
            if not _put_behind(mine, observations):
                return mine
        elif mine.version != version:
            theirs = {"rating": mine.rating, "note": mine.note, "version": mine.version}
            raise StaleVersion(
                _("You wrote this text somewhere else too."), theirs=theirs, mine={"rating": rating, "note": note}
            )
        else:
            mine.rating, mine.note, mine.rated_at = rating, note, clock.now()
            db.session.flush()
            _put_behind(mine, observations)
        if review.state in LATE and is_in(rating, note):
            _carry_over(mine)
        audit.record("blind_rating.give", mine, by=by)
    return mine


def _check_late(review: Review, mine: BlindRating | None) -> None:
    """Who has seen what their colleagues think no longer changes what they found alone."""
    if review.state in LATE and mine is not None and is_in(mine.rating, mine.note):
        raise NotNow(_("The ratings were revealed. What you found alone stays as it is."))


def _put_behind(mine: BlindRating, observations: Collection[int] | None) -> bool:
    """Let a rating lean on these observations of its own review and norm; whether that changed anything."""
    if observations is None:
        return False
    there = queries.behind(mine.id)
    chosen = set(observations)
    if chosen - there:  # most saves choose nothing new: then it need not be asked whose they are
        of_norm = (Observation.norm_id == mine.norm_id) | Observation.norm_id.is_(None)
        own = select(Observation.id).where(Observation.review_id == mine.review_id, of_norm)
        chosen &= set(db.session.scalars(own))
    if chosen == there:
        return False
    table = blind_rating_observation
    db.session.execute(delete(table).where(table.c.blind_rating_id == mine.id))
    if chosen:
        db.session.execute(insert(table), [{"blind_rating_id": mine.id, "observation_id": n} for n in sorted(chosen)])
    return True


def _carry_over(mine: BlindRating) -> None:
    """What a rating leans on that came after the reveal counts for the finding too."""
    finding_id = db.session.scalars(
        select(Finding.id).where(Finding.review_id == mine.review_id, Finding.norm_id == mine.norm_id)
    ).one()
    there = select(finding_observation.c.observation_id).where(finding_observation.c.finding_id == finding_id)
    new = queries.behind(mine.id) - set(db.session.scalars(there))
    if new:
        rows = [{"finding_id": finding_id, "observation_id": n} for n in sorted(new)]
        db.session.execute(insert(finding_observation), rows)


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
    first. Where all agree, the finding begins with that rating; its story begins with the notes, and it leans on the
    observations behind the ratings, or on all that was noted with its norm where nobody chose any. Who had not rated a
    norm still rates it first, and sees nothing of it until then.
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
        _begin_findings(review, by)


def _begin_findings(review: Review, by: Actor) -> None:
    given = defaultdict(list)
    for rating in queries.revealed_ratings(review):
        given[rating.norm_id].append(rating)
    members = len(review.visit.team)
    begun = list(db.session.scalars(select(Finding).where(Finding.review_id == review.id).order_by(Finding.id)))
    for finding in begun:
        ratings = given[finding.norm_id]
        found = [row.rating if is_in(row.rating, row.note) else None for row in ratings]
        if completeness.differ(found, members) == completeness.AGREED:
            finding.rating = ratings[0].rating
        notes = list(dict.fromkeys(row.note for row in ratings if row.note))
        if finding.rating == Rating.NOT_ASSESSED:
            finding.not_assessed_reason = "\n\n".join(notes)
        elif not finding.story:
            finding.story = "\n\n".join(notes)
    db.session.flush()
    history.keep_many([(finding, texts_of(finding)) for finding in begun if any(texts_of(finding).values())], by=by)
    _begin_leaning(review)


def _begin_leaning(review: Review) -> None:
    """A finding begins with the observations behind the team's ratings; where nobody chose any, with its norm's."""
    behind = (
        select(Finding.id, blind_rating_observation.c.observation_id)
        .join(BlindRating, and_(BlindRating.review_id == Finding.review_id, BlindRating.norm_id == Finding.norm_id))
        .join(blind_rating_observation, blind_rating_observation.c.blind_rating_id == BlindRating.id)
        .where(Finding.review_id == review.id)
    )
    chosen = {(finding_id, observation_id) for finding_id, observation_id in db.session.execute(behind)}
    leaning = {finding_id for finding_id, _observation_id in chosen}
    noted = (
        select(Finding.id, Observation.id)
        .join(Observation, Observation.norm_id == Finding.norm_id)
        .where(Finding.review_id == review.id, Observation.review_id == review.id)
    )
    chosen |= {(finding_id, n) for finding_id, n in db.session.execute(noted) if finding_id not in leaning}
    if chosen:
        rows = [{"finding_id": finding_id, "observation_id": n} for finding_id, n in sorted(chosen)]
        db.session.execute(insert(finding_observation), rows)
