from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.marketplace.fit import Candidate, Weights, score
from peerreview.marketplace.travel import travel_minutes
from peerreview.matching import engine
from peerreview.matching.board import Terms, prepare
from peerreview.matching.rules import Block, blocks
from peerreview.matching.solver import solve
from tests.matching.instances import make_candidates

WEIGHTS = Weights()
SEEDS = st.integers(0, 100_000)
KINDS = st.sampled_from(["near", "few months", "open"])


def open_candidates(n: int, seed: int) -> list[Candidate]:
    """Candidates that may all meet each other."""
    free = {
        "max_travel_minutes": 999,
        "months": frozenset({4}),
        "excluded": frozenset(),
        "conflicts": {},
        "unwaived": {},
    }
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


def members_of(result) -> list[tuple[int, ...]]:
    return [group.members for group in result.groups]


@settings(max_examples=50)
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


@settings(max_examples=40)  # each solves twice
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
    result = solve(open_candidates(n, seed), WEIGHTS, terms=Terms(ring_price=100_000))
    assert (result.matched, result.unmatched) == (n, ())
    assert sum(group.kind == "ring" for group in result.groups) == n % 2


def test_one_who_can_join_no_pair_finds_a_place_when_others_move():
    here = line(*[52.0] * 5)
    meets = {1: {2}, 2: {1, 3}, 3: {2, 4, 5}, 4: {3, 5}, 5: {3, 4}}
    candidates = [replace(each, excluded=frozenset({1, 2, 3, 4, 5} - meets[each.key] - {each.key})) for each in here]
    assert [set(members) for members in members_of(solve(candidates, WEIGHTS))] == [{1, 2}, {3, 4, 5}]


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
    result = solve(line(52.0, 52.01, 52.5, 52.51, 52.02), WEIGHTS, terms=Terms(locked=((3, 1),)))
    assert [(group.members, group.locked) for group in result.groups] == [((1, 3), True), ((2, 4, 5), False)]


def test_a_locked_ring_keeps_its_review_order():
    result = solve(line(52.0, 52.01, 52.02), WEIGHTS, terms=Terms(locked=((3, 2, 1),)))
    assert [(group.members, group.kind) for group in result.groups] == [((1, 3, 2), "ring")]


def test_a_locked_pair_that_breaks_a_rule_says_so():
    a, b = line(52.0, 52.01)
    (group,) = solve([replace(a, conflicts={2: ("same_group",)}), b], WEIGHTS, terms=Terms(locked=((1, 2),))).groups
    assert [leg.blocks for leg in group.legs] == [(Block("conflict", {"kinds": ("same_group",)}),)] * 2


def test_a_forbidden_pair_does_not_meet():
    result = solve(line(52.0, 52.01, 52.5, 52.51), WEIGHTS, forbidden=[(2, 1), (4, 99)])
    assert [set(members) & {1, 2} == {1, 2} for members in members_of(result)] == [False, False]


@pytest.mark.parametrize(
    ("locked", "why"),
    [
        ([(1, 9)], "no candidate has key 9"),
        ([(1, 2), (2, 3)], "2 is in two locked groups"),
        ([(1, 1)], "somebody twice"),
        ([(1,)], "has 2 to 4 members"),
        ([(3, 4)], "both locked and forbidden"),
    ],
)
def test_a_locked_group_that_cannot_be_is_refused(locked, why):
    with pytest.raises(ValueError, match=why):
        solve(line(52.0, 52.01, 52.02, 52.03), WEIGHTS, forbidden=[(4, 3)], terms=Terms(locked=tuple(locked)))


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
    assert engine.solve(prepare(make_candidates(551, 1), WEIGHTS).problem()).matched == 551


def test_who_waits_for_a_solution_hears_of_each_step_and_can_end_it():
    told: list[tuple[str, int, int]] = []
    solve(make_candidates(12, 4), WEIGHTS, progress=lambda *step: told.append(step))
    assert told[0] == ("groups", 0, 1)
    assert [done for what, done, _of in told if what == "reasons"] == list(range(1, told[-1][2] + 1))
    with pytest.raises(engine.Cancelled):
        solve(make_candidates(12, 4), WEIGHTS, cancelled=lambda: len(told) > 0)


def test_another_partner_is_told_with_what_it_costs_the_whole():
    near, other = solve(line(52.0, 52.01, 52.2, 52.21), WEIGHTS).groups
    assert [each.cost for each in near.alternatives] == [each.cost for each in other.alternatives]
    (cost,) = {each.cost for each in near.alternatives if each.cost}
    apart = solve(line(52.0, 52.01, 52.2, 52.21), WEIGHTS, terms=Terms(locked=((2, 3),)))
    assert (cost.matched, cost.total) == (0, near.total + other.total - apart.total)


def test_of_who_is_in_a_locked_group_nobody_says_what_another_partner_would_cost():
    locked = solve(line(52.0, 52.01, 52.2, 52.21), WEIGHTS, terms=Terms(locked=((1, 2),)))
    assert [each.cost for group in locked.groups for each in group.alternatives] == [None] * 4


def test_the_least_that_one_must_travel_more_is_found():
    a, b, c, d = line(52.0, 52.05, 52.5, 52.9, farthest=120)
    (lonely,) = solve([a, b, replace(c, max_travel_minutes=30), replace(d, excluded=frozenset({1, 2}))], WEIGHTS,
                      terms=Terms(rings=frozenset())).unmatched[:1]  # fmt: skip
    assert lonely.key == 3
    first = lonely.changes[0]
    assert (first.kind, first.who, first.group) == ("travel", 3, (3, 4))
    assert (first.params["instead_of"], first.params["minutes"]) == (30, lonely_minutes(c, d))


def lonely_minutes(here: Candidate, there: Candidate) -> int:
    return travel_minutes(here.place, there.place)


MAKES_ROOM = {
    "month": {"months": frozenset({6})},
    "waiver": {"unwaived": {1: ("same_tender",), 2: ("same_tender",)}},
    "exclusion": {"excluded": frozenset({1, 2})},
}


@pytest.mark.parametrize("kind", MAKES_ROOM)
def test_who_is_left_hears_which_one_change_gives_it_a_place(kind):
    a, b = line(52.0, 52.01)
    (alone,) = solve([replace(a, months=frozenset({4})), replace(b, **MAKES_ROOM[kind])], WEIGHTS).unmatched[1:]
    assert [(change.kind, change.group) for change in alone.changes] == [(kind, (1, 2))]


def test_a_ring_is_offered_where_only_pairs_were_made():
    (alone,) = solve(line(52.0, 52.01, 52.02), WEIGHTS, terms=Terms(rings=frozenset())).unmatched
    assert [(change.kind, change.params, len(change.group)) for change in alone.changes] == [
        ("rings", {"sizes": [3]}, 3)
    ]


def test_a_lock_that_leaves_others_without_a_partner_is_named():
    candidates = line(52.0, 52.2, 52.4, 52.6, farthest=45)
    alone = solve(candidates, WEIGHTS, terms=Terms(locked=((2, 3),), rings=frozenset())).unmatched
    assert {(each.key, change.kind, change.group) for each in alone for change in each.changes} == {
        (1, "unlock", (1, 2)), (4, "unlock", (3, 4)),
    }  # fmt: skip


def test_a_change_that_takes_the_place_of_another_is_no_change():
    alone = solve(line(52.0, 52.2, 52.4, farthest=45), WEIGHTS, terms=Terms(rings=frozenset())).unmatched
    assert [each.changes for each in alone] == [()]


def test_an_accepted_group_goes_before_a_better_total_and_after_one_more_with_a_partner():
    candidates = line(52.0, 52.2, 52.4, 52.6, farthest=120)
    honoured = solve(candidates, WEIGHTS, terms=Terms(accepted=((1, 3),)))
    assert [(group.members, group.origin) for group in honoured.groups] == [((1, 3), "accepted"), ((2, 4), "made")]
    near = line(52.0, 52.2, 52.4, 52.6, farthest=45)
    broken = solve(near, WEIGHTS, terms=Terms(accepted=((2, 3),), rings=frozenset()))
    assert (broken.matched, broken.dishonoured) == (4, ((2, 3),))


def test_who_agreed_knew_how_far_it_is_and_a_conflict_still_stands_between():
    here, there = line(52.0, 53.5, farthest=45)
    here = replace(here, months=frozenset({4}))
    there = replace(there, months=frozenset({6}))
    agreed = Terms(accepted=((1, 2),))
    assert members_of(solve([here, there], WEIGHTS)) == []
    assert members_of(solve([here, there], WEIGHTS, terms=agreed)) == [(1, 2)]
    torn = solve([replace(here, conflicts={2: ("open_dispute",)}), there], WEIGHTS, terms=agreed)
    assert (torn.matched, torn.dishonoured) == (0, ((1, 2),))


def test_a_promise_is_kept_unless_breaking_it_is_worth_its_price():
    candidates = line(52.0, 52.01, 52.2, 52.21)
    kept, broken = (solve(candidates, WEIGHTS, terms=Terms(promised=(((2, 3), price),))) for price in (100_000, 1))
    assert [group.origin for group in kept.groups] == ["made", "promised"]
    assert (kept.broken, broken.broken) == ((), (((2, 3), 1),))
