"""The search for days, against an exhaustive one and by hand."""

import random
from datetime import date, timedelta

import pytest

from peerreview.core import clock
from peerreview.rounds.rules import Rules
from peerreview.visits import planning
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning import Circumstances, Leg, Slot, best_plans, cost_of
from tests.visits.planning_reference import TODAY as REFERENCE_TODAY
from tests.visits.planning_reference import every_plan, make_wanted

TODAY = date(2027, 1, 4)
MONDAY, TUESDAY = date(2027, 4, 12), date(2027, 4, 13)
RULES = Rules()


def leg(visit_id=1, people=(1, 2), host=1, reviewing=2, **fields):
    return Leg(visit_id, tuple(people), people[0], host, reviewing, **fields)


def all_say(can, people, day):
    return {(person, day, half): can for person in people for half in Half}


@pytest.mark.parametrize("seed", range(60))
def test_the_best_plans_are_those_of_an_exhaustive_search(seed):
    chance = random.Random(seed)
    members = chance.choice([2, 2, 3, 4])
    one = make_wanted(chance, members=members, days=chance.randint(3, 6) if members < 4 else 4, shared=0.3)
    found = best_plans(
        one.legs, one.days, one.answers, rules=one.rules, today=REFERENCE_TODAY, fixed=one.fixed,
        circumstances=one.circumstances,
    )  # fmt: skip
    assert [(plan.cost, tuple(choice.slot for choice in plan.choices)) for plan in found] == every_plan(one)[:3]


def test_longer_visits_run_on_over_working_days():
    thursday = date(2027, 4, 22)
    assert Slot(thursday, more=1).days == (thursday, date(2027, 4, 23))
    assert Slot.of(thursday, 6).days == (thursday, date(2027, 4, 23), date(2027, 4, 26))
    assert Slot.of(date(2027, 4, 26), 4).days == (date(2027, 4, 26), date(2027, 4, 28))  # King's Day between
    assert Slot.of(thursday, 3).covers[-1] == (date(2027, 4, 23), Half.MORNING)
    assert [Slot.of(thursday, n).half_days for n in range(1, 7)] == [1, 2, 3, 4, 5, 6]
    for wrong in ({"more": 5}, {"more": -1}, {"half": Half.MORNING, "more": 1}):
        with pytest.raises(ValueError, match="no slot"):
            Slot(thursday, **wrong)


def test_the_worst_of_all_half_days_counts_for_a_longer_visit():
    answers = all_say(Can.YES, (1,), MONDAY) | {(1, TUESDAY, Half.MORNING): Can.IF_NEED_BE}
    assert planning.answer_for(answers, 1, Slot.of(MONDAY, 3)) == Can.IF_NEED_BE
    assert planning.answer_for(answers, 1, Slot.of(MONDAY, 4)) is None


def test_the_distance_counts_from_the_last_day_and_each_day_is_taken():
    long, short = leg(1, (1,), 1, 2, half_days=3), leg(2, (2,), 2, 1)
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    best = best_plans([short], days, {}, rules=RULES, today=TODAY, fixed=[(long, Slot.of(MONDAY, 3))])
    assert [plan.choices[0].slot.day for plan in best] == days[3:]
    elsewhere = leg(2, (1,), 3, 4)
    best = best_plans([elsewhere], days, {}, rules=RULES, today=TODAY, fixed=[(long, Slot.of(MONDAY, 3))])
    assert [plan.choices[0].slot.day for plan in best] == days[2:]


def test_who_is_busy_elsewhere_is_on_no_other_visit_that_day():
    known = Circumstances(busy={2: {TUESDAY}})
    best = best_plans([leg(half_days=3)], [MONDAY, TUESDAY], {}, rules=RULES, today=TODAY, circumstances=known)
    assert best == []
    window = (date(2027, 1, 1), date(2027, 6, 30))
    chosen = [(leg(half_days=3), Slot.of(MONDAY, 3))]
    assert planning.faults_of(chosen, window=window, today=TODAY, gap=2, busy=known.busy) == ["busy"]


@pytest.mark.parametrize(
    ("place", "fields", "known"),
    [
        ("off", {}, Circumstances(off={2: {(0, Half.AFTERNOON)}})),
        ("school", {}, Circumstances(school={2: [(MONDAY - timedelta(days=2), MONDAY)]})),
        ("tiring", {"travel_minutes": 90}, Circumstances(busy={1: {MONDAY - timedelta(days=1)}})),
    ],
)
def test_what_is_known_beside_the_answers_makes_another_day_better(place, fields, known):
    wednesday = MONDAY + timedelta(days=2)
    best = best_plans([leg(**fields)], [MONDAY, wednesday], {}, rules=RULES, today=TODAY, circumstances=known)
    assert [plan.choices[0].slot.day for plan in best] == [wednesday, MONDAY]
    assert [getattr(plan.cost, place) for plan in best] == [0, 1]
    assert [place in [reason.code for reason in plan.choices[0].reasons] for plan in best] == [False, True]


def test_part_time_days_count_only_for_who_did_not_answer():
    known = Circumstances(off={1: {(0, Half.AFTERNOON)}, 2: {(0, Half.AFTERNOON)}})
    answers = all_say(Can.YES, (1,), MONDAY)
    assert cost_of(leg(), Slot(MONDAY), answers, RULES, TODAY, known).off == 1


def test_two_visits_of_one_person_far_away_are_better_not_on_adjacent_days():
    rules = Rules(gap_calendar_days_between_visits=0)
    legs = [leg(1, (1, 2), 1, 2, travel_minutes=95), leg(2, (1, 3), 3, 4)]
    days = [MONDAY, TUESDAY, MONDAY + timedelta(days=2)]
    best = best_plans(legs, days, {}, rules=rules, today=TODAY, count=5)
    assert [plan.cost.tiring for plan in best] == [0, 0, 1, 1, 1]
    assert dict(best[2].choices[0].reasons[2].params) == {"people": (1,)}


def test_the_side_whose_self_evaluation_is_ready_is_visited_first():
    legs = [leg(1, (1,), 1, 2), leg(2, (2,), 2, 1, self_evaluation_ready=True)]
    best = best_plans(legs, [MONDAY, MONDAY + timedelta(days=2)], {}, rules=RULES, today=TODAY)
    assert [[choice.slot.day.day for choice in plan.choices] for plan in best] == [[14, 12], [12, 14]]
    codes = [[reason.code for reason in plan.choices[1].reasons] for plan in best]
    assert ("ready_first" in codes[0], "not_ready_first" in codes[1]) == (True, True)


def test_a_whole_day_asks_both_halves_and_the_worse_one_counts():
    answers = {
        (1, MONDAY, Half.MORNING): Can.YES,
        (1, MONDAY, Half.AFTERNOON): Can.NO,
        (2, MONDAY, Half.MORNING): Can.YES,
    }
    whole, morning = Slot(MONDAY), Slot(MONDAY, Half.MORNING)
    assert planning.answer_for(answers, 1, whole) == Can.NO
    assert planning.answer_for(answers, 1, morning) == Can.YES
    assert planning.answer_for(answers, 2, whole) is None
    assert planning.answer_for(answers, 3, morning) is None


def test_a_day_without_the_lead_reviewer_comes_last():
    tuesday = MONDAY + timedelta(days=1)
    team = leg(people=(1, 2, 3))
    answers = all_say(Can.YES, (2, 3), MONDAY) | all_say(Can.NO, (1,), MONDAY)
    answers |= all_say(Can.YES, (1,), tuesday) | all_say(Can.NO, (2, 3), tuesday)
    best = best_plans([team], [MONDAY, tuesday], answers, rules=RULES, today=TODAY)
    assert [plan.choices[0].slot.day for plan in best] == [tuesday, MONDAY]
    assert [reason.code for reason in best[1].choices[0].reasons] == [
        "can", "lead_cannot", "cannot", "self_evaluation_by", "report_by",
    ]  # fmt: skip


def test_nobody_is_on_two_visits_on_one_day_even_without_a_gap():
    rules = Rules(gap_calendar_days_between_visits=0)
    legs = [leg(1, (1, 2), 1, 2), leg(2, (2, 3), 3, 4)]
    answers = all_say(Can.YES, (1, 2, 3), MONDAY)
    assert best_plans(legs, [MONDAY], answers, rules=rules, today=TODAY) == []
    apart = [legs[0], leg(2, (3, 4), 3, 4)]
    assert len(best_plans(apart, [MONDAY], answers, rules=rules, today=TODAY)) == 1


def test_visits_of_one_organisation_keep_their_distance_also_from_one_that_is_fixed():
    one, other = leg(1, (1, 2), 1, 2), leg(2, (3, 4), 2, 1)
    days = [MONDAY + timedelta(days=n) for n in range(3)]
    best = best_plans([one], days, {}, rules=RULES, today=TODAY, fixed=[(other, Slot(MONDAY))])
    assert [plan.choices[0].slot.day for plan in best] == [days[2]]


def test_a_day_before_the_self_evaluation_can_be_there_is_possible_but_said():
    today = MONDAY - timedelta(days=20)
    later = MONDAY + timedelta(days=30)
    best = best_plans([leg()], [MONDAY, later], {}, rules=RULES, today=today)
    assert [plan.choices[0].slot.day for plan in best] == [later, MONDAY]
    codes = {reason.code: dict(reason.params) for reason in best[1].choices[0].reasons}
    assert codes["too_early"] == {"day": MONDAY - timedelta(days=42)}
    ready = best_plans([leg(self_evaluation_ready=True)], [MONDAY, later], {}, rules=RULES, today=today)
    assert [plan.choices[0].slot.day for plan in ready] == [MONDAY, later]


def test_no_plan_without_visits_or_without_days():
    assert best_plans([], [MONDAY], {}, rules=RULES, today=TODAY) == []
    assert best_plans([leg()], [], {}, rules=RULES, today=TODAY) == []


def test_four_visits_on_forty_days_are_found_at_once():
    days = [d for n in range(90) if clock.is_working_day(d := MONDAY + timedelta(days=n))][:40]
    legs = [leg(n, tuple(range(n * 10 + 1, n * 10 + 9)), n, (n - 1) % 4, half_days=1) for n in range(4)]
    best = best_plans(legs, days, {}, rules=RULES, today=TODAY)
    assert len(best) == 3
    assert best[0].cost[:3] == (0, 0, 32)


def test_tuesdays_and_thursdays_that_suit_every_side_are_offered_without_holidays():
    days = planning.offered_days(date(2027, 3, 1), date(2027, 6, 30), [[4, 5], [4, 5, 6], []], TODAY)
    assert {day.month for day in days} == {4, 5}
    assert {day.weekday() for day in days} == {1, 3}
    assert date(2027, 4, 27) not in days  # King's Day
    assert date(2027, 5, 6) not in days  # Ascension Day
    assert len(days) == 15
    assert planning.fallen_out(days) == [(date(2027, 4, 27), "Koningsdag"), (date(2027, 5, 6), "Hemelvaartsdag")]


def test_many_days_are_spread_and_few_common_months_are_widened():
    long = planning.offered_days(date(2027, 2, 1), date(2027, 7, 31), [[], []], TODAY)
    assert len(long) == 20
    assert (long[0], long[-1]) == (date(2027, 2, 2), date(2027, 7, 29))
    widened = planning.offered_days(date(2027, 3, 1), date(2027, 4, 30), [[3], [4]], TODAY)
    assert {day.month for day in widened} == {3, 4}


def test_for_longer_visits_days_in_a_row_are_offered():
    days = planning.offered_days(date(2027, 2, 1), date(2027, 7, 31), [[], []], TODAY, half_days=4)
    starts = [day for day in days if day.weekday() in (1, 3)]
    assert (len(days), len(starts)) == (20, 10)
    assert {Slot.of(day, 4).days for day in starts} == set(zip(days[::2], days[1::2], strict=True))


def test_days_that_are_past_are_not_offered():
    assert planning.offered_days(date(2027, 3, 1), date(2027, 3, 20), [], date(2027, 3, 11)) == [
        date(2027, 3, 16), date(2027, 3, 18),
    ]  # fmt: skip
    assert planning.offered_days(date(2027, 3, 1), date(2027, 3, 20), [], date(2027, 4, 1)) == []


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        (TODAY, "past"),
        (date(2027, 4, 17), "not_a_working_day"),
        (date(2027, 4, 27), "not_a_working_day"),
        (date(2027, 8, 3), "outside_window"),
    ],
)
def test_each_impossible_day_says_why(day, fault):
    window = (date(2027, 1, 1), date(2027, 6, 30))
    assert planning.faults_of([(leg(), Slot(day))], window=window, today=TODAY, gap=2) == [fault]


def test_two_visits_too_close_say_why():
    window, tuesday = (date(2027, 1, 1), date(2027, 6, 30)), MONDAY + timedelta(days=1)
    close = [(leg(1, (1,), 1, 2), Slot(MONDAY)), (leg(2, (2,), 2, 1), Slot(tuesday))]
    assert planning.faults_of(close, window=window, today=TODAY, gap=2) == ["too_close"]
    same = [(leg(1, (1,), 1, 2), Slot(MONDAY)), (leg(2, (1,), 2, 1), Slot(MONDAY))]
    assert planning.faults_of(same, window=window, today=TODAY, gap=2) == ["same_day"]


def test_slots_are_kept_and_read_back():
    slots = {1: Slot(MONDAY), 2: Slot(MONDAY, Half.AFTERNOON), 3: Slot.of(MONDAY, 5)}
    assert planning.slots_read(planning.slots_written(slots)) == slots
