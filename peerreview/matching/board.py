"""All legs of a round's candidates at once: how well they fit and what forbids them; and that as the engine takes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from peerreview.marketplace.fit import Candidate, Score, Weights, score
from peerreview.marketplace.fit_tables import minutes_between, totals
from peerreview.marketplace.travel import Ints
from peerreview.matching.engine.problem import Problem, Rows, legs_of, pairs_within
from peerreview.matching.rules import CONFLICT, EXCLUDED, NO_COMMON_MONTH, TOO_FAR, Block, Yes, blocks, forbidden_by

FORBIDDEN = "forbidden"
# Who may not meet for these reasons is in no group together, not even with two others between them.
NEVER_TOGETHER = (FORBIDDEN, CONFLICT, EXCLUDED)

OWN_LIMITS = (TOO_FAR, NO_COMMON_MONTH)

Keys = tuple[int, ...]


@dataclass(frozen=True)
class Terms:
    """What is settled and what counts, beside how well each two fit; groups are keys in review order.

    `locked` groups stay whatever else; `accepted` are those that all members agreed on; breaking one of `promised`
    costs its price. `rings` are the sizes of rings that may be made, at `ring_price` each. With `fair` the worst group
    is made as good as possible before the total.
    """

    locked: tuple[Keys, ...] = ()
    accepted: tuple[Keys, ...] = ()
    promised: tuple[tuple[Keys, int], ...] = ()
    rings: frozenset[int] = frozenset({3})
    ring_price: int = 0
    fair: bool = False


@dataclass(frozen=True, eq=False)
class Board:
    """The candidates in order of key, with the tables over all legs that solving needs; rows are numbers from 0."""

    candidates: tuple[Candidate, ...]
    weights: Weights
    minutes: Ints
    totals: Ints
    blocked: dict[str, Yes]
    allowed: Yes
    terms: Terms = field(default_factory=Terms)

    def row(self, key: int) -> int:
        """Where the candidate stands; ValueError if it takes no part."""
        row = int(np.searchsorted([each.key for each in self.candidates], key))
        if row == len(self.candidates) or self.candidates[row].key != key:
            raise ValueError(f"no candidate has key {key}")
        return row

    def rows(self, keys: Iterable[int]) -> Rows:
        return tuple(self.row(key) for key in keys)

    def keys(self, rows: Iterable[int]) -> Keys:
        return tuple(self.candidates[row].key for row in rows)

    def between(self, here: int, there: int) -> tuple[Block, ...]:
        """Why two rows may not meet; empty when they may."""
        if self.allowed[here, there]:
            return ()
        by_hand = (Block(FORBIDDEN),) if self.blocked[FORBIDDEN][here, there] else ()
        return by_hand + blocks(self.candidates[here], self.candidates[there])

    def score(self, reviewer: int, host: int) -> Score:
        return score(self.candidates[reviewer], self.candidates[host], self.weights)

    def pair_percent(self, here: int, there: int) -> int:
        """How well two fit as a pair, 0-100: the mean of both legs, rounded half up."""
        both = self.score(here, there).percent + self.score(there, here).percent
        return (both + 1) // 2

    def percent_of(self, total: int, legs: int = 1) -> int:
        """A total of so many legs as 0-100 points of one, rounded half up."""
        whole = legs * self.weights.whole
        return (2 * total + whole) // (2 * whole) if whole else 0

    def without(self, *names: str) -> "Board":
        """The same without these rules; for trying what would be."""
        blocked = {name: table & (name not in names) for name, table in self.blocked.items()}
        return replace(self, blocked=blocked, allowed=_allowed(blocked))

    def letting(self, here: int, there: Iterable[int], rule: str) -> "Board":
        """The same where this rule no longer stands between one row and these."""
        table = self.blocked[rule].copy()
        others = list(there)
        table[here, others] = table[others, here] = False
        blocked = {**self.blocked, rule: table}
        return replace(self, blocked=blocked, allowed=_allowed(blocked))

    def on(self, terms: Terms) -> "Board":
        """The same candidates on other terms."""
        return replace(self, terms=terms)

    def problem(self) -> Problem:
        """As the engine takes it. ValueError when a locked group has a stranger, a member of another or is forbidden.

        A locked group may break a rule: people decided that. An accepted one that breaks a rule cannot be honoured.
        """
        terms = self.terms
        here, there = np.nonzero(self.allowed)
        locked = tuple(self.rows(keys) for keys in terms.locked)
        together = {pair for rows in locked for pair in pairs_within(rows)}
        by_hand = {pair for pair in together if self.blocked[FORBIDDEN][pair]}
        if by_hand:
            raise ValueError("a pair is both locked and forbidden")
        never = np.logical_or.reduce([self.blocked[name] for name in NEVER_TOGETHER])
        apart = {(int(a), int(b)) for a, b in zip(*np.nonzero(np.triu(never, 1)), strict=True)} - together
        return Problem(
            keys=tuple(each.key for each in self.candidates),
            reviewer=here.astype(np.int64),
            host=there.astype(np.int64),
            score=self.totals[here, there].astype(np.int64),
            locked=locked,
            accepted=tuple(self.rows(keys) for keys in terms.accepted if self._whole(keys, locked)),
            promised=tuple((self.rows(keys), price) for keys, price in terms.promised if self._whole(keys, locked)),
            forbidden=frozenset(apart),
            ring_sizes=terms.rings,
            ring_price=terms.ring_price,
            fair=terms.fair,
        )

    def _whole(self, keys: Keys, locked: Sequence[Rows]) -> bool:
        """Whether such a group still is there as a whole, and not locked anyway."""
        known = {each.key for each in self.candidates}
        return set(keys) <= known and sorted(self.rows(keys)) not in [sorted(rows) for rows in locked]


def prepare(
    candidates: Iterable[Candidate],
    weights: Weights,
    *,
    forbidden: Iterable[tuple[int, int]] = (),
    terms: Terms | None = None,
) -> Board:
    """Score all legs and apply the rules; ValueError if two candidates share a key.

    Who agreed with each other knew how far it is and in which months: between them their own limits no longer count.
    """
    ordered = tuple(sorted(candidates, key=lambda each: each.key))
    if any(here.key == there.key for here, there in pairwise(ordered)):
        raise ValueError("two candidates have the same key")
    blocked = {FORBIDDEN: _by_hand(ordered, forbidden), **forbidden_by(ordered)}
    agreed = _by_hand(ordered, [leg for keys in terms.accepted for leg in legs_of(keys)] if terms else ())
    for limit in OWN_LIMITS:
        blocked[limit] &= ~agreed
    return Board(
        ordered, weights, minutes_between(ordered), totals(ordered, weights), blocked, _allowed(blocked),
        terms or Terms(),
    )  # fmt: skip


def _allowed(blocked: dict[str, Yes]) -> Yes:
    somehow = np.logical_or.reduce(list(blocked.values()))
    return np.asarray(~somehow & ~np.eye(len(somehow), dtype=np.bool_))


def _by_hand(ordered: Sequence[Candidate], forbidden: Iterable[tuple[int, int]]) -> Yes:
    row = {each.key: number for number, each in enumerate(ordered)}
    table = np.zeros((len(ordered), len(ordered)), dtype=np.bool_)
    for here, there in forbidden:
        if here in row and there in row:
            table[row[here], row[there]] = table[row[there], row[here]] = True
    return table
