"""Blind ratings. Until the reveal nobody's but one's own leaves the database."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import BlindRating, Finding, Review

SEALED = (ReviewState.PREPARING, ReviewState.RATING)


def own_ratings(review_id: int, person_id: int | None) -> dict[int, Rating | None]:
    """The actor's own ratings by norm id; a norm that they did not open yet is absent."""
    mine = select(BlindRating.norm_id, BlindRating.rating)
    mine = mine.where(BlindRating.review_id == review_id, BlindRating.person_id == person_id)
    return {row.norm_id: row.rating for row in db.session.execute(mine)}


def own_rating(review_id: int, norm_id: int, person_id: int | None) -> BlindRating | None:
    mine = select(BlindRating).where(BlindRating.review_id == review_id, BlindRating.norm_id == norm_id)
    return db.session.scalars(mine.where(BlindRating.person_id == person_id)).one_or_none()


def norm_count(review_id: int) -> int:
    return db.session.execute(select(func.count()).where(Finding.review_id == review_id)).scalar_one()


def finished_members(review: Review) -> set[int]:
    """The person ids of the team members who rated every norm. For services, and for who is finished themselves."""
    counted = (
        select(BlindRating.person_id, func.count())
        .where(BlindRating.review_id == review.id, BlindRating.rating.is_not(None))
        .group_by(BlindRating.person_id)
    )
    norms = norm_count(review.id)
    team = {member.person_id for member in review.visit.team}
    return {person_id for person_id, count in db.session.execute(counted) if person_id in team and count >= norms}


def is_finished(review: Review, actor: Actor) -> bool:
    """Whether the actor rated every norm."""
    given = [rating for rating in own_ratings(review.id, actor.person_id).values() if rating is not None]
    return len(given) >= norm_count(review.id) > 0


@dataclass(frozen=True, slots=True)
class GivenRating:
    """What one reviewer found before the team spoke."""

    norm_id: int
    person_id: int
    name: str
    rating: Rating | None
    note: str

    @property
    def who(self) -> str:
        return (self.name.split() or [""])[0]


def how_ratings_lay(review: Review) -> dict[int, list[Rating | None]]:
    """What was rated by norm id, without who and why; nothing before the reveal."""
    found: dict[int, list[Rating | None]] = {}
    if review.state not in SEALED:
        chosen = select(BlindRating.norm_id, BlindRating.rating).where(BlindRating.review_id == review.id)
        for row in db.session.execute(chosen):
            found.setdefault(row.norm_id, []).append(row.rating)
    return found


def revealed_ratings(review: Review, norm_ids: Iterable[int] | None = None) -> list[GivenRating]:
    """Everybody's ratings (of these norms, or all) in the order of the team; none at all before the reveal."""
    if review.state in SEALED:
        return []
    chosen = (
        select(
            BlindRating.norm_id,
            BlindRating.person_id,
            Person.name,
            BlindRating.rating,
            BlindRating.note,
        )
        .join(Person, Person.id == BlindRating.person_id)
        .where(BlindRating.review_id == review.id)
        .order_by(BlindRating.norm_id, BlindRating.person_id)
    )
    if norm_ids is not None:
        chosen = chosen.where(BlindRating.norm_id.in_(list(norm_ids)))
    return [GivenRating(*row) for row in db.session.execute(chosen)]
