"""The methods for large instances, forced on small ones and beside another library on large ones."""

from dataclasses import replace

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.matching.engine import Cancelled, Limits, Problem, solve
from peerreview.matching.engine.network import network_of
from peerreview.matching.engine.pairing import heaviest
from tests.matching.engine.netherlands import make_instance
from tests.matching.engine.reference import best_value, make_problem, value

SEEDS = st.integers(0, 10**12)
LARGE = Limits(exact=0)


def made(n, seed=1, **values):
    found = make_instance(n, seed)
    return Problem(tuple(range(n)), found["reviewer"], found["host"], found["score"], place=found["place"], **values)


@settings(max_examples=600)
@given(SEEDS)
def test_pairs_of_the_large_method_are_the_best_there_are(seed):
    problem = make_problem(seed, ring_sizes=())
    problem = replace(
        problem,
        accepted=tuple(rows for rows in problem.accepted if len(rows) == 2),
        promised=tuple(each for each in problem.promised if len(each[0]) == 2),
    )
    solution = solve(problem, limits=LARGE)
    assert (value(problem, solution), solution.method) == (best_value(problem), "exact")


@settings(max_examples=300)
@given(SEEDS, st.integers(6, 12))
def test_rings_never_make_it_worse_than_pairs_alone_nor_better_than_can_be(seed, window):
    problem = make_problem(seed, accepted=[], promised=[])
    with_rings = solve(problem, limits=Limits(exact=0, window=window))
    pairs = solve(replace(problem, ring_sizes=frozenset()), limits=LARGE)
    assert value(problem, pairs) <= value(problem, with_rings) <= best_value(problem)
    assert with_rings.objective <= with_rings.bound


def test_windows_mostly_find_the_best():
    """When this was written: 269 of 300 with nine members in windows of 8, all 300 of all kinds in windows of 12."""
    hard = [make_problem(seed, n=9, ring_sizes=(3, 4)) for seed in range(300)]
    assert found_best(hard, Limits(exact=0, window=8)) >= 260
    every = [make_problem(seed) for seed in range(300)]
    assert found_best(every, Limits(exact=0)) >= 297


def found_best(problems, limits):
    return sum(value(each, solve(each, limits=limits)) == best_value(each) for each in problems)


@pytest.mark.parametrize(("n", "seed"), [(199, 3), (200, 1), (550, 1)])
def test_pairs_are_as_good_as_those_of_another_library(n, seed):
    problem = made(n, seed)
    low, high, total, _tie = network_of(problem).pairs
    graph = networkx.Graph()
    graph.add_weighted_edges_from(zip(low.tolist(), high.tolist(), total.tolist(), strict=True))
    other = networkx.max_weight_matching(graph, maxcardinality=True)
    solution = solve(problem)
    found = (solution.matched // 2, solution.total)
    assert found == (len(other), sum(graph.edges[pair]["weight"] for pair in other))


@settings(max_examples=60)
@given(st.integers(41, 90), st.floats(0.01, 0.12), SEEDS)
def test_where_many_must_be_left_the_levelled_matching_is_still_the_heaviest(n, share, seed):
    rng = np.random.default_rng(seed)
    low, high = np.nonzero(np.triu(rng.random((n, n)) < share, 1))
    hubs = rng.integers(0, 5, n // 2)  # stars: most of their leaves must be left
    leaves = np.arange(n - n // 2, n)
    keep = (low < n - n // 2) & (high < n - n // 2)
    low, high = np.concatenate([low[keep], hubs]), np.concatenate([high[keep], leaves])
    weight = rng.integers(0, 1000, len(low))
    graph = networkx.Graph()
    graph.add_weighted_edges_from(zip(low.tolist(), high.tolist(), weight.tolist(), strict=True))
    other = networkx.max_weight_matching(graph, maxcardinality=True)
    found = heaviest(low, high, weight)
    expected = (len(other), sum(graph.edges[pair]["weight"] for pair in other))
    assert (len(found), int(weight[found].sum())) == expected


def test_blocks_come_close_to_the_whole():
    problem = made(900, 2)
    whole = solve(problem)
    blocks = solve(problem, limits=Limits(at_once=300, block=300))
    assert (blocks.method, blocks.matched) == ("blocks", whole.matched)
    assert 0.995 * whole.objective <= blocks.objective <= whole.objective <= blocks.bound


def test_blocks_do_without_places():
    problem = replace(made(600, 4), place=None)
    whole, blocks = solve(problem), solve(problem, limits=Limits(at_once=200, block=300))
    assert blocks.matched == whole.matched
    assert blocks.objective >= 0.97 * whole.objective


def test_fair_blocks_keep_the_worst_up():
    problem = made(400, 6)
    limits = Limits(at_once=100, block=100)
    assert solve(replace(problem, fair=True), limits=limits).worst >= solve(problem, limits=limits).worst


def test_rings_gain_on_a_whole_association():
    problem = made(150, 1, ring_sizes=frozenset({3, 4}))
    solution, pairs = solve(problem), solve(replace(problem, ring_sizes=frozenset()))
    assert (solution.matched, solution.objective > pairs.objective) == (pairs.matched, True)
    assert solution.objective <= solution.bound


def test_whoever_waits_hears_of_it_and_can_end_it():
    heard = []
    problem = made(60, 1, ring_sizes=frozenset({3}))
    solve(problem, progress=lambda what, done, of: heard.append((what, done < of)))
    assert {what for what, _more in heard} == {"components", "pairs", "rings"}
    assert all(more for _what, more in heard)
    with pytest.raises(Cancelled):
        solve(problem, cancelled=lambda: len(heard) > 0)
