"""The states of a matching run, of an exchange, and of each organisation's answer to a proposed exchange."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class RunState(StrEnum):
    REHEARSED = "rehearsed"
    PUBLISHED = "published"
    DISCARDED = "discarded"


MATCHING_RUN = Lifecycle(
    "matching_run",
    RunState,
    Move("publish", {RunState.REHEARSED}, RunState.PUBLISHED),
    Move("discard", {RunState.REHEARSED}, RunState.DISCARDED),
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
