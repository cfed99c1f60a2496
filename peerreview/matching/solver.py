"""Who reviews whom in a round: the best groups under the hard rules, each with its reasons and its alternatives.

First as many organisations as possible are paired, and of all ways to do so the one with the highest total score is
taken: a maximum-weight matching, exact (Edmonds' blossom method, by rustworkx). Then whoever is left joins a pair and
makes it a ring of three, a -> b -> c -> a, where each leg is allowed; which one joins which pair is again an exact
matching, of those left with the pairs: as many as possible, then with the least loss of score.

The answer depends on the candidates only, not on their order. Equal totals are decided by a fixed number made of both
keys, so that the same candidates always give the same groups and a newcomer far away changes nothing here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import rustworkx

from peerreview.matching.conflicts import Block, Yes, blocks, forbidden_by
from peerreview.matching.scoring import Candidate, Score, Weights, minutes_between, score, totals
from peerreview.matching.travel import Ints

FORBIDDEN = "forbidden"
NEAR_MISSES = 3
TIE_BITS = 40
NO_EDGE = -(1 << 60)

Rows = tuple[int, ...]


@dataclass(frozen=True)
class Leg:
    """One review to be: the reviewing organisation visits the host. `blocks` is empty unless a locked group breaks a
    rule; the score is told from the reviewer's side, its total is the same the other way round."""

    reviewer: int
    host: int
    score: Score
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Alternative:
    """The best partner for a member that is not in its group; `difference` in percent, above 0 if it would fit better
    than the present one (it is not proposed because others would lose more)."""

    member: int
    partner: int
    score: Score
    difference: int


@dataclass(frozen=True)
class Group:
    """Organisations that review each other. Each member reviews the next one, the last reviews the first."""

    members: tuple[int, ...]
    legs: tuple[Leg, ...]
    alternatives: tuple[Alternative, ...]
    locked: bool

    @property
    def kind(self) -> Literal["pair", "ring"]:
        return "pair" if len(self.members) == 2 else "ring"

    @property
    def total(self) -> int:
        """The totals of the legs; a pair has two, so that groups compare per member."""
        return sum(leg.score.total for leg in self.legs)

    @property
    def score(self) -> int:
        """0-100: the mean of the legs, rounded half up."""
        return (2 * sum(leg.score.percent for leg in self.legs) + len(self.legs)) // (2 * len(self.legs))


@dataclass(frozen=True)
class NearMiss:
    """A candidate that an unmatched organisation nearly met, and what stands between; no blocks: it has a partner."""

    partner: int
    minutes: int
    score: Score
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Unmatched:
    """Who has no group, and why: how many candidates each rule forbade (one may fall under several), how many were
    allowed but have another partner, and the nearest misses: fewest blocks first, then nearest."""

    key: int
    blocked: dict[str, int]
    allowed: int
    closest: tuple[NearMiss, ...]


@dataclass(frozen=True)
class Result:
    """Every candidate once: in a group or unmatched; both ordered by (first) key."""

    groups: tuple[Group, ...]
    unmatched: tuple[Unmatched, ...]

    @property
    def matched(self) -> int:
        return sum(len(group.members) for group in self.groups)

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)


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


def solve(
    candidates: Iterable[Candidate],
    weights: Weights,
    *,
    locked: Iterable[Sequence[int]] = (),
    forbidden: Iterable[tuple[int, int]] = (),
) -> Result:
    """The best groups; `locked` are groups of keys to keep as they are, `forbidden` pairs that may not meet.

    A locked pair or ring (in review order) stays even where a rule forbids it: people decide, its legs show the blocks.
    ValueError if two candidates share a key, or a locked group has a stranger, a member of another or a forbidden pair.
    Pairs in `forbidden` that take no part are ignored.
    """
    board = prepare(candidates, weights, forbidden=forbidden)
    kept = _locked_rows(board, [tuple(keys) for keys in locked])
    return explain(board, kept, match(board, taken={row for rows in kept for row in rows}))


def prepare(candidates: Iterable[Candidate], weights: Weights, *, forbidden: Iterable[tuple[int, int]] = ()) -> Board:
    """Score all pairs and apply the rules; ValueError if two candidates share a key."""
    ordered = tuple(sorted(candidates, key=lambda each: each.key))
    if any(here.key == there.key for here, there in pairwise(ordered)):
        raise ValueError("two candidates have the same key")
    blocked = {FORBIDDEN: _by_hand(ordered, forbidden), **forbidden_by(ordered)}
    somehow = np.logical_or.reduce(list(blocked.values()))
    allowed = ~somehow & ~np.eye(len(ordered), dtype=np.bool_)
    return Board(ordered, weights, minutes_between(ordered), totals(ordered, weights), blocked, allowed)


def match(board: Board, *, taken: Iterable[int] = ()) -> list[Rows]:
    """The best pairs and rings of the rows that are not taken."""
    free = np.ones(len(board.candidates), dtype=np.bool_)
    free[list(taken)] = False
    pairs = best_pairs(board, free)
    free[[row for pair in pairs for row in pair]] = False
    joined = _best_joins(board, pairs, [int(row) for row in np.flatnonzero(free)])
    return [pair if pair not in joined else _in_review_order(board, (*pair, joined[pair])) for pair in pairs]


def best_pairs(board: Board, free: Yes) -> list[Rows]:
    """Most pairs, then highest total. Whoever has nobody to meet is left out beforehand."""
    allowed = board.allowed & np.logical_and.outer(free, free)
    rows = np.flatnonzero(allowed.any(axis=1))
    weights = np.where(allowed, _weights(board.totals, _ties(board)), NO_EDGE)[np.ix_(rows, rows)]
    found = _perfect_matching(weights)
    if found is None:
        found = _matching(weights)
    return sorted((int(rows[here]), int(rows[there])) for here, there in found)


def _best_joins(board: Board, pairs: Sequence[Rows], left: Sequence[int]) -> dict[Rows, int]:
    """Which of those left joins which pair: as many as possible, then with the least loss."""
    if not pairs or not left:
        return {}
    first, second, alone = (np.array(rows) for rows in (*zip(*pairs, strict=True), left))
    both = board.allowed[np.ix_(first, alone)] & board.allowed[np.ix_(second, alone)]
    pair, guest = np.nonzero(both)
    a, b, c = first[pair], second[pair], alone[guest]
    gain = board.totals[a, c] + board.totals[b, c] - board.totals[a, b]
    ties = _ties(board)
    weights = np.full((len(pairs) + len(left),) * 2, NO_EDGE)
    weights[pair, guest + len(pairs)] = _weights(gain, (ties[a, c] + ties[b, c]) % (1 << TIE_BITS))
    return {pairs[pair]: left[guest - len(pairs)] for pair, guest in _matching(weights)}


def _weights(gains: Ints, ties: Ints) -> Ints:
    """Gain first, then a tie-break of 40 bits, which leaves a second optimum a chance of one in a million at most for
    550 candidates (the isolation lemma of Mulmuley, Vazirani and Vazirani 1987)."""
    return (gains << TIE_BITS) + ties


def _matching(weights: Ints) -> list[tuple[int, int]]:
    """Of the matchings of most edges the heaviest; only what stands above the diagonal is read."""
    here, there = np.nonzero(np.triu(weights != NO_EDGE, 1))
    graph: rustworkx.PyGraph[None, int] = rustworkx.PyGraph()
    edges = zip(here.tolist(), there.tolist(), weights[here, there].tolist(), strict=True)
    graph.extend_from_weighted_edge_list(list(edges))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return [(min(pair), max(pair)) for pair in found]


def _perfect_matching(weights: Ints) -> list[tuple[int, int]] | None:
    """The same when nobody is left, or of an odd number one, in a third of the time; None when more are left.

    A perfect matching has one edge at each end, so an amount off all edges at one end lowers all perfect matchings
    alike. With the amounts such that the best edge at each end comes to 0 the solver starts nearly done. An odd number
    gets a spare to pair with, at no gain.
    """
    spare = len(weights) % 2
    padded = np.pad(weights, (0, spare), constant_values=0)
    np.fill_diagonal(padded, NO_EDGE)
    found = _matching(_levelled(padded))
    if 2 * len(found) < len(padded):
        return None
    return [(here, there) for here, there in found if there < len(weights)]


def _levelled(weights: Ints) -> Ints:
    doubled = np.where(weights == NO_EDGE, NO_EDGE, 2 * weights)
    off = doubled.max(axis=1, initial=NO_EDGE) // 2
    for row, edges in enumerate(doubled):
        off[row] = (edges - off).max()
    return np.where(weights == NO_EDGE, NO_EDGE, doubled - np.add.outer(off, off))


def _ties(board: Board) -> Ints:
    """For each pair a fixed number of TIE_BITS made of both keys (the mixing of splitmix64, Steele et al. 2014)."""
    keys = np.array([each.key for each in board.candidates], dtype=np.int64).astype(np.uint64)
    mixed = np.minimum.outer(keys, keys) * np.uint64(0x9E3779B97F4A7C15) + np.maximum.outer(keys, keys)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed >> np.uint64(64 - TIE_BITS)).astype(np.int64)


def _in_review_order(board: Board, ring: Rows) -> Rows:
    """Of both directions the one in which reviewers see most of what they wish to learn; lowest key first."""
    a, b, c = sorted(ring)
    return max((a, b, c), (a, c, b), key=lambda rows: _learnt(board, rows))


def _learnt(board: Board, ring: Rows) -> int:
    each = [board.candidates[row] for row in ring]
    return sum(len(here.wishes & there.strengths) for here, there in zip(each, each[1:] + each[:1], strict=True))


def _by_hand(ordered: Sequence[Candidate], forbidden: Iterable[tuple[int, int]]) -> Yes:
    row = {each.key: number for number, each in enumerate(ordered)}
    table = np.zeros((len(ordered), len(ordered)), dtype=np.bool_)
    for here, there in forbidden:
        if here in row and there in row:
            table[row[here], row[there]] = table[row[there], row[here]] = True
    return table


def _locked_rows(board: Board, locked: Sequence[tuple[int, ...]]) -> list[Rows]:
    groups = [tuple(board.row(key) for key in keys) for keys in locked]
    if any(len(rows) < 2 for rows in groups):
        raise ValueError("a locked group has two members or more")
    if any(count > 1 for count in Counter(row for rows in groups for row in rows).values()):
        raise ValueError("a candidate is locked twice")
    if any(board.blocked[FORBIDDEN][leg] for rows in groups for leg in _legs(rows)):
        raise ValueError("a pair is both locked and forbidden")
    return [_lowest_first(rows) for rows in groups]


def _lowest_first(rows: Rows) -> Rows:
    start = rows.index(min(rows))
    return rows[start:] + rows[:start]


def _legs(rows: Rows) -> list[tuple[int, int]]:
    return list(zip(rows, rows[1:] + rows[:1], strict=True))


def explain(board: Board, locked: Sequence[Rows], groups: Sequence[Rows]) -> Result:
    """Put the reasons beside the rows: parts per leg, alternatives per member, and why somebody has no group."""
    together = {row for rows in (*locked, *groups) for row in rows}
    shown = [_group(board, rows, locked=True) for rows in locked] + [_group(board, rows) for rows in groups]
    alone = [row for row in range(len(board.candidates)) if row not in together]
    return Result(tuple(sorted(shown, key=lambda group: group.members)), tuple(_unmatched(board, row) for row in alone))


def _group(board: Board, rows: Rows, *, locked: bool = False) -> Group:
    legs = tuple(_leg(board, here, there) for here, there in _legs(rows))
    alternatives = (_alternative(board, row, rows, legs) for row in rows)
    keys = tuple(board.candidates[row].key for row in rows)
    return Group(keys, legs, tuple(each for each in alternatives if each), locked)


def _leg(board: Board, here: int, there: int) -> Leg:
    reviewer, host = board.candidates[here].key, board.candidates[there].key
    return Leg(reviewer, host, board.score(here, there), board.between(here, there))


def _alternative(board: Board, row: int, group: Rows, legs: Sequence[Leg]) -> Alternative | None:
    """The best allowed partner outside the group, the lowest key of equals."""
    allowed = board.allowed[row].copy()
    allowed[list(group)] = False
    if not allowed.any():
        return None
    partner = int(np.where(allowed, board.totals[row], -1).argmax())
    me, fit = board.candidates[row].key, board.score(row, partner)
    present = [leg.score.percent for leg in legs if me in (leg.reviewer, leg.host)]
    return Alternative(me, board.candidates[partner].key, fit, fit.percent - sum(present) // len(present))


def _unmatched(board: Board, row: int) -> Unmatched:
    counts = {rule: int(table[row].sum()) for rule, table in board.blocked.items()}
    found = (_near_miss(board, row, other) for other in _closest_rows(board, row))
    return Unmatched(
        board.candidates[row].key,
        {rule: count for rule, count in counts.items() if count},
        int(board.allowed[row].sum()),
        tuple(found),
    )


def _closest_rows(board: Board, row: int) -> list[int]:
    """Fewest rules in between, then least travel, then lowest key."""
    rules = np.sum([table[row] for table in board.blocked.values()], axis=0)
    order = np.lexsort((board.minutes[row], rules))
    return [int(other) for other in order if other != row][:NEAR_MISSES]


def _near_miss(board: Board, row: int, other: int) -> NearMiss:
    partner, minutes = board.candidates[other].key, int(board.minutes[row, other])
    return NearMiss(partner, minutes, board.score(row, other), board.between(row, other))
