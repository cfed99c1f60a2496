"""The states of a trajectory, as product.md intends them; later features make the later moves."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class Route(StrEnum):
    PEER = "peer"
    AUDIT = "audit"
    COMBINED = "combined"


class ScopeKind(StrEnum):
    WHOLE = "whole"
    PARTS = "parts"


class TrajectoryState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    ACCEPTED = "accepted"
    SELF_EVALUATING = "self_evaluating"
    SELF_EVALUATED = "self_evaluated"
    SCHEDULED = "scheduled"
    VISITED = "visited"
    REPORTED = "reported"
    PLANNED = "planned"
    COMPLETE = "complete"
    FORWARDED = "forwarded"
    DECIDED = "decided"
    CERTIFIED = "certified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ON_HOLD = "on_hold"


S = TrajectoryState
UNDERWAY = (S.ACCEPTED, S.SELF_EVALUATING, S.SELF_EVALUATED, S.SCHEDULED, S.VISITED, S.REPORTED, S.PLANNED)
ENDED = (S.REJECTED, S.CERTIFIED, S.REFUSED, S.WITHDRAWN)

TRAJECTORY = Lifecycle(
    "trajectory",
    TrajectoryState,
    Move("submit", {S.DRAFT, S.RETURNED}, S.SUBMITTED),
    Move("accept", {S.SUBMITTED}, S.ACCEPTED),
    Move("return", {S.SUBMITTED}, S.RETURNED),
    Move("reject", {S.SUBMITTED}, S.REJECTED),
    Move("start_self_evaluation", {S.ACCEPTED}, S.SELF_EVALUATING),
    Move("submit_self_evaluation", {S.SELF_EVALUATING}, S.SELF_EVALUATED),
    Move("reopen_self_evaluation", {S.SELF_EVALUATED}, S.SELF_EVALUATING),
    Move("schedule", {S.SELF_EVALUATED}, S.SCHEDULED),
    Move("visit", {S.SCHEDULED}, S.VISITED),
    Move("report", {S.VISITED}, S.REPORTED),
    Move("plan", {S.REPORTED}, S.PLANNED),
    Move("complete", {S.PLANNED}, S.COMPLETE),
    Move("ask_back", {S.COMPLETE}, S.PLANNED),
    Move("forward", {S.COMPLETE}, S.FORWARDED),
    Move("decide", {S.FORWARDED}, S.DECIDED),
    Move("certify", {S.DECIDED}, S.CERTIFIED),
    Move("refuse", {S.DECIDED}, S.REFUSED),
    Move("reconsider", {S.CERTIFIED, S.REFUSED}, S.DECIDED),  # another decision in place of the first, after an appeal
    Move("withdraw", {S.DRAFT, S.SUBMITTED, S.RETURNED, S.COMPLETE, S.ON_HOLD, *UNDERWAY}, S.WITHDRAWN),
    Move("hold", UNDERWAY, S.ON_HOLD),
    *(Move(f"resume_{state}", {S.ON_HOLD}, state) for state in UNDERWAY),
)

# The nine steps of the road; matching (3) runs beside self-evaluation (2) and is told by the exchange.
STEP_OF = {
    S.DRAFT: 1, S.SUBMITTED: 1, S.RETURNED: 1, S.REJECTED: 1, S.WITHDRAWN: 1,
    S.ACCEPTED: 2, S.SELF_EVALUATING: 2, S.SELF_EVALUATED: 3,
    S.SCHEDULED: 4, S.VISITED: 5, S.REPORTED: 7, S.PLANNED: 8, S.COMPLETE: 8, S.FORWARDED: 8,
    S.DECIDED: 8, S.CERTIFIED: 9, S.REFUSED: 8, S.ON_HOLD: 1,
}  # fmt: skip
