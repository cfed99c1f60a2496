from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.marketplace.fit import Candidate, Part, Reason, Weights, score
from peerreview.marketplace.fit_tables import totals
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish
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
    learning=frozenset({"volunteers", "signals"}),
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
    learning=frozenset({"safety"}),
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
        Part("learning", 50, 23, Reason("learning_met", {"met": ("volunteers",), "unmet": ("signals",)}), 1),
        Part("learning", 0, 7, Reason("learning_unmet", {"met": (), "unmet": ("safety",)}), 2),
        Part("experience", 100, 5, Reason("experience_mixed")),
        Part("months", 80, 5, Reason("months_shared", {"months": (4, 5)})),
        Part("novelty", 100, 5, Reason("met_never")),
        Part("wishes", 50, 20, Reason("wishes_unknown", {"by": ()})),
        Part("conflict", 100, 15, Reason("conflict_none", {"kinds": ()})),
    )


def test_a_total_is_points_times_weights_and_its_percentage_is_rounded():
    fit = score(LINDENHOF, BRUGVELD, WEIGHTS)
    assert (fit.total, fit.percent) == (30 * 73 + 15 * 66 + 10 * 79 + 23 * 50 + 500 + 400 + 500 + 1000 + 1500, 67)


def test_little_travelling_is_worth_most_and_two_hours_nothing():
    there = [replace(LINDENHOF, key=2, latitude=52.14 + north) for north in (0.0, 0.05, 0.5, 3.0)]
    assert [part_of(LINDENHOF, each, "travel").points for each in there] == [100, 100, 61, 0]


def test_who_has_no_work_fields_or_wishes_counts_as_neutral():
    bare = replace(LINDENHOF, work_fields=frozenset(), learning=frozenset())
    assert reason_of(bare, replace(bare, key=2), "work_fields") == (50, Reason("work_fields_unknown", {"shared": ()}))
    assert reason_of(bare, BRUGVELD, "learning") == (50, Reason("learning_none", {"met": (), "unmet": ()}))


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


@pytest.mark.parametrize("wrong", [{"travel": -1}, {"learning": 101}, {"size": 1.5}])
def test_a_weight_is_a_whole_number_from_0_to_100(wrong):
    with pytest.raises(ValueError, match="whole numbers"):
        Weights(**wrong)


def test_something_must_weigh():
    with pytest.raises(ValueError, match="at least one"):
        Weights(0, 0, 0, 0, 0, 0, 0, 0, 0)


@given(st.integers(0, 10_000), st.lists(st.integers(1, 100), min_size=9, max_size=9))
def test_the_table_holds_what_each_pair_has_by_itself(seed, each):
    candidates, weights = make_candidates(6, seed), Weights(*each)
    assert totals(candidates, weights).tolist() == [
        [score(here, there, weights).total for there in candidates] for here in candidates
    ]


@given(st.integers(0, 10_000))
def test_both_legs_say_the_same_but_for_who_learns_most(seed):
    a, b = make_candidates(2, seed)
    there, back = score(a, b, WEIGHTS), score(b, a, WEIGHTS)
    assert _but_weights(there) == _but_weights(back)
    assert sum(part.weight for part in there.parts) == sum(part.weight for part in back.parts) == WEIGHTS.whole
    assert all(0 <= part.points <= 100 for part in there.parts)
    assert 0 <= there.percent <= 100


def _but_weights(fit):
    return sorted((part.name, part.points, repr(part.reason), part.side or 0) for part in fit.parts)


def test_who_reviews_learns_most_of_a_leg_and_a_pair_counts_both_alike():
    assert score(LINDENHOF, BRUGVELD, WEIGHTS).total - score(BRUGVELD, LINDENHOF, WEIGHTS).total == 50 * (23 - 7)
    assert (WEIGHTS.learning_as_reviewer + WEIGHTS.learning_as_host, WEIGHTS.whole) == (30, 135)


def test_who_asks_for_a_larger_partner_is_served_by_one_and_an_equal_does_not_do():
    asking = replace(LINDENHOF, partner_size=SizeWish.LARGER)
    sizes = [replace(BRUGVELD, fte=fte) for fte in (46.0, 53.0, 62.0, 40.0)]
    assert [part_of(asking, each, "size").points for each in sizes] == [50, 71, 87, 43]
    assert part_of(asking, sizes[2], "size").reason.params["asked_met"] == (1,)
    assert part_of(asking, sizes[0], "size").reason.params["asked_unmet"] == (1,)


def test_who_asks_for_an_experienced_partner_or_a_newcomer_is_heard():
    asking = replace(LINDENHOF, partner_experience=ExperienceWish.EXPERIENCED)
    assert part_of(asking, replace(BRUGVELD, experienced=True), "experience").points == (100 + 60) // 2
    assert part_of(asking, BRUGVELD, "experience").reason == Reason(
        "experience_mixed", {"asked_met": (), "asked_unmet": (1,)}
    )


def test_work_that_one_asks_for_counts_instead_of_work_that_is_shared():
    asking = replace(LINDENHOF, partner_fields=frozenset({"carers", "debt"}))
    assert part_of(asking, BRUGVELD, "work_fields").points == (50 + 66) // 2


def test_a_wish_of_both_sides_counts_most_and_having_none_is_neutral():
    wishing, wished = replace(LINDENHOF, wished={2: 1}), replace(BRUGVELD, wished={1: 3})
    other = replace(BRUGVELD, wished={9: 1})
    found = [part_of(a, b, "wishes") for a, b in ((wishing, wished), (wishing, BRUGVELD), (wishing, other))]
    assert [(part.points, part.reason.code) for part in found] == [
        (90, "wishes_both"), (75, "wishes_one"), (50, "wishes_one"),
    ]  # fmt: skip
    assert reason_of(LINDENHOF, BRUGVELD, "wishes") == (50, Reason("wishes_unknown", {"by": ()}))
    assert reason_of(LINDENHOF, other, "wishes") == (25, Reason("wishes_none", {"by": ()}))


def test_a_soft_conflict_costs_and_is_named_whoever_it_is_noted_with():
    careful = replace(BRUGVELD, cautions={1: ("subcontracting",)})
    reason = Reason("conflict_soft", {"kinds": ("subcontracting",)})
    assert reason_of(LINDENHOF, careful, "conflict") == reason_of(careful, LINDENHOF, "conflict") == (0, reason)
