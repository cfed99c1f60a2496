"""The best pairs, exactly: as many as possible, then most accepted ones, then the highest total.

A matching of maximum cardinality and then weight, by the blossom method (Edmonds 1965; Galil 1986), which rustworkx
has. It runs ten times as fast when each row's prospects are levelled first: a perfect matching has one edge at each
end, so an amount off all edges at one end lowers all perfect matchings alike. With amounts from an auction (`duals`)
the solver starts with most of its pairs at hand. Where not everybody can be paired, as many spares as rows must be left
are added, each to be paired with any row that can be left; an odd number gets one from the start.
"""

import numpy as np
import rustworkx

from peerreview.matching.engine.duals import bids_of, levels
from peerreview.matching.engine.network import TIE_BITS, Network
from peerreview.matching.engine.problem import Ints, Pair
from peerreview.matching.engine.solution import PER_MEMBER

USABLE_BITS = 58  # doubled and with what is taken off it stays below 2**63
SMALL = 40  # with so few rows levelling costs more than it saves
MOST_SPARES = 2_000_000


def best_pairs(network: Network, at_least: int | None = None) -> list[Pair]:
    """The best pairs among all rows, of those that are worth so much at least."""
    low, high, total, tie = network.pairs
    gain, accepted = _with_specials(network)
    allowed = np.ones(len(low), dtype=np.bool_) if at_least is None else total * (PER_MEMBER // 2) >= at_least
    found = heaviest(
        low[allowed], high[allowed], _weights(network.size, *(each[allowed] for each in (gain, accepted, tie)))
    )
    return list(zip(low[allowed][found].tolist(), high[allowed][found].tolist(), strict=True))


def most_pairs(network: Network, at_least: int | None = None) -> tuple[int, int]:
    """How many pairs there can be, and with how many accepted ones among them."""
    low, high, total, _tie = network.pairs
    _gain, accepted = _with_specials(network)
    allowed = np.ones(len(low), dtype=np.bool_) if at_least is None else total * (PER_MEMBER // 2) >= at_least
    found = heaviest(low[allowed], high[allowed], accepted[allowed])
    return len(found), int(accepted[allowed][found].sum())


def fairest_pairs(network: Network, cap: float = float("inf")) -> list[Pair]:
    """Of the best as to number and accepted ones those of the highest worst pair up to the cap, then of highest total.

    The bottleneck: a binary search over all worths that occur (Edmonds and Fulkerson 1970).
    """
    worth = np.unique(network.pairs[2]) * (PER_MEMBER // 2)
    wanted = most_pairs(network)
    reachable = worth[worth < cap].tolist() + ([int(cap)] if len(worth) and cap <= worth[-1] else [])
    low, high = 0, len(reachable)  # reachable[:low] can be reached
    while low < high:
        middle = (low + high) // 2
        if most_pairs(network, reachable[middle]) == wanted:
            low = middle + 1
        else:
            high = middle
    return best_pairs(network, reachable[low - 1] if low else None)


def _with_specials(network: Network) -> tuple[Ints, Ints]:
    """The gain of each pair with the price of a promise that it keeps, and whether it is an accepted one."""
    low, high, total, _tie = network.pairs
    gain, accepted = total.copy(), np.zeros_like(total)
    code = low * network.size + high
    for each in network.specials:
        if len(each.rows) == 2:
            at = int(code.searchsorted(each.rows[0] * network.size + each.rows[1]))
            gain[at] += each.price
            accepted[at] = each.accepted
    return gain, accepted


def _weights(network_size: int, gain: Ints, accepted: Ints, tie: Ints) -> Ints:
    """Accepted, gain and tie-break in one number: in a whole matching no sum of the later ones reaches one unit of the
    earlier."""
    if not len(gain):
        return gain
    most = min(network_size // 2, len(gain))
    one = (int(gain.max()) - int(gain.min()) + 1) * most if accepted.any() else 0
    return np.asarray(broken_by_ties(gain + one * accepted, tie, TIE_BITS + 1, most))


def broken_by_ties(value: Ints, tie: Ints, tie_bits: int, most: int) -> Ints:
    """The value, and below it as many bits of the tie-break as there is room for: the ties of so many edges together
    stay below one unit of the value. ValueError when even the values have no room."""
    room = USABLE_BITS - int(value.max()).bit_length()
    if room < 0:
        raise ValueError("the scores are too high for so many organisations with accepted groups")
    summed = most.bit_length()
    kept = max(0, min(tie_bits, room - summed))
    if not kept:
        return value
    return np.asarray((value << (kept + summed)) + (tie >> (tie_bits - kept)))


def heaviest(low: Ints, high: Ints, weight: Ints) -> Ints:
    """The numbers of the edges of the heaviest matching among those of most edges; exact for weights from 0 to 2**58."""
    if not len(low):
        return np.zeros(0, dtype=np.int64)
    rows, ends = np.unique(np.concatenate([low, high]), return_inverse=True)
    here, there = ends[: len(low)], ends[len(low) :]
    size = len(rows)
    if size <= SMALL:
        return _solved(here, there, weight, len(here))
    found = _levelled(size, here, there, weight, size % 2, np.arange(size))
    left = size - 2 * len(found)
    if left == size % 2:
        return found
    leaves = _can_be_left(size, here, there, found)
    if left * len(leaves) > MOST_SPARES:
        return _solved(here, there, weight, len(here))
    return _levelled(size, here, there, weight, left, leaves)


def _levelled(size: int, here: Ints, there: Ints, weight: Ints, spares: int, leaves: Ints) -> Ints:
    """The edges of a heaviest perfect matching with so many spares, who may be paired with these rows at weight 0."""
    extra = size + np.repeat(np.arange(spares), len(leaves))
    first = np.concatenate([here, np.tile(leaves, spares)])
    second = np.concatenate([there, extra])
    doubled = 2 * np.concatenate([weight, np.zeros(len(extra), dtype=np.int64)])
    reduced = doubled - _amounts(size + spares, first, second, doubled, len(here))[np.stack([first, second])].sum(
        axis=0
    )
    return _solved(first, second, reduced, len(here))


def _solved(first: Ints, second: Ints, weight: Ints, real: int) -> Ints:
    """The numbers of the chosen edges, of the first `real` ones."""
    graph: rustworkx.PyGraph[None, int] = rustworkx.PyGraph()
    edges = list(zip(first.tolist(), second.tolist(), weight.tolist(), strict=True))
    graph.extend_from_weighted_edge_list(edges)
    pairs = rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int)
    chosen = pairs | {(there, here) for here, there in pairs}
    found = [number for number, (here, there, _weight) in enumerate(edges[:real]) if (here, there) in chosen]
    return np.array(found, dtype=np.int64)


def _amounts(size: int, first: Ints, second: Ints, doubled: Ints, real: int) -> Ints:
    """What to take off at each row, such that no edge is above 0 and at each row one is 0."""
    row, other = np.concatenate([first, second]), np.concatenate([second, first])
    order = np.lexsort((other, row))
    row, other, weight = row[order], other[order], np.concatenate([doubled, doubled])[order]
    start = np.searchsorted(row, np.arange(size + 1)).tolist()
    ends = np.concatenate([first[:real], second[:real]]), np.concatenate([second[:real], first[:real]])
    scale = float(max(1, int(doubled.max()) >> 30))  # near 2**30, so that a float has bits to spare
    both = np.concatenate([doubled[:real], doubled[:real]]) / scale
    off = np.rint(levels(bids_of(size, *ends, both)) * scale).astype(np.int64)
    for each in range(size):
        mine = slice(start[each], start[each + 1])
        if mine.start < mine.stop:
            off[each] = (weight[mine] - off[other[mine]]).max()
    return off


def _can_be_left(size: int, here: Ints, there: Ints, found: Ints) -> Ints:
    """Rows that some matching of most edges may leave out: those at an even distance, along edges in turn outside and
    inside this matching, from a row that it leaves out (Berge 1957). Walks may cross themselves here, so that it may
    name some too many, never too few."""
    partner = np.full(size, -1)
    partner[here[found]], partner[there[found]] = there[found], here[found]
    row, other = np.concatenate([here, there]), np.concatenate([there, here])
    even = partner < 0
    while True:
        met = np.unique(other[even[row]])
        mates = partner[met]
        new = mates[(mates >= 0)]
        new = new[~even[new]]
        if not len(new):
            return np.flatnonzero(even)
        even[new] = True
