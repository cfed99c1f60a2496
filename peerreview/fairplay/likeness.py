"""How alike two reports of one exchange rate, beside how alike any two reports are that have nothing to do with each other.

Most norms are met by most organisations, so two reports are always much alike; what stands out is only found by
comparing. Each pair of reports within an exchange is laid beside all pairs across exchanges. A signal asks somebody to
read both reports; it says nothing about anybody's intention.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from peerreview.fairplay.lifecycle import SCALE, Signal

LEAST_NORMS = 10  # that both reports assess; of fewer nothing is said
LEAST_PAIRS = 50  # across exchanges, to compare with
RARE = 0.02  # stands out: at most two of a hundred other pairs are like this
MISSING = -1


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two reports of an exchange side by side.

    Of `compared` norms that both assessed `same` have the same rating; other pairs have `usual` of as many (None: there
    are too few to compare with), and `as_alike` (0 to 1) of them are as alike as these two. `complies` is how many norms
    comply in either report.
    """

    exchange_id: int
    reviews: tuple[int, int]
    compared: int
    same: int
    usual: float | None
    as_alike: float | None
    complies: tuple[int, int]
    signal: Signal | None


class Reports:
    """The ratings of many reports."""

    def __init__(self, rows: Iterable[tuple[int, int, int, str | None]]) -> None:
        """Rows: (review_id, exchange_id, norm_id, rating), at most one for each review and norm."""
        given = list(rows)
        self.exchange_of = dict(sorted({row[0]: row[1] for row in given}.items()))
        self.ids = list(self.exchange_of)
        line = {review_id: n for n, review_id in enumerate(self.ids)}
        column = {norm_id: n for n, norm_id in enumerate(sorted({row[2] for row in given}))}
        value: dict[str | None, int] = {rating: n for n, rating in enumerate(SCALE)}
        self.ratings: NDArray[np.int8] = np.full((len(line), len(column)), MISSING, np.int8)
        if given:
            at = np.array([(line[r], column[n], value.get(rating, MISSING)) for r, _e, n, rating in given])
            self.ratings[at[:, 0], at[:, 1]] = at[:, 2]
        self.tallies = np.stack([(self.ratings == n).sum(axis=1) for n in range(len(SCALE))], axis=1)

    def likenesses(self) -> list[Likeness]:
        """Each two reports of one exchange, what stands out first, then the most alike."""
        if len(self.ids) < 2:
            return []
        shared, same = self._shared_and_same()
        across = self._across() & (shared >= LEAST_NORMS)
        shares = np.sort(same[across] / shared[across])
        tallies = _Tallies(self.tallies, across)
        found = [
            self._likeness(a, b, int(shared[a, b]), int(same[a, b]), shares, tallies)
            for a, b in self._pairs()
            if shared[a, b] >= LEAST_NORMS
        ]
        return sorted(found, key=lambda one: (one.signal is None, -one.same / one.compared, one.reviews))

    def _shared_and_same(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """For each two reports: how many norms both assess, and how many of those have the same rating."""
        ones = np.stack([(self.ratings == n).astype(np.float32) for n in range(len(SCALE))])
        assessed = ones.sum(axis=0)
        same = (ones @ ones.transpose(0, 2, 1)).sum(axis=0)
        return (assessed @ assessed.T).astype(np.int32), same.astype(np.int32)

    def _across(self) -> NDArray[np.bool_]:
        """Which pairs (each once) are of two exchanges."""
        exchange = np.array(list(self.exchange_of.values()))
        different = exchange[:, None] != exchange[None, :]
        return np.triu(different, 1)

    def _pairs(self) -> list[tuple[int, int]]:
        together: dict[int, list[int]] = {}
        for n, exchange_id in enumerate(self.exchange_of.values()):
            together.setdefault(exchange_id, []).append(n)
        return [pair for rows in together.values() for pair in combinations(rows, 2)]

    def _likeness(
        self, a: int, b: int, shared: int, same: int, shares: NDArray[np.float64], tallies: "_Tallies"
    ) -> Likeness:
        enough = len(shares) >= LEAST_PAIRS
        usual = float(shares.mean()) * shared if enough else None
        alike = float((len(shares) - np.searchsorted(shares, same / shared - 1e-9)) / len(shares)) if enough else None
        signal = None
        if not self.tallies[[a, b], :-1].any():
            signal = Signal.ONLY_COMPLIES
        elif same == shared:
            signal = Signal.IDENTICAL
        elif alike is not None and alike <= RARE:
            signal = Signal.ALIKE
        elif enough and tallies.rare(a, b):
            signal = Signal.SAME_TALLY
        complies = int(self.tallies[a, -1]), int(self.tallies[b, -1])
        return Likeness(
            self.exchange_of[self.ids[a]], (self.ids[a], self.ids[b]), shared, same, usual, alike, complies, signal
        )


class _Tallies:
    """How often two reports of different exchanges count equally many of each rating."""

    def __init__(self, tallies: NDArray[np.int64], across: NDArray[np.bool_]) -> None:
        _all, inverse, often = np.unique(tallies, axis=0, return_inverse=True, return_counts=True)
        self.kind = inverse.ravel()
        self.often = often[self.kind]
        equal = (self.kind[:, None] == self.kind[None, :]) & across
        self.common = np.sort(np.broadcast_to(self.often[:, None], equal.shape)[equal])
        self.pairs = int(across.sum())

    def rare(self, a: int, b: int) -> bool:
        """Whether these two have the same tally, and few other pairs share one that is as uncommon."""
        if self.kind[a] != self.kind[b]:
            return False
        as_uncommon = int(np.searchsorted(self.common, self.often[a], side="right"))
        return as_uncommon <= RARE * self.pairs
