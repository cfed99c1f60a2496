"""All pairs of a round's candidates at once: how well they fit, what forbids them, and a fixed order among equals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from peerreview.marketplace.fit import Candidate, Score, Weights, score
from peerreview.marketplace.fit_tables import minutes_between, totals
from peerreview.marketplace.travel import Ints
from peerreview.matching.rules import Block, Yes, blocks, forbidden_by

FORBIDDEN = "forbidden"
TIE_BITS = 40

Rows = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Board:
    """The candidates in order of key, with the tables over all pairs that solving needs; rows are numbers from 0."""

    candidates: tuple[Candidate, ...]
    weights: Weights
    minutes: Ints
    totals: Ints
    blocked: dict[str, Yes]
    allowed: Yes

    def row(self, key: int) -> int:
        """Where the candidate stands; ValueError if it takes no part."""
        row = int(np.searchsorted([each.key for each in self.candidates], key))
        if row == len(self.candidates) or self.candidates[row].key != key:
            raise ValueError(f"no candidate has key {key}")
        return row

    def between(self, here: int, there: int) -> tuple[Block, ...]:
        """Why two rows may not meet; empty when they may."""
        if self.allowed[here, there]:
            return ()
        by_hand = (Block(FORBIDDEN),) if self.blocked[FORBIDDEN][here, there] else ()
        return by_hand + blocks(self.candidates[here], self.candidates[there])

    def score(self, here: int, there: int) -> Score:
        return score(self.candidates[here], self.candidates[there], self.weights)


def prepare(candidates: Iterable[Candidate], weights: Weights, *, forbidden: Iterable[tuple[int, int]] = ()) -> Board:
    """Score all pairs and apply the rules; ValueError if two candidates share a key."""
    ordered = tuple(sorted(candidates, key=lambda each: each.key))
    if any(here.key == there.key for here, there in pairwise(ordered)):
        raise ValueError("two candidates have the same key")
    blocked = {FORBIDDEN: _by_hand(ordered, forbidden), **forbidden_by(ordered)}
    somehow = np.logical_or.reduce(list(blocked.values()))
    allowed = ~somehow & ~np.eye(len(ordered), dtype=np.bool_)
    return Board(ordered, weights, minutes_between(ordered), totals(ordered, weights), blocked, allowed)


def _by_hand(ordered: Sequence[Candidate], forbidden: Iterable[tuple[int, int]]) -> Yes:
    row = {each.key: number for number, each in enumerate(ordered)}
    table = np.zeros((len(ordered), len(ordered)), dtype=np.bool_)
    for here, there in forbidden:
        if here in row and there in row:
            table[row[here], row[there]] = table[row[there], row[here]] = True
    return table


def legs_of(rows: Rows) -> list[tuple[int, int]]:
    """Who reviews whom: each row the next, the last the first."""
    return list(zip(rows, rows[1:] + rows[:1], strict=True))


def weights_of(gains: Ints, ties: Ints) -> Ints:
    """Gain first, then a tie-break of 40 bits, which leaves a second optimum a chance of one in a million at most for
    550 candidates (the isolation lemma of Mulmuley, Vazirani and Vazirani 1987)."""
    return (gains << TIE_BITS) + ties


def ties_of(board: Board) -> Ints:
    """For each pair a fixed number of TIE_BITS made of both keys (the mixing of splitmix64, Steele et al. 2014)."""
    keys = np.array([each.key for each in board.candidates], dtype=np.int64).astype(np.uint64)
    mixed = np.minimum.outer(keys, keys) * np.uint64(0x9E3779B97F4A7C15) + np.maximum.outer(keys, keys)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed >> np.uint64(64 - TIE_BITS)).astype(np.int64)
