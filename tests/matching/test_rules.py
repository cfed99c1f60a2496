from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from peerreview.marketplace.fit import Candidate
from peerreview.matching.rules import RULES, Block, blocks, forbidden_by
from tests.matching.instances import make_candidates

HERE = Candidate(1, "Here", 52.0, 5.0, 30.0, frozenset(), max_travel_minutes=60, months=frozenset({4, 5}))
THERE = replace(HERE, key=2, name="There", latitude=52.1)
FAR = replace(THERE, latitude=52.7)


def test_nothing_stands_between_two_free_organisations():
    assert blocks(HERE, THERE) == ()


def test_a_hard_conflict_of_interest_forbids_whoever_it_is_noted_with():
    careful, block = replace(THERE, conflicts={1: ("same_group",)}), Block("conflict", {"kinds": ("same_group",)})
    assert blocks(HERE, careful) == blocks(careful, HERE) == (block,)
    assert blocks(replace(HERE, conflicts={3: ("same_group",)}), THERE) == ()


def test_a_soft_conflict_forbids_until_it_is_waived():
    careful = replace(THERE, unwaived={1: ("subcontracting",)})
    assert blocks(HERE, careful) == (Block("needs_waiver", {"kinds": ("subcontracting",)}),)
    assert blocks(HERE, replace(THERE, cautions={1: ("subcontracting",)})) == ()


def test_either_side_may_exclude_the_other():
    excluding = replace(THERE, excluded=frozenset({1}))
    assert blocks(HERE, excluding) == blocks(excluding, HERE) == (Block("excluded", {"by": (2,)}),)


def test_the_narrower_limit_of_travel_counts_for_both():
    tired = replace(FAR, max_travel_minutes=45)
    params = {"minutes": 73, "farthest": 45, "by": (1, 2)}
    assert blocks(replace(HERE, max_travel_minutes=73), replace(FAR, max_travel_minutes=73)) == ()
    assert blocks(HERE, tired) == (Block("too_far", params),)
    assert blocks(replace(HERE, max_travel_minutes=90), tired) == (Block("too_far", {**params, "by": (2,)}),)


def test_without_a_month_in_common_nobody_can_visit():
    assert blocks(HERE, replace(THERE, months=frozenset({6}))) == (Block("no_common_month"),)


def test_all_rules_that_apply_are_named_in_order():
    worst = replace(
        FAR,
        conflicts={1: ("open_dispute",)},
        unwaived={1: ("same_tender",)},
        excluded=frozenset({1}),
        months=frozenset(),
        max_travel_minutes=1,
    )
    assert tuple(block.code for block in blocks(HERE, worst)) == RULES


@given(st.integers(0, 10_000))
def test_the_tables_forbid_what_each_pair_is_forbidden_by_itself(seed):
    candidates = make_candidates(8, seed)
    tables = forbidden_by(candidates)
    for row, here in enumerate(candidates):
        for column, there in enumerate(candidates):
            expected = () if row == column else tuple(block.code for block in blocks(here, there))
            assert tuple(rule for rule, table in tables.items() if table[row, column]) == expected
