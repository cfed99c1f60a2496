"""The legs that can be used, in arrays: by reviewer for looking up, as pairs for pairing, cut into components.

Two who share no component cannot be in one group, so each component is a problem of its own.

Ties are broken by a fixed number for each leg made of both keys (the mixing of splitmix64, Steele, Lea and Flood 2014):
with 40 bits of it a second optimum is left with a chance of about one in a million for 550 organisations (the isolation
lemma of Mulmuley, Vazirani and Vazirani 1987), and a newcomer elsewhere changes nothing here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from peerreview.matching.engine.problem import Ints, Key, Pair, Problem, Rows, Yes, legs_of, pairs_within

TIE_BITS = 40


@dataclass(frozen=True)
class Special:
    """A group that was agreed on or promised, and that can still be made: it counts more than a new one."""

    rows: Rows
    accepted: bool
    price: int
    total: int
    tie: int


@dataclass(frozen=True, eq=False)
class Network:
    """The usable legs in order of reviewer and host; none touches a locked row or joins a forbidden pair."""

    size: int
    reviewer: Ints
    host: Ints
    score: Ints
    tie: Ints
    code: Ints
    forbidden: frozenset[Pair]
    specials: tuple[Special, ...]
    ring_sizes: frozenset[int]
    ring_price: int
    fair: bool

    @cached_property
    def back(self) -> Ints:
        """For each leg the number of the leg the other way, -1 where there is none."""
        code = self.host * self.size + self.reviewer
        at = np.minimum(self.code.searchsorted(code), max(len(self.code) - 1, 0))
        return np.where(self.code[at] == code, at, -1) if len(code) else at

    @cached_property
    def pairs(self) -> tuple[Ints, Ints, Ints, Ints]:
        """(low row, high row, total, tie) of each two that can review each other."""
        legs = np.flatnonzero((self.back >= 0) & (self.reviewer < self.host))
        back = self.back[legs]
        total, tie = self.score[legs] + self.score[back], self.tie[legs] + self.tie[back]
        return self.reviewer[legs], self.host[legs], total, tie

    @cached_property
    def start(self) -> Ints:
        """Where the legs of each reviewer begin; one more at the end."""
        return np.asarray(self.reviewer.searchsorted(np.arange(self.size + 1)))

    def legs_at(self, code: Ints) -> Ints:
        """The numbers of the legs with these codes (reviewer * size + host), -1 where there is none."""
        if not len(self.code):
            return np.full(code.shape, -1, dtype=np.int64)
        at = np.minimum(self.code.searchsorted(code), len(self.code) - 1)
        return np.where(self.code[at] == code, at, -1)

    def within(self, rows: Iterable[int]) -> "Network":
        """The same with the legs and specials of these rows only; rows keep their numbers."""
        chosen = np.array(sorted(rows), dtype=np.int64)
        inside = np.zeros(self.size, dtype=np.bool_)
        inside[chosen] = True
        counts = self.start[chosen + 1] - self.start[chosen]
        first = np.repeat(self.start[chosen] - (counts.cumsum() - counts), counts)
        legs = np.arange(len(first)) + first
        specials = tuple(each for each in self.specials if all(inside[row] for row in each.rows))
        return self.keep(legs[inside[self.host[legs]]], specials)

    @cached_property
    def rows(self) -> Ints:
        """Those who have a leg."""
        return np.unique(np.concatenate([self.reviewer, self.host]))

    @property
    def has_rings(self) -> bool:
        return bool(self.ring_sizes) or any(len(each.rows) > 2 for each in self.specials)

    def keep(self, legs: Yes | Ints, specials: tuple[Special, ...]) -> "Network":
        return replace(
            self,
            reviewer=self.reviewer[legs],
            host=self.host[legs],
            score=self.score[legs],
            tie=self.tie[legs],
            code=self.code[legs],
            specials=specials,
        )


def network_of(problem: Problem) -> Network:
    """What is left of a problem beside its locked groups and forbidden pairs."""
    size = problem.size
    taken = np.zeros(size, dtype=np.bool_)
    taken[[row for rows in problem.locked for row in rows]] = True
    code = problem.reviewer * size + problem.host
    apart = [here * size + there for pair in problem.forbidden for here, there in (pair, pair[::-1])]
    usable = ~taken[problem.reviewer] & ~taken[problem.host] & ~np.isin(code, np.array(apart, dtype=np.int64))
    reviewer, host, score = problem.reviewer[usable], problem.host[usable], problem.score[usable]
    legs_and_ties = reviewer, host, score, _ties(problem.keys, reviewer, host), code[usable]
    rules = problem.ring_sizes, problem.ring_price, problem.fair
    bare = Network(size, *legs_and_ties, problem.forbidden, (), *rules)
    rings = bool(problem.ring_sizes) or any(len(rows) > 2 for rows in _wanted(problem))
    legs = np.ones(len(score), dtype=np.bool_) if rings else bare.back >= 0
    return bare.keep(legs, _specials(problem, bare))


def _wanted(problem: Problem) -> list[Rows]:
    return sorted({*problem.accepted, *(rows for rows, _price in problem.promised)})


def _specials(problem: Problem, network: Network) -> tuple[Special, ...]:
    accepted, promised = set(problem.accepted), dict(problem.promised)
    found = []
    for rows in _wanted(problem):
        legs = network.legs_at(np.array([here * network.size + there for here, there in legs_of(rows)]))
        if (legs >= 0).all() and not problem.forbidden.intersection(pairs_within(rows)):
            total, tie = int(network.score[legs].sum()), int(network.tie[legs].sum())
            found.append(Special(rows, rows in accepted, promised.get(rows, 0), total, tie))
    return tuple(found)


def _ties(keys: tuple[Key, ...], reviewer: Ints, host: Ints) -> Ints:
    digests = b"".join(blake2b(repr(key).encode(), digest_size=8).digest() for key in keys)
    number: NDArray[np.uint64] = np.frombuffer(digests, dtype="<u8").astype(np.uint64)
    mixed = number[reviewer] * np.uint64(0x9E3779B97F4A7C15) + number[host]
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray(mixed >> np.uint64(64 - TIE_BITS)).astype(np.int64)


def components(network: Network) -> list[Rows]:
    """The rows that some chain of legs joins, each in ascending order, by their lowest row; nobody who stands alone.

    Each row takes the lowest number among its neighbours and then that of the row so named, until nothing changes
    (Shiloach and Vishkin 1982).
    """
    label = np.arange(network.size)
    while True:
        low = label.copy()
        np.minimum.at(low, network.reviewer, label[network.host])
        np.minimum.at(low, network.host, label[network.reviewer])
        np.minimum.at(low, label, low)
        low = low[low]
        if (low == label).all():
            break
        label = low
    touched = np.zeros(network.size, dtype=np.bool_)
    touched[network.reviewer] = touched[network.host] = True
    rows = np.flatnonzero(touched)
    rows = rows[np.argsort(label[rows], kind="stable")]
    cuts = np.flatnonzero(np.diff(label[rows])) + 1
    return [tuple(part.tolist()) for part in np.split(rows, cuts)] if len(rows) else []
