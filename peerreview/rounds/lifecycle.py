"""A round is prepared, open for sign-up, matched, running and closed."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class RoundState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    MATCHING = "matching"
    RUNNING = "running"
    CLOSED = "closed"


ROUND = Lifecycle(
    "round",
    RoundState,
    Move("open", {RoundState.DRAFT}, RoundState.OPEN),
    Move("close_signup", {RoundState.OPEN}, RoundState.MATCHING),
    Move("reopen_signup", {RoundState.MATCHING}, RoundState.OPEN),
    Move("start", {RoundState.MATCHING}, RoundState.RUNNING),
    Move("close", {RoundState.RUNNING}, RoundState.CLOSED),
)
