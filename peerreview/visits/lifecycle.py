"""The states of a visit, of a plan for the visits of an exchange and of an objection; the answers that people give."""

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


class Part(StrEnum):
    """Who goes along without judging; a substitute does so until somebody of the team cannot come."""

    TRAINEE = "trainee"
    OBSERVER = "observer"
    SUBSTITUTE = "substitute"


class ObjectionState(StrEnum):
    RAISED = "raised"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


TEAM_OBJECTION = Lifecycle(
    "team_objection",
    ObjectionState,
    Move("uphold", {ObjectionState.RAISED}, ObjectionState.UPHELD),
    Move("reject", {ObjectionState.RAISED}, ObjectionState.REJECTED),
    Move("withdraw", {ObjectionState.RAISED}, ObjectionState.WITHDRAWN),
)


class Coming(StrEnum):
    """What somebody answered to an invitation."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Region(StrEnum):
    """The three regions of Dutch school holidays."""

    NORTH = "north"
    MIDDLE = "middle"
    SOUTH = "south"
