"""A whole round planned at once, against every way there is, and at the size of a round."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from peerreview.rounds.rules import Rules
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning import Circumstances, Leg, Slot, Wanted, best_plans, plan_round, together
from tests.visits.planning_reference import MONDAY, TODAY, best_round, make_wanted
from tests.visits.planning_rounds import make_round

DAYS = tuple(MONDAY + timedelta(days=n) for n in range(4))


def small_round(seed):
    chance = random.Random(seed)
    return [make_wanted(chance, n, days=chance.choice([3, 4]), shared=0.5) for n in range(1, chance.choice([3, 4]))]


@pytest.mark.parametrize("seed", range(50))
def test_a_small_round_is_planned_as_well_as_an_exhaustive_search_does(seed):
    wanted = small_round(seed)
    answer = plan_round(wanted, today=TODAY)
    assert (len(wanted) - len(answer.plans), answer.cost) == best_round(wanted)
    assert answer.exact
    refuse_clashes(wanted, answer)


@pytest.mark.parametrize("seed", range(50))
def test_what_a_large_round_goes_by_is_within_the_gap_that_it_tells(seed, monkeypatch):
    monkeypatch.setattr(together, "EXACT_EXCHANGES", 0)
    wanted = small_round(seed)
    answer = plan_round(wanted, today=TODAY)
    unplanned, cost = best_round(wanted)
    assert answer.plannable >= len(wanted) - unplanned >= len(answer.plans)
    assert answer.bound <= answer.cost
    if len(answer.plans) == len(wanted):
        assert answer.bound <= cost <= answer.cost
        assert (-answer.first_planned, answer.first) >= (-len(wanted), answer.cost)
    if answer.exact:
        assert (len(wanted) - len(answer.plans), answer.cost) == (unplanned, cost)
    refuse_clashes(wanted, answer)


def refuse_clashes(wanted, answer):
    """Nobody is on two visits on one day, in whatever exchange, and nobody where they are busy."""
    times = Counter()
    for one in wanted:
        slots = answer.plans[one.exchange_id].slots if one.exchange_id in answer.plans else {}
        planned = [(leg, slots[leg.visit_id]) for leg in one.legs if slots]
        times.update(
            (person, day) for leg, slot in [*planned, *one.fixed] for person in leg.people for day in slot.days
        )
        busy = {(person, day) for person, days in one.circumstances.busy.items() for day in days}
        assert not busy & {(person, day) for leg, slot in planned for person in leg.people for day in slot.days}
    assert max(times.values(), default=0) <= 1


def exchange(id, people, days=DAYS, *, no=(), **fields):
    """One visit by these people, who can on all days but those of `no`."""
    answers = {(p, day, half): Can.NO if day in no else Can.YES for p in people for day in days for half in Half}
    leg = Leg(id, tuple(people), people[0], 2 * id, 2 * id + 1)
    return Wanted(id, (leg,), tuple(days), answers, **{"rules": Rules(), **fields})


def test_who_is_in_two_exchanges_visits_on_two_days_and_the_one_that_can_makes_room():
    free, bound = exchange(1, [7, 8]), exchange(2, [7, 9], no=DAYS[1:])
    answer = plan_round([free, bound], today=TODAY)
    assert {id: plan.choices[0].slot for id, plan in answer.plans.items()} == {1: Slot(DAYS[1]), 2: Slot(DAYS[0])}
    assert (answer.cost.later - answer.bound.later, answer.exact) == (2, True)


def test_an_exchange_that_shares_nobody_gets_its_best_plan():
    chance = random.Random(4)
    one = make_wanted(chance, 1)
    alone = best_plans(
        one.legs, one.days, one.answers, rules=one.rules, today=TODAY, circumstances=one.circumstances, count=1
    )
    assert plan_round([exchange(2, [7, 8]), one], today=TODAY).plans[1] == alone[0]


def test_a_visit_that_has_its_day_keeps_its_people_from_other_exchanges():
    there = (Leg(10, (7, 3), 7, 20, 21, half_days=3), Slot.of(DAYS[0], 3))
    answer = plan_round([exchange(1, [5], fixed=(there,)), exchange(2, [7])], today=TODAY)
    assert answer.plans[2].slots == {2: Slot(DAYS[2])}


def test_each_exchange_without_a_plan_says_why():
    close = exchange(4, [4])
    close = replace(close, legs=(*close.legs, Leg(40, (5,), 5, 9, 8)), days=DAYS[:2])  # both visits concern 9 and 8
    wanted = [
        exchange(1, [1], days=()),
        exchange(2, [2], circumstances=Circumstances(busy={2: set(DAYS)})),
        close,
        exchange(5, [6, 7], days=DAYS[:1]),
        exchange(6, [7, 8], days=DAYS[:1]),
        Wanted(7, (), DAYS, {}, Rules()),  # nothing to plan
    ]
    answer = plan_round(wanted, today=TODAY)
    assert list(answer.plans) == [5]
    assert answer.plannable == 2
    assert {id: [(r.code, dict(r.params)) for r in reasons] for id, reasons in answer.unplanned.items()} == {
        1: [("no_days", {})],
        2: [("no_day_for", {"visit": 2, "people": (2,)})],
        4: [("no_days_together", {})],
        6: [("others_first", {"people": (7,), "exchanges": (5,)})],
    }


def test_the_order_of_the_exchanges_changes_nothing():
    wanted = make_round(60, seed=3, shared=0.3)
    answer = plan_round(wanted, today=TODAY)
    assert plan_round(wanted[::-1], today=TODAY) == answer
    with pytest.raises(ValueError, match="twice"):
        plan_round([wanted[0], wanted[0]], today=TODAY)


def test_a_whole_round_is_planned_and_gets_better_by_making_room():
    wanted = make_round(550, seed=1, shared=0.15)
    answer = plan_round(wanted, today=date(2027, 1, 4))
    assert len(answer.plans) == answer.plannable == 550
    assert sum(len(one.legs) for one in wanted) > 1100
    assert answer.bound <= answer.cost < answer.first
    assert (answer.cost.lead_cannot, answer.cost.cannot - answer.bound.cannot) == (0, 0)
    refuse_clashes(wanted, answer)
