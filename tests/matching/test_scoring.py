from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.matching.scoring import Candidate, Part, Reason, Weights, score, totals
from tests.matching.instances import make_candidates

WEIGHTS = Weights()
LINDENHOF = Candidate(
    key=1,
    name="Lindenhof",
    latitude=52.14,
    longitude=6.20,
    fte=46.0,
    work_fields=frozenset({"community", "youth", "social"}),
    max_travel_minutes=60,
    wishes=frozenset({"volunteers", "signals"}),
    strengths=frozenset({"participation"}),
    months=frozenset({4, 5}),
    experienced=True,
)
BRUGVELD = Candidate(
    key=2,
    name="Brugveld",
    latitude=52.51,
    longitude=6.09,
    fte=58.0,
    work_fields=frozenset({"community", "youth", "carers"}),
    max_travel_minutes=75,
    wishes=frozenset({"safety"}),
    strengths=frozenset({"volunteers"}),
    months=frozenset({4, 5, 6}),
)


def part_of(a: Candidate, b: Candidate, name: str) -> Part:
    return next(part for part in score(a, b, WEIGHTS).parts if part.name == name)


def reason_of(a: Candidate, b: Candidate, name: str) -> tuple[int, Reason]:
    part = part_of(a, b, name)
    return part.points, part.reason


def test_a_score_explains_each_of_its_parts():
    params = {"minutes": 44, "kilometres": 42, "farthest": 60}
    assert score(LINDENHOF, BRUGVELD, WEIGHTS).parts == (
        Part("travel", 73, 30, Reason("travel_minutes", params)),
        Part("work_fields", 66, 15, Reason("work_fields_shared", {"shared": ("community", "youth")})),
        Part("size", 79, 10, Reason("size_alike", {"smaller": 46, "larger": 58, "percent": 79})),
        Part("wish", 50, 15, Reason("wish_met", {"met": ("volunteers",), "unmet": ("signals",)}), 1),
        Part("wish", 0, 15, Reason("wish_unmet", {"met": (), "unmet": ("safety",)}), 2),
        Part("experience", 100, 5, Reason("experience_mixed")),
        Part("months", 80, 5, Reason("months_shared", {"months": (4, 5)})),
        Part("novelty", 100, 5, Reason("met_never")),
    )


def test_a_total_is_points_times_weights_and_its_percentage_is_rounded():
    fit = score(LINDENHOF, BRUGVELD, WEIGHTS)
    assert (fit.total, fit.percent) == (30 * 73 + 15 * 66 + 10 * 79 + 15 * 50 + 500 + 400 + 500, 61)


def test_little_travelling_is_worth_most_and_two_hours_nothing():
    there = [replace(LINDENHOF, key=2, latitude=52.14 + north) for north in (0.0, 0.05, 0.5, 3.0)]
    assert [part_of(LINDENHOF, each, "travel").points for each in there] == [100, 100, 61, 0]


def test_who_has_no_work_fields_or_wishes_counts_as_neutral():
    bare = replace(LINDENHOF, work_fields=frozenset(), wishes=frozenset())
    assert reason_of(bare, replace(bare, key=2), "work_fields") == (50, Reason("work_fields_unknown", {"shared": ()}))
    assert reason_of(bare, BRUGVELD, "wish") == (50, Reason("wish_none", {"met": (), "unmet": ()}))


def test_other_work_gives_nothing():
    other = replace(BRUGVELD, work_fields=frozenset({"debt"}))
    assert reason_of(LINDENHOF, other, "work_fields") == (0, Reason("work_fields_differ", {"shared": ()}))


def test_three_times_as_large_is_said():
    large = replace(BRUGVELD, fte=138.0)
    assert reason_of(LINDENHOF, large, "size") == (
        33,
        Reason("size_differs", {"smaller": 46, "larger": 138, "percent": 33}),
    )


def test_a_newcomer_is_best_beside_an_experienced_one():
    new, known = replace(LINDENHOF, experienced=False), replace(LINDENHOF, experienced=True)
    found = [reason_of(a, b, "experience") for a, b in ((new, new), (new, known), (known, known))]
    assert found == [
        (0, Reason("experience_neither")),
        (100, Reason("experience_mixed")),
        (60, Reason("experience_both")),
    ]


def test_three_months_in_common_are_enough():
    months = [frozenset(range(4, 4 + count)) for count in range(5)]
    year = replace(LINDENHOF, months=frozenset(range(1, 13)))
    assert [part_of(year, replace(BRUGVELD, months=each), "months").points for each in months] == [0, 40, 80, 100, 100]


def test_an_old_acquaintance_is_as_good_as_new_after_five_rounds():
    met = [replace(BRUGVELD, earlier_partners={1: rounds}) for rounds in range(1, 7)]
    assert [part_of(LINDENHOF, each, "novelty").points for each in met] == [0, 25, 50, 75, 100, 100]
    assert part_of(LINDENHOF, met[1], "novelty").reason == Reason("met_before", {"rounds": 2})


def test_the_later_of_two_memories_counts():
    a, b = replace(LINDENHOF, earlier_partners={2: 4}), replace(BRUGVELD, earlier_partners={1: 2})
    assert (
        part_of(a, b, "novelty")
        == part_of(b, a, "novelty")
        == Part("novelty", 25, 5, Reason("met_before", {"rounds": 2}))
    )


@pytest.mark.parametrize("wrong", [{"travel": -1}, {"wish": 101}, {"size": 1.5}])
def test_a_weight_is_a_whole_number_from_0_to_100(wrong):
    with pytest.raises(ValueError, match="whole numbers"):
        Weights(**wrong)


def test_something_must_weigh():
    with pytest.raises(ValueError, match="at least one"):
        Weights(0, 0, 0, 0, 0, 0, 0)


@given(st.integers(0, 10_000), st.lists(st.integers(1, 100), min_size=7, max_size=7))
def test_the_table_holds_what_each_pair_has_by_itself(seed, each):
    candidates, weights = make_candidates(6, seed), Weights(*each)
    assert totals(candidates, weights).tolist() == [
        [score(here, there, weights).total for there in candidates] for here in candidates
    ]


@given(st.integers(0, 10_000))
def test_a_score_is_the_same_from_both_sides_and_within_0_to_100(seed):
    a, b = make_candidates(2, seed)
    there, back = score(a, b, WEIGHTS), score(b, a, WEIGHTS)
    assert (there.total, sorted(map(repr, there.parts))) == (back.total, sorted(map(repr, back.parts)))
    assert all(0 <= part.points <= 100 for part in there.parts)
    assert 0 <= there.percent <= 100
