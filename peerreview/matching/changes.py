"""What would give an organisation a group that has none: the smallest changes, each found by really solving again.

One thing changes at a time: the farthest travel of one organisation, a month more, a waiver, a wish to be kept apart
taken back, a lock let go, or rings allowed. A change counts only when more organisations have a group than before, so
that nobody pays for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from peerreview.matching import engine
from peerreview.matching.board import FORBIDDEN, Board
from peerreview.matching.engine.problem import RING_SIZES, Problem, Rows
from peerreview.matching.engine.solution import Solution
from peerreview.matching.rules import EXCLUDED, NEEDS_WAIVER, NO_COMMON_MONTH, TOO_FAR

MOST_MORE_MINUTES = 90
MOST_TRIES_PER_KIND = 6
MOST_CHANGES = 4


class Resolve(Protocol):
    """Solves again: a changed problem, or the same with two rows together for what that costs."""

    def __call__(self, problem: Problem) -> Solution: ...

    def cost_of(self, here: int, there: int) -> engine.Cost: ...


@dataclass(frozen=True)
class Change:
    """One thing to change, for whom (`who`, a key; 0 for the secretariat), and the group that the organisation then
    has. `kind` is travel (params: minutes, instead_of), month (month), waiver (kinds), exclusion, unforbid, unlock
    (members) or rings (sizes)."""

    kind: str
    who: int
    group: tuple[int, ...]
    params: dict[str, Any] = field(default_factory=dict)


def changes_for(board: Board, solution: Solution, row: int, resolve: Resolve) -> tuple[Change, ...]:
    """The smallest change of each kind that works, at most MOST_CHANGES, what costs least trouble first."""
    found: list[Change] = []
    for kind in (_rings, _travel_of_mine, _month, _waiver, _travel_of_others, _exclusion, _unforbid, _unlock):
        tries = kind(board, row)
        for _number, (changed, change, params) in zip(range(MOST_TRIES_PER_KIND), tries, strict=False):
            if group := _group_then(changed, solution, row, resolve):
                found.append(Change(change[0], change[1], board.keys(group), params))
                break
        if len(found) == MOST_CHANGES:
            break
    return tuple(found)


def _group_then(changed: Board, before: Solution, row: int, resolve: Resolve) -> Rows | None:
    """The group that the row has on the changed board, when more have one than before."""
    after = resolve(changed.problem())
    if after.matched <= before.matched or row in after.unmatched:
        return None
    return next(group.rows for group in after.groups if row in group.rows)


Try = tuple[Board, tuple[str, int], dict[str, Any]]


def _only(board: Board, row: int, rule: str) -> list[int]:
    """Whom this rule alone keeps from the row, nearest first."""
    rules = np.sum([table[row] for table in board.blocked.values()], axis=0)
    others = np.flatnonzero(board.blocked[rule][row] & (rules == 1))
    return [int(other) for other in others[np.lexsort((others, board.minutes[row, others]))]]


def _travel_of_mine(board: Board, row: int) -> Iterator[Try]:
    """Each longer limit that brings somebody new within reach who would travel that far."""
    me = board.candidates[row]
    reach = [o for o in _only(board, row, TOO_FAR) if board.candidates[o].max_travel_minutes >= board.minutes[row, o]]
    for minutes in sorted({int(board.minutes[row, other]) for other in reach}):
        if minutes - me.max_travel_minutes > MOST_MORE_MINUTES:
            return
        within = [other for other in reach if board.minutes[row, other] <= minutes]
        params = {"minutes": minutes, "instead_of": me.max_travel_minutes}
        yield board.letting(row, within, TOO_FAR), ("travel", me.key), params


def _travel_of_others(board: Board, row: int) -> Iterator[Try]:
    """One of those whom only their own limit keeps away, the smallest step first."""
    me = board.candidates[row]
    steps = []
    for other in _only(board, row, TOO_FAR):
        minutes, limit = int(board.minutes[row, other]), board.candidates[other].max_travel_minutes
        if me.max_travel_minutes >= minutes and minutes - limit <= MOST_MORE_MINUTES:
            steps.append((minutes - limit, other, minutes, limit))
    for _step, other, minutes, limit in sorted(steps):
        params = {"minutes": minutes, "instead_of": limit}
        yield board.letting(row, [other], TOO_FAR), ("travel", board.candidates[other].key), params


def _month(board: Board, row: int) -> Iterator[Try]:
    """Each month more in which somebody can whom only the months keep away; the one that opens most first."""
    me, others = board.candidates[row], _only(board, row, NO_COMMON_MONTH)
    opens = {month: [o for o in others if month in board.candidates[o].months] for month in range(1, 13)}
    for month in sorted((month for month in opens if opens[month]), key=lambda month: (-len(opens[month]), month)):
        yield board.letting(row, opens[month], NO_COMMON_MONTH), ("month", me.key), {"month": month}


def _waiver(board: Board, row: int) -> Iterator[Try]:
    for other in _only(board, row, NEEDS_WAIVER):
        (block,) = board.between(row, other)
        kinds = {"kinds": list(block.params["kinds"]), "with": board.candidates[other].key}  # type: ignore[arg-type]
        yield board.letting(row, [other], NEEDS_WAIVER), ("waiver", 0), kinds


def _exclusion(board: Board, row: int) -> Iterator[Try]:
    """Who would rather not, asked to think again."""
    for other in _only(board, row, EXCLUDED):
        (block,) = board.between(row, other)
        by = [int(key) for key in block.params["by"]]  # type: ignore[union-attr]
        if len(by) == 1:
            about = board.candidates[other if by[0] == board.candidates[row].key else row].key
            yield board.letting(row, [other], EXCLUDED), ("exclusion", by[0]), {"about": about}


def _unforbid(board: Board, row: int) -> Iterator[Try]:
    for other in _only(board, row, FORBIDDEN):
        params = {"with": board.candidates[other].key}
        yield board.letting(row, [other], FORBIDDEN), ("unforbid", 0), params


def _unlock(board: Board, row: int) -> Iterator[Try]:
    """A locked group with somebody whom this organisation could meet, let go."""
    for group in board.terms.locked:
        if any(board.allowed[row, board.row(key)] for key in group):
            rest = tuple(other for other in board.terms.locked if other != group)
            yield board.on(replace(board.terms, locked=rest)), ("unlock", 0), {"members": list(group)}


def _rings(board: Board, row: int) -> Iterator[Try]:
    """Rings of three, and of four as well, where they are not allowed yet."""
    for size in sorted(RING_SIZES - board.terms.rings):
        sizes = frozenset({*board.terms.rings, *range(3, size + 1)})
        yield board.on(replace(board.terms, rings=sizes)), ("rings", 0), {"sizes": sorted(sizes)}
