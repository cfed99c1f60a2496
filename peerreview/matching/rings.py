"""Rings of three for who is left when the pairs are made: as many as possible, then the highest total.

First whoever is left joins a pair: which one joins which is again an exact matching, of those left with the pairs.
Then the surroundings of each are solved anew, because the best ring need not hold one of the best pairs, and one who
can join no pair may still find a place when others move. There each triangle whose members can all be spared is tried,
the best by gain first, and the others are paired again; what places more, or as many at a higher total, stays.

In surroundings of everybody (up to 2 * PAIRS_AROUND + 1) this is exact as to how many get a place: a triangle beside
pairs of all others exists only among those whom some best pairing leaves out. That the total is the highest too is sure
when there are no more than TRIES such triangles.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from peerreview.marketplace.travel import Ints
from peerreview.matching.board import TIE_BITS, Board, Rows, ties_of, weights_of
from peerreview.matching.pairing import NO_EDGE, matching, perfect_matching

PAIRS_AROUND = 12
TRIES = 40
MOST_SURROUNDINGS = 6


def with_rings(board: Board, pairs: Sequence[Rows], left: Sequence[int]) -> list[Rows]:
    """The pairs with who is left placed in rings; the rows of a ring in ascending order."""
    joined = _best_joins(board, pairs, left)
    groups = [(*pair, joined[pair]) if pair in joined else pair for pair in pairs]
    if not joined and not any(board.allowed[row].any() for row in left):
        return groups
    worth = weights_of(board.totals, ties_of(board))
    alone = [row for row in left if row not in joined.values() and board.allowed[row].any()]
    for row in (alone + sorted(joined.values()))[:MOST_SURROUNDINGS]:
        groups = _around(board, worth, groups, row)
    return sorted(tuple(sorted(group)) for group in groups)


def _best_joins(board: Board, pairs: Sequence[Rows], left: Sequence[int]) -> dict[Rows, int]:
    """Which of those left joins which pair: as many as possible, then with the least loss."""
    if not pairs or not left:
        return {}
    first, second, alone = (np.array(rows) for rows in (*zip(*pairs, strict=True), left))
    both = board.allowed[np.ix_(first, alone)] & board.allowed[np.ix_(second, alone)]
    pair, guest = np.nonzero(both)
    a, b, c = first[pair], second[pair], alone[guest]
    gain = board.totals[a, c] + board.totals[b, c] - board.totals[a, b]
    ties = ties_of(board)
    weights = np.full((len(pairs) + len(left),) * 2, NO_EDGE)
    weights[pair, guest + len(pairs)] = weights_of(gain, (ties[a, c] + ties[b, c]) % (1 << TIE_BITS))
    return {pairs[pair]: left[guest - len(pairs)] for pair, guest in matching(weights)}


def _around(board: Board, worth: Ints, groups: list[Rows], row: int) -> list[Rows]:
    """Solve the surroundings of one row anew; the same groups when that is no better."""
    own = next((group for group in groups if row in group), (row,))
    pairs = _surroundings(board, [group for group in groups if len(group) == 2], own)
    rows = sorted((*own, *(each for pair in pairs for each in pair)))
    before = (len(own) == 3, _worth(worth, [*pairs, own]))
    table = np.where(board.allowed, worth, NO_EDGE)[np.ix_(rows, rows)]
    found, best = None, before
    for triangle in _triangles(table):
        rest = [number for number in range(len(rows)) if number not in triangle]
        paired = perfect_matching(table[np.ix_(rest, rest)]) if rest else []
        if paired is None:
            continue
        solved: list[Rows] = [tuple(rows[number] for number in triangle)]
        solved += [(rows[rest[here]], rows[rest[there]]) for here, there in paired]
        if (value := (True, _worth(worth, solved))) > best:
            found, best = solved, value
    if found is None:
        return groups
    return [group for group in groups if group not in pairs and group != own] + found


def _surroundings(board: Board, pairs: list[Rows], own: Rows) -> list[Rows]:
    """The pairs that could change places with these rows: the best fitting first, then those that fit with them."""
    near: list[Rows] = []
    reached = list(own)
    while pairs and len(near) < PAIRS_AROUND:
        fit = [
            max(int(np.where(board.allowed[row, reached], board.totals[row, reached], -1).max()) for row in pair)
            for pair in pairs
        ]
        order = sorted(
            (number for number in range(len(pairs)) if fit[number] >= 0),
            key=lambda number: (-fit[number], pairs[number]),
        )
        taken = [pairs[number] for number in order[: PAIRS_AROUND - len(near)]]
        if not taken:
            break
        near += taken
        pairs = [pair for pair in pairs if pair not in taken]
        reached = [row for pair in taken for row in pair]
    return near


def _triangles(table: Ints) -> list[tuple[int, int, int]]:
    """Three who may all meet and can all be spared, the best gain over what they are worth in pairs first."""
    spare = [number for number in range(len(table)) if _can_be_spared(table, number)]
    edge = table != NO_EDGE
    present = np.where(edge, table, 0).max(axis=1)
    found = [
        (int(table[a, b] + table[b, c] + table[a, c] - present[[a, b, c]].sum()), (a, b, c))
        for a, b, c in combinations(spare, 3)
        if edge[a, b] and edge[b, c] and edge[a, c]
    ]
    found.sort(key=lambda each: (-each[0], each[1]))
    return [triangle for _gain, triangle in found[:TRIES]]


def _can_be_spared(table: Ints, number: int) -> bool:
    """Whether all others can be paired without this one."""
    others = [other for other in range(len(table)) if other != number]
    plain = np.where(table[np.ix_(others, others)] == NO_EDGE, NO_EDGE, 0)
    return 2 * len(matching(plain)) == len(others)


def _worth(worth: Ints, groups: Sequence[Rows]) -> int:
    """The total over all legs; a pair has two, so that groups compare per member."""
    edges = (edge for group in groups if len(group) > 1 for edge in zip(group, group[1:] + group[:1], strict=True))
    return sum(int(worth[here, there]) for here, there in edges)
