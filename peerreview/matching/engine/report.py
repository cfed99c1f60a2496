"""A solution as plain values that can be written as JSON, with the reason for each organisation that has no group."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from peerreview.matching.engine.component import Limits
from peerreview.matching.engine.problem import Ints, Problem, Rows
from peerreview.matching.engine.solution import PER_MEMBER, Group, Solution
from peerreview.matching.engine.solver import Cost, Memory, cost_of, with_pair

NO_REVIEW = "no allowed review"
ONE_WAY = "only one way"
LOCKED_AWAY = "all partners locked"
ELSEWHERE = "all partners in other groups"
MOST_COSTS = 20


@dataclass(frozen=True)
class Reason:
    """Why a row has no group; with its best partner, and what putting them together would cost the whole."""

    row: int
    why: str
    partner: int | None = None
    cost: Cost | None = None


def reasons(
    problem: Problem, solution: Solution, *, limits: Limits | None = None, memory: Memory | None = None
) -> list[Reason]:
    """Why each unmatched row is left; the costs of the first MOST_COSTS are found by really solving again."""
    partners = Partners(problem)
    found: list[Reason] = []
    costs = 0
    for row in solution.unmatched:
        why, partner = partners.why(row)
        cost = None
        if partner is not None and why == ELSEWHERE and costs < MOST_COSTS:
            after = with_pair(problem, row, partner, limits=limits, memory=memory, before=solution)
            cost, costs = cost_of(solution, after), costs + 1
        found.append(Reason(row, why, partner, cost))
    return found


class Partners:
    """Whom each row may review and be reviewed by, forbidden pairs left out."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.by_host = np.argsort(problem.host, kind="stable")
        self.hosts = problem.host[self.by_host]
        self.locked = {row for rows in problem.locked for row in rows}

    def why(self, row: int) -> tuple[str, int | None]:
        """The reason that this row is left, and the partner with whom both reviews together score highest; one who is
        locked only where there is no other."""
        problem = self.problem
        there = self._scores(problem.host, np.arange(*problem.reviewer.searchsorted([row, row + 1])), row)
        back = self._scores(problem.reviewer, self.by_host[slice(*self.hosts.searchsorted([row, row + 1]))], row)
        both = sorted(there.keys() & back.keys())
        if not both:
            return (ONE_WAY if there or back else NO_REVIEW), None
        partner = max(both, key=lambda other: (other not in self.locked, there[other] + back[other], -other))
        return LOCKED_AWAY if partner in self.locked else ELSEWHERE, partner

    def _scores(self, other: Ints, legs: Ints, row: int) -> dict[int, int]:
        pairs = zip(other[legs].tolist(), self.problem.score[legs].tolist(), strict=True)
        return {each: score for each, score in pairs if (min(row, each), max(row, each)) not in self.problem.forbidden}


def as_plain(
    problem: Problem, solution: Solution, *, limits: Limits | None = None, memory: Memory | None = None
) -> dict[str, Any]:
    """The whole answer; the same for the same problem, in whatever order it was written."""

    def names(rows: Rows) -> list[int | str]:
        return [problem.keys[row] for row in rows]

    def promises(which: tuple[tuple[Rows, int], ...]) -> list[dict[str, Any]]:
        return [{"members": names(rows), "price": price} for rows, price in which]

    sizes = [len(group.rows) for group in solution.groups]
    return {
        "method": solution.method,
        "bound": solution.bound,
        "totals": {
            "organisations": problem.size,
            "matched": solution.matched,
            "exchanges": len(sizes),
            "pairs": sizes.count(2),
            "rings": solution.rings,
            "total": solution.total,
            "objective": solution.objective,
            "worst": None if solution.worst is None else _rounded(solution.worst),
            "accepted_honoured": len(solution.honoured),
            "promises_broken": len(solution.broken),
            "price_of_broken_promises": sum(price for _rows, price in solution.broken),
        },
        "exchanges": [_exchange(problem, group) for group in solution.groups],
        "accepted": {
            "honoured": [names(rows) for rows in solution.honoured],
            "dishonoured": [names(rows) for rows in solution.dishonoured],
        },
        "promised": {"kept": promises(solution.kept), "broken": promises(solution.broken)},
        "unmatched": [_unmatched(problem, each) for each in reasons(problem, solution, limits=limits, memory=memory)],
    }


def _exchange(problem: Problem, group: Group) -> dict[str, Any]:
    keys = problem.keys
    return {
        "members": [keys[row] for row in group.rows],
        "origin": group.origin,
        "total": group.total,
        "worth": _rounded(group.worth),
        "reviews": [
            {"reviewer": keys[leg.reviewer], "host": keys[leg.host], "score": leg.score, "allowed": leg.allowed}
            for leg in group.legs
        ],
    }


def _rounded(worth: int) -> float:
    """The total per member, to two decimals."""
    return round(worth / PER_MEMBER, 2)


def _unmatched(problem: Problem, reason: Reason) -> dict[str, Any]:
    found: dict[str, Any] = {"key": problem.keys[reason.row], "reason": reason.why}
    if reason.partner is not None:
        found["partner"] = problem.keys[reason.partner]
    if reason.cost is not None:
        cost = reason.cost
        found["cost"] = {"matched": cost.matched, "accepted_honoured": cost.honoured, "objective": cost.objective}
        if problem.fair:
            found["cost"]["worst"] = None if cost.worst is None else _rounded(cost.worst)
    return found
