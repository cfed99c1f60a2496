"""The states of a matching run, of an exchange, and of each organisation's answer to a proposed exchange."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class RunState(StrEnum):
    QUEUED = "queued"  # waits for the worker
    RUNNING = "running"
    REHEARSED = "rehearsed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PUBLISHED = "published"
    DISCARDED = "discarded"


MATCHING_RUN = Lifecycle(
    "matching_run",
    RunState,
    Move("begin", {RunState.QUEUED}, RunState.RUNNING),
    Move("finish", {RunState.RUNNING}, RunState.REHEARSED),
    Move("fail", {RunState.RUNNING}, RunState.FAILED),
    Move("queue_again", {RunState.RUNNING}, RunState.QUEUED),
    Move("cancel", {RunState.QUEUED, RunState.RUNNING}, RunState.CANCELLED),
    Move("publish", {RunState.REHEARSED}, RunState.PUBLISHED),
    Move("retract", {RunState.PUBLISHED}, RunState.REHEARSED),
    Move("discard", {RunState.REHEARSED, RunState.FAILED, RunState.CANCELLED}, RunState.DISCARDED),
)


class ExchangeKind(StrEnum):
    PAIR = "pair"
    RING = "ring"


class ExchangeState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    ACTIVE = "active"
    COMPLETED = "completed"
    DISSOLVED = "dissolved"


EXCHANGE = Lifecycle(
    "exchange",
    ExchangeState,
    Move("confirm", {ExchangeState.PROPOSED}, ExchangeState.CONFIRMED),
    Move("start", {ExchangeState.CONFIRMED}, ExchangeState.ACTIVE),
    Move("complete", {ExchangeState.ACTIVE}, ExchangeState.COMPLETED),
    Move("retract", {ExchangeState.PROPOSED}, ExchangeState.DISSOLVED),
    Move("dissolve", {ExchangeState.PROPOSED, ExchangeState.CONFIRMED, ExchangeState.ACTIVE}, ExchangeState.DISSOLVED),
)


class AnswerState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    OBJECTED = "objected"


MATCH_ANSWER = Lifecycle(
    "match_answer",
    AnswerState,
    Move("accept", {AnswerState.PENDING}, AnswerState.ACCEPTED),
    Move("object", {AnswerState.PENDING}, AnswerState.OBJECTED),
    Move("take_back", {AnswerState.OBJECTED}, AnswerState.PENDING),
)
