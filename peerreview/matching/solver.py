"""Who reviews whom in a round: the best groups under the hard rules, each with its reasons and its alternatives.

First as many organisations as possible are paired, at the highest total score (`pairing`). Then whoever is left gets a
place in a ring of three, a -> b -> c -> a, where each leg is allowed (`rings`).

The answer depends on the candidates only, not on their order. Equal totals are decided by a fixed number made of both
keys, so that the same candidates always give the same groups and a newcomer far away changes nothing here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np

from peerreview.marketplace.fit import Candidate, Weights
from peerreview.matching.board import FORBIDDEN, Board, Rows, legs_of, prepare
from peerreview.matching.explanation import Result, explain
from peerreview.matching.pairing import best_pairs
from peerreview.matching.rings import with_rings


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


def match(board: Board, *, taken: Iterable[int] = ()) -> list[Rows]:
    """The best pairs and rings of the rows that are not taken."""
    free = np.ones(len(board.candidates), dtype=np.bool_)
    free[list(taken)] = False
    pairs = best_pairs(board, free)
    free[[row for pair in pairs for row in pair]] = False
    groups = with_rings(board, pairs, [int(row) for row in np.flatnonzero(free)])
    return [group if len(group) == 2 else _in_review_order(board, group) for group in groups]


def _in_review_order(board: Board, ring: Rows) -> Rows:
    """Of both directions the one in which reviewers see most of what they wish to learn; lowest key first."""
    a, b, c = sorted(ring)
    return max((a, b, c), (a, c, b), key=lambda rows: _learnt(board, rows))


def _learnt(board: Board, ring: Rows) -> int:
    each = [board.candidates[row] for row in ring]
    return sum(len(here.learning & there.strengths) for here, there in zip(each, each[1:] + each[:1], strict=True))


def _locked_rows(board: Board, locked: Sequence[tuple[int, ...]]) -> list[Rows]:
    groups = [tuple(board.row(key) for key in keys) for keys in locked]
    if any(len(rows) < 2 for rows in groups):
        raise ValueError("a locked group has two members or more")
    if any(count > 1 for count in Counter(row for rows in groups for row in rows).values()):
        raise ValueError("a candidate is locked twice")
    if any(board.blocked[FORBIDDEN][leg] for rows in groups for leg in legs_of(rows)):
        raise ValueError("a pair is both locked and forbidden")
    return [_lowest_first(rows) for rows in groups]


def _lowest_first(rows: Rows) -> Rows:
    start = rows.index(min(rows))
    return rows[start:] + rows[:start]
