"""The states of a visit and the answers to a half-day."""

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


class Half(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Can(StrEnum):
    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"
