"""Prices at which nobody wishes to change: they start the blossom method near its end, and bound what can be reached.

For weights w(i, j) and prices p(j) let u(i) be the best of w(i, j) - p(j). No assignment of each i to another j comes to
more than the sum of u and p. Low such prices are found by an auction in rounds (Bertsekas 1988, The auction algorithm):
whoever has nothing bids for the best j what it is worth above the second best, plus a step; the steps become smaller.
It is broken off when few are left, for any prices will do: the better they are, the faster what follows.
"""

from dataclasses import dataclass

import numpy as np

from peerreview.matching.engine.problem import Floats, Ints

CONSIDERED = 32
STEPS = (8, 40, 200)
LEFT_OVER, ROUNDS = 0.005, 400
SMOOTHING = 8
FARTHEST = 4
NOTHING = -1e300


@dataclass(frozen=True, eq=False)
class Bids:
    """Weights from each row to others, by row; `start` is where each row begins, one more at the end."""

    row: Ints
    other: Ints
    weight: Floats
    start: Ints

    @property
    def size(self) -> int:
        return len(self.start) - 1


def bids_of(size: int, row: Ints, other: Ints, weight: Floats) -> Bids:
    order = np.lexsort((other, row))
    start = np.searchsorted(row[order], np.arange(size + 1))
    return Bids(row[order], other[order], weight[order], np.asarray(start))


def prices(bids: Bids) -> Floats:
    """Prices by auction, from the best CONSIDERED of each row; 0 for all where there is nothing to choose."""
    order = np.lexsort((-bids.weight, bids.row))
    rank = np.arange(len(order)) - bids.start[bids.row[order]]
    order, rank = order[rank < CONSIDERED], rank[rank < CONSIDERED]
    others = np.zeros((bids.size, CONSIDERED), dtype=np.int64)
    values = np.full((bids.size, CONSIDERED), NOTHING)
    others[bids.row[order], rank], values[bids.row[order], rank] = bids.other[order], bids.weight[order]
    choosing = np.flatnonzero(np.diff(bids.start) > 0)
    last = np.minimum(np.diff(bids.start), CONSIDERED) - 1
    spread = float(np.median((values[:, 0] - values[np.arange(bids.size), last])[choosing])) if len(choosing) else 0.0
    price = np.zeros(bids.size)
    if spread > 0:
        for part in STEPS:
            _auction(others, values, price, choosing, spread / part, spread)
    return price


def _auction(others: Ints, values: Floats, price: Floats, free: Ints, step: float, spread: float) -> None:
    """Raise the prices in rounds of bids, of all who have nothing at once, until nearly everybody has something."""
    owner = np.full(len(price), -1)
    enough = int(LEFT_OVER * len(free)) + 1
    for _round in range(ROUNDS):
        if len(free) <= enough:
            return
        net = values[free] - price[others[free]]
        line = np.arange(len(free))
        best = net.argmax(axis=1)
        most = net[line, best]
        net[line, best] = NOTHING
        wanted = others[free, best]
        bid = price[wanted] + most - np.maximum(net.max(axis=1), most - spread) + step
        order = np.lexsort((bid, wanted))
        highest = order[np.append(np.diff(wanted[order]) != 0, True)]
        won = wanted[highest]
        before = owner[won]
        owner[won], price[won] = free[highest], bid[highest]
        lost = np.ones(len(free), dtype=np.bool_)
        lost[highest] = False
        free = np.concatenate([free[lost], before[before >= 0]])


def best_net(bids: Bids, price: Floats) -> Floats:
    """u: for each row the best weight less price; 0 for a row that has no choice."""
    best = np.zeros(bids.size)
    filled = np.flatnonzero(np.diff(bids.start) > 0)
    if len(filled):
        best[filled] = np.maximum.reduceat(bids.weight - price[bids.other], bids.start[:-1][filled])
    return best


def levels(bids: Bids) -> Floats:
    """For weights that are the same both ways: an amount y for each row with y(i) + y(j) >= w(i, j), the sum low.

    Half of u and p is such an amount. Going halfway from y to the best of w - y keeps it one and lowers it.
    """
    half = np.zeros(bids.size)
    filled = np.flatnonzero(np.diff(bids.start) > 0)
    if len(filled):
        half[filled] = np.maximum.reduceat(bids.weight, bids.start[:-1][filled]) / 2
    price = prices(bids)
    sold = (best_net(bids, price) + price) / 2
    amounts = [_smoothed(bids, half), _smoothed(bids, sold)]
    if np.abs(amounts[1]).max(initial=0) > FARTHEST * np.abs(bids.weight).max(initial=0):
        return amounts[0]  # where many want what few have prices run away
    return min(amounts, key=lambda amount: float(amount.sum()))


def _smoothed(bids: Bids, amount: Floats) -> Floats:
    for _turn in range(SMOOTHING):
        amount = (amount + best_net(bids, amount)) / 2
    return amount


def assignment_bound(bids: Bids) -> int:
    """A number that no assignment exceeds, also one that leaves rows out; a unit more, for the rounding of floats."""
    price = prices(bids)
    net = np.maximum(best_net(bids, price), 0)
    back = bids_of(bids.size, bids.other, bids.row, bids.weight)
    price = np.maximum(best_net(back, net), 0)  # no higher than it must be
    return int(np.floor(net.sum() + price.sum())) + 1
