"""What the engine is asked: who may review whom at which score, what is settled, and what counts.

Organisations are rows, numbers from 0 in the order of their keys, so that the same organisations are always the same
rows. A leg is one review: the organisation of one row visits that of another. A group is written in review order: each
member reviews the next, the last the first; the same group may be written from any member on, and is kept with its
lowest row first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Key = int | str
Rows = tuple[int, ...]
Pair = tuple[int, int]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Yes = NDArray[np.bool_]

SMALLEST, LARGEST = 2, 4
RING_SIZES = frozenset({3, 4})
MOST_SCORE, MOST_PRICE = 10**9, 10**12


def lowest_first(rows: Sequence[int]) -> Rows:
    """The same group written from its lowest row on."""
    start = min(range(len(rows)), key=rows.__getitem__)
    return (*rows[start:], *rows[:start])


def legs_of(rows: Rows) -> list[Pair]:
    """Who reviews whom: each row the next, the last the first."""
    return list(zip(rows, rows[1:] + rows[:1], strict=True))


def in_order(keys: Iterable[Key]) -> list[Key]:
    """Keys in canonical order: numbers by size, then texts by their characters."""
    return sorted(keys, key=lambda key: (isinstance(key, str), key))


@dataclass(frozen=True, eq=False)
class Problem:
    """An instance; `Problem.of` makes one from keys in any order.

    `reviewer`, `host` and `score` have one entry per allowed leg. `locked` groups stay, whatever else; `accepted` are
    those that all members agreed on; breaking one of `promised` costs its price; a `forbidden` pair is in no group
    together. `ring_price` is taken off the total for each ring that is new. `place` (n x 2, any plane) only serves to
    cut instances of more than some ten thousand rows into blocks. ValueError, which names the keys, when it cannot be.
    """

    keys: tuple[Key, ...]
    reviewer: Ints
    host: Ints
    score: Ints
    locked: tuple[Rows, ...] = ()
    accepted: tuple[Rows, ...] = ()
    promised: tuple[tuple[Rows, int], ...] = ()
    forbidden: frozenset[Pair] = frozenset()
    ring_sizes: frozenset[int] = frozenset()
    ring_price: int = 0
    fair: bool = False
    place: Floats | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _check_keys(self.keys)
        order = _check_legs(self)
        apart = frozenset((min(pair), max(pair)) for pair in self.forbidden)
        settle = object.__setattr__  # a frozen value is put in canonical form once, here
        for name in ("reviewer", "host", "score"):
            settle(self, name, np.ascontiguousarray(getattr(self, name), dtype=np.int64)[order])
        settle(self, "forbidden", apart)
        _check_groups(self)
        settle(self, "locked", tuple(sorted(map(lowest_first, self.locked))))
        settle(self, "accepted", tuple(sorted(set(map(lowest_first, self.accepted)))))
        settle(self, "promised", tuple(sorted((lowest_first(rows), price) for rows, price in self.promised)))
        if not self.ring_sizes <= RING_SIZES:
            raise ValueError(f"rings have 3 or 4 members, not {sorted(self.ring_sizes - RING_SIZES)}")
        if not 0 <= self.ring_price <= MOST_PRICE:
            raise ValueError(f"the price of a ring is from 0 to {MOST_PRICE}, not {self.ring_price}")
        if self.place is not None and (self.place.shape != (self.size, 2) or not np.isfinite(self.place).all()):
            raise ValueError("each organisation has two finite coordinates, or none has any")

    @property
    def size(self) -> int:
        return len(self.keys)

    @classmethod
    def of(
        cls,
        keys: Iterable[Key],
        legs: Iterable[tuple[Key, Key, int]],
        *,
        locked: Iterable[Sequence[Key]] = (),
        accepted: Iterable[Sequence[Key]] = (),
        promised: Iterable[tuple[Sequence[Key], int]] = (),
        forbidden: Iterable[tuple[Key, Key]] = (),
        ring_sizes: Iterable[int] = (),
        ring_price: int = 0,
        fair: bool = False,
        places: Mapping[Key, tuple[float, float]] | None = None,
    ) -> "Problem":
        """The instance with everything named by key, in any order."""
        ordered = tuple(in_order(keys))
        row = {key: number for number, key in enumerate(ordered)}

        def rows(group: Sequence[Key]) -> Rows:
            for key in group:
                if key not in row:
                    raise ValueError(f"{key!r} takes no part")
            return tuple(row[key] for key in group)

        numbered = [(*rows((reviewer, host)), score) for reviewer, host, score in legs]
        reviewer, host, score = np.array(numbered, dtype=np.int64).reshape(-1, 3).T
        return cls(
            keys=ordered,
            reviewer=reviewer,
            host=host,
            score=score,
            locked=tuple(rows(group) for group in locked),
            accepted=tuple(rows(group) for group in accepted),
            promised=tuple((rows(group), price) for group, price in promised),
            forbidden=frozenset((pair[0], pair[1]) for pair in map(rows, forbidden)),
            ring_sizes=frozenset(ring_sizes),
            ring_price=ring_price,
            fair=fair,
            place=np.array([places[key] for key in ordered], dtype=np.float64).reshape(-1, 2) if places else None,
        )

    def named(self, rows: Iterable[int]) -> str:
        """The keys of these rows, for a message."""
        return ", ".join(repr(self.keys[row]) for row in rows)


def _check_keys(keys: tuple[Key, ...]) -> None:
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f"{in_order(twice)[0]!r} is there twice")
    if list(keys) != in_order(keys):
        raise ValueError("the keys are not in canonical order")


def _check_legs(problem: Problem) -> Ints:
    """The order of the legs by reviewer and host."""
    reviewer, host, score = (np.asarray(each) for each in (problem.reviewer, problem.host, problem.score))
    if not len(reviewer) == len(host) == len(score):
        raise ValueError("each leg has a reviewer, a host and a score")
    if len(reviewer) and not (reviewer.dtype.kind == host.dtype.kind == score.dtype.kind == "i"):
        raise ValueError("rows and scores are whole numbers")
    for rows in (reviewer, host):
        if len(rows) and (rows.min() < 0 or rows.max() >= problem.size):
            raise ValueError(f"a leg names a row that is not from 0 to {problem.size - 1}")

    def complain(wrong: Yes, why: str) -> None:
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            raise ValueError(f"the review of {problem.keys[host[first]]!r} by {problem.keys[reviewer[first]]!r} {why}")

    complain(reviewer == host, "is one of itself")
    complain((score < 0) | (score > MOST_SCORE), f"has a score that is not from 0 to {MOST_SCORE}")
    code = np.asarray(reviewer, dtype=np.int64) * problem.size + host
    order = np.argsort(code, kind="stable")
    again = np.zeros(len(code), dtype=np.bool_)
    again[order[1:]] = np.diff(code[order]) == 0
    complain(again, "is there twice")
    return np.asarray(order)


def _check_groups(problem: Problem) -> None:
    _check_rows(problem, "locked group", problem.locked)
    _check_rows(problem, "accepted group", problem.accepted)
    _check_rows(problem, "promised group", [rows for rows, _price in problem.promised])
    for pair in problem.forbidden:
        _check_rows(problem, "forbidden pair", [pair])
    several = [row for row, count in Counter(r for rows in problem.locked for r in rows).items() if count > 1]
    if several:
        raise ValueError(f"{problem.keys[min(several)]!r} is in two locked groups")
    for rows in problem.locked:
        for pair in problem.forbidden.intersection(pairs_within(rows)):
            raise ValueError(f"{problem.named(pair)} are both locked together and forbidden")
    prices = Counter(lowest_first(rows) for rows, _price in problem.promised)
    for rows, count in prices.items():
        if count > 1:
            raise ValueError(f"{problem.named(rows)} are promised twice")
    for rows, price in problem.promised:
        if not 0 <= price <= MOST_PRICE:
            raise ValueError(f"the price of {problem.named(rows)} is from 0 to {MOST_PRICE}, not {price}")


def _check_rows(problem: Problem, what: str, groups: Iterable[Rows]) -> None:
    for rows in groups:
        for row in rows:
            if not 0 <= row < problem.size:
                raise ValueError(f"a {what} names row {row}, which is not from 0 to {problem.size - 1}")
        if len(set(rows)) < len(rows):
            raise ValueError(f"a {what} names somebody twice: {problem.named(rows)}")
        if not SMALLEST <= len(rows) <= LARGEST:
            raise ValueError(f"a {what} has 2 to 4 members: {problem.named(rows) or 'nobody'}")


def pairs_within(rows: Sequence[int]) -> list[Pair]:
    """All pairs of these rows, each in ascending order."""
    ordered = sorted(rows)
    return [(here, there) for number, here in enumerate(ordered) for there in ordered[number + 1 :]]
