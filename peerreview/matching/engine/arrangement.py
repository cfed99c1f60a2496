"""The groups of one component as they stand, and their betterment a window at a time.

A window is a few groups and unmatched rows near each other, twelve members at most. It is solved exactly (`subsets`),
and what that gives takes the place of what was there only when the whole is better by it: first more members matched,
then more accepted groups, where fairness counts a better worst group, then a higher gain. So the whole never becomes
worse, and it ends (large neighbourhood search, Shaw 1998).
"""

from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

import numpy as np

from peerreview.matching.engine.network import Network
from peerreview.matching.engine.problem import Ints, Rows, legs_of, pairs_within
from peerreview.matching.engine.solution import PER_MEMBER
from peerreview.matching.engine.subsets import solve_window

WINDOW = 12
NEAR = 16
NO_LIMIT = float("inf")

Value = tuple[int, int, float, int, int]


class Arrangement:
    """Groups of a network's rows; `cap` is the worth above which the worst group does not count."""

    def __init__(self, network: Network, groups: Iterable[Rows], cap: float = NO_LIMIT, window: int = WINDOW) -> None:
        self.network = network
        self.cap = cap
        self.window = window
        self.special = {each.rows: each for each in network.specials}
        self.values: dict[Rows, tuple[int, int, int, int]] = {}
        self.group_of: dict[int, Rows] = {}
        self.near: dict[int, list[tuple[int, int]]] = {}
        self.tried: set[tuple[Rows, ...]] = set()
        self.settle(groups)

    def settle(self, groups: Iterable[Rows]) -> None:
        """Have these groups and no others."""
        self.group_of.clear()
        for rows in groups:
            self._add(rows)

    @property
    def groups(self) -> list[Rows]:
        return sorted(set(self.group_of.values()))

    def _add(self, rows: Rows) -> None:
        for row in rows:
            self.group_of[row] = rows

    def parts(self, rows: Rows) -> tuple[int, int, int, int]:
        """(accepted, worth, gain, tie) of a group."""
        if rows not in self.values:
            network = self.network
            legs = network.legs_at(np.array([here * network.size + there for here, there in legs_of(rows)]))
            total, tie = int(network.score[legs].sum()), int(network.tie[legs].sum())
            known = self.special.get(rows)
            price = known.price if known else -network.ring_price if len(rows) > 2 else 0
            accepted = int(known is not None and known.accepted)
            self.values[rows] = (accepted, total * PER_MEMBER // len(rows), total + price, tie)
        return self.values[rows]

    def can_be(self, rows: Rows) -> bool:
        """Whether all its legs are usable and it is of a kind that may be made."""
        network = self.network
        legs = network.legs_at(np.array([here * network.size + there for here, there in legs_of(rows)]))
        kind = len(rows) == 2 or len(rows) in network.ring_sizes or rows in self.special
        return kind and bool((legs >= 0).all()) and not network.forbidden.intersection(pairs_within(rows))

    def value(self, groups: Sequence[Rows], cap: float | None = None) -> Value:
        """The objectives in order, of these groups alone."""
        parts = [self.parts(rows) for rows in groups]
        limit = self.cap if cap is None else cap
        worst = min((worth for _accepted, worth, _gain, _tie in parts), default=NO_LIMIT)
        return (
            sum(map(len, groups)),
            sum(part[0] for part in parts),
            min(worst, limit) if self.network.fair else 0,
            sum(part[2] for part in parts),
            sum(part[3] for part in parts),
        )

    def share(self, row: int) -> float:
        """What its place is worth to the whole: its part of its group's gain; 0 for one who has none."""
        rows = self.group_of.get(row)
        return self.parts(rows)[2] / len(rows) if rows else 0.0

    def shares(self) -> list[float]:
        return [self.share(row) for row in range(self.network.size)]

    def improve(self, seeds: Iterable[int]) -> bool:
        """Solve the surroundings of these rows anew; whether that made the whole better."""
        rows = self.around(seeds)
        before = sorted({self.group_of[row] for row in rows if row in self.group_of})
        state = (tuple(rows), *before)
        if len(rows) < 2 or state in self.tried:
            return False
        self.tried.add(state)
        cap = min(self.cap, self._worst_beside(before)) if self.network.fair else NO_LIMIT
        found = solve_window(self.network, rows, cap)
        if self.value(found, cap) <= self.value(before, cap):
            return False
        for row in rows:
            self.group_of.pop(row, None)
        for group in found:
            self._add(group)
        return True

    def _worst_beside(self, groups: Sequence[Rows]) -> float:
        inside = set(groups)
        return min((self.parts(rows)[1] for rows in self.groups if rows not in inside), default=NO_LIMIT)

    def worst(self) -> Rows | None:
        """The group of the lowest worth."""
        return min(self.groups, key=lambda rows: (self.parts(rows)[1], rows), default=None)

    def around(self, seeds: Iterable[int]) -> list[int]:
        """A window: the groups of these rows, then of whom they would gain most by meeting, as many as fit."""
        rows: set[int] = set()
        waiting: list[tuple[float, int]] = []
        for row in seeds:
            heappush(waiting, (-NO_LIMIT, row))
        while waiting and len(rows) < self.window:
            _gain, row = heappop(waiting)
            group = self.group_of.get(row, (row,))
            if row in rows or len(rows) + len(group) > self.window:
                continue
            rows.update(group)
            for member in group:
                for other, fit in self._nearest(member):
                    if other not in rows:
                        heappush(waiting, (self.share(member) + self.share(other) - fit, other))
        return sorted(rows)

    def _nearest(self, row: int) -> list[tuple[int, int]]:
        """(other, score of the legs between) of those whom this row can visit, the best first."""
        if row not in self.near:
            network = self.network
            legs = np.arange(network.start[row], network.start[row + 1])
            fit = fits(network)[legs]
            order = np.lexsort((network.host[legs], -fit))[:NEAR]
            self.near[row] = list(zip(network.host[legs][order].tolist(), fit[order].tolist(), strict=True))
        return self.near[row]


def fits(network: Network) -> Ints:
    """For each leg its score and that of the leg back, if there is one."""
    back = network.back
    return np.asarray(network.score + np.where(back >= 0, network.score[back], 0))
