"""Pairs for more rows than can be paired at once: neighbouring rows in blocks, each exactly, then shifted blocks.

The rows are halved again and again across their longer side (a k-d tree, Bentley 1975). Whoever's partner lies in the
same block of the next, turned division is paired anew there, so that what a border cut apart can meet; each turn leaves
the whole as good or better. Who is left alone at last looks for another who is, through what lies between them.
"""

import math

import numpy as np

from peerreview.matching.engine.network import Network
from peerreview.matching.engine.pairing import best_pairs, fairest_pairs
from peerreview.matching.engine.problem import Floats, Ints, Pair
from peerreview.matching.engine.solution import PER_MEMBER
from peerreview.matching.engine.watch import Watch

BLOCK = 4000
TURNS = 6
FIRST_SMALLER = 3  # the first turn only lays a ground, and small blocks are fast
ENOUGH = 1e-5  # a turn that betters the whole by no more than this share is the last
ANGLE = 0.8
FIRST_CUT = (0.5, 0.34, 0.42, 0.61, 0.55, 0.45)
BALL, BALLS = 3000, 40


class Blocks:
    """Pairs of a network under way: who is whose partner, -1 for nobody."""

    def __init__(self, network: Network, place: Floats | None, cap: float, watch: Watch, block: int = BLOCK) -> None:
        self.network, self.watch, self.block = network, watch, block
        self.cap = self.limit = cap
        self.partner = np.full(network.size, -1, dtype=np.int64)
        self.place = place if place is not None else _walk(network)

    def solve(self) -> list[Pair]:
        before = (0, 0.0, 0.0)
        for turn in range(TURNS):
            blocks = self._with_the_worst_first(self._divided(turn))
            for number, rows in enumerate(blocks):
                self.watch.step("blocks", turn * len(blocks) + number, TURNS * len(blocks))
                self._pair_anew(rows)
            now = self._reached()
            if not self.network.fair and now[0] == before[0] and now[2] - before[2] <= ENOUGH * now[2]:
                break
            before = now
        self._join_the_lonely()
        return self.pairs

    def _with_the_worst_first(self, blocks: list[Ints]) -> list[Ints]:
        """Where fairness counts: the block of the worst pair first, because what it can reach is enough for others;
        nor need anybody do better than the worst of the pairs that lie across a border now."""
        if not self.network.fair:
            return blocks
        worth = self._worths()
        block_of = np.full(len(worth), -1)
        for number, rows in enumerate(blocks):
            block_of[rows] = number
        across = (self.partner >= 0) & (block_of != block_of[self.partner])
        self.limit = min(self.cap, float(worth[across].min(initial=np.inf)))
        return sorted(blocks, key=lambda rows: float(worth[rows].min(initial=np.inf)))

    def _worths(self) -> Floats:
        """For each row the worth of its pair, infinite for one alone."""
        worth = np.full(len(self.partner), np.inf)
        rows = np.flatnonzero(self.partner >= 0)
        there, back = (self.network.legs_at(code) for code in self._codes(rows))
        worth[rows] = (self.network.score[there] + self.network.score[back]) * (PER_MEMBER // 2)
        return worth

    def _codes(self, rows: Ints) -> tuple[Ints, Ints]:
        mates = self.partner[rows]
        return rows * self.network.size + mates, mates * self.network.size + rows

    @property
    def pairs(self) -> list[Pair]:
        low = np.flatnonzero(self.partner > np.arange(len(self.partner)))
        return list(zip(low.tolist(), self.partner[low].tolist(), strict=True))

    def _reached(self) -> tuple[int, float, float]:
        rows = np.flatnonzero(self.partner >= 0)
        legs = self.network.legs_at(self._codes(rows)[0])
        worst = min(self.cap, float(self._worths().min(initial=np.inf))) if self.network.fair else 0.0
        return len(rows), worst, float(self.network.score[legs].sum())

    def _pair_anew(self, rows: Ints) -> None:
        """The best pairs among those of these rows who are alone or have their partner here too."""
        inside = np.zeros(self.network.size, dtype=np.bool_)
        inside[rows] = True
        mate = self.partner[rows]
        rows = rows[(mate < 0) | inside[mate]]
        part = self.network.within(rows.tolist())
        pairs = fairest_pairs(part, self.limit) if part.fair else best_pairs(part)
        self.partner[rows] = -1
        for here, there in pairs:
            self.partner[here], self.partner[there] = there, here
        if part.fair:
            self.limit = min(self.limit, float(self._worths()[rows].min(initial=np.inf)))

    def _divided(self, turn: int) -> list[Ints]:
        angle = ANGLE * turn
        spin = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        most = self.block if turn else self.block // FIRST_SMALLER
        return self._halved(self.network.rows, self.place @ spin, FIRST_CUT[turn % len(FIRST_CUT)], most)

    def _halved(self, rows: Ints, place: Floats, share: float, most: int) -> list[Ints]:
        if len(rows) <= most:
            return [rows]
        axis = int(np.ptp(place[rows], axis=0).argmax())
        ordered = rows[np.lexsort((rows, place[rows, axis]))]
        cut = 2 * round(len(rows) * share / 2)  # even, so that nobody need be left in the first part
        parts = (np.sort(ordered[:cut]), np.sort(ordered[cut:]))
        return [block for part in parts for block in self._halved(part, place, 0.5, most)]

    def _join_the_lonely(self) -> None:
        alone = [row for row in self.network.rows.tolist() if self.partner[row] < 0]
        for number, row in enumerate(alone[:BALLS] if len(alone) > 1 else ()):
            self.watch.step("left over", number, min(BALLS, len(alone)))
            if self.partner[row] < 0:
                self._pair_anew(_corridor(self.network, row, self.partner))


def _corridor(network: Network, row: int, partner: Ints) -> Ints:
    """The rows along a shortest chain of legs from this row to another one alone, and those around the chain, partners
    and all; only this row when nobody alone can be reached."""
    alone = partner < 0
    far = np.full(network.size, -1)
    far[row] = 0
    edge = np.array([row])
    met, step = edge[:0], 0
    while len(edge) and not len(met):
        near = np.unique(network.host[_legs_from(network, edge)])
        edge = near[far[near] < 0]
        far[edge] = step = step + 1
        met = edge[alone[edge]]
    if not len(met):
        return np.array([row])
    inside = np.zeros(network.size, dtype=np.bool_)
    at = int(met[0])
    while at != row:
        inside[at] = True
        near = network.host[_legs_from(network, np.array([at]))]
        near = near[(far[near] >= 0) & (far[near] < far[at])]
        if not len(near):  # the last leg goes one way only
            break
        at = int(near[far[near].argmin()])
    inside[row] = True
    while True:
        grown = inside.copy()
        grown[network.host[_legs_from(network, np.flatnonzero(inside))]] = True
        mates = partner[grown]
        grown[mates[mates >= 0]] = True
        if grown.sum() > BALL or (grown == inside).all():
            mates = partner[inside]
            inside[mates[mates >= 0]] = True
            return np.flatnonzero(inside)
        inside = grown


def _legs_from(network: Network, rows: Ints) -> Ints:
    """The numbers of all legs that these rows can make."""
    counts = network.start[rows + 1] - network.start[rows]
    return np.asarray(np.arange(counts.sum()) + np.repeat(network.start[rows] - (counts.cumsum() - counts), counts))


def _walk(network: Network) -> Floats:
    """A stand-in for places: how many rows a walk in ever wider circles met before, from the lowest row."""
    order = np.full(network.size, -1, dtype=np.int64)
    count = 0
    for first in network.rows.tolist():
        edge = np.array([first] if order[first] < 0 else [], dtype=np.int64)
        while len(edge):
            order[edge] = count + np.arange(len(edge))
            count += len(edge)
            near = np.unique(network.host[_legs_from(network, edge)])
            edge = near[order[near] < 0]
    return np.stack([order, np.zeros_like(order)], axis=1).astype(np.float64)
