"""Where rings may help: who is left joins a pair, and which triangles and rings of four promise most.

Best rings are a hard problem (partition into triangles, Garey and Johnson 1979), so these are candidates, which the
windows around them then judge.
"""

from itertools import combinations, permutations

import numpy as np

from peerreview.matching.engine.arrangement import Arrangement, fits
from peerreview.matching.engine.network import TIE_BITS, Network
from peerreview.matching.engine.pairing import broken_by_ties, heaviest
from peerreview.matching.engine.problem import Floats, Ints, Rows, lowest_first

FEW_ROWS = 3000
BEST_LEGS = {3: 14, 4: 9}
FEWER_LEGS = {3: 7, 4: 5}
ROWS_AT_ONCE = 20_000


def joined(arrangement: Arrangement) -> list[Rows]:
    """The groups with each one left in a ring of three with a pair where that can be: as many as possible, with the
    least loss. Which one joins which pair is a matching of those left with the pairs, and exact."""
    network, group_of = arrangement.network, arrangement.group_of
    groups = arrangement.groups
    number = {rows: at for at, rows in enumerate(groups) if len(rows) == 2}
    alone = [row for row in range(network.size) if row not in group_of and network.start[row] < network.start[row + 1]]
    best: dict[tuple[int, int], tuple[tuple[int, int], int, Rows]] = {}
    for guest_at, guest in enumerate(alone):
        hosts = network.host[network.start[guest] : network.start[guest + 1]].tolist()
        for host in hosts:
            pair = group_of.get(host)
            if pair is None or len(pair) != 2:
                continue
            partner = pair[0] if pair[1] == host else pair[1]
            ring = (guest, host, partner)
            legs = network.legs_at(_codes(network, np.array([ring]))[0])
            if (legs < 0).any():
                continue
            accepted, _worth, gain, _tie = arrangement.parts(pair)
            worth = (-accepted, int(network.score[legs].sum()) - gain)
            entry = (worth, int(network.tie[legs].sum()), lowest_first(ring))
            at = (number[pair], guest_at)
            if at not in best or entry > best[at]:
                best[at] = entry
    return _with_guests(groups, best)


def _with_guests(groups: list[Rows], best: dict[tuple[int, int], tuple[tuple[int, int], int, Rows]]) -> list[Rows]:
    if not best:
        return groups
    keys = sorted(best)
    least = min(best[key][0][1] for key in keys)
    one = (max(best[key][0][1] for key in keys) - least + 1) * len(keys)
    value = np.array([(best[key][0][0] + 1) * one + best[key][0][1] - least for key in keys], dtype=np.int64)
    tie = np.array([best[key][1] for key in keys], dtype=np.int64)
    pair, guest = np.array(keys).T
    chosen = heaviest(pair, guest + len(groups), broken_by_ties(value, tie, TIE_BITS + 2, len(keys)))
    rings = {keys[at][0]: best[keys[at]][2] for at in chosen.tolist()}
    return sorted(rings.get(at, rows) for at, rows in enumerate(groups))


def promising(network: Network, share: Floats, sizes: frozenset[int], wanted: int) -> list[Rows]:
    """The rings among each row's best legs that would gain most over what their members have now."""
    found: dict[Rows, float] = {}
    few = int((np.diff(network.start) > 0).sum()) <= FEW_ROWS
    for size in sorted(sizes):
        near = _nearest(network, share, (BEST_LEGS if few else FEWER_LEGS)[size])
        rows = np.flatnonzero((near >= 0).sum(axis=1) >= size - 1)
        for part in np.array_split(rows, 1 + len(rows) * near.shape[1] ** (size - 1) // (ROWS_AT_ONCE * 40)):
            found.update(_ranked(network, share, part, near, size, wanted))
    order = sorted(found, key=lambda ring: (-found[ring], ring))
    return order[:wanted]


def _ranked(network: Network, share: Floats, rows: Ints, near: Ints, size: int, wanted: int) -> dict[Rows, float]:
    """Of the rings of these rows with their nearest the best, with their gains; only those that gain."""
    some = np.array(list(combinations(range(near.shape[1]), size - 1)), dtype=np.int64).reshape(-1, size - 1)
    members = np.concatenate(
        [np.broadcast_to(rows[:, None, None], (len(rows), len(some), 1)), near[rows][:, some]], axis=2
    ).reshape(-1, size)
    members = members[(members >= 0).all(axis=1)]
    members = np.unique(np.sort(members, axis=1), axis=0)
    orders = np.array([(0, *rest) for rest in permutations(range(1, size))])
    legs = network.legs_at(_codes(network, members[:, orders]))
    total = np.where((legs >= 0).all(axis=2), network.score[legs].sum(axis=2), -1)
    best = total.argmax(axis=1)
    most = total[np.arange(len(total)), best]
    gain = most - network.ring_price - share[members].sum(axis=1)
    good = np.flatnonzero((most >= 0) & (gain > 0))
    good = good[np.argsort(-gain[good], kind="stable")][:wanted]
    return {lowest_first(members[at][orders[best[at]]].tolist()): float(gain[at]) for at in good.tolist()}


def _nearest(network: Network, share: Floats, count: int) -> Ints:
    """For each row those with whom it would gain most over what both have now, -1 where there are no more."""
    gain = fits(network) - share[network.reviewer] - share[network.host]
    order = np.lexsort((network.host, -gain, network.reviewer))
    rank = np.arange(len(order)) - network.start[network.reviewer[order]]
    order, rank = order[rank < count], rank[rank < count]
    near = np.full((network.size, count), -1, dtype=np.int64)
    near[network.reviewer[order], rank] = network.host[order]
    return near


def _codes(network: Network, rings: Ints) -> Ints:
    """The codes of the legs of rings, whose members stand along the last axis in review order."""
    return np.asarray(rings * network.size + np.roll(rings, -1, axis=-1))
