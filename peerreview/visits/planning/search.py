"""The exact search for the cheapest slots of visits that stand in each other's way (branch and bound).

Each visit has its options, the cheapest first, as numbers of bits: for each option of one visit a mask tells which
options of another go with it. What is left of a visit's options then has its cheapest at the lowest bit, which gives a
bound on what the rest can still cost; branches that cannot become one of the best are cut off.
"""

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peerreview.visits.planning.costs import cost_together, packed
from peerreview.visits.planning.legs import Leg
from peerreview.visits.planning.slots import Slot

Options = list[tuple[int, Slot]]  # (packed cost, slot), sorted
Priced = tuple[
    int, tuple[Slot, ...]
]  # packed cost of a choice for each visit, and the slots in the order of the visits
Extra = dict[tuple[int, int], int]  # (option of one, option of the other) to what both together cost on top


@dataclass(slots=True)
class Table:
    """Visits with their options: `goes[i][j][a]` is the mask of the options of j that go with option a of i.

    `extra` has i < j; pairs of options that cost nothing on top are not in it.
    """

    options: list[Options]
    goes: list[list[list[int]]]
    extra: dict[tuple[int, int], Extra]

    @classmethod
    def of(
        cls, legs: Sequence[Leg], options: Sequence[Options], gap: int | Callable[[int, int], int | None]
    ) -> "Table":
        """The table of these visits. `gap` in calendar days for visits of one organisation, or for a pair of visits by
        their numbers: None there for two of different exchanges, who are kept apart by their people alone."""
        size = len(legs)
        goes: list[list[list[int]]] = [[[] for _j in range(size)] for _i in range(size)]
        extra: dict[tuple[int, int], Extra] = {}
        for i in range(size):
            for j in range(i + 1, size):
                apart = gap if isinstance(gap, int) else gap(i, j)
                goes[i][j], goes[j][i] = _masks(legs[i], legs[j], options[i], options[j], apart)
                if apart is not None and (more := _extra(legs[i], legs[j], options[i], options[j])):
                    extra[i, j] = more
        return cls(list(options), goes, extra)

    def price(self, slots: Sequence[Slot]) -> int:
        """The packed cost of these slots, one of the options for each visit."""
        at = [[slot for _cost, slot in options].index(one) for options, one in zip(self.options, slots, strict=True)]
        own = sum(options[a][0] for options, a in zip(self.options, at, strict=True))
        return own + sum(more.get((at[i], at[j]), 0) for (i, j), more in self.extra.items())

    @property
    def all_masks(self) -> list[int]:
        return [(1 << len(options)) - 1 for options in self.options]


def _masks(one: Leg, other: Leg, ours: Options, theirs: Options, gap: int | None) -> tuple[list[int], list[int]]:
    """For each option of one visit the options of the other that go with it, and the reverse."""
    share = not set(one.people).isdisjoint(other.people)
    related = gap is not None and not one.organisations.isdisjoint(other.organisations)
    least = max(int(share), gap or 0 if related else 0)  # so many days from one's last to the other's first
    all_ours, all_theirs = (1 << len(ours)) - 1, (1 << len(theirs)) - 1
    if not least:
        return [all_theirs] * len(ours), [all_ours] * len(theirs)
    by_span, by_span2 = _spans(ours), _spans(theirs)
    forth, back = [all_theirs] * len(ours), [all_ours] * len(theirs)
    for (first, last), mask in by_span.items():
        for (first2, last2), mask2 in by_span2.items():
            if first2 - last < least and first - last2 < least:
                for a in _bits(mask):
                    forth[a] &= ~mask2
                for b in _bits(mask2):
                    back[b] &= ~mask
    return forth, back


def _spans(options: Options) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for n, (_cost, slot) in enumerate(options):
        span = (slot.day.toordinal(), slot.last.toordinal())
        found[span] = found.get(span, 0) | 1 << n
    return found


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _extra(one: Leg, other: Leg, ours: Options, theirs: Options) -> Extra:
    tiring = (one.far or other.far) and not set(one.people).isdisjoint(other.people)
    if not tiring and one.self_evaluation_ready == other.self_evaluation_ready:
        return {}
    return {
        (a, b): cost
        for a, (_cost, slot) in enumerate(ours)
        for b, (_cost2, slot2) in enumerate(theirs)
        if (cost := packed(cost_together((one, slot), (other, slot2))))
    }


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
        return sum(
            more.get((option, self.taken[j]) if i == one else (self.taken[i], option), 0)
            for (i, j), more in self.table.extra.items()
            if (i == one and self.taken[j] >= 0) or (j == one and self.taken[i] >= 0)
        )
