"""What follows on what: the road from a visit to the letter with the decision, in working days of the round's rules.

Only the duty that is open now has a day of its own; the later ones are expected to follow on it. So a postponement moves
them along by itself, and this says by how much.
"""

from dataclasses import dataclass
from datetime import date

from peerreview.core import clock
from peerreview.rounds.rules import Rules

# Each step with the rule that says how many working days it has after the one before it ('' : the same day).
ROAD = (
    ("visits.visit", ""),
    ("reviews.draft", "draft_report_within"),
    ("reviews.release", ""),
    ("reviews.fact_check", "fact_check_within"),
    ("reviews.correct", "correct_within"),
    ("improvement.plan", "plan_within"),
    ("commission.check", "completeness_within"),
    ("commission.letter", "decision_letter_within"),
)
BEFORE = (("matching.answer", ""), ("visits.poll", "poll_within"))
CHAINS = (ROAD, BEFORE)
SAME_DAY = {"visits.plan": "visits.poll"}


@dataclass(frozen=True, slots=True)
class Follows:
    """A later step, with the day on which it is expected now and after the change."""

    kind: str
    now: date
    then: date


def expected_after(kind: str, day: date, rules: Rules) -> list[tuple[str, date]]:
    """The later steps, each at its latest when `kind` is done on `day`; the letter if the commission met that day."""
    found = []
    for chain in CHAINS:
        steps = [step for step, _rule in chain]
        if kind in steps:
            for step, rule in chain[steps.index(kind) + 1 :]:
                day = clock.add_working_days(day, getattr(rules, rule)) if rule else day
                found.append((step, day))
    return found


def what_follows(kind: str, now: date, then: date, rules: Rules) -> list[Follows]:
    """What depends on this duty, when its day goes from `now` to `then`."""
    later = zip(expected_after(kind, now, rules), expected_after(kind, then, rules), strict=True)
    return [Follows(step, before, after) for (step, before), (_same, after) in later]
