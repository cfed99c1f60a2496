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

    @classmethod
    def read(cls, stored: dict[str, Any] | None) -> "Rules":
        known = {field.name for field in fields(cls)}
        return replace(cls(), **{name: int(value) for name, value in (stored or {}).items() if name in known})

    def stored(self) -> dict[str, int]:
        """As kept with the round."""
        return asdict(self)
