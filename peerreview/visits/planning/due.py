"""What the day of a visit fixes."""

from dataclasses import dataclass
from datetime import date, timedelta

from peerreview.core import clock
from peerreview.rounds.rules import Rules
from peerreview.visits.planning.legs import Leg
from peerreview.visits.planning.slots import Slot


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What the day of a visit fixes."""

    self_evaluation_on: date
    programme_on: date
    report_on: date


def deadlines(day: date, rules: Rules, last: date | None = None) -> Deadlines:
    """The days by which self-evaluation, programme and draft report of a visit from `day` (to `last`) must be there."""
    return Deadlines(
        day - timedelta(days=rules.self_evaluation_calendar_days_before_visit),
        day - timedelta(days=rules.programme_calendar_days_before_visit),
        clock.add_working_days(last or day, rules.draft_report_within),
    )


def is_too_early(leg: Leg, slot: Slot, rules: Rules, today: date) -> bool:
    """Whether the self-evaluation, which is not there yet, would have been due already."""
    before = timedelta(days=rules.self_evaluation_calendar_days_before_visit)
    return not leg.self_evaluation_ready and slot.day - before < today
