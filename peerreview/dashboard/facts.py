"""What the first pages know, as plain values that the rules of this feature reason about."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from peerreview.marketplace.proposing import Asked


@dataclass(frozen=True, slots=True)
class TrajectoryFacts:
    """The trajectory that an organisation's first page is about."""

    id: int
    state: str
    due_on: date | None
    held_from: str | None
    round_name: str
    partner_by: date | None = None  # by when the secretariat promised a partner, if it did


@dataclass(frozen=True, slots=True)
class OpenRound:
    """A round that is open and that this organisation is not in."""

    id: int
    name: str
    signup_closes_on: date


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    id: int
    state: str
    answer_by: date | None


@dataclass(frozen=True, slots=True)
class Partner:
    """Another member of the exchange: who, how they answered, and how far their own road is."""

    trajectory_id: int
    name: str
    place: str
    state: str
    answer: str
    visit: str | None = None
    review: str | None = None


@dataclass(frozen=True, slots=True)
class Leg:
    """One visit with its review, seen from one organisation: `hosting` when others come to us."""

    visit_id: int
    review_id: int | None
    hosting: bool
    host_id: int
    other: str
    visit_state: str
    starts_at: datetime | None
    poll_by: date | None
    review_state: str | None
    review_due_on: date | None


@dataclass(slots=True)
class MemberFacts:
    """What one organisation's first page is made of."""

    trajectory: TrajectoryFacts | None = None
    open_round: OpenRound | None = None
    exchange: ExchangeFacts | None = None
    our_answer: str = ""
    partners: list[Partner] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    answers: tuple[int, int, int] = (0, 0, 0)  # all, answered, mine still open
    polled: bool = False
    poll_open: bool = True  # whether somebody still has to say when they can
    days_agreed_by: tuple[int, ...] | None = None  # the organisations that agreed to the days proposed; None: none are
    organisation_id: int | None = None
    plan: tuple[int, int] = (0, 0)  # norms that need an action, and those that have one


@dataclass(frozen=True, slots=True)
class Assignment:
    """One review in whose team a person is."""

    review_id: int
    visit_id: int
    exchange_id: int
    lead: bool
    host: str
    place: str
    visit_state: str
    starts_at: datetime | None
    poll_by: date | None
    state: str
    due_on: date | None
    polled: bool
    rated: int
    found: int
    norms: int
    verdicts_open: int
    signed: bool = True  # that they are independent
    rules: dict[str, Any] = field(default_factory=dict)  # of the round


@dataclass(frozen=True, slots=True)
class Pile:
    """How many things of one kind wait for the secretariat, and the first day one of them is due."""

    count: int
    due_on: date | None
