"""The order of a list goes by the same rules as the matching; and what a list says in a few lines."""

import random

import pytest

from peerreview.marketplace.browse import FAR, Chosen, Listed, Viewer, look_around
from peerreview.marketplace.fit import Candidate, Weights, score
from peerreview.marketplace.fit_lines import lines
from peerreview.marketplace.fit_row import kilometres_to, percents
from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish
from peerreview.marketplace.offering import Content, Suggested, missing, prefilled, suggestions
from peerreview.marketplace.travel import distance_km, minutes_by_road
from peerreview.marketplace.weights import weights_from
from peerreview.marketplace.words import Names
from peerreview.rounds.rules import Rules

CODES = ("a", "b", "c", "d")


def anybody(key: int, chance: random.Random, **fields: object) -> Candidate:
    def some() -> frozenset[str]:
        return frozenset(chance.sample(CODES, chance.randint(0, 4)))

    values: dict[str, object] = {
        "key": key, "name": f"Welzijn {key}", "latitude": chance.uniform(51, 53), "longitude": chance.uniform(4, 7),
        "fte": chance.randint(0, 900) / 10, "work_fields": some(), "max_travel_minutes": 60, "learning": some(),
        "strengths": some(), "months": frozenset(chance.sample(range(1, 13), 4)), "experienced": chance.random() < 0.5,
        "partner_fields": some(), "partner_size": chance.choice(list(SizeWish)),
        "partner_experience": chance.choice(list(ExperienceWish)),
    }  # fmt: skip
    return Candidate(**(values | fields))  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(5))
def test_the_row_for_one_is_the_mean_of_both_legs_of_each_pair(seed):
    chance = random.Random(seed)
    wished, met = {2: 1, 5: 3}, {3: 1, 7: 4}
    us = anybody(1, chance, wished=wished if seed % 2 else {}, earlier_partners=met, cautions={4: ("same_tender",)})
    others = [anybody(key, chance) for key in range(2, 40)]
    weights = Weights(*(chance.randint(0, 100) for _ in range(9)))

    found = percents(us, others, minutes_by_road(kilometres_to(us, others)), weights)

    for other, percent in zip(others, found.tolist(), strict=True):
        both = score(us, other, weights).total + score(other, us, weights).total
        assert percent == (both + weights.whole) // (2 * weights.whole)


def test_distances_from_one_place_are_those_of_each_pair():
    chance = random.Random(1)
    us, others = anybody(1, chance), [anybody(key, chance) for key in range(2, 30)]
    assert kilometres_to(us, others).tolist() == [distance_km(us.place, other.place) for other in others]


def test_the_weights_of_a_round_are_those_of_its_rules():
    found = weights_from(Rules(weight_travel=7, conflict_cost=8).stored())
    assert (found.travel, found.conflict, found.wishes) == (7, 8, 20)


def listed(candidate: Candidate, **fields: object) -> Listed:
    values: dict[str, object] = {
        "offer_id": candidate.key * 10, "trajectory_id": candidate.key, "candidate": candidate,
        "sort_name": candidate.name.lower(), "place": "Zwolle", "placed": True, "story": "", "experienced_reviewers": 1,
    }  # fmt: skip
    return Listed(**(values | fields))  # type: ignore[arg-type]


def alike(key: int, latitude: float, name: str = "", **fields: object) -> Candidate:
    values: dict[str, object] = {
        "key": key, "name": name or f"Welzijn {key}", "latitude": latitude, "longitude": 6.1, "fte": 40.0,
        "work_fields": frozenset("a"), "max_travel_minutes": 60,
    }  # fmt: skip
    return Candidate(**(values | fields))  # type: ignore[arg-type]


def viewer(reasons: dict[int, tuple[str, ...]] | None = None, **fields: object) -> Viewer:
    return Viewer(alike(1, 52.0, **fields), True, 1, 1, Weights(), reasons or {})


def keys(found: object) -> list[int]:
    return [each.key for each in found.near]  # type: ignore[attr-defined]


def test_who_fits_best_stands_on_top_and_equals_stand_by_name():
    offers = [listed(alike(2, 52.5)), listed(alike(3, 52.1, "Zonzij")), listed(alike(4, 52.1, "Brugveld"))]
    assert keys(look_around(viewer(), offers, Chosen())) == [4, 3, 2]


def test_who_cannot_meet_us_stands_below_and_who_has_no_place_last():
    offers = [listed(alike(2, 0.0), placed=False), listed(alike(3, 52.01)), listed(alike(4, 52.3))]
    found = look_around(viewer({3: ("Een bestuurder van beide.",)}), offers, Chosen())
    assert keys(found) == [4, 3, 2]
    assert [each.cannot for each in found.near] == [False, True, False]
    assert found.near[2].kilometres is None


def test_what_is_farther_than_asked_is_counted_and_left_out():
    offers = [listed(alike(2, 52.1)), listed(alike(3, 53.2)), listed(alike(4, 0.0), placed=False)]
    found = look_around(viewer(), offers, Chosen(minutes=45))
    assert (keys(found), found.farther, found.total, found.nearest) == ([2, 4], 1, 3, 2)
    assert look_around(viewer(), offers, Chosen(minutes=FAR)).farther == 0


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (Chosen(work_field="b"), [3]),
        (Chosen(size="small"), [2]),
        (Chosen(size="medium"), [3]),
        (Chosen(month=4), [3]),
        (Chosen(seek=True), [2]),
        (Chosen(bring=True), [3]),
        (Chosen(kept=True), [2]),
        (Chosen(kept=True, bring=True), []),
    ],
)
def test_each_filter_leaves_what_it_says(chosen, expected):
    us = viewer(learning=frozenset("x"), strengths=frozenset("y"))
    first = alike(2, 52.1, fte=24.9, months=frozenset({1}), learning=frozenset("y"))
    second = alike(3, 52.1, fte=25.0, months=frozenset({4}), strengths=frozenset("x"), work_fields=frozenset("b"))
    assert keys(look_around(us, [listed(first, kept=True), listed(second)], chosen)) == expected


def test_without_a_place_of_our_own_all_stand_by_fit_and_no_distance_is_told():
    us = Viewer(alike(1, 0.0), False, 1, 1, Weights())
    found = look_around(us, [listed(alike(2, 52.1, fte=10.0)), listed(alike(3, 53.3))], Chosen(minutes=30))
    assert (keys(found), found.nearest) == ([3, 2], None)


def said(us: Viewer, other: Listed, app: object) -> list[tuple[str, str]]:
    found = look_around(us, [other], Chosen())
    with app.test_request_context(headers={"Accept-Language": "en"}):  # type: ignore[attr-defined]
        return [(line.sign, line.text) for line in lines(us, found.near[0], Names(fields={"a": "community work"}))]


def test_a_few_lines_tell_the_best_and_one_thing_against(app):
    us = viewer(learning=frozenset("x"), strengths=frozenset("y"), months=frozenset({4, 5}))
    them = alike(2, 52.1, learning=frozenset("y"), strengths=frozenset("x"), months=frozenset({9}), experienced=True)
    assert said(us, listed(them), app) == [
        ("for", "You can learn from each other"),
        ("for", "Near: about 18 minutes"),
        ("for", "The same work: community work"),
        ("against", "No month in common"),
    ]


def test_farther_than_we_go_is_what_counts_against(app):
    assert said(viewer(), listed(alike(2, 53.2)), app)[-1] == ("against", "About 117 minutes; you go up to 60")


def test_whose_wish_is_not_met_counts_against_in_their_own_words(app):
    larger = alike(2, 52.1, fte=40.0, partner_size=SizeWish.LARGER, experienced=True)
    assert said(viewer(), listed(larger), app)[-1] == ("against", "They look for another size than yours")


def test_what_was_offered_before_fills_in_only_what_is_not_known():
    earlier = Content(
        story="Toen", learning=("C1",), months=(1,), norms=("V1",), days=(2,), partner_size=SizeWish.LARGER
    )
    found = prefilled(Content(learning=("C2",), work_fields=("a",)), earlier)
    assert (found.story, found.learning, found.months, found.days) == ("Toen", ("C2",), (1,), (2,))
    assert (found.norms, found.partner_size, found.work_fields) == ((), SizeWish.LARGER, ("a",))


def test_own_ratings_suggest_norms_to_learn_about_and_competencies_to_show():
    serves = {"V1": ("C1",), "V2": ("C1", "C2"), "V3": ("C2",), "V4": ("C3",)}
    found = suggestions({"V1": "complies", "V2": "complies", "V3": "partly", "V4": "complies"}, serves)
    assert found == Suggested(norms=("V3",), strengths=("C1", "C3"))


def test_others_need_to_know_the_work_what_to_learn_and_when():
    assert missing(Content()) == ["work_fields", "learning", "months"]
    assert missing(Content(work_fields=("a",), norms=("V1",), months=(4,))) == []
