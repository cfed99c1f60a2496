"""When somebody is told about a duty: so many working days before its day, one after it, and then its secretariat."""

from collections.abc import Iterable
from datetime import date

from peerreview.core import clock
from peerreview.core.deadlines import Due
from peerreview.deadlines.lifecycle import Stage
from peerreview.rounds.rules import Rules

REMIND_AFTER = 1  # working days after the day; the other two numbers are the round's


def stage_for_hands(due: Due, today: date, rules: Rules) -> Stage | None:
    """What who can act is told today, when they were not told so yet; nothing on the day on which it began."""
    if today >= clock.add_working_days(due.due_on, REMIND_AFTER):
        return Stage.AFTER
    if due.since is not None and clock.local(due.since).date() >= today:
        return None
    before = rules.remind_working_days_before if due.remind is None else due.remind
    near = clock.add_working_days(due.due_on, -before) <= today <= due.due_on
    return Stage.BEFORE if near else None


def is_escalated(due: Due, today: date, rules: Rules) -> bool:
    """Whether the secretariat is told that it waits for somebody else."""
    return not due.office and today >= clock.add_working_days(due.due_on, rules.escalate_working_days_after)


def late_first(dues: Iterable[Due]) -> list[Due]:
    """By day, the longest late on top."""
    return sorted(dues, key=lambda due: (due.due_on, due.holder, due.kind, due.subject_id))
