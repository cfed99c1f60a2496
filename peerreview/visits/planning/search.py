"""The exact search for the cheapest slots of visits that stand in each other's way (branch and bound).

Each visit has its options, the cheapest first, as numbers of bits: for each option of one visit a mask tells which
options of another go with it. What is left of a visit's options then has its cheapest at the lowest bit, which gives a
bound on what the rest can still cost; branches that cannot become one of the best are cut off.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from peerreview.visits.planning.costs import Cost, packed
from peerreview.visits.planning.legs import Leg
from peerreview.visits.planning.slots import Slot

Options = list[tuple[int, Slot]]  # (packed cost, slot), sorted
Priced = tuple[
    int, tuple[Slot, ...]
]  # packed cost of a choice for each visit, and the slots in the order of the visits
Extra = dict[tuple[int, int], int]  # (option of one, option of the other) to what both together cost on top


Span = tuple[int, int, int]  # first and last day of a slot as numbers, and its place in the order of slots
Masks = list[int]  # for each option of one visit: the options of another that go with it


@dataclass(slots=True)
class Table:
    """Visits with their options: `goes[i][j][a]` is the mask of the options of j that go with option a of i.

    `extra` has i < j; pairs of options that cost nothing on top are not in it.
    """

    legs: Sequence[Leg]
    options: list[Options]
    spans: list[list[Span]]
    goes: list[list[Masks]]
    extra: dict[tuple[int, int], Extra]

    @classmethod
    def of(cls, legs: Sequence[Leg], options: Sequence[Options], gap: int) -> "Table":
        """The table of the visits of one exchange; `gap` in calendar days for two visits of one organisation."""
        spans = [[(s.day.toordinal(), s.last.toordinal(), s.order) for _cost, s in one] for one in options]
        goes: list[list[Masks]] = [[[] for _j in legs] for _i in legs]
        extra: dict[tuple[int, int], Extra] = {}
        for (i, one), (j, other) in combinations(enumerate(legs), 2):
            people = len(set(one.people) & set(other.people))
            apart = max(people > 0, 0 if one.organisations.isdisjoint(other.organisations) else gap)
            goes[i][j], goes[j][i] = _masks(spans[i], spans[j], apart)
            if more := _extra(one, other, spans[i], spans[j], people):
                extra[i, j] = more
        return cls(legs, list(options), spans, goes, extra)

    def beside(self, other: "Table") -> list[list[tuple[Masks, Masks]]]:
        """For each visit here and each of another exchange which options go together: nobody is on both on a day."""
        return [
            [_masks(spans, spans2, int(not set(leg.people).isdisjoint(leg2.people))) for leg2, spans2 in other.visits]
            for leg, spans in self.visits
        ]

    @property
    def visits(self) -> list[tuple[Leg, list[Span]]]:
        return list(zip(self.legs, self.spans, strict=True))

    @property
    def all_masks(self) -> list[int]:
        return [(1 << len(options)) - 1 for options in self.options]

    def price(self, slots: Sequence[Slot]) -> int:
        """The packed cost of these slots, one of the options for each visit."""
        at = [[slot for _cost, slot in options].index(one) for options, one in zip(self.options, slots, strict=True)]
        own = sum(options[a][0] for options, a in zip(self.options, at, strict=True))
        return own + sum(more.get((at[i], at[j]), 0) for (i, j), more in self.extra.items())


def joined(tables: Sequence[Table], beside: Callable[[int, int], list[list[tuple[Masks, Masks]]]]) -> Table:
    """One table for the visits of several exchanges; `beside(m, n)` is `tables[m].beside(tables[n])`, for m < n."""
    starts, size = [], 0
    for table in tables:
        starts.append(size)
        size += len(table.legs)
    goes: list[list[Masks]] = [[[] for _j in range(size)] for _i in range(size)]
    extra: dict[tuple[int, int], Extra] = {}
    for m, table in enumerate(tables):
        at = starts[m]
        for i, row in enumerate(table.goes):
            goes[at + i][at : at + len(row)] = row
        extra |= {(at + i, at + j): more for (i, j), more in table.extra.items()}
        for n in range(m + 1, len(tables)):
            for i, pairs in enumerate(beside(m, n)):
                for j, (forth, back) in enumerate(pairs):
                    goes[at + i][starts[n] + j], goes[starts[n] + j][at + i] = forth, back
    every = [leg for table in tables for leg in table.legs]
    options, spans = ([one for table in tables for one in getattr(table, name)] for name in ("options", "spans"))
    return Table(every, options, spans, goes, extra)


def _masks(ours: Sequence[Span], theirs: Sequence[Span], apart: int) -> tuple[Masks, Masks]:
    """For each option of one visit the options of the other that go with it, and the reverse.

    `apart`: so many days at least from the last day of one to the first of the other; 0 when they may be at once.
    """
    all_ours, all_theirs = (1 << len(ours)) - 1, (1 << len(theirs)) - 1
    forth, back = [all_theirs] * len(ours), [all_ours] * len(theirs)
    if apart:
        by_days, by_days2 = _by_days(ours), _by_days(theirs)
        for (first, last), (mask, rows) in by_days.items():
            for (first2, last2), (mask2, rows2) in by_days2.items():
                if first2 - last < apart and first - last2 < apart:
                    for a in rows:
                        forth[a] &= ~mask2
                    for b in rows2:
                        back[b] &= ~mask
    return forth, back


def _by_days(spans: Sequence[Span]) -> dict[tuple[int, int], tuple[int, list[int]]]:
    """The options by their days: as a mask and as numbers."""
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    for n, (first, last, _order) in enumerate(spans):
        rows[first, last].append(n)
    return {days: (sum(1 << n for n in numbers), numbers) for days, numbers in rows.items()}


def _extra(one: Leg, other: Leg, ours: Sequence[Span], theirs: Sequence[Span], people: int) -> Extra:
    """`cost_together` for all pairs of options, without the pairs where it is nothing."""
    tiring = _TIRING * people if one.far or other.far else 0
    ready = one.self_evaluation_ready - other.self_evaluation_ready
    if not tiring and not ready:
        return {}
    found: Extra = {}
    for a, (first, last, order) in enumerate(ours):
        for b, (first2, last2, order2) in enumerate(theirs):
            late = (ready > 0 and order2 < order) or (ready < 0 and order < order2)
            cost = _NOT_READY_FIRST if late else 0
            if tiring and (first2 - last == 1 or first - last2 == 1):
                cost += tiring
            if cost:
                found[a, b] = cost
    return found


_TIRING, _NOT_READY_FIRST = packed(Cost(tiring=1)), packed(Cost(not_ready_first=1))


@dataclass(frozen=True, slots=True)
class Found:
    """The cheapest choice if there is one, whether the search went through to its end, and in how many steps."""

    best: Priced | None
    complete: bool
    steps: int


def best(table: Table, count: int) -> list[Priced]:
    """The `count` cheapest choices of an option for each visit; of equals those with the earlier slots, in order."""
    search = _Search(table, count)
    search.run(table.all_masks)
    return search.found


def cheapest(table: Table, masks: list[int], *, below: int | None = None, most_steps: int | None = None) -> Found:
    """The cheapest choice from what the masks leave of the options, if any costs less than `below`.

    With `most_steps` the best that so many steps give; it is known to be the best when the search is complete.
    """
    search = _Search(table, 1, below=below, most_steps=most_steps)
    search.run(masks)
    complete = most_steps is None or search.steps <= most_steps
    return Found(search.found[0] if search.found else None, complete, search.steps)


class _Search:
    """`below` turns it into the search for anything better: then an equal choice is not looked at."""

    def __init__(self, table: Table, count: int, below: int | None = None, most_steps: int | None = None) -> None:
        self.table, self.count, self.below, self.most_steps = table, count, below, most_steps
        self.costs = [[cost for cost, _slot in options] for options in table.options]
        # For each visit the others with which it can cost something on top, and whether it is the first of the two.
        self.beside: list[list[tuple[int, Extra, bool]]] = [[] for _one in table.options]
        for (i, j), more in table.extra.items():
            self.beside[i].append((j, more, True))
            self.beside[j].append((i, more, False))
        self.found: list[Priced] = []
        self.taken = [-1] * len(table.options)
        self.steps = 0

    def run(self, masks: list[int]) -> None:
        if all(masks):
            self._go(list(range(len(masks))), masks, 0)

    def _go(self, left: list[int], masks: list[int], cost: int) -> None:
        if not left:
            slots = tuple(self.table.options[i][a][1] for i, a in enumerate(self.taken))
            insort(self.found, (cost, slots))
            del self.found[self.count :]
            return
        one = min(left, key=lambda i: masks[i].bit_count())
        rest = [i for i in left if i != one]
        least = sum(self._cheapest(i, masks[i]) for i in rest)
        goes, mask = self.table.goes[one], masks[one]
        while mask:
            low = mask & -mask
            mask ^= low
            option = low.bit_length() - 1
            own = cost + self.costs[one][option]
            if self._too_dear(own + least):
                return  # the options only get dearer
            self.steps += 1
            if self.most_steps is not None and self.steps > self.most_steps:
                return
            if self.beside[one]:
                own += self._on_top(one, option)
            after = masks.copy()
            bound = own
            for i in rest:
                after[i] &= goes[i][option]
                if not after[i]:
                    break
                bound += self._cheapest(i, after[i])
            else:
                if not self._too_dear(bound):
                    self.taken[one] = option
                    self._go(rest, after, own)
                    self.taken[one] = -1

    def _cheapest(self, i: int, mask: int) -> int:
        return self.costs[i][(mask & -mask).bit_length() - 1]

    def _too_dear(self, bound: int) -> bool:
        if self.below is not None:
            return bound >= (self.found[0][0] if self.found else self.below)
        return len(self.found) == self.count and bound > self.found[-1][0]

    def _on_top(self, one: int, option: int) -> int:
        """What this option costs on top beside the options that are taken."""
        found = 0
        for j, more, first in self.beside[one]:
            other = self.taken[j]
            if other >= 0:
                found += more.get((option, other) if first else (other, option), 0)
        return found
