from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.marketplace.fit import Candidate, Weights, score
from peerreview.matching.board import Board, prepare
from peerreview.matching.pairing import best_pairs
from peerreview.matching.rules import Block, blocks
from peerreview.matching.solver import solve
from tests.matching.instances import make_candidates

WEIGHTS = Weights()
SEEDS = st.integers(0, 100_000)
KINDS = st.sampled_from(["near", "few months", "open"])


def open_candidates(n: int, seed: int) -> list[Candidate]:
    """Candidates that may all meet each other."""
    free = {"max_travel_minutes": 999, "months": frozenset({4}), "group": None, "excluded": frozenset()}
    return [replace(each, **free, earlier_partners={}) for each in make_candidates(n, seed)]


def candidates_of(kind: str, n: int, seed: int) -> list[Candidate]:
    """From few edges to all: in between distance does not matter, but months are few."""
    if kind == "open":
        return open_candidates(n, seed)
    made = make_candidates(n, seed)
    few = [replace(each, max_travel_minutes=999, months=frozenset(sorted(each.months)[:2])) for each in made]
    return few if kind == "few months" else made


def line(*latitudes: float, farthest: int = 60) -> list[Candidate]:
    """Organisations that differ only in where they are; a tenth of a degree is about 16 minutes."""
    bare = Candidate(0, "", 0.0, 5.0, 30.0, frozenset(), max_travel_minutes=farthest)
    return [replace(bare, key=key, latitude=latitude) for key, latitude in enumerate(latitudes, start=1)]


def pairs_of(board: Board) -> list[tuple[int, ...]]:
    return best_pairs(board, np.ones(len(board.candidates), dtype=np.bool_))


def worth(board: Board, pairs: list[tuple[int, ...]]) -> tuple[int, int]:
    return len(pairs), sum(int(board.totals[pair]) for pair in pairs)


def every_matching(rows: tuple[int, ...], board: Board) -> Iterator[list[tuple[int, ...]]]:
    if not rows:
        yield []
        return
    first, rest = rows[0], rows[1:]
    yield from every_matching(rest, board)
    for other in rest:
        if board.allowed[first, other]:
            for found in every_matching(tuple(row for row in rest if row != other), board):
                yield [(first, other), *found]


def members_of(result) -> list[tuple[int, ...]]:
    return [group.members for group in result.groups]


@given(st.integers(0, 8), SEEDS, KINDS, st.sampled_from([WEIGHTS, Weights(1, 0, 0, 0, 0, 0, 0, 0, 0)]))
def test_pairs_are_the_best_that_trying_everything_finds(n, seed, kind, weights):
    board = prepare(candidates_of(kind, n, seed), weights)
    best = max(worth(board, found) for found in every_matching(tuple(range(n)), board))
    assert worth(board, pairs_of(board)) == best


@settings(max_examples=25, deadline=None)
@given(st.integers(36, 45), SEEDS, KINDS)
def test_pairs_are_as_good_as_those_of_another_library(n, seed, kind):
    board = prepare(candidates_of(kind, n, seed), WEIGHTS)
    graph = networkx.Graph()
    for here, there in combinations(range(n), 2):
        if board.allowed[here, there]:
            graph.add_edge(here, there, weight=int(board.totals[here, there]))
    other = [tuple(pair) for pair in networkx.max_weight_matching(graph, maxcardinality=True)]
    assert worth(board, pairs_of(board)) == worth(board, other)


@given(st.integers(0, 25), SEEDS, KINDS)
def test_everybody_is_in_one_place_and_every_leg_is_allowed(n, seed, kind):
    candidates = candidates_of(kind, n, seed)
    by_key = {each.key: each for each in candidates}
    result = solve(candidates, WEIGHTS)
    placed = [key for members in members_of(result) for key in members] + [each.key for each in result.unmatched]
    assert sorted(placed) == sorted(by_key)
    legs = [leg for group in result.groups for leg in group.legs]
    assert [blocks(by_key[leg.reviewer], by_key[leg.host]) for leg in legs] == [()] * len(legs)
    assert [leg.score for leg in legs] == [score(by_key[leg.reviewer], by_key[leg.host], WEIGHTS) for leg in legs]


@given(st.integers(2, 25), SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_nothing(n, seed, rng):
    candidates = make_candidates(n, seed)
    shuffled = rng.sample(candidates, n)
    assert solve(shuffled, WEIGHTS) == solve(candidates, WEIGHTS)


@given(st.integers(2, 12), st.randoms(use_true_random=False))
def test_equal_organisations_are_matched_the_same_way_each_time(n, rng):
    candidates = line(*[52.0] * n)
    assert members_of(solve(rng.sample(candidates, n), WEIGHTS)) == members_of(solve(candidates, WEIGHTS))


@given(st.integers(2, 15), SEEDS)
def test_nobody_is_left_where_all_may_meet(n, seed):
    result = solve(open_candidates(n, seed), WEIGHTS)
    assert (result.matched, result.unmatched) == (n, ())
    assert sum(group.kind == "ring" for group in result.groups) == n % 2


@given(st.integers(0, 25), SEEDS)
def test_rings_never_leave_more_behind_than_pairs_alone(n, seed):
    candidates = make_candidates(n, seed)
    result, pairs = solve(candidates, WEIGHTS), pairs_of(prepare(candidates, WEIGHTS))
    assert len(result.groups) == len(pairs)
    assert result.matched == 2 * len(pairs) + sum(group.kind == "ring" for group in result.groups)


def best_with_one_ring(board: Board) -> tuple[int, int]:
    """How many find a place in pairs and one ring at most, and the best total of their legs; by trying everything."""
    rows = tuple(range(len(board.candidates)))
    solutions = [([], found) for found in every_matching(rows, board)]
    for ring in combinations(rows, 3):
        if all(board.allowed[leg] for leg in combinations(ring, 2)):
            rest = tuple(row for row in rows if row not in ring)
            solutions += [(list(combinations(ring, 2)), found) for found in every_matching(rest, board)]
    return max(
        (2 * len(found) + len(ring), sum(int(board.totals[leg]) for leg in [*ring, *found, *found]))
        for ring, found in solutions
    )


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([3, 5, 7]), SEEDS)
def test_with_an_odd_number_the_ring_and_the_pairs_beside_it_are_the_best_there_are(n, seed):
    board = prepare(open_candidates(n, seed), WEIGHTS)
    result = solve(board.candidates, WEIGHTS)
    assert (result.matched, result.total) == best_with_one_ring(board)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([3, 5, 7, 9]), SEEDS, st.floats(0.15, 0.6))
def test_as_many_find_a_place_as_pairs_and_one_ring_can_hold(n, seed, share):
    rng = Random(seed)
    free = open_candidates(n, seed)
    never = {key: {other for other in range(key + 1, n + 1) if rng.random() > share} for key in range(1, n + 1)}
    board = prepare([replace(each, excluded=frozenset(never[each.key])) for each in free], WEIGHTS)
    most, _total = best_with_one_ring(board)
    if most == n:
        assert solve(board.candidates, WEIGHTS).matched == n


def test_one_who_can_join_no_pair_finds_a_place_when_others_move():
    here = line(*[52.0] * 5)
    meets = {1: {2}, 2: {1, 3}, 3: {2, 4, 5}, 4: {3, 5}, 5: {3, 4}}
    candidates = [replace(each, excluded=frozenset({1, 2, 3, 4, 5} - meets[each.key] - {each.key})) for each in here]
    assert members_of(solve(candidates, WEIGHTS)) == [(1, 2), (3, 4, 5)]


def test_neighbours_are_paired():
    assert members_of(solve(line(52.0, 52.5, 52.02, 52.52), WEIGHTS)) == [(1, 3), (2, 4)]


def test_more_pairs_go_before_better_pairs():
    only_travel = Weights(1, 0, 0, 0, 0, 0, 0, 0, 0)
    result = solve(line(52.0, 52.98, 53.0, 53.98, farthest=98), only_travel)
    assert [(group.members, group.score) for group in result.groups] == [((1, 2), 21), ((3, 4), 21)]


def test_of_three_that_can_only_meet_the_fourth_the_nearest_does():
    middle, *around = line(52.0, 52.4, 52.2, 52.3)
    rivals = [replace(each, excluded=frozenset({2, 3, 4})) for each in around]
    assert members_of(solve([middle, *rivals], WEIGHTS)) == [(1, 3)]


def test_two_left_ones_join_two_pairs_when_both_can():
    first, second = line(52.0, 52.01, 52.02), line(53.0, 53.01, 53.02)
    candidates = first + [replace(each, key=each.key + 3) for each in second]
    assert sorted(len(members) for members in members_of(solve(candidates, WEIGHTS))) == [3, 3]


def test_a_ring_runs_the_way_in_which_reviewers_see_what_they_wish_to_learn():
    a, b, c = line(52.0, 52.01, 52.02)
    ring = [
        replace(a, learning=frozenset({"x"}), strengths=frozenset({"z"})),
        replace(b, learning=frozenset({"z"}), strengths=frozenset({"y"})),
        replace(c, learning=frozenset({"y"}), strengths=frozenset({"x"})),
    ]
    (group,) = solve(ring, WEIGHTS).groups
    assert (group.kind, group.members) == ("ring", (1, 3, 2))
    assert [(leg.reviewer, leg.host) for leg in group.legs] == [(1, 3), (3, 2), (2, 1)]


def test_a_pair_has_two_legs_with_one_total():
    (group,) = solve(line(52.0, 52.1), WEIGHTS).groups
    assert (group.kind, [(leg.reviewer, leg.host) for leg in group.legs]) == ("pair", [(1, 2), (2, 1)])
    assert group.total == 2 * group.legs[0].score.total
    assert group.score == group.legs[0].score.percent == group.legs[1].score.percent


def test_each_member_hears_who_comes_next_and_by_how_much():
    near, other = solve(line(52.0, 52.01, 52.2, 52.21), WEIGHTS).groups
    assert [(each.member, each.partner) for each in near.alternatives] == [(1, 3), (2, 3)]
    assert [(each.member, each.partner) for each in other.alternatives] == [(3, 2), (4, 2)]
    assert [each.difference for each in near.alternatives] == [
        each.score.percent - near.score for each in near.alternatives
    ]


def test_a_pair_without_another_choice_has_no_alternatives():
    assert solve(line(52.0, 52.1), WEIGHTS).groups[0].alternatives == ()


def test_a_locked_pair_stays_and_is_not_made_a_ring():
    result = solve(line(52.0, 52.01, 52.5, 52.51, 52.02), WEIGHTS, locked=[(3, 1)])
    assert [(group.members, group.locked) for group in result.groups] == [((1, 3), True), ((2, 4, 5), False)]


def test_a_locked_ring_keeps_its_review_order():
    result = solve(line(52.0, 52.01, 52.02), WEIGHTS, locked=[(3, 2, 1)])
    assert [(group.members, group.kind) for group in result.groups] == [((1, 3, 2), "ring")]


def test_a_locked_pair_that_breaks_a_rule_says_so():
    a, b = line(52.0, 52.01)
    (group,) = solve([replace(a, conflicts={2: ("same_group",)}), b], WEIGHTS, locked=[(1, 2)]).groups
    assert [leg.blocks for leg in group.legs] == [(Block("same_group"),)] * 2


def test_a_forbidden_pair_does_not_meet():
    result = solve(line(52.0, 52.01, 52.5, 52.51), WEIGHTS, forbidden=[(2, 1), (4, 99)])
    assert [set(members) & {1, 2} == {1, 2} for members in members_of(result)] == [False, False]


@pytest.mark.parametrize(
    ("locked", "why"),
    [
        ([(1, 9)], "no candidate has key 9"),
        ([(1, 2), (2, 3)], "locked twice"),
        ([(1, 1)], "locked twice"),
        ([(1,)], "two members or more"),
        ([(3, 4)], "both locked and forbidden"),
    ],
)
def test_a_locked_group_that_cannot_be_is_refused(locked, why):
    with pytest.raises(ValueError, match=why):
        solve(line(52.0, 52.01, 52.02, 52.03), WEIGHTS, locked=locked, forbidden=[(4, 3)])


def test_two_candidates_with_one_key_are_refused():
    with pytest.raises(ValueError, match="same key"):
        solve(line(52.0) + line(52.1), WEIGHTS)


def test_who_is_left_hears_which_rules_stand_between_and_who_is_closest():
    a, b, c = line(52.0, 52.01, 52.7)
    (lonely,) = solve([a, b, replace(c, excluded=frozenset({1}))], WEIGHTS).unmatched
    assert (lonely.key, lonely.blocked, lonely.allowed) == (3, {"excluded": 1, "too_far": 2}, 0)
    assert [(miss.partner, [block.code for block in miss.blocks]) for miss in lonely.closest] == [
        (2, ["too_far"]),
        (1, ["excluded", "too_far"]),
    ]


def test_who_is_left_because_the_others_have_partners_hears_so():
    result = solve(line(52.0, 52.2, 52.4, farthest=45), WEIGHTS)
    (lonely,) = result.unmatched
    assert (result.matched, lonely.allowed, lonely.closest[0].partner, lonely.closest[0].blocks) == (2, 1, 2, ())


def test_a_forbidden_pair_is_a_reason_too():
    lonely = solve(line(52.0, 52.1), WEIGHTS, forbidden=[(1, 2)]).unmatched
    assert [each.blocked for each in lonely] == [{"forbidden": 1}] * 2
    assert lonely[0].closest[0].blocks == (Block("forbidden"),)


def test_nobody_and_one_alone_are_answered():
    assert solve([], WEIGHTS) == solve(iter(()), WEIGHTS)
    (lonely,) = solve(line(52.0), WEIGHTS).unmatched
    assert (lonely.key, lonely.blocked, lonely.closest) == (1, {}, ())


def test_a_newcomer_out_of_reach_changes_nothing_for_the_others():
    candidates = make_candidates(30, 5)
    island = replace(candidates[0], key=99, latitude=70.0, earlier_partners={}, excluded=frozenset())
    assert members_of(solve([*candidates, island], WEIGHTS)) == members_of(solve(candidates, WEIGHTS))


def test_a_whole_association_is_matched():
    assert solve(make_candidates(551, 1), WEIGHTS).matched == 551
