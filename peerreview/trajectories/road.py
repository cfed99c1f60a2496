"""The road in nine steps: how far one organisation is, and whether its partner has begun or done each step.

Pure: what other features know (exchange, visit, review) comes in as the plain value of their state, or None while
there is none. `visit` and `review` are those in which this organisation is the host.
"""

from dataclasses import dataclass
from datetime import date

from peerreview.trajectories.lifecycle import STEP_OF, TrajectoryState

S = TrajectoryState
STEPS = (
    "sign_up",
    "self_evaluation",
    "matching",
    "visit",
    "report",
    "reply",
    "plan",
    "decision",
    "certificate",
)
DONE, BUSY, TODO, NONE = "done", "busy", "todo", "none"


@dataclass(frozen=True, slots=True)
class RoadFacts:
    """How far one organisation is. `held_from` is the state before it paused or stopped; `review_id` and `review_due`
    are of the report about it, where there is a review."""

    state: TrajectoryState
    held_from: TrajectoryState | None = None
    exchange: str | None = None
    visit: str | None = None
    review: str | None = None
    review_id: int | None = None
    review_due: date | None = None


@dataclass(frozen=True, slots=True)
class Road:
    """Nine states for each half (done, busy, todo; none without a partner) and the step of now, 1-9."""

    steps_us: tuple[str, ...]
    steps_them: tuple[str, ...]
    now: int


def road(us: RoadFacts, them: RoadFacts | None = None) -> Road:
    """The road of one organisation beside that of its partner. Now is the furthest step that we have begun."""
    ours = steps_of(us)
    theirs = steps_of(them) if them else (NONE,) * len(STEPS)
    return Road(
        ours,
        theirs,
        max((n for n, step in enumerate(ours, 1) if step != TODO), default=1),
    )


def steps_of(facts: RoadFacts) -> tuple[str, ...]:
    """The nine states of one organisation."""
    state = facts.held_from or S.SUBMITTED if facts.state in (S.ON_HOLD, S.WITHDRAWN) else facts.state
    reached = _ORDER.index(state) if state in _ORDER else 0
    return (
        _between(reached, S.DRAFT, S.ACCEPTED),
        _between(reached, S.ACCEPTED, S.SELF_EVALUATED),
        _matching(facts.exchange, reached),
        _visit(facts.visit, reached),
        _report(facts.review, reached),
        _reply(facts.review, reached),
        _between(reached, S.REPORTED, S.PLANNED),
        _between(reached, S.PLANNED, S.DECIDED),
        _between(reached, S.CERTIFIED, S.CERTIFIED) if state == S.CERTIFIED else TODO,
    )


# Refused stands where decided does: the road ends at step 8.
_ORDER = (
    S.DRAFT, S.RETURNED, S.SUBMITTED, S.ACCEPTED, S.SELF_EVALUATING, S.SELF_EVALUATED, S.SCHEDULED, S.VISITED,
    S.REPORTED, S.PLANNED, S.COMPLETE, S.FORWARDED, S.DECIDED, S.REFUSED, S.CERTIFIED,
)  # fmt: skip


def _between(reached: int, begun: TrajectoryState, done: TrajectoryState) -> str:
    if reached >= _ORDER.index(done):
        return DONE
    return BUSY if reached >= _ORDER.index(begun) else TODO


def _matching(exchange: str | None, reached: int) -> str:
    if exchange in ("confirmed", "active", "completed") or reached >= _ORDER.index(S.SCHEDULED):
        return DONE
    return BUSY if exchange == "proposed" else TODO


def _visit(visit: str | None, reached: int) -> str:
    if visit == "held" or reached >= _ORDER.index(S.VISITED):
        return DONE
    begun = visit in (
        "polling",
        "agreed",
        "programme_final",
    ) or reached >= _ORDER.index(S.SCHEDULED)
    return BUSY if begun else TODO


def _report(review: str | None, reached: int) -> str:
    if review in ("released", "fact_checked", "final") or reached >= _ORDER.index(S.REPORTED):
        return DONE
    return BUSY if review in ("rating", "consensus", "drafted") or reached >= _ORDER.index(S.VISITED) else TODO


def _reply(review: str | None, reached: int) -> str:
    if review == "final" or reached >= _ORDER.index(S.REPORTED):
        return DONE
    return BUSY if review in ("released", "fact_checked") else TODO


def step_of(state: TrajectoryState, held_from: TrajectoryState | None = None) -> int:
    """The step of the road, 1-9, for lists that know the state only."""
    paused = state in (S.ON_HOLD, S.WITHDRAWN) and held_from
    return STEP_OF[held_from if paused and held_from else state]


def states_in_step(step: int) -> tuple[TrajectoryState, ...]:
    """The states that a list shows under this step of the road."""
    return tuple(state for state, number in STEP_OF.items() if number == step and state != S.ON_HOLD)
