"""Why a group is proposed, what else could be, and why somebody has no group: in codes, put into words by `words`.

What another partner would have cost the whole, and which change would place who is left over, is found by really
solving again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from peerreview.marketplace.fit import Score
from peerreview.matching.board import Board, Keys
from peerreview.matching.changes import Change, Resolve, changes_for
from peerreview.matching.engine.problem import Rows
from peerreview.matching.engine.solution import LOCKED, Solution
from peerreview.matching.engine.solution import Group as Made
from peerreview.matching.rules import Block

NEAR_MISSES = 3
T = TypeVar("T")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Leg:
    """One review to be: the reviewing organisation visits the host. `blocks` is empty unless a locked group breaks a
    rule."""

    reviewer: int
    host: int
    score: Score
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Cost:
    """What the whole would lose: organisations with a group, the total, and that as points (0-100) of one pair."""

    matched: int
    total: int
    percent: int


@dataclass(frozen=True)
class Alternative:
    """The best partner for a member that is not in its group; `difference` in percent, above 0 if it would fit better
    than the present one. `cost` is what the whole would lose; None where a locked group stands in between."""

    member: int
    partner: int
    score: Score
    difference: int
    cost: Cost | None


@dataclass(frozen=True)
class Group:
    """Organisations that review each other. Each member reviews the next one, the last reviews the first.

    `origin` says why they are together: locked, accepted, promised or made; `total` is that of the legs.
    """

    members: Keys
    legs: tuple[Leg, ...]
    alternatives: tuple[Alternative, ...]
    origin: str
    total: int

    @property
    def locked(self) -> bool:
        return self.origin == LOCKED

    @property
    def kind(self) -> Literal["pair", "ring"]:
        return "pair" if len(self.members) == 2 else "ring"

    @property
    def score(self) -> int:
        """0-100: the mean of the legs, rounded half up."""
        return (2 * sum(leg.score.percent for leg in self.legs) + len(self.legs)) // (2 * len(self.legs))


@dataclass(frozen=True)
class NearMiss:
    """A candidate that an unmatched organisation nearly met, and what stands between; no blocks: it has a partner."""

    partner: int
    minutes: int
    percent: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Unmatched:
    """Who has no group, and why: how many candidates each rule forbade (one may fall under several), how many were
    allowed but have another partner, the nearest misses (fewest blocks first, then nearest), and the smallest changes
    that would give it a group without taking that of another."""

    key: int
    blocked: dict[str, int]
    allowed: int
    closest: tuple[NearMiss, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Result:
    """Every candidate once: in a group or unmatched; both ordered by (first) key. `worst` is 0-100 of the weakest
    group that is not locked; `dishonoured` are accepted groups that could not be, `broken` promises with their price."""

    groups: tuple[Group, ...]
    unmatched: tuple[Unmatched, ...]
    total: int
    worst: int | None
    dishonoured: tuple[Keys, ...]
    broken: tuple[tuple[Keys, int], ...]
    method: str

    @property
    def matched(self) -> int:
        return sum(len(group.members) for group in self.groups)


def explain(board: Board, solution: Solution, resolve: Resolve, progress: Progress | None = None) -> Result:
    """Put the reasons beside the solution: parts per leg, alternatives per member, and why somebody has no group."""
    work = len(solution.groups) + len(solution.unmatched)
    done = iter(range(1, work + 1))

    def step(explained: T) -> T:
        if progress:
            progress("reasons", next(done), work)
        return explained

    groups = tuple(step(_group(board, solution, each, resolve)) for each in solution.groups)
    unmatched = tuple(step(_unmatched(board, solution, row, resolve)) for row in solution.unmatched)
    return Result(
        groups=tuple(sorted(groups, key=lambda group: group.members)),
        unmatched=unmatched,
        total=solution.total,
        worst=min((group.score for group in groups if not group.locked), default=None),
        dishonoured=tuple(board.keys(rows) for rows in solution.dishonoured),
        broken=tuple((board.keys(rows), price) for rows, price in solution.broken),
        method=solution.method,
    )


def _group(board: Board, solution: Solution, made: Made, resolve: Resolve) -> Group:
    legs = tuple(_leg(board, leg.reviewer, leg.host) for leg in made.legs)
    alternatives = (_alternative(board, solution, row, made, legs, resolve) for row in made.rows)
    return Group(board.keys(made.rows), legs, tuple(each for each in alternatives if each), made.origin, made.total)


def _leg(board: Board, here: int, there: int) -> Leg:
    reviewer, host = board.candidates[here].key, board.candidates[there].key
    return Leg(reviewer, host, board.score(here, there), board.between(here, there))


def _alternative(
    board: Board, solution: Solution, row: int, group: Made, legs: Sequence[Leg], resolve: Resolve
) -> Alternative | None:
    """The best allowed partner outside the group, the lowest key of equals."""
    allowed = board.allowed[row].copy()
    allowed[list(group.rows)] = False
    if not allowed.any():
        return None
    partner = int(np.where(allowed, board.totals[row] + board.totals[:, row], -1).argmax())
    me = board.candidates[row].key
    present = [leg.score.percent for leg in legs if me in (leg.reviewer, leg.host)]
    difference = board.pair_percent(row, partner) - sum(present) // len(present)
    cost = _cost(board, solution, (row, partner), resolve)
    return Alternative(me, board.candidates[partner].key, board.score(row, partner), difference, cost)


def _cost(board: Board, solution: Solution, pair: Rows, resolve: Resolve) -> Cost | None:
    """What the whole would lose if these two were together; by solving again with them locked."""
    settled = {row for group in solution.groups if group.origin == LOCKED for row in group.rows}
    if settled & set(pair):
        return None
    cost = resolve.cost_of(*pair)
    # Below 0 the search found, by luck, rings that it had not seen before.
    total = cost.objective if cost.matched else max(cost.objective, 0)
    return Cost(cost.matched, total, board.percent_of(total, legs=2))


def _unmatched(board: Board, solution: Solution, row: int, resolve: Resolve) -> Unmatched:
    counts = {rule: int(table[row].sum()) for rule, table in board.blocked.items()}
    found = (_near_miss(board, row, other) for other in _closest_rows(board, row))
    return Unmatched(
        board.candidates[row].key,
        {rule: count for rule, count in counts.items() if count},
        int(board.allowed[row].sum()),
        tuple(found),
        changes_for(board, solution, row, resolve),
    )


def _closest_rows(board: Board, row: int) -> list[int]:
    """Fewest rules in between, then least travel, then lowest key."""
    rules = np.sum([table[row] for table in board.blocked.values()], axis=0)
    order = np.lexsort((board.minutes[row], rules))
    return [int(other) for other in order if other != row][:NEAR_MISSES]


def _near_miss(board: Board, row: int, other: int) -> NearMiss:
    partner, minutes = board.candidates[other].key, int(board.minutes[row, other])
    return NearMiss(partner, minutes, board.pair_percent(row, other), board.between(row, other))
