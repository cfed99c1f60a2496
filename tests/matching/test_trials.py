"""What is tried, what two rehearsals differ in, and what did not come true: over plain values."""

from dataclasses import replace

import pytest

from peerreview.marketplace.candidates import row_of
from peerreview.marketplace.fit import Weights
from peerreview.matching import comparison, effort, rehearsal, trials, unmet
from peerreview.rounds.rules import Rules


def make_row(key, latitude=52.0, **fields):
    plain = {
        "key": key, "trajectory": key + 100, "name": f"Organisatie {key}", "place": "Ergens", "latitude": latitude,
        "longitude": 6.1, "fte": 40, "work_fields": [], "max_travel_minutes": 120, "months": [3, 4], "learning": [],
        "strengths": [], "experienced": False, "partner_fields": [], "partner_size": "any",
        "partner_experience": "any", "wished": {}, "excluded": [], "conflicts": {}, "unwaived": {}, "cautions": {},
        "earlier_partners": {},
    }  # fmt: skip
    return row_of(**(plain | fields))


def settings(locked=(), forbidden=(), weights=None, **terms):
    return rehearsal.settings_of(weights or Weights(), locked, forbidden, **terms)


def answered(rows, **given):
    told = settings(**given)
    return told, rehearsal.answer(rows, told)


# --- What is tried ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("largest", [2, 3, 4])
@pytest.mark.parametrize("fair", [0, 1])
def test_what_was_tried_is_read_back_from_the_settings(largest, fair):
    rules = Rules(weight_travel=77, largest_ring=largest, ring_cost=12, conflict_cost=3, best_worst_first=fair)
    weights = rehearsal.weights_from(rules.stored())
    assert trials.rules_of(settings(weights=weights, **trials.terms_of(rules, weights)), Rules()) == rules


def test_an_old_rehearsal_that_knows_less_reads_back_as_what_it_knew():
    old = {"weights": {"travel": 9, "wish": 15}, "locked": [], "forbidden": []}
    assert trials.rules_of(old, Rules(ring_cost=8)) == Rules(weight_travel=9, ring_cost=8)
    assert trials.weights_in(old) == Weights(travel=9)


def test_two_sets_of_rules_differ_in_what_matching_asks_about_and_in_nothing_else():
    one = Rules()
    assert trials.differ(one, replace(one, quorum=9)) == {}
    assert trials.differ(one, replace(one, weight_size=1, best_worst_first=1)) == {
        "weight_size": (15, 1), "best_worst_first": (0, 1)
    }  # fmt: skip


def test_a_price_is_so_many_percent_of_an_exchange_that_fits_perfectly():
    weights = Weights()
    assert trials.price_of(2, 100, weights) == 2 * 100 * weights.whole
    assert trials.terms_of(Rules(ring_cost=5), weights)["ring_price"] == 3 * 5 * weights.whole


@pytest.mark.parametrize(
    ("locked", "forbidden", "wrong"),
    [([(1, 2)], [], False), ([(1, 2), (2, 3)], [], True), ([(1, 2, 3)], [(3, 1)], True), ([(1, 2)], [(1, 3)], False)],
)
def test_a_group_cannot_be_kept_together_and_apart(locked, forbidden, wrong):
    assert trials.contradict(locked, forbidden) is wrong


def test_a_group_reads_the_same_from_any_member_on():
    assert {trials.lowest_first(group) for group in ([3, 1, 2], [1, 2, 3], (2, 3, 1))} == {(1, 2, 3)}
    assert trials.lowest_first([3, 2, 1]) == (1, 3, 2)


def test_who_is_put_with_somebody_makes_a_pair_or_joins_the_group():
    groups = [[1, 2], [3, 4, 5]]
    assert trials.grown(groups, 9, 1, join=False) == (1, 9)
    assert trials.grown(groups, 9, 1, join=True) == (1, 2, 9)
    assert trials.grown(groups, 9, 8, join=True) == (8, 9)
    assert trials.grown(groups, 4, 3, join=True) == (3, 4)


# --- How long it takes -----------------------------------------------------------------------------------------------


def test_more_organisations_and_rings_take_longer():
    few, many = ([make_row(key) for key in range(1, count)] for count in (4, 30))
    assert effort.seconds_for([], [3]) == 0
    assert effort.seconds_for(few, [3]) < effort.seconds_for(many, [3])
    assert effort.seconds_for(many, []) < effort.seconds_for(many, [3])


# --- Two rehearsals --------------------------------------------------------------------------------------------------


def test_only_who_stands_elsewhere_gains_or_loses_whatever_the_weights():
    rows = [make_row(key, 52.0 + key / 10) for key in range(1, 5)]
    one = answered(rows)[1]
    other = answered(rows, weights=Weights(travel=100))[1]
    found = comparison.compared(one, other, rows, rows, Weights())
    assert (found.changes, len(found.same), found.ended, found.begun) == ((), 2, (), ())


def test_who_gains_and_who_loses_is_told_with_the_hardest_hit_first():
    rows = [make_row(key, 52.0 + key / 10) for key in range(1, 5)]
    one, other = answered(rows, rings=())[1], answered(rows, locked=[(1, 4)], forbidden=[(2, 3)], rings=())[1]
    found = comparison.compared(one, other, rows, rows, Weights())
    assert [(change.kind, change.key) for change in found.changes] == [
        ("lost", 2),
        ("lost", 3),
        ("worse", 1),
        ("worse", 4),
    ]
    assert (found.ended, found.begun) == (((1, 2), (3, 4)), ((1, 4),))
    back = comparison.compared(other, one, rows, rows, Weights())
    assert [(change.kind, change.key) for change in back.changes] == [
        ("got", 2),
        ("got", 3),
        ("better", 1),
        ("better", 4),
    ]
    assert [change.difference for change in back.of("better")] == [-change.difference for change in found.of("worse")]


def test_who_came_and_who_went_is_neither_gain_nor_loss():
    rows = [make_row(key, 52.0 + key / 10) for key in range(1, 4)]
    one, other = answered(rows[:2])[1], answered(rows[1:])[1]
    found = comparison.compared(one, other, rows[:2], rows[1:], Weights())
    assert [(change.kind, change.key) for change in found.of("gone", "new")] == [("gone", 1), ("new", 3)]
    assert len(found.changes) == 3


# --- What did not come true ------------------------------------------------------------------------------------------


def test_a_wish_that_did_not_come_true_names_the_rule_that_stood_in_the_way():
    far = make_row(1, 50.8, wished={2: 1}, max_travel_minutes=30)
    rows = [far, make_row(2, 53.3, max_travel_minutes=480), make_row(3, 50.9)]
    told, result = answered(rows)
    (one,) = unmet.unmet_wishes(rows, told, result)
    assert (one.members, one.rank, one.why) == ((1, 2), 1, "rules")
    assert [(block["code"], block["params"]["by"]) for block in one.blocks] == [("too_far", (1,))]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"forbidden": [(1, 2)]}, "rules"), ({"locked": [(2, 3)]}, "locked"),
    ],
)  # fmt: skip
def test_a_wish_that_the_secretariat_did_not_follow_says_so(given, why):
    rows = [make_row(1, wished={2: 1}), make_row(2), make_row(3), make_row(4)]
    told, result = answered(rows, rings=(), **given)
    assert [one.why for one in unmet.unmet_wishes(rows, told, result)] == [why]


def test_a_wish_for_who_takes_no_part_or_has_no_place_says_so():
    rows = [make_row(1, wished={99: 1, 3: 2}), make_row(2), make_row(3, None)]
    told, result = answered(rows)
    assert [(one.rank, one.why) for one in unmet.unmet_wishes(rows, told, result)] == [(1, "absent"), (2, "unplaced")]


def test_a_wish_that_costs_the_others_says_how_much():
    rows = [make_row(1, 52.0, wished={2: 1}), make_row(2, 52.4), make_row(3, 52.41), make_row(4, 51.7)]
    told, result = answered(rows, rings=(), weights=Weights(wishes=0))
    (one,) = unmet.unmet_wishes(rows, told, result)
    assert (one.members, one.why, one.cost["matched"], one.cost["total"] > 0) == ((1, 2), "costs", 0, True)


def test_wishes_that_came_true_are_counted_by_organisation():
    rows = [make_row(1, wished={2: 1, 3: 2}), make_row(2, wished={1: 1}), make_row(3, wished={4: 1}), make_row(4)]
    told, result = answered(rows, locked=[(1, 2), (3, 4)])
    assert (unmet.wishes_of(rows), unmet.granted(rows, result)) == (3, 3)
    assert [(one.members, one.why) for one in unmet.unmet_wishes(rows, told, result)] == [((1, 3), "locked")]


def test_an_agreement_that_is_not_honoured_says_why():
    rows = [make_row(1, excluded=[2]), make_row(2), make_row(3), make_row(4)]
    told, result = answered(rows, accepted=[(1, 2)])
    (one,) = unmet.unmet_agreements(rows, told, result)
    assert (one.members, one.rank, one.why, [block["code"] for block in one.blocks]) == (
        (1, 2),
        0,
        "rules",
        ["excluded"],
    )
