"""A small component or window solved exactly: dynamic programming over all subsets of its members.

best(set) is the best of leaving its lowest member alone and of each group of that member with others of the set, beside
the best of the rest (set packing by subsets, as Held and Karp 1962 for tours). Each set of members has one best review
order, so a group is a set of 2, 3 or 4. All steps of one lowest member are one pass over an array; which those are
depends on the number of members only and is kept.

The objectives - members matched, accepted groups, gain, tie-break - are packed into one 64-bit number, each with room
for all that follow; the tie-break gets the bits that are left, at most 40 a leg.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, permutations

import numpy as np

from peerreview.matching.engine.network import TIE_BITS, Network, Special
from peerreview.matching.engine.problem import Ints, Rows, Yes, lowest_first
from peerreview.matching.engine.solution import PER_MEMBER

MOST_MEMBERS = 16
NEVER = -(1 << 61)
USABLE_BITS = 61


@dataclass(frozen=True)
class Groups:
    """All groups of so many members: their bits, for each step the sets that remain, and the review orders to try."""

    bits: Ints
    by_size: tuple[tuple[int, Ints, Ints], ...]  # size, members (groups x size), their numbers
    steps: tuple[tuple[Ints, Ints, Ints, Ints], ...]  # sets, where each begins, rest of each option, its group


@lru_cache(maxsize=48)
def groups_of(members: int, sizes: frozenset[int]) -> Groups:
    """The layout for this number of members; group 0 is the lowest member alone."""
    listed = [()] + [group for size in sorted(sizes) for group in combinations(range(members), size)]
    bits = np.array([sum(1 << member for member in group) for group in listed], dtype=np.int64)
    length = np.array([len(group) for group in listed])
    lowest = np.array([group[0] if group else -1 for group in listed])
    by_size = []
    for size in sorted(sizes):
        numbers = np.flatnonzero(length == size)
        by_size.append((size, np.array([listed[n] for n in numbers], dtype=np.int64).reshape(-1, size), numbers))
    steps = []
    for member in reversed(range(members)):
        options = np.concatenate([[0], np.flatnonzero(lowest == member)])
        above = np.arange(1 << (members - 1 - member), dtype=np.int64) << (member + 1)
        needed = bits[options] & ~(1 << member)
        which, option = np.nonzero((above[:, None] & needed[None, :]) == needed[None, :])
        starts = np.flatnonzero(np.diff(which, prepend=-1))
        steps.append((above | (1 << member), starts, above[which] ^ needed[option], options[option]))
    return Groups(bits, tuple(by_size), tuple(steps))


@dataclass(frozen=True, eq=False)
class Window:
    """Some rows with all that may happen among them: tables of score and tie by (reviewer, host)."""

    rows: Rows
    score: Ints
    tie: Ints
    allowed: Yes
    apart: Yes
    network: Network


def window_of(network: Network, rows: Sequence[int]) -> Window:
    ordered = np.array(sorted(rows), dtype=np.int64)
    legs = network.legs_at(ordered[:, None] * network.size + ordered[None, :])
    allowed = legs >= 0
    apart = np.zeros(allowed.shape, dtype=np.bool_)
    if network.forbidden and 4 in network.ring_sizes:  # in smaller groups all sit side by side, and have no legs
        for here, there in combinations(range(len(ordered)), 2):
            if (int(ordered[here]), int(ordered[there])) in network.forbidden:
                apart[here, there] = apart[there, here] = True
    score, tie = (np.where(allowed, each[legs], 0) if len(each) else legs * 0 for each in (network.score, network.tie))
    return Window(tuple(ordered.tolist()), score, tie, allowed, apart, network)


class Table:
    """The groups that a window offers, and the best choice among them."""

    def __init__(self, window: Window) -> None:
        network = window.network
        inside = {row: number for number, row in enumerate(window.rows)}
        self.window = window
        self.specials = [each for each in network.specials if all(row in inside for row in each.rows)]
        sizes = frozenset({2, *network.ring_sizes, *(len(each.rows) for each in self.specials)})
        self.layout = groups_of(len(window.rows), sizes)
        count = len(self.layout.bits)
        # Way 0 to make a group is new; the others are those in which it was agreed on or promised.
        ways = 1 + max(Counter(frozenset(each.rows) for each in self.specials).values(), default=0)
        self.possible = np.zeros((ways, count), dtype=np.bool_)
        self.gain, self.tie, self.worth, self.accepted = (np.zeros((ways, count), dtype=np.int64) for _ in range(4))
        self.size = np.zeros(count, dtype=np.int64)
        self.agreed: dict[tuple[int, int], Rows] = {}
        self.best_order: dict[int, tuple[Ints, Ints, Ints]] = {}
        for size, members, numbers in self.layout.by_size:
            self.size[numbers] = size
            if size == 2 or size in network.ring_sizes:
                self._add_new(size, members, numbers)
        number_of = {bits: number for number, bits in enumerate(self.layout.bits.tolist())} if self.specials else {}
        for each in self.specials:
            self._add_special(number_of[sum(1 << inside[row] for row in each.rows)], each)

    def _add_new(self, size: int, members: Ints, numbers: Ints) -> None:
        """Of all review orders of each group the one of the highest total; the tie-break decides between equals."""
        window = self.window
        apart = np.zeros(len(members), dtype=np.bool_)
        for one, two in combinations(range(size), 2):
            apart |= window.apart[members[:, one], members[:, two]]
        orders = np.array([(0, *rest) for rest in permutations(range(1, size))])
        here = members[:, orders]  # groups x orders x size
        there = members[:, np.roll(orders, -1, axis=1)]
        allowed = np.asarray(window.allowed[here, there].all(axis=2))
        total = np.where(allowed, window.score[here, there].sum(axis=2), -1)
        tie = np.where(total == total.max(axis=1)[:, None], window.tie[here, there].sum(axis=2), -1)
        best = tie.argmax(axis=1)
        at = np.arange(len(members))
        self.possible[0, numbers] = allowed.any(axis=1) & ~apart
        self.gain[0, numbers] = total[at, best] - (window.network.ring_price if size > 2 else 0)
        self.tie[0, numbers] = tie[at, best]
        self.worth[0, numbers] = total[at, best] * (PER_MEMBER // size)
        self.best_order[size] = (numbers, members, orders[best])

    def _add_special(self, number: int, special: Special) -> None:
        way = 1 + int(self.possible[1:, number].sum())
        at = (way, number)
        self.possible[at] = True
        self.gain[at], self.tie[at], self.accepted[at] = special.total + special.price, special.tie, special.accepted
        self.worth[at] = special.total * PER_MEMBER // len(special.rows)
        self.agreed[at] = special.rows

    def best(self, at_least: int | None = None) -> list[Rows]:
        """The best groups, of those that are worth so much at least."""
        allowed = self.possible if at_least is None else self.possible & (self.worth >= at_least)
        values = self._packed(allowed)
        way = values.argmax(axis=0)
        chosen = self._choose(values.max(axis=0))
        return [self._rows(number, int(way[number])) for number in chosen]

    def _packed(self, allowed: Yes) -> Ints:
        members = len(self.window.rows)
        most = max(1, members // 2)
        low, high = 0, 0
        if allowed.any():
            low, high = min(0, int(self.gain[allowed].min())), max(0, int(self.gain[allowed].max()))
        span = most * (high - low) + 1
        bits = USABLE_BITS - (span * (most + 1) * (members + 1)).bit_length()
        kept = min(TIE_BITS + 4, bits) - 4  # 16 legs at most add four bits to the tie-break of one
        shift = kept + 4 if kept > 0 else 0
        tie = self.tie >> (TIE_BITS - kept) if kept > 0 else np.zeros_like(self.tie)
        one_accepted = span << shift
        one_member = one_accepted * (most + 1)
        values = self.size * one_member + self.accepted * one_accepted + (self.gain << shift) + tie
        values = np.where(allowed, values, NEVER)
        values[:, 0] = 0
        return np.asarray(values)

    def _choose(self, values: Ints) -> list[int]:
        best = np.zeros(1 << len(self.window.rows), dtype=np.int64)
        for sets, starts, rest, group in self.layout.steps:
            best[sets] = np.maximum.reduceat(best[rest] + values[group], starts)
        chosen = []
        whole = len(best) - 1
        for member, (_sets, starts, rest, group) in enumerate(reversed(self.layout.steps)):
            if not whole >> member & 1:
                continue
            at = whole >> (member + 1)
            part = slice(starts[at], starts[at + 1] if at + 1 < len(starts) else len(rest))
            option = int((best[rest[part]] + values[group[part]]).argmax())
            if number := int(group[part][option]):
                chosen.append(number)
            whole = int(rest[part][option])
        return chosen

    def _rows(self, number: int, way: int) -> Rows:
        if way:
            return self.agreed[way, number]
        numbers, members, orders = self.best_order[int(self.size[number])]
        at = int(np.searchsorted(numbers, number))
        return lowest_first([self.window.rows[member] for member in members[at][orders[at]]])

    def accepted_in(self, groups: Sequence[Rows]) -> int:
        agreed = {each.rows for each in self.specials if each.accepted}
        return sum(rows in agreed for rows in groups)

    def best_capped(self, cap: float) -> list[Rows]:
        """Of the best as to members matched and accepted groups those of the highest worst group, up to a cap above
        which it does not count; of those again the best. A binary search over the worths that there are."""

        def most(groups: Sequence[Rows]) -> tuple[int, int]:
            return sum(map(len, groups)), self.accepted_in(groups)

        found = self.best()
        wanted = most(found)
        levels = np.unique(self.worth[self.possible])
        levels = levels[levels < cap].tolist() + ([cap] if cap < (levels[-1] if len(levels) else 0) else [])
        low, high = 0, len(levels)  # levels[:low] can be reached
        while low < high:
            middle = (low + high) // 2
            tried = self.best(int(levels[middle]))
            if most(tried) == wanted:
                found, low = tried, middle + 1
            else:
                high = middle
        return found


def solve_window(network: Network, rows: Sequence[int], cap: float = float("inf")) -> list[Rows]:
    """The best groups among these rows; where the network is fair, the worst of them counts as long as it is below the
    cap (the worst group elsewhere)."""
    table = Table(window_of(network, rows))
    return table.best_capped(cap) if network.fair else table.best()


__all__ = ["MOST_MEMBERS", "Table", "groups_of", "solve_window", "window_of"]
