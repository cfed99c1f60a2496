"""What changes visits: made and cancelled with their exchange, polled, planned, moved and held; and calendar addresses.

Facts announced, each with the visit and `by=`: "visit.planned" (it exists, without a day), "visit.agreed" (it has one),
"visit.moved" (it has another day), "visit.cancelled" (its exchange ended), "visit.held". Heard: "exchange.confirmed",
"exchange.dissolved", "self_evaluation.submitted", "trajectory.resumed".
"""

from peerreview.visits.services.arrange import cancel_visits, plan_visits
from peerreview.visits.services.dates import hold_past_visits, hold_visit, move_visit, poll_again, refuse_move
from peerreview.visits.services.feed import renew_feed
from peerreview.visits.services.invitations import follow_team
from peerreview.visits.services.plans import accept_plan, agree_dates, decline_plan, propose_plan, withdraw_plan
from peerreview.visits.services.poll import add_day, finish_poll, mark_half_days

__all__ = [
    "accept_plan",
    "add_day",
    "agree_dates",
    "cancel_visits",
    "decline_plan",
    "finish_poll",
    "follow_team",
    "hold_past_visits",
    "hold_visit",
    "mark_half_days",
    "move_visit",
    "plan_visits",
    "poll_again",
    "propose_plan",
    "refuse_move",
    "renew_feed",
    "withdraw_plan",
]
