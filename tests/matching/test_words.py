from dataclasses import replace
from itertools import product

import pytest

from peerreview.core.i18n import speaking
from peerreview.marketplace.fit import Weights
from peerreview.marketplace.words import AGAINST, FOR, NEITHER, Names
from peerreview.matching import words
from peerreview.matching.lifecycle import AnswerState, ExchangeState, RunState
from peerreview.matching.rehearsal import answer, row_of, settings_of
from peerreview.matching.rules import RULES
from tests.matching.instances import make_candidates

NAMES = Names({1: "Lindenhof", 2: "Brugveld", 3: "Havenlicht"}, {"youth": "jongerenwerk"}, {"C1": "Luisteren"})


@pytest.fixture(autouse=True)
def english(app):
    with speaking("en"):
        yield


def part(name: str, code: str, points: int = 100, side: int | None = None, **params: object) -> dict[str, object]:
    return {"name": name, "code": code, "points": points, "weight": 10, "side": side, "params": params}


def leg(*parts: dict[str, object], blocks: tuple[dict[str, object], ...] = ()) -> dict[str, object]:
    return {"reviewer": 1, "host": 2, "percent": 50, "parts": list(parts), "blocks": list(blocks)}


def said(*parts: dict[str, object], us: int | None = None) -> list[tuple[str, str, str, str]]:
    return [
        (p.sign, p.label, p.value, p.beside) for p in words.points(leg(*parts), NAMES, us=us, limit=90 if us else None)
    ]


def test_a_wish_is_told_from_the_side_of_the_reader():
    mine = part("learning", "learning_met", side=1, met=["C1"], unmet=[])
    assert said(mine, us=1) == [(FOR, "What you want to learn", "Luisteren", "Brugveld can show it")]
    assert said(mine, us=2) == [(FOR, "What Lindenhof wants to learn", "Luisteren", "you can show it")]
    assert said(mine) == [(FOR, "What Lindenhof wants to learn", "Luisteren", "")]


def test_a_wish_that_stays_open_is_told_from_the_side_of_the_reader():
    mine = part("learning", "learning_unmet", 0, side=1, met=[], unmet=["C1"])
    assert [value for us in (1, 2, None) for _sign, _label, value, _beside in said(mine, us=us)] == [
        "not with this partner: Luisteren", "not with you: Luisteren", "not with this partner: Luisteren"
    ]  # fmt: skip


def test_a_size_keeps_its_half_and_three_months_are_told_without_a_comma_before_and():
    size, period = (
        part("size", "size_differs", 20, smaller=6.5, larger=32.0),
        part("months", "months", months=[3, 4, 5]),
    )
    assert [value for _sign, _label, value, _beside in said(size, period)] == ["March, April and May", "32 and 6.5 fte"]


def test_travelling_is_held_against_the_readers_own_limit_and_nobody_elses():
    travel = part("travel", "travel_minutes", 20, minutes=80, kilometres=70, farthest=75)
    assert said(travel, us=1) == [(AGAINST, "Travelling", "70 km, about 80 minutes", "your limit is 90 minutes")]
    assert said(travel) == [(AGAINST, "Travelling", "70 km, about 80 minutes", "")]


def test_what_speaks_for_it_comes_first_and_what_nobody_knows_speaks_neither_way():
    found = said(
        part("size", "size_differs", 30, smaller=10, larger=40, percent=25),
        part("work_fields", "work_fields_unknown", 50, shared=[]),
        part("novelty", "met_never"),
    )
    assert [(sign, value) for sign, _label, value, _beside in found] == [
        (FOR, "never"), (NEITHER, "not known"), (AGAINST, "40 and 10 fte")
    ]  # fmt: skip


def test_a_part_without_weight_is_not_told():
    assert said(part("novelty", "met_never") | {"weight": 0}) == []


def test_months_are_named_in_the_language_of_the_reader():
    with speaking("nl"):
        assert words.months([4, 5]) == "april en mei"
    assert words.months([4, 5, 6]) == "April, May and June"


def test_what_to_look_at_twice_is_said_in_a_few_words():
    group = {
        "members": [1, 2, 3],
        "legs": [leg(
            part("travel", "travel_minutes", 10, minutes=90, kilometres=80, farthest=90),
            part("size", "size_differs", 20, smaller=10, larger=50, percent=20),
            part("novelty", "met_before", 25, rounds=2),
            blocks=({"code": "conflict", "params": {"kinds": ["same_group"]}},),
        )],
    }  # fmt: skip
    assert words.takes_care(group, NAMES) == (
        "ring of 3; against a rule: a conflict of interest; far; no wish to learn comes true; "
        "much larger and much smaller; met before"
    )


def test_who_is_left_over_hears_how_many_stood_behind_which_rule():
    assert words.left_over({"blocked": {"too_far": 3, "excluded": 1}, "allowed": 2}) == (
        "too far: 3; rather not with each other: 1; could, but found another: 2"
    )
    assert words.left_over({"blocked": {}, "allowed": 0}) == "nobody else looks for a partner"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_code_that_the_engine_gives_has_words(language):
    candidates = [replace(each, excluded=frozenset({1})) if each.key == 2 else each for each in make_candidates(25, 7)]
    rows = [
        row_of(
            key=c.key, trajectory=c.key, name=c.name, place="Urk", latitude=c.latitude, longitude=c.longitude, fte=c.fte,
            work_fields=c.work_fields, max_travel_minutes=c.max_travel_minutes, months=c.months, learning=c.learning,
            strengths=c.strengths, experienced=c.experienced, partner_fields=c.partner_fields,
            partner_size=c.partner_size, partner_experience=c.partner_experience, wished=c.wished, excluded=c.excluded,
            conflicts=c.conflicts, unwaived=c.unwaived, cautions=c.cautions, earlier_partners=c.earlier_partners,
        )
        for c in candidates
    ]  # fmt: skip
    names = Names({c.key: c.name for c in candidates})
    result = answer(rows, settings_of(Weights(), [], []))
    with speaking(language):
        for group in result["groups"]:
            words.takes_care(group, names)
            for one, us in product(group["legs"], (None, *group["members"])):
                assert all(point.label and point.value for point in words.points(one, names, us=us))
        for one in result["unmatched"]:
            assert words.left_over(one) and len(words.misses(one, names)) == len(one["closest"])
            assert all(words.change(each, one["key"], names) for each in one["changes"])
        assert all(words.next_best(one, names) for group in result["groups"] for one in group["alternatives"])
        for code in (*RULES, "forbidden"):
            assert words.block(
                {"code": code, "params": {"by": [1], "minutes": 80, "farthest": 60, "kinds": ["dispute"]}}, NAMES
            )
    assert {*words.EXCHANGE_STATES, *words.ANSWERS, *words.RUN_STATES} == {*ExchangeState, *AnswerState, *RunState}


def test_a_member_hears_of_its_own_wish_and_never_of_anothers_or_of_a_conflict():
    mine, theirs = part("wishes", "wishes_one", 75, by=[1]), part("wishes", "wishes_one", 75, by=[2])
    conflict = part("conflict", "conflict_soft", 0, kinds=["subcontracting"])
    assert said(mine, us=1) == [(FOR, "Wishes", "they are on your list", "")]
    assert said(theirs, us=1) == said(conflict, us=1) == said(part("wishes", "wishes_none", 25, by=[]), us=1) == []
    assert said(theirs) == [(FOR, "Wishes", "of Brugveld", "")]
    assert said(conflict) == [(AGAINST, "Conflict of interest", "subcontracting", "")]


def test_that_a_wish_is_of_both_sides_is_not_to_be_told_from_one_of_ours():
    alone, both = part("wishes", "wishes_one", 75, by=[1]), part("wishes", "wishes_both", 90, by=[1, 2])
    assert said(alone, us=1) == said(both, us=1)


def test_that_a_wish_is_not_answered_is_not_to_be_told_from_its_points():
    other_has_no_wishes, other_wishes_elsewhere = (part("wishes", "wishes_one", n, by=[1]) for n in (75, 30))
    assert said(other_has_no_wishes, us=1) == said(other_wishes_elsewhere, us=1)


def test_what_one_asked_of_its_partner_is_told_from_the_side_of_the_reader():
    size = part("size", "size_differs", 80, smaller=10, larger=40, percent=25, asked_met=[2], asked_unmet=[1])
    assert [beside for *_rest, beside in said(size, us=1) + said(size, us=2)] == ["not as you asked", "as you asked"]
    assert said(size)[0][3] == "as Brugveld asked; not as Lindenhof asked"


CHANGES = (
    ("travel", 1, {"minutes": 75, "instead_of": 60}, "Lindenhof travels 75 minutes instead of 60."),
    ("month", 1, {"month": 5}, "Lindenhof can also in May."),
    ("waiver", 0, {"kinds": ["same_tender"], "with": 2}, "A waiver with Brugveld: same_tender."),
    ("exclusion", 2, {"about": 1}, "Brugveld agrees to meet Lindenhof after all."),
    ("unforbid", 0, {"with": 2}, "Brugveld is no longer kept apart."),
    ("unlock", 0, {"members": [2, 3]}, "Brugveld and Havenlicht are no longer locked."),
    ("rings", 0, {"sizes": [3, 4]}, "Rings of 3 and 4 may be made."),
)


@pytest.mark.parametrize(("kind", "who", "params", "text"), CHANGES)
def test_a_change_that_would_help_is_said_with_the_group_that_it_makes(kind, who, params, text):
    found = {"kind": kind, "who": who, "group": [1, 2], "params": params}
    assert words.change(found, 1, NAMES) == f"{text} Then Lindenhof and Brugveld are a group."


def test_what_another_partner_would_cost_the_whole_is_said():
    about = {"member": 1, "partner": 3}
    assert [
        words.next_best({**about, "cost": cost}, NAMES)
        for cost in (
            None,
            {"matched": 2, "percent": 3},
            {"matched": 0, "percent": 0},
            {"matched": 0, "percent": 7},
            {"matched": 0, "percent": 15},
        )
    ] == [
        "Lindenhof with Havenlicht: stands in a locked group.",
        "Lindenhof with Havenlicht: then 2 more organisations have no partner.",
        "Lindenhof with Havenlicht: then the whole fits just as well.",
        "Lindenhof with Havenlicht: then the whole fits a little less well (7 of the 100 points of one pair).",
        "Lindenhof with Havenlicht: then the whole fits less well (15 of the 100 points of one pair).",
    ]


# --- The next best partner, as a member reads it ---------------------------------------------------------------------


def explained(difference: int, ours: list[dict[str, object]], theirs: list[dict[str, object]]) -> dict[str, object]:
    other = {"member": 1, "partner": 3, "difference": difference, "percent": 40, "parts": theirs}
    return {"legs": [leg(*ours)], "another": [other], "who": {"3": {"name": "Havenlicht", "place": "Urk"}}}


def far(points: int, km: int) -> dict[str, object]:
    return part("travel", "travel_minutes", points, minutes=km, kilometres=km, farthest=90)


def test_another_is_told_with_what_is_better_and_what_is_worse():
    ours = [far(50, 60), part("novelty", "met_never")]
    theirs = [far(90, 20), part("novelty", "met_before", 25, rounds=2)]
    assert words.alternative(explained(-4, ours, theirs), 1) == (
        "Havenlicht", "is nearer (20 km), but was your partner before (2 rounds ago)."
    )  # fmt: skip


def test_another_that_would_fit_better_is_told_without_a_word_about_others():
    assert words.alternative(explained(5, [far(50, 60)], [far(50, 60)]), 1) == (
        "Havenlicht", "would suit you as well. The secretariat looks at what is best for everybody together."
    )  # fmt: skip


def test_of_another_nothing_is_told_about_wishes_months_or_reviewers():
    private = [
        part("learning", "learning_unmet", 0, side=3, met=[], unmet=["C1"]), part("months", "months_shared", 40, months=[6]),
        part("experience", "experience_neither", 0),
    ]  # fmt: skip
    mine = [{**each, "points": 100} for each in private]
    assert words.alternative(explained(-9, mine, private), 1) == ("Havenlicht", "suits you less, all things together.")


def test_who_has_no_other_choice_reads_nothing_about_one():
    assert words.alternative({"legs": [], "another": []}, 1) is None
    assert words.alternative({}, 1) is None
