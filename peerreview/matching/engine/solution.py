"""What the engine answers: the groups with their legs, who is left, and what it all comes to."""

from collections.abc import Iterable
from dataclasses import dataclass

from peerreview.matching.engine.problem import Problem, Rows, legs_of

LOCKED, ACCEPTED, PROMISED, MADE = "locked", "accepted", "promised", "made"
PER_MEMBER = 12  # divides by 2, 3 and 4, so that groups of all sizes compare exactly


@dataclass(frozen=True)
class Leg:
    """One review; `allowed` is False only in a locked group that breaks a rule, and its score is 0 then."""

    reviewer: int
    host: int
    score: int
    allowed: bool


@dataclass(frozen=True)
class Group:
    """Rows in review order, the lowest first, and why they are together: locked, accepted, promised or made."""

    rows: Rows
    legs: tuple[Leg, ...]
    total: int
    origin: str

    @property
    def worth(self) -> int:
        """The total per member times PER_MEMBER."""
        return self.total * PER_MEMBER // len(self.rows)


@dataclass(frozen=True)
class Solution:
    """The best groups that were found.

    `total` is that of all legs; `objective` is `total` less what the broken promises and new rings cost. `worst` is the
    lowest worth of the groups that are not locked, None when there are none. `bound` is a number that `objective`
    cannot exceed, None when it is not known; with `exact` there is no better answer.
    """

    groups: tuple[Group, ...]
    unmatched: Rows
    honoured: tuple[Rows, ...]
    dishonoured: tuple[Rows, ...]
    kept: tuple[tuple[Rows, int], ...]
    broken: tuple[tuple[Rows, int], ...]
    total: int
    objective: int
    worst: int | None
    method: str
    bound: int | None

    @property
    def matched(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @property
    def rings(self) -> int:
        return sum(len(group.rows) > 2 for group in self.groups)

    @property
    def exact(self) -> bool:
        return self.method == EXACT

    def value(self, fair: bool) -> tuple[int, int, float, int]:
        """The objectives in their order, to compare two answers to one question."""
        worst = self.worst if fair and self.worst is not None else float("inf")
        return self.matched, len(self.honoured), worst, self.objective


EXACT = "exact"
RINGS_IMPROVED = "pairs exact, rings improved"
BLOCKS = "blocks"


def answer(problem: Problem, made: Iterable[Rows], method: str, bound: int | None) -> Solution:
    """The solution in full, from the groups beside the locked ones."""
    new = list(made)
    score = scores_of(problem, legs_in((*problem.locked, *new)))
    accepted, promised = set(problem.accepted), dict(problem.promised)
    locked = set(problem.locked)

    def group(rows: Rows) -> Group:
        legs = tuple(
            Leg(here, there, score.get((here, there), 0), (here, there) in score) for here, there in legs_of(rows)
        )
        origin = LOCKED if rows in locked else ACCEPTED if rows in accepted else PROMISED if rows in promised else MADE
        return Group(rows, legs, sum(leg.score for leg in legs), origin)

    groups = tuple(sorted((group(rows) for rows in (*problem.locked, *new)), key=lambda each: each.rows))
    there = {each.rows for each in groups}
    placed = {row for rows in there for row in rows}
    broken = tuple((rows, price) for rows, price in problem.promised if rows not in there)
    rings = sum(len(each.rows) > 2 and each.origin == MADE for each in groups)
    total = sum(each.total for each in groups)
    return Solution(
        groups=groups,
        unmatched=tuple(row for row in range(problem.size) if row not in placed),
        honoured=tuple(rows for rows in problem.accepted if rows in there),
        dishonoured=tuple(rows for rows in problem.accepted if rows not in there),
        kept=tuple((rows, price) for rows, price in problem.promised if rows in there),
        broken=broken,
        total=total,
        objective=total - sum(price for _rows, price in broken) - problem.ring_price * rings,
        worst=min((each.worth for each in groups if each.origin != LOCKED), default=None),
        method=method,
        bound=bound,
    )


def legs_in(groups: Iterable[Rows]) -> list[tuple[int, int]]:
    return [leg for rows in groups for leg in legs_of(rows)]


def scores_of(problem: Problem, legs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The scores of those legs that are allowed."""
    code = problem.reviewer * problem.size + problem.host
    found: dict[tuple[int, int], int] = {}
    wanted = sorted(legs)
    at = code.searchsorted([here * problem.size + there for here, there in wanted])
    for (here, there), place in zip(wanted, at.tolist(), strict=True):
        if place < len(code) and code[place] == here * problem.size + there:
            found[here, there] = int(problem.score[place])
    return found
