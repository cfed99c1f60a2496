"""The best answer by trying everything, written without the engine, and small instances of every kind to try it on."""

from collections.abc import Iterator
from itertools import combinations, permutations
from random import Random
from typing import Any

from peerreview.matching.engine import PER_MEMBER, Problem, Solution

NOBODY = float("inf")


def make_problem(seed: int, most: int = 9, **fixed: Any) -> Problem:
    """An instance made by chance: few or many legs, ties, one-way legs, settled groups, prices."""
    rng = Random(seed)
    n = fixed.pop("n", None) or rng.randint(0, most)
    keys = rng.sample(range(100), n) if rng.random() < 0.5 else [f"o{k}" for k in rng.sample(range(100), n)]
    share, both = rng.choice([0.15, 0.3, 0.5, 0.8, 1.0]), rng.choice([0.0, 0.5, 1.0])
    scores = rng.choice([(0, 0), (0, 1), (0, 3), (0, 100), (50, 10_000), (0, 10**9)])
    legs = {}
    for here, there in combinations(keys, 2):
        for way in ((here, there), (there, here)) if rng.random() < 0.5 else ((there, here), (here, there)):
            if rng.random() < share or (rng.random() < both and way[::-1] in legs):
                legs[way] = rng.randint(*scores)
    left = list(keys)
    rng.shuffle(left)
    locked = []
    while len(left) > 4 and rng.random() < 0.2:
        size = rng.randint(2, 4)
        locked.append(tuple(left[:size]))
        left = left[size:]
    within = {frozenset(pair) for group in locked for pair in combinations(group, 2)}
    forbidden = [pair for pair in combinations(keys, 2) if rng.random() < 0.05 and frozenset(pair) not in within]
    settled = rng.random() < 0.6
    accepted = [_group(rng, keys, legs) for _ in range(rng.randint(0, 3))] if settled and n > 4 else []
    promises = rng.randint(0, 3) if settled and n > 4 else 0
    promised = {_first(_group(rng, keys, legs)): rng.randint(0, 2 * scores[1]) for _ in range(promises)}
    values = {
        "locked": locked,
        "accepted": accepted,
        "promised": list(promised.items()),
        "forbidden": forbidden,
        "ring_sizes": rng.choice([(), (3,), (4,), (3, 4)]),
        "ring_price": rng.choice([0, 0, 1, scores[1], 5 * scores[1]]),
        "fair": rng.random() < 0.4,
    } | fixed
    return Problem.of(keys, [(*leg, score) for leg, score in legs.items()], **values)


def _group(rng: Random, keys: list[Any], legs: dict[Any, int]) -> tuple[Any, ...]:
    """Mostly one that can be made."""
    for _ in range(8):
        group = tuple(rng.sample(keys, rng.choice([2, 2, 3, 4])))
        if all(leg in legs for leg in zip(group, group[1:] + group[:1], strict=True)):
            return group
    return group


def _first(rows: tuple[Any, ...]) -> tuple[Any, ...]:
    return min(rows[at:] + rows[:at] for at in range(len(rows)))


def best_value(problem: Problem) -> tuple[int, int, float, int]:
    """(matched, accepted honoured, worst worth where it is fair, objective) of the best of all partitions."""
    legs = {(int(h), int(t)): int(s) for h, t, s in zip(problem.reviewer, problem.host, problem.score, strict=True)}
    locked = {row for group in problem.locked for row in group}
    free = tuple(row for row in range(problem.size) if row not in locked)
    accepted, promised = {_first(g) for g in problem.accepted}, {_first(g): price for g, price in problem.promised}
    settled = {_first(group) for group in problem.locked}
    total = sum(legs.get(leg, 0) for group in problem.locked for leg in zip(group, group[1:] + group[:1], strict=True))
    total -= sum(price for group, price in promised.items() if group not in settled)
    matched, honoured = len(locked), len(accepted & settled)

    ways: dict[tuple[int, ...], list[tuple[int, float, int]]] = {}
    for size in (2, 3, 4):
        for members in combinations(free, size):
            if any(pair in problem.forbidden for pair in combinations(members, 2)):
                continue
            values = set()
            for rest in permutations(members[1:]):
                rows = (members[0], *rest)
                walked = list(zip(rows, rows[1:] + rows[:1], strict=True))
                known = rows in accepted or rows in promised
                if all(leg in legs for leg in walked) and (known or size == 2 or size in problem.ring_sizes):
                    legs_total = sum(legs[leg] for leg in walked)
                    price = promised.get(rows, 0) - (problem.ring_price if size > 2 and not known else 0)
                    values.add((int(rows in accepted), legs_total * PER_MEMBER // size, legs_total + price))
            if values:
                ways[members] = [v for v in values if not any(_beats(w, v) for w in values)]

    def partitions(rows: tuple[int, ...]) -> Iterator[tuple[int, int, float, int]]:
        if not rows:
            yield (0, 0, NOBODY, 0)
            return
        yield from partitions(rows[1:])
        for size in (1, 2, 3):
            for others in combinations(rows[1:], size):
                for taken, worth, gain in ways.get((rows[0], *others), ()):
                    rest = tuple(row for row in rows[1:] if row not in others)
                    for m, a, w, g in _front(rest):
                        yield (m + size + 1, a + taken, min(w, worth), g + gain)

    fronts: dict[tuple[int, ...], list[tuple[int, int, float, int]]] = {}

    def _front(rows: tuple[int, ...]) -> list[tuple[int, int, float, int]]:
        if rows not in fronts:
            found = set(partitions(rows))
            top = max(((m, a) for m, a, _w, _g in found))
            kept = {v for v in found if v[:2] == top}
            fronts[rows] = [v for v in kept if not any(w != v and w[2] >= v[2] and w[3] >= v[3] for w in kept)]
        return fronts[rows]

    m, a, worst, gain = max(_front(free), key=lambda v: (*v[:2], v[2] if problem.fair else 0, v[3]))
    return matched + m, honoured + a, worst if problem.fair else NOBODY, total + gain


def _beats(one: tuple[int, float, int], other: tuple[int, float, int]) -> bool:
    return one != other and all(a >= b for a, b in zip(one, other, strict=True))


def value(problem: Problem, solution: Solution) -> tuple[int, int, float, int]:
    return solution.value(problem.fair)
