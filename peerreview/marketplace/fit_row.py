"""How well all others fit one: a row of the tables of `fit.score`, by the same rules, for who looks around.

It counts both legs, for a list cannot know who will visit whom. Only what the others published goes in: their wishes,
conflicts and memories are not asked for, so that an order never tells of them.
"""

from collections.abc import Sequence

import numpy as np

from peerreview.marketplace.fit import Candidate, Weights
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish
from peerreview.marketplace.points import (
    NEUTRAL,
    experience_points,
    mean_points,
    months_points,
    novelty_points,
    share_points,
    size_points,
    travel_points,
    wish_points,
)
from peerreview.marketplace.travel import Floats, Ints, distances_from


def percents(us: Candidate, others: Sequence[Candidate], minutes: Ints | None, weights: Weights) -> Ints:
    """For each of the others the mean of both legs as 0-100, rounded half up; without `minutes` travelling is left out.

    The same as the mean of `score(us, other).total` and `score(other, us).total`, as a part of the whole.
    """
    whole = weights.whole - (weights.travel if minutes is None else 0)
    total = (
        weights.work_fields * _work_fields(us, others)
        + weights.size * _size(us, others)
        + weights.learning * (_learning_ours(us, others) + _learning_theirs(us, others))
        + weights.experience * _experience(us, others)
        + weights.months * months_points(_ints([len(us.months & other.months) for other in others]))
        + weights.novelty * novelty_points(_ints([us.earlier_partners.get(other.key, 0) for other in others]))
        + weights.wishes * _wishes(us, others)
        + weights.conflict * (100 - 100 * _ints([int(bool(us.cautions.get(other.key))) for other in others]))
    )
    if minutes is not None:
        total = total + weights.travel * travel_points(minutes)
    return np.asarray((2 * total + whole) // (2 * max(whole, 1)))


def kilometres_to(us: Candidate, others: Sequence[Candidate]) -> Floats:
    """As the crow flies."""
    return distances_from(us.place, [other.place for other in others])


def _ints(numbers: Sequence[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)


def _work_fields(us: Candidate, others: Sequence[Candidate]) -> Ints:
    theirs = _ints([len(other.work_fields) for other in others])
    alike = share_points(2 * _ints([len(us.work_fields & o.work_fields) for o in others]), theirs + len(us.work_fields))
    ours = alike
    if us.partner_fields:
        found = _ints([len(us.partner_fields & other.work_fields) for other in others])
        ours = share_points(found, len(us.partner_fields))
    asking = _ints([len(other.partner_fields) for other in others])
    asked = share_points(_ints([len(other.partner_fields & us.work_fields) for other in others]), asking)
    return mean_points(ours, np.where(asking > 0, asked, alike))


def _size(us: Candidate, others: Sequence[Candidate]) -> Ints:
    sizes = _ints([other.size for other in others])
    theirs = size_points(us.size, sizes, SizeWish.ALIKE)
    for wish in (SizeWish.SMALLER, SizeWish.LARGER):
        asking = np.array([other.partner_size == wish for other in others], dtype=bool)
        theirs = np.where(asking, size_points(sizes, us.size, wish), theirs)
    return mean_points(size_points(us.size, sizes, us.partner_size), theirs)


def _learning_ours(us: Candidate, others: Sequence[Candidate]) -> Ints:
    return share_points(_ints([len(us.learning & other.strengths) for other in others]), len(us.learning))


def _learning_theirs(us: Candidate, others: Sequence[Candidate]) -> Ints:
    met = _ints([len(other.learning & us.strengths) for other in others])
    return share_points(met, _ints([len(other.learning) for other in others]))


def _experience(us: Candidate, others: Sequence[Candidate]) -> Ints:
    experienced = _ints([int(other.experienced) for other in others])
    mixed = experience_points(experienced + int(us.experienced))
    ours = mixed
    if us.partner_experience != ExperienceWish.ANY:
        ours = 100 * (experienced == int(us.partner_experience == ExperienceWish.EXPERIENCED)).astype(np.int64)
    theirs = mixed
    for wish in (ExperienceWish.NEWCOMER, ExperienceWish.EXPERIENCED):
        asking = np.array([other.partner_experience == wish for other in others], dtype=bool)
        theirs = np.where(asking, 100 * int(us.experienced == (wish == ExperienceWish.EXPERIENCED)), theirs)
    return mean_points(ours, theirs)


def _wishes(us: Candidate, others: Sequence[Candidate]) -> Ints:
    return mean_points(wish_points(_ints([us.wished.get(o.key, 0) for o in others]), bool(us.wished)), NEUTRAL)
