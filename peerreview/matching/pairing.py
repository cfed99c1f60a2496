"""The best pairs: most of them, and of all ways to do so the one with the highest total.

A maximum-weight matching, exact (Edmonds' blossom method, by rustworkx).
"""

import numpy as np
import rustworkx

from peerreview.marketplace.travel import Ints
from peerreview.matching.board import Board, Rows, ties_of, weights_of
from peerreview.matching.rules import Yes

NO_EDGE = -(1 << 60)


def best_pairs(board: Board, free: Yes) -> list[Rows]:
    """Most pairs of the free rows, then highest total. Whoever has nobody to meet is left out beforehand."""
    allowed = board.allowed & np.logical_and.outer(free, free)
    rows = np.flatnonzero(allowed.any(axis=1))
    weights = np.where(allowed, weights_of(board.totals, ties_of(board)), NO_EDGE)[np.ix_(rows, rows)]
    found = perfect_matching(weights)
    if found is None:
        found = matching(weights)
    return sorted((int(rows[here]), int(rows[there])) for here, there in found)


def matching(weights: Ints) -> list[tuple[int, int]]:
    """Of the matchings of most edges the heaviest; only what stands above the diagonal is read."""
    here, there = np.nonzero(np.triu(weights != NO_EDGE, 1))
    graph: rustworkx.PyGraph[None, int] = rustworkx.PyGraph()
    edges = zip(here.tolist(), there.tolist(), weights[here, there].tolist(), strict=True)
    graph.extend_from_weighted_edge_list(list(edges))
    found = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    return [(min(pair), max(pair)) for pair in found]


def perfect_matching(weights: Ints) -> list[tuple[int, int]] | None:
    """The same when nobody is left, or of an odd number one, in a third of the time; None when more are left.

    A perfect matching has one edge at each end, so an amount off all edges at one end lowers all perfect matchings
    alike. With the amounts such that the best edge at each end comes to 0 the solver starts nearly done. An odd number
    gets a spare to pair with, at no gain.
    """
    spare = len(weights) % 2
    padded = np.pad(weights, (0, spare), constant_values=0)
    np.fill_diagonal(padded, NO_EDGE)
    found = matching(_levelled(padded))
    if 2 * len(found) < len(padded):
        return None
    return [(here, there) for here, there in found if there < len(weights)]


def _levelled(weights: Ints) -> Ints:
    doubled = np.where(weights == NO_EDGE, NO_EDGE, 2 * weights)
    off = doubled.max(axis=1, initial=NO_EDGE) // 2
    for row, edges in enumerate(doubled):
        off[row] = (edges - off).max()
    return np.where(weights == NO_EDGE, NO_EDGE, doubled - np.add.outer(off, off))
