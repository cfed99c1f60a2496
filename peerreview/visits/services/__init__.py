"""What changes visits: made and cancelled with their exchange, polled, planned, moved and held; and calendar addresses.

Facts announced, each with the visit and `by=`: "visit.planned" (it exists, without a day), "visit.agreed" (it has one),
"visit.moved" (it has another day), "visit.polling" (it lost its day), "visit.team_changed" (others go along),
"visit.cancelled" (its exchange ended), "visit.held"; with the invitee: "visit.answered" (whether they come). Heard:
"exchange.confirmed", "exchange.dissolved", "self_evaluation.submitted", "trajectory.resumed", "role.given", "role.ended".
"""

from peerreview.visits.services import postponing  # noqa: F401 - registers its movers
from peerreview.visits.services.answers import answer_by_link, answer_invitation
from peerreview.visits.services.arrange import cancel_visits, plan_visits
from peerreview.visits.services.dates import hold_past_visits, hold_visit, move_visit, poll_again, refuse_move
from peerreview.visits.services.feed import renew_feed
from peerreview.visits.services.holidays import add_school_holiday, load_school_holidays, remove_school_holiday
from peerreview.visits.services.invitations import follow_team
from peerreview.visits.services.lengths import set_length
from peerreview.visits.services.objections import (
    object_to,
    reject_objection,
    uphold_objection,
    withdraw_objection,
)
from peerreview.visits.services.plans import accept_plan, agree_dates, decline_plan, propose_plan, withdraw_plan
from peerreview.visits.services.poll import add_day, finish_poll, mark_half_days, mark_many
from peerreview.visits.services.remind import remind_waiting
from peerreview.visits.services.round import agree_round, propose_round
from peerreview.visits.services.team import (
    choose_lead,
    put_in_team,
    set_most_reviews,
    sign_independence,
    step_in,
    take_along,
    take_out,
)
from peerreview.visits.services.weeks import set_off

__all__ = [
    "accept_plan",
    "add_day",
    "add_school_holiday",
    "agree_dates",
    "agree_round",
    "answer_by_link",
    "answer_invitation",
    "cancel_visits",
    "choose_lead",
    "decline_plan",
    "finish_poll",
    "follow_team",
    "hold_past_visits",
    "hold_visit",
    "load_school_holidays",
    "mark_half_days",
    "mark_many",
    "move_visit",
    "object_to",
    "plan_visits",
    "poll_again",
    "propose_plan",
    "propose_round",
    "put_in_team",
    "refuse_move",
    "reject_objection",
    "remind_waiting",
    "remove_school_holiday",
    "renew_feed",
    "set_length",
    "set_most_reviews",
    "set_off",
    "sign_independence",
    "step_in",
    "take_along",
    "take_out",
    "uphold_objection",
    "withdraw_objection",
    "withdraw_plan",
]
