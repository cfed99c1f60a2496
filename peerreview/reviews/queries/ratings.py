"""Blind ratings. Until the reveal nobody's but one's own leaves the database; after it, a norm's only to who rated it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.reviews.lifecycle import Rating, ReviewState
from peerreview.reviews.models import BlindRating, Finding, Review, blind_rating_observation

SEALED = (ReviewState.PREPARING, ReviewState.RATING, ReviewState.STOPPED)
DECIDING = (ReviewState.CONSENSUS, ReviewState.DRAFTED)


def is_in(rating: Rating | None, note: str) -> bool:
    """Whether a rating counts as given: `not_assessed` only with its reason."""
    return rating is not None and (rating != Rating.NOT_ASSESSED or bool(note.strip()))


IN = and_(BlindRating.rating.is_not(None), or_(BlindRating.rating != Rating.NOT_ASSESSED, BlindRating.note != ""))


def own_ratings(review_id: int, person_id: int | None) -> dict[int, Rating | None]:
    """The actor's own ratings by norm id; None where only a note was written, or no reason why it was not assessed.

    A norm that they did not open yet is absent.
    """
    mine = select(BlindRating.norm_id, BlindRating.rating, IN.label("given"))
    mine = mine.where(BlindRating.review_id == review_id, BlindRating.person_id == person_id)
    return {row.norm_id: row.rating if row.given else None for row in db.session.execute(mine)}


def own_rating(review_id: int, norm_id: int, person_id: int | None) -> BlindRating | None:
    mine = select(BlindRating).where(BlindRating.review_id == review_id, BlindRating.norm_id == norm_id)
    return db.session.scalars(mine.where(BlindRating.person_id == person_id)).one_or_none()


def behind(blind_rating_id: int | None) -> set[int]:
    """The ids of the observations on which somebody's own rating leans."""
    table = blind_rating_observation
    chosen = select(table.c.observation_id).where(table.c.blind_rating_id == blind_rating_id)
    return set(db.session.scalars(chosen)) if blind_rating_id else set()


def norm_count(review_id: int) -> int:
    return db.session.execute(select(func.count()).where(Finding.review_id == review_id)).scalar_one()


def finished_members(review: Review) -> set[int]:
    """The person ids of the team members who rated every norm. For services, and for who is finished themselves."""
    counted = (
        select(BlindRating.person_id, func.count())
        .where(BlindRating.review_id == review.id, IN)
        .group_by(BlindRating.person_id)
    )
    norms = norm_count(review.id)
    team = {member.person_id for member in review.visit.team}
    return {person_id for person_id, count in db.session.execute(counted) if person_id in team and count >= norms}


def is_finished(review: Review, actor: Actor) -> bool:
    """Whether the actor rated every norm."""
    given = [rating for rating in own_ratings(review.id, actor.person_id).values() if rating is not None]
    return len(given) >= norm_count(review.id) > 0


def to_rate_first(review: Review, actor: Actor, norm_id: int | None = None) -> frozenset[int]:
    """The norms that this member of the team must rate before they see anything of what their colleagues think of it.

    After a reveal that did not wait for everybody: each norm that a colleague rated and they did not. There the finding,
    its history, its line in a list and the draft of the report say nothing to them. Nobody must, once the report is
    released. With `norm_id` only that one is looked at. One query, while the team decides.
    """
    return _rated(review, actor, norm_id)[1] if review.state in DECIDING else frozenset()


def heard_by(person_id: int | None) -> ColumnElement[bool]:
    """The condition on Finding that this person need not rate its norm before they hear what colleagues made of it."""
    given = exists().where(BlindRating.review_id == Finding.review_id, BlindRating.norm_id == Finding.norm_id, IN)
    own = given.where(BlindRating.person_id == person_id)
    return or_(own.correlate(Finding), ~given.correlate(Finding))


def _rated(
    review: Review, actor: Actor, norm_id: int | None = None
) -> tuple[dict[int, list[Rating | None]], frozenset[int]]:
    """What was rated by norm id, without who and why, and the norms that only colleagues rated."""
    chosen = select(BlindRating.norm_id, BlindRating.person_id, BlindRating.rating, IN.label("given"))
    chosen = chosen.where(BlindRating.review_id == review.id).order_by(BlindRating.id)
    found: dict[int, list[Rating | None]] = {}
    own = set()
    for row in db.session.execute(chosen if norm_id is None else chosen.where(BlindRating.norm_id == norm_id)):
        found.setdefault(row.norm_id, []).append(row.rating if row.given else None)
        if row.given and row.person_id == actor.person_id:
            own.add(row.norm_id)
    return found, frozenset(norm for norm, given in found.items() if norm not in own and any(given))


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


def how_ratings_lay(review: Review, actor: Actor) -> tuple[dict[int, list[Rating | None]], frozenset[int]]:
    """What was rated by norm id, without who and why, and the norms that this member must rate first (`to_rate_first`).

    Nothing before the reveal, and nothing of a norm of which their own rating is not in. One query.
    """
    if review.state in SEALED:
        return {}, frozenset()
    found, blind = _rated(review, actor)
    seen = {norm_id: given for norm_id, given in found.items() if norm_id not in blind}
    return seen, blind if review.state in DECIDING else frozenset()


def revealed_ratings(
    review: Review, norm_ids: Iterable[int] | None = None, *, to: Actor | None = None
) -> list[GivenRating]:
    """Everybody's ratings (of these norms, or all) in the order of the team; none at all before the reveal.

    `to` a member of the team: only of norms of which their own rating is in, and of colleagues only what counts.
    """
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
    given = [GivenRating(*row) for row in db.session.execute(chosen)]
    if to is None:
        return given
    own = {one.norm_id for one in given if one.person_id == to.person_id and is_in(one.rating, one.note)}
    seen = [one for one in given if one.norm_id in own or one.person_id == to.person_id]
    return [one if is_in(one.rating, one.note) else replace(one, rating=None, note="") for one in seen]
