"""The rules of a round as data, each with its default; days are working days unless the name says otherwise."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Rules:
    """What a round prescribes. Unknown names in stored data are ignored, missing ones get their default."""

    accept_within: int = 10
    answer_match_within: int = 10
    poll_within: int = 10
    self_evaluation_calendar_days_before_visit: int = 42
    programme_calendar_days_before_visit: int = 14
    gap_calendar_days_between_visits: int = 2
    draft_report_within: int = 20
    fact_check_within: int = 10
    correct_within: int = 10
    plan_within: int = 30
    completeness_within: int = 5
    decision_letter_within: int = 10
    certificate_months: int = 36
    hold_months: int = 9
    suspension_months: int = 6
    appeal_calendar_days: int = 30
    quorum: int = 3
    minimum_reviewers: int = 2
    most_partly: int = 10
    most_not: int = 3
    most_essential_below: int = 0
    weight_travel: int = 30
    weight_work_fields: int = 20
    weight_size: int = 15
    weight_learning: int = 15
    weight_experience: int = 5
    weight_months: int = 5
    weight_novelty: int = 10
    weight_wishes: int = 20
    largest_ring: int = 4
    ring_cost: int = 5
    conflict_cost: int = 15
    broken_promise_cost: int = 50
    best_worst_first: int = 0
    answer_proposal_within: int = 10
    partner_within: int = 15
    remind_working_days_before: int = 3
    escalate_working_days_after: int = 3

    @classmethod
    def read(cls, stored: dict[str, Any] | None) -> "Rules":
        known = {field.name for field in fields(cls)}
        return replace(cls(), **{name: int(value) for name, value in (stored or {}).items() if name in known})

    def stored(self) -> dict[str, int]:
        """As kept with the round."""
        return asdict(self)


# What each rule may be, from and up to; a value outside says more about a typing error than about a round.
BOUNDS: dict[str, tuple[int, int]] = {
    "accept_within": (1, 60),
    "answer_match_within": (1, 60),
    "poll_within": (1, 60),
    "self_evaluation_calendar_days_before_visit": (0, 180),
    "programme_calendar_days_before_visit": (0, 90),
    "gap_calendar_days_between_visits": (0, 60),
    "draft_report_within": (1, 90),
    "fact_check_within": (1, 60),
    "correct_within": (1, 60),
    "plan_within": (1, 120),
    "completeness_within": (1, 60),
    "decision_letter_within": (1, 60),
    "certificate_months": (6, 120),
    "hold_months": (1, 24),
    "suspension_months": (1, 24),
    "appeal_calendar_days": (7, 180),
    "quorum": (1, 15),
    "minimum_reviewers": (2, 8),
    "most_partly": (0, 200),
    "most_not": (0, 200),
    "most_essential_below": (0, 200),
    "weight_travel": (0, 100),
    "weight_work_fields": (0, 100),
    "weight_size": (0, 100),
    "weight_learning": (0, 100),
    "weight_experience": (0, 100),
    "weight_months": (0, 100),
    "weight_novelty": (0, 100),
    "weight_wishes": (0, 100),
    "largest_ring": (2, 4),
    "ring_cost": (0, 100),
    "conflict_cost": (0, 100),
    "broken_promise_cost": (0, 1000),
    "best_worst_first": (0, 1),
    "answer_proposal_within": (1, 60),
    "partner_within": (1, 60),
    "remind_working_days_before": (0, 20),
    "escalate_working_days_after": (1, 40),
}


def out_of_bounds(rules: Rules) -> list[str]:
    """The names of the rules whose value lies outside its bounds, in their order."""
    return [name for name, value in rules.stored().items() if not BOUNDS[name][0] <= value <= BOUNDS[name][1]]


def changed(before: Rules, after: Rules) -> dict[str, tuple[int, int]]:
    """Each rule that differs, with its value before and after."""
    old, new = before.stored(), after.stored()
    return {name: (old[name], new[name]) for name in old if old[name] != new[name]}
