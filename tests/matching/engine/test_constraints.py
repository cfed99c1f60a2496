"""What holds for each answer at any size, and what is refused."""

import json
from dataclasses import replace
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.matching.engine import Limits, Memory, Problem, cost_of, solve, with_pair
from peerreview.matching.engine.network import components, network_of
from peerreview.matching.engine.problem import in_order
from peerreview.matching.engine.report import as_plain
from tests.matching.engine.netherlands import make_instance
from tests.matching.engine.reference import best_value, make_problem, value

SEEDS = st.integers(0, 10**12)
SIZES = st.integers(9, 60)
LEGS = [(a, b, 5) for a in (1, 2, 3, 4) for b in (1, 2, 3, 4) if a != b]


def shuffled(problem: Problem, rng: Random) -> Problem:
    """The same with all its lists in another order."""
    legs = list(zip(problem.reviewer.tolist(), problem.host.tolist(), problem.score.tolist(), strict=True))
    named = [(problem.keys[here], problem.keys[there], score) for here, there, score in rng.sample(legs, len(legs))]

    def names(rows):
        at = rng.randrange(len(rows))
        return [problem.keys[row] for row in rows[at:] + rows[:at]]

    return Problem.of(
        rng.sample(problem.keys, len(problem.keys)),
        named,
        locked=[names(rows) for rows in rng.sample(problem.locked, len(problem.locked))],
        accepted=[names(rows) for rows in rng.sample(problem.accepted, len(problem.accepted))],
        promised=[(names(rows), price) for rows, price in rng.sample(problem.promised, len(problem.promised))],
        forbidden=[names(pair) for pair in rng.sample(sorted(problem.forbidden), len(problem.forbidden))],
        ring_sizes=problem.ring_sizes,
        ring_price=problem.ring_price,
        fair=problem.fair,
    )


@settings(max_examples=150)
@given(SEEDS, SIZES)
def test_every_answer_keeps_every_constraint(seed, n):
    problem = make_problem(seed, n=n)
    solution = solve(problem)
    groups = [group.rows for group in solution.groups]
    placed = [row for rows in groups for row in rows]
    assert sorted([*placed, *solution.unmatched]) == list(range(n))
    assert set(problem.locked) <= set(groups)
    together = {pair for rows in groups for pair in combinations(sorted(rows), 2)}
    assert together & problem.forbidden == set()
    legs = set(zip(problem.reviewer.tolist(), problem.host.tolist(), problem.score.tolist(), strict=True))
    for group in solution.groups:
        assert group.rows[0] == min(group.rows)
        assert [(leg.reviewer, leg.host) for leg in group.legs] == list(
            zip(group.rows, group.rows[1:] + group.rows[:1], strict=True)
        )
        if group.origin != "locked":
            assert {(leg.reviewer, leg.host, leg.score) for leg in group.legs} <= legs
        if group.origin == "made":
            assert len(group.rows) == 2 or len(group.rows) in problem.ring_sizes
    assert solution.bound >= solution.objective


@settings(max_examples=80)
@given(SEEDS, st.integers(0, 40), st.randoms(use_true_random=False))
def test_the_order_of_what_is_asked_changes_no_byte_of_the_answer(seed, n, rng):
    problem = make_problem(seed, n=n)
    one, other = (json.dumps(as_plain(each, solve(each))) for each in (problem, shuffled(problem, rng)))
    assert one == other


@settings(max_examples=40)
@given(SEEDS, st.integers(2, 30))
def test_newcomers_far_away_change_nothing_here(seed, n):
    problem = make_problem(seed, n=n, fair=False, locked=[], accepted=[], promised=[], forbidden=[])
    named = [
        (problem.keys[here], problem.keys[there], int(score))
        for here, there, score in zip(problem.reviewer, problem.host, problem.score, strict=True)
    ]
    terms = {"ring_sizes": problem.ring_sizes, "ring_price": problem.ring_price}
    more = Problem.of([*problem.keys, -1, -2], [*named, (-1, -2, 3), (-2, -1, 3)], **terms)

    def groups(asked):
        return {tuple(asked.keys[row] for row in group.rows) for group in solve(asked).groups}

    assert groups(more) == groups(problem) | {(-2, -1)}


@settings(max_examples=200)
@given(SEEDS)
def test_what_putting_two_together_costs_is_really_solved_again(seed):
    problem = make_problem(seed)
    free = set(range(problem.size)) - {row for rows in problem.locked for row in rows}
    pairs = [pair for pair in combinations(sorted(free), 2) if pair not in problem.forbidden]
    memory, before = Memory(), solve(problem)
    for pair in pairs[:3]:
        after = with_pair(problem, *pair, memory=memory, before=before)
        together = replace(problem, locked=(*problem.locked, pair))
        assert value(problem, after) == best_value(together)
        assert cost_of(before, after).matched == before.matched - after.matched


def test_with_a_solution_to_start_from_rings_elsewhere_stay_and_putting_two_together_gains_little():
    made = make_instance(120, 1)
    problem = Problem(tuple(range(120)), made["reviewer"], made["host"], made["score"], ring_sizes=frozenset({3, 4}))
    before = solve(problem)
    rings = {group.rows for group in before.groups if len(group.rows) > 2}
    after = with_pair(problem, int(problem.reviewer[0]), int(problem.host[0]), before=before)
    kept = rings & {group.rows for group in after.groups}
    assert len(kept) >= len(rings) - 4
    assert after.groups[0].origin == "locked"


def test_memory_gives_the_same_answer():
    problem = make_problem(7, n=40)
    memory = Memory()
    assert solve(problem, memory=memory) == solve(problem, memory=memory) == solve(problem)


def test_scores_and_prices_at_their_highest_are_still_exact():
    legs = [(a, b, 10**9 - (a * b) % 3) for a, b, _score in LEGS]
    problem = Problem.of(
        [1, 2, 3, 4], legs, accepted=[(1, 2), (1, 3)], promised=[((1, 4), 10**12)], ring_sizes=(3, 4), ring_price=10**12
    )
    for limits in (Limits(), Limits(exact=0)):
        assert value(problem, solve(problem, limits=limits)) == best_value(problem)


def test_nobody_and_one_alone_are_answered():
    assert solve(Problem.of([], [])).groups == ()
    assert solve(Problem.of(["a"], [])).unmatched == (0,)


def test_components_are_those_that_legs_join():
    problem = Problem.of(range(6), [(0, 3, 1), (3, 0, 1), (5, 1, 1), (1, 5, 1), (2, 4, 1)])
    assert components(network_of(problem)) == [(0, 3), (1, 5)]  # 2 and 4 can make no pair, and rings are not made
    assert components(network_of(replace(problem, ring_sizes=frozenset({3})))) == [(0, 3), (1, 5), (2, 4)]


def test_a_locked_group_stays_without_its_legs_and_says_so():
    solution = solve(Problem.of([1, 2, 3], [(1, 2, 9)], locked=[(3, 2)]))
    assert [(group.rows, group.origin, group.total) for group in solution.groups] == [((1, 2), "locked", 0)]
    assert [leg.allowed for leg in solution.groups[0].legs] == [False, False]


def test_numbers_come_before_texts():
    assert in_order(["b", 10, "a", 9]) == [9, 10, "a", "b"]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"keys": [1, 2, 2], "legs": []}, "2 is there twice"),
        ({"legs": [(1, 9, 1)]}, "9 takes no part"),
        ({"legs": [(1, 1, 1)]}, "the review of 1 by 1 is one of itself"),
        ({"legs": [(1, 2, -1)]}, "the review of 2 by 1 has a score"),
        ({"legs": [(1, 2, 10**9 + 1)]}, "the review of 2 by 1 has a score"),
        ({"legs": [(1, 2, 3), (1, 2, 4)]}, "the review of 2 by 1 is there twice"),
        ({"locked": [(1, 9)]}, "9 takes no part"),
        ({"locked": [(1, 2), (2, 3)]}, "2 is in two locked groups"),
        ({"locked": [(1, 1)]}, "a locked group names somebody twice: 1, 1"),
        ({"locked": [(1,)]}, "a locked group has 2 to 4 members: 1"),
        ({"locked": [()]}, "a locked group has 2 to 4 members: nobody"),
        ({"accepted": [(1, 2, 3, 4, 5)], "keys": [1, 2, 3, 4, 5]}, "an? accepted group has 2 to 4 members"),
        ({"locked": [(1, 2, 3, 4)], "forbidden": [(3, 1)]}, "1, 3 are both locked together and forbidden"),
        ({"forbidden": [(1, 1)]}, "a forbidden pair names somebody twice"),
        ({"promised": [((1, 2), 1), ((2, 1), 1)]}, "1, 2 are promised twice"),
        ({"promised": [((1, 2), -1)]}, "the price of 1, 2"),
        ({"ring_sizes": [5]}, "rings have 3 or 4 members"),
        ({"ring_price": -1}, "the price of a ring"),
        ({"places": {1: (0, 0), 2: (0, 0), 3: (0, 0), 4: (0, float("nan"))}}, "finite coordinates"),
    ],
)
def test_what_cannot_be_is_refused_and_named(values, why):
    values = {"keys": [1, 2, 3, 4], "legs": LEGS} | values
    with pytest.raises(ValueError, match=why):
        Problem.of(values.pop("keys"), values.pop("legs"), **values)


def test_rows_that_are_none_are_refused():
    with pytest.raises(ValueError, match="from 0 to 1"):
        Problem((1, 2), np.array([0]), np.array([2]), np.array([1]))
    with pytest.raises(ValueError, match="whole numbers"):
        Problem((1, 2), np.array([0]), np.array([1]), np.array([0.5]))
    with pytest.raises(ValueError, match="canonical"):
        Problem((2, 1), np.array([0]), np.array([1]), np.array([1]))
