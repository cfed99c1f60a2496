"""The states of a visit and of a plan for the visits of an exchange, and the answers to a half-day."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class VisitState(StrEnum):
    POLLING = "polling"
    AGREED = "agreed"
    PROGRAMME_FINAL = "programme_final"
    HELD = "held"
    CANCELLED = "cancelled"


V = VisitState
VISIT = Lifecycle(
    "visit",
    VisitState,
    Move("agree", {V.POLLING}, V.AGREED),
    Move("finish_programme", {V.AGREED}, V.PROGRAMME_FINAL),
    Move("move", {V.AGREED, V.PROGRAMME_FINAL}, V.AGREED),
    Move("poll_again", {V.AGREED, V.PROGRAMME_FINAL}, V.POLLING),
    Move("hold", {V.AGREED, V.PROGRAMME_FINAL}, V.HELD),
    Move("cancel", {V.POLLING, V.AGREED, V.PROGRAMME_FINAL}, V.CANCELLED),
)


COMING = (V.AGREED, V.PROGRAMME_FINAL)  # a day is set and has yet to come
DATED = (*COMING, V.HELD)


class PlanState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


VISIT_PLAN = Lifecycle(
    "visit_plan",
    PlanState,
    Move("agree", {PlanState.PROPOSED}, PlanState.AGREED),
    Move("decline", {PlanState.PROPOSED}, PlanState.DECLINED),
    Move("withdraw", {PlanState.PROPOSED}, PlanState.WITHDRAWN),
)


class Half(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Can(StrEnum):
    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"
