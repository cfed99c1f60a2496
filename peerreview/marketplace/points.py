"""The rules of fitting: from a measure to 0-100 points. Each takes numbers or tables of numbers; all stay whole."""

import numpy as np
from numpy.typing import NDArray

from peerreview.marketplace.lifecycle import SizeWish
from peerreview.marketplace.travel import Ints

NEUTRAL = 50
NEAR_MINUTES, FAR_MINUTES = 15, 120
NEVER = 0
LESS_PER_RANK = 10


def travel_points(minutes: Ints | int) -> Ints:
    """100 up to a quarter of an hour, then evenly down to 0 at two hours."""
    beyond = np.asarray(minutes) - NEAR_MINUTES
    return np.asarray(np.clip(100 - 100 * beyond // (FAR_MINUTES - NEAR_MINUTES), 0, 100))


def share_points(part: Ints | int, whole: Ints | int) -> Ints:
    """The part as a percentage of the whole, rounded down; NEUTRAL where there is no whole."""
    return np.where(np.asarray(whole) == 0, NEUTRAL, 100 * np.asarray(part) // np.maximum(whole, 1))


def size_points(own: Ints | int, other: Ints | int, wish: SizeWish) -> Ints:
    """For who asks for a smaller (larger) partner: 100 from three quarters of the one to the other, 0 when equal."""
    mine, yours = np.asarray(own), np.asarray(other)
    if wish in (SizeWish.ALIKE, SizeWish.ANY):
        return share_points(np.minimum(mine, yours), np.maximum(mine, yours))
    smaller, larger = (yours, mine) if wish == SizeWish.SMALLER else (mine, yours)
    return np.asarray(np.clip(400 - 4 * share_points(smaller, larger), 0, 100))


def experience_points(experienced: Ints | int) -> Ints:
    """One experienced beside one new is best, two experienced will do, two new have nobody to show them."""
    return np.take(np.array([0, 100, 60]), experienced)


def months_points(shared: Ints | int) -> Ints:
    """40 for each month in common: three leave room to choose."""
    return np.asarray(np.minimum(40 * np.asarray(shared), 100))


def novelty_points(rounds: Ints | int) -> Ints:
    """Never met is best; after the last round it takes five to be as good as new."""
    return np.where(np.asarray(rounds) == NEVER, 100, np.clip(25 * (np.asarray(rounds) - 1), 0, 100))


def wish_points(rank: Ints | int, wishes: NDArray[np.bool_] | bool) -> Ints:
    """What one side gives: 100 for its first wish down to 60 for its fifth, 0 for others; NEUTRAL without wishes."""
    ranked = np.where(np.asarray(rank) > 0, 100 - LESS_PER_RANK * (np.asarray(rank) - 1), 0)
    return np.where(np.asarray(wishes), ranked, NEUTRAL)


def mean_points(one: Ints | int, other: Ints | int) -> Ints:
    """Half of what both sides give, rounded down."""
    return np.asarray((np.asarray(one) + np.asarray(other)) // 2)
