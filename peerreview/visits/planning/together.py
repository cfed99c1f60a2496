"""Exchanges that share people: who goes first, and what moves aside so that the whole gets better.

They are put in one by one, each in the best way that those before leave. Then the search looks again at a few of them at
a time, the rest as it is: one that is worse off than alone, with those that stand in its way; one that has no plan also
takes the place of one that costs more. What gains stays, until nothing gains. It is done twice, the hardest and the least
demanding first, and the better end is kept. Few exchanges are solved exactly, all at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations

from peerreview.visits.planning.search import Found, Masks, Priced, cheapest, joined
from peerreview.visits.planning.wanted import Part

EXACT_VISITS, EXACT_EXCHANGES, EXACT_STEPS = 12, 5, 40_000
WINDOW_VISITS, WINDOW_STEPS, MOST_PAIRS = 12, 4_000, 12
ROUND_STEPS, SETUP_STEPS = 800_000, 20  # for all searches of a round, and what beginning one comes to


@dataclass(slots=True)
class Effort:
    """What searching may still cost, in steps, over a whole round."""

    left: int = ROUND_STEPS

    def spend(self, found: Found) -> Found:
        self.left -= found.steps + SETUP_STEPS
        return found


@dataclass(slots=True)
class Group:
    """Exchanges that hang together by the people they share, and the plan that each has for now."""

    parts: Sequence[Part]
    effort: Effort
    chosen: dict[int, Priced] = field(default_factory=dict)
    taken: dict[int, dict[date, int]] = field(default_factory=dict)
    pairs: dict[tuple[int, int], list[list[tuple[Masks, Masks]]]] = field(default_factory=dict)
    exact: bool = False
    improved: int = 0
    first: int = 0  # the packed cost before improving, of so many plans
    first_planned: int = 0

    @property
    def cost(self) -> int:
        return sum(cost for cost, _slots in self.chosen.values())

    @property
    def bound(self) -> int:
        """No answer that plans the same exchanges costs less."""
        return sum(part.worth for part in self.parts if part.id in self.chosen)

    def solve(self) -> None:
        """Choose a plan for as many exchanges as can be, at the least cost that was found."""
        able = [part for part in self.parts if part.alone]
        self._start(sorted(able, key=_hardest))
        if not self._is_best(able) and not self._exactly(able):
            self._improve(able)
            hardest = replace(self, chosen=dict(self.chosen))
            self._start(sorted(able, key=_least_demanding))
            self._improve(able)
            if hardest.rank < self.rank:
                self._take_over(hardest)
        self.exact = self.exact or self._is_best(able)

    @property
    def rank(self) -> tuple[int, int]:
        """Smaller is better: most exchanges planned, then the least cost."""
        return (-len(self.chosen), self.cost)

    def _start(self, in_order: Sequence[Part]) -> None:
        self.chosen, self.taken, self.improved = {}, {}, 0
        for part in in_order:
            self._put_in(part)
        self.first, self.first_planned = self.cost, len(self.chosen)

    def _take_over(self, other: "Group") -> None:
        """Have the plans of another end of the same search; `taken` is no longer needed by then but for reasons."""
        for part in self.parts:
            self._choose(part, None)
        for part in self.parts:
            self._choose(part, other.chosen.get(part.id))
        self.first, self.first_planned, self.improved = other.first, other.first_planned, other.improved

    def _is_best(self, able: Sequence[Part]) -> bool:
        return len(self.chosen) == len(able) and self.cost == self.bound

    def _put_in(self, part: Part) -> None:
        """The best plan for this exchange beside what is there; where it has none it waits."""
        free = part.masks(self.taken)
        if free == part.table.all_masks:
            self._choose(part, part.alone)
        else:
            self._choose(part, cheapest(part.table, free).best)

    def _choose(self, part: Part, priced: Priced | None) -> None:
        for person in part.shared:
            days = self.taken.setdefault(person, {})
            for day in [day for day, exchange in days.items() if exchange == part.id]:
                del days[day]
        self.chosen.pop(part.id, None)
        if priced is None:
            return
        self.chosen[part.id] = priced
        for leg, slot in zip(part.wanted.legs, priced[1], strict=True):
            for person in part.shared.intersection(leg.people):
                self.taken[person].update(dict.fromkeys(slot.days, part.id))

    # --- All of a small group at once ---

    def _exactly(self, able: Sequence[Part]) -> bool:
        """Solve the whole group at once when it is small; as many exchanges as can be, then the cheapest."""
        visits = sum(len(part.wanted.legs) for part in able)
        if visits > EXACT_VISITS or len(able) > EXACT_EXCHANGES:
            return False
        everybody = {part.id for part in self.parts}
        for size in range(len(able), 0, -1):
            best: tuple[int, tuple[Part, ...], Priced] | None = None
            for some in combinations(able, size):
                below = best[0] if best else None
                found = self._search(some, everybody, below, EXACT_STEPS)
                if not found.complete:
                    return False
                if found.best:
                    best = (found.best[0], some, found.best)
            if best:
                for part in able:
                    self._choose(part, None)
                self._choose_all(best[1], best[2])
                self.improved += (-size, self.cost) < (-self.first_planned, self.first)
                self.exact = True
                return True
        return False

    def _search(self, some: Sequence[Part], aside: set[int], below: int | None, most_steps: int) -> Found:
        """The cheapest plans for these exchanges together, as if those of `aside` had none."""
        masks = [mask for part in some for mask in part.masks(self.taken, aside)]
        if not all(masks):
            return self.effort.spend(Found(None, complete=True, steps=0))
        table = joined([part.table for part in some], lambda m, n: self._beside(some[m], some[n]))
        return self.effort.spend(cheapest(table, masks, below=below or _NO_LIMIT, most_steps=most_steps))

    def _beside(self, one: Part, other: Part) -> list[list[tuple[Masks, Masks]]]:
        if (one.id, other.id) not in self.pairs:
            self.pairs[one.id, other.id] = one.table.beside(other.table)
        return self.pairs[one.id, other.id]

    def _choose_all(self, some: Iterable[Part], priced: Priced) -> None:
        """Give each of these exchanges its slots of a plan for all of them; the cost of each is looked up again."""
        slots = list(priced[1])
        some = list(some)
        for part in some:
            self._choose(part, None)
        for part in some:
            own, slots = tuple(slots[: len(part.wanted.legs)]), slots[len(part.wanted.legs) :]
            self._choose(part, (part.table.price(own), own))

    # --- A few at a time ---

    def _improve(self, able: Sequence[Part]) -> None:
        """Look again at each that is worse off than alone, until none gains; at one that did not only when something
        changed within two steps of it."""
        others = {part.id: _others(part, able) for part in able}
        waiting = {part.id for part in able}
        while waiting and self.effort.left > 0:
            for part in sorted((part for part in able if part.id in waiting), key=self._hurt):
                waiting.discard(part.id)
                if part.id in self.chosen and self.chosen[part.id][0] == part.worth:
                    continue
                changed = next((some for some in _windows(part, others[part.id]) if self._look_again(some)), None)
                changed = changed or self._replace_one(part, others[part.id])
                if changed:
                    self.improved += 1
                    near = {other.id for one in changed for other in (one, *others[one.id])}
                    waiting |= {other.id for id in near for other in others[id]} | near

    def _hurt(self, part: Part) -> tuple[int, int]:
        """What is worse off than alone comes first, most of all what has no plan."""
        if part.id not in self.chosen:
            return (-_NO_LIMIT, part.id)
        return (part.worth - self.chosen[part.id][0], part.id)

    def _replace_one(self, part: Part, others: Sequence[Part]) -> list[Part] | None:
        """Give an exchange without a plan the place of one that costs more; which two, if there was such a one."""
        for other in others if part.id not in self.chosen else ():
            if other.id in self.chosen and self.effort.left > 0:
                found = self._search([part], {part.id, other.id}, self.chosen[other.id][0], WINDOW_STEPS)
                if found.best:
                    self._choose(other, None)
                    self._choose_all([part], found.best)
                    return [part, other]
        return None

    def _look_again(self, some: Sequence[Part]) -> bool:
        """Solve these exchanges together, the rest as it is; whether that gained."""
        if self.effort.left <= 0:
            return False
        missing = any(part.id not in self.chosen for part in some)
        below = None if missing else sum(self.chosen[part.id][0] for part in some)
        found = self._search(some, {part.id for part in some}, below, WINDOW_STEPS)
        if found.best is None:
            return False
        self._choose_all(some, found.best)
        return True


_NO_LIMIT = 1 << 400  # more than any packed cost


def _hardest(part: Part) -> tuple[int, int, int]:
    """The fewest options, the most visits."""
    return (min(len(options) for options in part.options), -len(part.options), part.id)


def _least_demanding(part: Part) -> tuple[int, int]:
    """The fewest days of people whom others want too."""
    return (sum(len(part.shared.intersection(leg.people)) * leg.day_count for leg in part.wanted.legs), part.id)


def _others(part: Part, able: Sequence[Part]) -> list[Part]:
    """The exchanges that have people it wants, those with the most of them first."""
    others = [other for other in able if other is not part and not other.shared.isdisjoint(part.shared)]
    return sorted(others, key=lambda other: (-len(other.shared & part.shared), other.id))


def _windows(part: Part, others: Sequence[Part]) -> Iterator[list[Part]]:
    """The exchange alone, with each one that has people it wants, and with as many of those as a search bears."""
    yield [part]
    yield from ([part, other] for other in others[:MOST_PAIRS])
    several, visits = [part], len(part.wanted.legs)
    for other in others:
        if visits + len(other.wanted.legs) <= WINDOW_VISITS:
            several.append(other)
            visits += len(other.wanted.legs)
    if len(several) > 2:
        yield several
