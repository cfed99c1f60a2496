"""Which days suit an exchange, or a whole round: what people answered becomes the best complete plans, with reasons.

A plan gives every visit half-days (slots.py) such that nobody is on two visits on one day and two visits of one
organisation keep their distance (faults.py). Plans are compared by what speaks against them, in a fixed order
(costs.py). The search for one exchange is exact (search.py, plans.py); a whole round is planned together (round.py).
Nothing here knows of the database or of Flask, so that it can be tried on any instance (docs/visit-planning.md).
"""

from peerreview.visits.planning.answers import Answers, answer_for, sort_people
from peerreview.visits.planning.costs import Cost, cost_of, cost_together
from peerreview.visits.planning.due import Deadlines, deadlines, is_too_early
from peerreview.visits.planning.faults import days_apart, faults_of, go_together
from peerreview.visits.planning.legs import FAR_MINUTES, NOTHING_KNOWN, Circumstances, Leg
from peerreview.visits.planning.offers import MOST_DAYS, OFFERED_DAYS, fallen_out, offered_days
from peerreview.visits.planning.plans import Choice, Plan, best_plans
from peerreview.visits.planning.reasons import Reason, reasons_for
from peerreview.visits.planning.round import RoundAnswer, plan_round
from peerreview.visits.planning.slots import MOST_HALF_DAYS, WHOLE_DAY, Slot, slot_read, slots_read, slots_written
from peerreview.visits.planning.wanted import Wanted

__all__ = [
    "FAR_MINUTES",
    "MOST_DAYS",
    "MOST_HALF_DAYS",
    "NOTHING_KNOWN",
    "OFFERED_DAYS",
    "WHOLE_DAY",
    "Answers",
    "Choice",
    "Circumstances",
    "Cost",
    "Deadlines",
    "Leg",
    "Plan",
    "Reason",
    "RoundAnswer",
    "Slot",
    "Wanted",
    "answer_for",
    "best_plans",
    "cost_of",
    "cost_together",
    "days_apart",
    "deadlines",
    "fallen_out",
    "faults_of",
    "go_together",
    "is_too_early",
    "offered_days",
    "plan_round",
    "reasons_for",
    "slot_read",
    "slots_read",
    "slots_written",
    "sort_people",
]
