"""Who reviews whom: the best groups for a problem, the same whenever the same is asked.

The objectives in their order: most organisations matched; most accepted groups honoured; where it must be fair the best
worst group; the highest total of the legs less what broken promises and new rings cost; then a fixed number made of the
keys, which leaves one answer. Locked groups are there in any case.

Each component is solved on its own (`component`). Fairness joins them: only the weakest component sets the worst group,
so each is first solved for its own worst, then those that did better are solved again for the highest total with no
group worse than that of the weakest. What is exact: everything where components are small or only pairs are made.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b

import numpy as np

from peerreview.matching.engine.arrangement import NO_LIMIT, Arrangement
from peerreview.matching.engine.component import Limits, Setting, solve_component
from peerreview.matching.engine.duals import assignment_bound, bids_of
from peerreview.matching.engine.network import Network, components, network_of
from peerreview.matching.engine.problem import Problem, Rows, legs_of
from peerreview.matching.engine.solution import BLOCKS, EXACT, RINGS_IMPROVED, Solution, answer, scores_of
from peerreview.matching.engine.watch import Watch

METHODS = (EXACT, RINGS_IMPROVED, BLOCKS)
MOST_REMEMBERED = 500


@dataclass
class Memory:
    """Solved components by all that they were made of, so that asking nearly the same again costs little."""

    solved: dict[bytes, tuple[list[Rows], str]] = field(default_factory=dict)

    def ask(self, key: bytes, solve: Callable[[], tuple[list[Rows], str]]) -> tuple[list[Rows], str]:
        """What was found before; rows are numbers within the component."""
        if key not in self.solved:
            if len(self.solved) >= MOST_REMEMBERED:
                self.solved.pop(next(iter(self.solved)))
            self.solved[key] = solve()
        return self.solved[key]


def solve(
    problem: Problem,
    *,
    limits: Limits | None = None,
    memory: Memory | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    bound: bool = True,
    start: Sequence[Rows] | None = None,
) -> Solution:
    """The best groups for this problem.

    `progress(what, done, of)` hears of each step; once `cancelled()` is true the next step raises Cancelled. A `memory`
    that is handed over again makes asking for something alike cheap. `bound=False` saves the bound where the answer is
    not exact. With groups to `start` from, rings of large components are only sought anew where those cannot be kept.
    """
    known = None if start is None else tuple(sorted(start))
    setting = Setting(limits or Limits(), problem.place, Watch(progress, cancelled), known)
    network = network_of(problem)
    groups, methods = _solved(network, setting, memory or Memory())
    method = max(methods, key=METHODS.index, default=EXACT)
    found = answer(problem, groups, method, None)
    if method == EXACT:
        return replace(found, bound=found.objective)
    return replace(found, bound=bound_of(problem, network)) if bound else found


def _solved(network: Network, setting: Setting, memory: Memory) -> tuple[list[Rows], set[str]]:
    parts = components(network)
    found: list[tuple[list[Rows], str]] = []
    for number, rows in enumerate(parts):
        setting.watch.step("components", number, len(parts))
        found.append(_remembered(network, rows, setting, memory, NO_LIMIT))
    if network.fair:
        judge = Arrangement(network, ())
        worst = [judge.value(groups)[2] for groups, _method in found]
        cap = min(worst, default=NO_LIMIT)
        for number, rows in enumerate(parts):
            if worst[number] > cap and found[number][0]:
                setting.watch.step("components again", number, len(parts))
                again = _remembered(network, rows, setting, memory, cap)
                found[number] = max([again, found[number]], key=lambda each: judge.value(each[0], cap))
    return [rows for groups, _method in found for rows in groups], {method for _groups, method in found}


def _remembered(network: Network, rows: Rows, setting: Setting, memory: Memory, cap: float) -> tuple[list[Rows], str]:
    number = {row: at for at, row in enumerate(rows)}

    def local() -> tuple[list[Rows], str]:
        groups, method = solve_component(network, rows, setting, cap)
        return [tuple(number[row] for row in group) for group in groups], method

    groups, method = memory.ask(_content(network, rows, setting, cap), local)
    return [tuple(rows[at] for at in group) for group in groups], method


def _content(network: Network, rows: Rows, setting: Setting, cap: float) -> bytes:
    """All that the answer for a component depends on, in short."""
    here = np.array(rows, dtype=np.int64)
    part = network.within(rows)
    number = {row: at for at, row in enumerate(rows)}
    inside = set(rows)
    specials = [(tuple(number[row] for row in each.rows), each.accepted, each.price) for each in part.specials]
    across = network.forbidden if 4 in network.ring_sizes else ()  # elsewhere they only lack legs
    apart = sorted((number[a], number[b]) for a, b in across if a in inside and b in inside)
    digest = blake2b(digest_size=16)
    for each in (here.searchsorted(part.reviewer), here.searchsorted(part.host), part.score, part.tie):
        digest.update(each.tobytes())
    if setting.place is not None and len(rows) > setting.limits.at_once:
        digest.update(setting.place[here].tobytes())
    inside_start: list[Rows] | None = None
    if setting.start is not None and len(rows) > setting.limits.exact:
        inside_start = [tuple(number[row] for row in each) for each in setting.start if inside.issuperset(each)]
    told = (inside_start, specials, apart, sorted(part.ring_sizes), part.ring_price, part.fair, cap, setting.limits)
    digest.update(repr(told).encode())
    return digest.digest()


def bound_of(problem: Problem, network: Network) -> int:
    """What no objective exceeds: each visits one and is visited by one, whether that makes groups or not."""
    if network.has_rings:
        row, other, weight = network.reviewer, network.host, network.score.astype(np.float64)
        size = network.size
        for each in network.specials:
            legs = network.legs_at(np.array([here * size + there for here, there in legs_of(each.rows)]))
            weight[legs] += each.price / len(each.rows)
    else:
        low, high, total, _tie = network.pairs
        gain = total.astype(np.float64)
        code = low * network.size + high
        for each in network.specials:
            gain[code.searchsorted(each.rows[0] * network.size + each.rows[1])] += each.price
        row, other = np.concatenate([low, high]), np.concatenate([high, low])
        weight = np.concatenate([gain, gain]) / 2
    beside = assignment_bound(bids_of(network.size, row, other, weight))
    settled = [leg for rows in problem.locked for leg in legs_of(rows)]
    broken = sum(price for rows, price in problem.promised if rows not in problem.locked)
    return beside + sum(scores_of(problem, settled).values()) - broken


def with_pair(
    problem: Problem,
    here: int,
    there: int,
    *,
    limits: Limits | None = None,
    memory: Memory | None = None,
    before: Solution | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Solution:
    """The best that is left when these two rows are put together; ValueError when one is in a locked group or they are
    forbidden.

    Hand over the memory of the first solve, so that only the component concerned is solved again. With the solution of
    the first solve as `before` the rings of a large component start from there and only those near change, which is
    much faster; pairs and small components are solved anew all the same.
    """
    pair = (min(here, there), max(here, there))
    together = replace(problem, locked=(*problem.locked, pair))
    start = [group.rows for group in before.groups] if before else None
    return solve(together, limits=limits, memory=memory, bound=False, start=start, cancelled=cancelled)


@dataclass(frozen=True)
class Cost:
    """What putting two together costs the whole; a negative number is a gain."""

    matched: int
    honoured: int
    worst: int | None
    objective: int
    solution: Solution


def cost_of(before: Solution, after: Solution) -> Cost:
    """The second solution against the first, objective by objective; `worst` is None where one has no groups."""
    worst = None if before.worst is None or after.worst is None else before.worst - after.worst
    return Cost(
        before.matched - after.matched,
        len(before.honoured) - len(after.honoured),
        worst,
        before.objective - after.objective,
        after,
    )
