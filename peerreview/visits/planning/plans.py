"""Complete plans for an exchange: a slot for each visit, the best ones first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from peerreview.rounds.rules import Rules
from peerreview.visits.planning.answers import Answers
from peerreview.visits.planning.costs import Cost, cost_of, cost_together, packed, total, unpacked
from peerreview.visits.planning.faults import go_together, is_busy
from peerreview.visits.planning.legs import NOTHING_KNOWN, Circumstances, Leg
from peerreview.visits.planning.reasons import Reason, reasons_for
from peerreview.visits.planning.search import Options, Table, best
from peerreview.visits.planning.slots import Slot

Fixed = Sequence[tuple[Leg, Slot]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The slot of one visit in a plan."""

    visit_id: int
    slot: Slot
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A slot for every visit."""

    choices: tuple[Choice, ...]
    cost: Cost

    @property
    def slots(self) -> dict[int, Slot]:
        return {choice.visit_id: choice.slot for choice in self.choices}


def best_plans(
    legs: Sequence[Leg],
    days: Iterable[date],
    answers: Answers,
    *,
    rules: Rules,
    today: date,
    fixed: Fixed = (),
    circumstances: Circumstances = NOTHING_KNOWN,
    count: int = 3,
) -> list[Plan]:
    """The `count` best plans for these visits, the best first; fewer when there are no more.

    `fixed` are visits of the same exchange that have their day already. Of equal plans the one with the earlier day for
    the first visit comes first, so that the same answers always give the same plans.
    """
    gap = rules.gap_calendar_days_between_visits
    days = sorted(set(days))
    options = [options_of(leg, days, answers, rules, today, fixed, circumstances) for leg in legs]
    if not legs or not all(options):
        return []
    found = best(Table.of(legs, options, gap), count)
    return [plan_of(legs, slots, unpacked(cost), answers, rules, today, fixed, circumstances) for cost, slots in found]


def options_of(
    leg: Leg,
    days: Sequence[date],
    answers: Answers,
    rules: Rules,
    today: date,
    fixed: Fixed = (),
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Options:
    """Every slot that this visit could have beside the fixed ones, with what it costs; the cheapest first."""
    gap = rules.gap_calendar_days_between_visits
    found = []
    for slot in leg.slots(days):
        if is_busy(leg, slot, circumstances.busy) or not all(go_together((leg, slot), one, gap) for one in fixed):
            continue
        costs = [cost_of(leg, slot, answers, rules, today, circumstances)]
        costs += [cost_together((leg, slot), one) for one in fixed]
        found.append((packed(total(costs) if fixed else costs[0]), slot))
    return sorted(found)


def plan_of(
    legs: Sequence[Leg],
    slots: Sequence[Slot],
    cost: Cost,
    answers: Answers,
    rules: Rules,
    today: date,
    fixed: Fixed = (),
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Plan:
    """The plan with these slots, with the reasons for each."""
    pairs = list(zip(legs, slots, strict=True))
    choices = []
    for n, (leg, slot) in enumerate(pairs):
        others = [*pairs[:n], *pairs[n + 1 :], *fixed]
        reasons = reasons_for(leg, slot, answers, rules, today, circumstances, others)
        choices.append(Choice(leg.visit_id, slot, reasons))
    return Plan(tuple(choices), cost)
