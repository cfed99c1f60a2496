"""The search for days, against brute force and by hand."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peerreview.core import clock
from peerreview.rounds.rules import Rules
from peerreview.visits import planning
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning import Leg, Slot, best_plans, cost_of, go_together

TODAY = date(2027, 1, 4)
MONDAY = date(2027, 4, 12)
RULES = Rules()


def leg(visit_id=1, people=(1, 2), host=1, reviewing=2, **fields):
    return Leg(visit_id, tuple(people), people[0], host, reviewing, **fields)


def all_say(can, people, day):
    return {(person, day, half): can for person in people for half in Half}


def by_brute_force(legs, days, answers, rules, count):
    gap = rules.gap_calendar_days_between_visits
    found = []
    for slots in product(*[list(one.slots(days)) for one in legs]):
        pairs = list(zip(legs, slots, strict=True))
        if all(go_together(a, b, gap) for n, a in enumerate(pairs) for b in pairs[:n]):
            costs = [cost_of(one, slot, answers, rules, TODAY) for one, slot in pairs]
            found.append((tuple(map(sum, zip(*costs, strict=True))), slots))
    return sorted(found)[:count]


@st.composite
def instances(draw):
    count = draw(st.integers(2, 4))
    days = [MONDAY + timedelta(days=n) for n in sorted(draw(st.sets(st.integers(0, 9), min_size=2, max_size=5)))]
    legs = []
    for n in range(count):
        people = tuple(sorted(draw(st.sets(st.integers(1, 8), min_size=1, max_size=3))))
        legs.append(leg(n + 1, people, n, (n - 1) % count, half_days=draw(st.integers(1, 4))))
    answers = {
        (person, day, half): can
        for person in range(1, 9)
        for day in days
        for half in Half
        if (can := draw(st.sampled_from([*Can, None])))
    }
    return legs, days, answers, Rules(gap_calendar_days_between_visits=draw(st.integers(0, 4)))


@settings(max_examples=120, deadline=None)
@given(instances())
def test_the_best_plans_are_those_of_brute_force(instance):
    legs, days, answers, rules = instance
    found = best_plans(legs, days, answers, rules=rules, today=TODAY)
    seen = [(plan.cost, tuple(choice.slot for choice in plan.choices)) for plan in found]
    assert seen == by_brute_force(legs, days, answers, rules, 3)


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
    slots = {1: Slot(MONDAY), 2: Slot(MONDAY, Half.AFTERNOON)}
    assert planning.slots_read(planning.slots_written(slots)) == slots
