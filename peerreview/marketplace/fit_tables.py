"""How well all fit with all: the tables of `fit.score`, by the same rules, for the solver."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from peerreview.marketplace.fit import Candidate, Weights, rounds_since_met
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish
from peerreview.marketplace.points import (
    NEVER,
    experience_points,
    mean_points,
    months_points,
    novelty_points,
    share_points,
    size_points,
    travel_points,
    wish_points,
)
from peerreview.marketplace.travel import Ints, distances_km, minutes_by_road

Members = frozenset[int] | frozenset[str]


def totals(candidates: Sequence[Candidate], weights: Weights) -> Ints:
    """The table of `score(reviewer, host, weights).total` for all candidates, in the order given; row: who reviews."""
    learning = _learning_met(candidates)
    return (
        weights.travel * travel_points(minutes_between(candidates))
        + weights.work_fields * _both_sides(_fields_alike(candidates))
        + weights.size * _both_sides(_sizes_alike(candidates))
        + weights.learning_as_reviewer * learning
        + weights.learning_as_host * learning.T
        + weights.experience * _both_sides(_experience_mix(candidates))
        + weights.months * months_points(months_in_common(candidates))
        + weights.novelty * novelty_points(rounds_since(candidates))
        + weights.wishes * _both_sides(_wished(candidates))
        + weights.conflict * (100 - 100 * _careful(candidates))
    )


def minutes_between(candidates: Sequence[Candidate]) -> Ints:
    """The table of travel minutes."""
    return minutes_by_road(distances_km([each.place for each in candidates]))


def months_in_common(candidates: Sequence[Candidate]) -> Ints:
    """The table of how many months two candidates share."""
    return _in_common(candidates, lambda each: each.months, lambda each: each.months)


def rounds_since(candidates: Sequence[Candidate]) -> Ints:
    """The table of `rounds_since_met`."""
    row = {each.key: number for number, each in enumerate(candidates)}
    rounds = np.full((len(candidates), len(candidates)), NEVER, dtype=np.int64)
    for here, each in enumerate(candidates):
        for there in (row[key] for key in each.earlier_partners if key in row):
            rounds[here, there] = rounds[there, here] = rounds_since_met(each, candidates[there])
    return rounds


def noted(candidates: Sequence[Candidate], about: Callable[[Candidate], Mapping[int, object]]) -> Ints:
    """The table with 1 where either side keeps something about the other."""
    row = {each.key: number for number, each in enumerate(candidates)}
    table = np.zeros((len(candidates), len(candidates)), dtype=np.int64)
    for here, each in enumerate(candidates):
        for there in (row[key] for key, what in about(each).items() if what and key in row):
            table[here, there] = table[there, here] = 1
    return table


def _both_sides(table: Ints) -> Ints:
    """From what each row gives for each column to the mean of both."""
    return mean_points(table, table.T)


def _fields_alike(candidates: Sequence[Candidate]) -> Ints:
    shared = _in_common(candidates, lambda each: each.work_fields, lambda each: each.work_fields)
    counts = np.diagonal(shared)
    alike = share_points(2 * shared, np.add.outer(counts, counts))
    asking = np.array([bool(each.partner_fields) for each in candidates])
    if not asking.any():
        return alike
    found = _in_common(candidates, lambda each: each.partner_fields, lambda each: each.work_fields)
    asked = share_points(found, np.array([[len(each.partner_fields)] for each in candidates], dtype=np.int64))
    return np.where(asking[:, None], asked, alike)


def _sizes_alike(candidates: Sequence[Candidate]) -> Ints:
    sizes = np.array([each.size for each in candidates], dtype=np.int64)
    table = share_points(np.minimum.outer(sizes, sizes), np.maximum.outer(sizes, sizes))
    for row, each in enumerate(candidates):
        if each.partner_size not in (SizeWish.ANY, SizeWish.ALIKE):
            table[row] = size_points(sizes[row], sizes, each.partner_size)
    return table


def _experience_mix(candidates: Sequence[Candidate]) -> Ints:
    experienced = np.array([each.experienced for each in candidates], dtype=np.int64)
    table = experience_points(np.add.outer(experienced, experienced))
    for row, each in enumerate(candidates):
        if each.partner_experience != ExperienceWish.ANY:
            table[row] = 100 * (experienced == (each.partner_experience == ExperienceWish.EXPERIENCED))
    return table


def _wished(candidates: Sequence[Candidate]) -> Ints:
    row = {each.key: number for number, each in enumerate(candidates)}
    ranks = np.zeros((len(candidates), len(candidates)), dtype=np.int64)
    for here, each in enumerate(candidates):
        for key, rank in each.wished.items():
            if key in row:
                ranks[here, row[key]] = rank
    return wish_points(ranks, np.array([[bool(each.wished)] for each in candidates]))


def _careful(candidates: Sequence[Candidate]) -> Ints:
    return noted(candidates, lambda each: each.cautions)


def _learning_met(candidates: Sequence[Candidate]) -> Ints:
    """Row: who seeks; column: who can show it."""
    met = _in_common(candidates, lambda each: each.learning, lambda each: each.strengths)
    return share_points(met, np.array([[len(each.learning)] for each in candidates], dtype=np.int64))


def _in_common(
    candidates: Sequence[Candidate],
    rows: Callable[[Candidate], Members],
    columns: Callable[[Candidate], Members],
) -> Ints:
    """How many members the sets of two candidates share: a product of two tables of yes (1) and no (0)."""
    members = sorted({member for each in candidates for member in rows(each)}, key=str)
    has = _membership([rows(each) for each in candidates], members)
    return np.asarray(has @ _membership([columns(each) for each in candidates], members).T).astype(np.int64)


def _membership(sets: Sequence[Members], members: Sequence[int | str]) -> NDArray[np.float32]:
    """Small whole numbers as float32: exact, and the only kind for which numpy multiplies tables fast."""
    yes_no = [[member in each for member in members] for each in sets]
    return np.array(yes_no, dtype=np.float32).reshape(len(sets), len(members))
