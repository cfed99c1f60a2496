"""Why a group is proposed, what else could be, and why somebody has no group: in codes, put into words by `words`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from peerreview.marketplace.fit import Score
from peerreview.matching.board import Board, Rows, legs_of
from peerreview.matching.rules import Block

NEAR_MISSES = 3


@dataclass(frozen=True)
class Leg:
    """One review to be: the reviewing organisation visits the host. `blocks` is empty unless a locked group breaks a
    rule; the score is told from the reviewer's side, its total is the same the other way round."""

    reviewer: int
    host: int
    score: Score
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Alternative:
    """The best partner for a member that is not in its group; `difference` in percent, above 0 if it would fit better
    than the present one (it is not proposed because others would lose more)."""

    member: int
    partner: int
    score: Score
    difference: int


@dataclass(frozen=True)
class Group:
    """Organisations that review each other. Each member reviews the next one, the last reviews the first."""

    members: tuple[int, ...]
    legs: tuple[Leg, ...]
    alternatives: tuple[Alternative, ...]
    locked: bool

    @property
    def kind(self) -> Literal["pair", "ring"]:
        return "pair" if len(self.members) == 2 else "ring"

    @property
    def total(self) -> int:
        """The totals of the legs; a pair has two, so that groups compare per member."""
        return sum(leg.score.total for leg in self.legs)

    @property
    def score(self) -> int:
        """0-100: the mean of the legs, rounded half up."""
        return (2 * sum(leg.score.percent for leg in self.legs) + len(self.legs)) // (2 * len(self.legs))


@dataclass(frozen=True)
class NearMiss:
    """A candidate that an unmatched organisation nearly met, and what stands between; no blocks: it has a partner."""

    partner: int
    minutes: int
    score: Score
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Unmatched:
    """Who has no group, and why: how many candidates each rule forbade (one may fall under several), how many were
    allowed but have another partner, and the nearest misses: fewest blocks first, then nearest."""

    key: int
    blocked: dict[str, int]
    allowed: int
    closest: tuple[NearMiss, ...]


@dataclass(frozen=True)
class Result:
    """Every candidate once: in a group or unmatched; both ordered by (first) key."""

    groups: tuple[Group, ...]
    unmatched: tuple[Unmatched, ...]

    @property
    def matched(self) -> int:
        return sum(len(group.members) for group in self.groups)

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)


def explain(board: Board, locked: Sequence[Rows], groups: Sequence[Rows]) -> Result:
    """Put the reasons beside the rows: parts per leg, alternatives per member, and why somebody has no group."""
    together = {row for rows in (*locked, *groups) for row in rows}
    shown = [_group(board, rows, locked=True) for rows in locked] + [_group(board, rows) for rows in groups]
    alone = [row for row in range(len(board.candidates)) if row not in together]
    return Result(tuple(sorted(shown, key=lambda group: group.members)), tuple(_unmatched(board, row) for row in alone))


def _group(board: Board, rows: Rows, *, locked: bool = False) -> Group:
    legs = tuple(_leg(board, here, there) for here, there in legs_of(rows))
    alternatives = (_alternative(board, row, rows, legs) for row in rows)
    keys = tuple(board.candidates[row].key for row in rows)
    return Group(keys, legs, tuple(each for each in alternatives if each), locked)


def _leg(board: Board, here: int, there: int) -> Leg:
    reviewer, host = board.candidates[here].key, board.candidates[there].key
    return Leg(reviewer, host, board.score(here, there), board.between(here, there))


def _alternative(board: Board, row: int, group: Rows, legs: Sequence[Leg]) -> Alternative | None:
    """The best allowed partner outside the group, the lowest key of equals."""
    allowed = board.allowed[row].copy()
    allowed[list(group)] = False
    if not allowed.any():
        return None
    partner = int(np.where(allowed, board.totals[row], -1).argmax())
    me, fit = board.candidates[row].key, board.score(row, partner)
    present = [leg.score.percent for leg in legs if me in (leg.reviewer, leg.host)]
    return Alternative(me, board.candidates[partner].key, fit, fit.percent - sum(present) // len(present))


def _unmatched(board: Board, row: int) -> Unmatched:
    counts = {rule: int(table[row].sum()) for rule, table in board.blocked.items()}
    found = (_near_miss(board, row, other) for other in _closest_rows(board, row))
    return Unmatched(
        board.candidates[row].key,
        {rule: count for rule, count in counts.items() if count},
        int(board.allowed[row].sum()),
        tuple(found),
    )


def _closest_rows(board: Board, row: int) -> list[int]:
    """Fewest rules in between, then least travel, then lowest key."""
    rules = np.sum([table[row] for table in board.blocked.values()], axis=0)
    order = np.lexsort((board.minutes[row], rules))
    return [int(other) for other in order if other != row][:NEAR_MISSES]


def _near_miss(board: Board, row: int, other: int) -> NearMiss:
    partner, minutes = board.candidates[other].key, int(board.minutes[row, other])
    return NearMiss(partner, minutes, board.score(row, other), board.between(row, other))
