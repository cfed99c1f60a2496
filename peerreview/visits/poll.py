"""The poll of an exchange as values: its visits, who takes part, what they answered, and the plan that lies there.

Everything that a page about dates shows and that a service decides about dates is asked of a `Poll`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from peerreview.rounds.rules import Rules
from peerreview.visits import planning
from peerreview.visits.lifecycle import DATED, Can, Half, VisitState
from peerreview.visits.planning import NOTHING_KNOWN, Answers, Circumstances, Leg, Plan, Slot, Wanted
from peerreview.visits.surroundings import NOTHING_AROUND, Surroundings


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person who takes part, as far as the others need to know."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class PollVisit:
    """A visit of the exchange; `host_id` and `reviewing_id` are organisations."""

    id: int
    state: VisitState
    host_id: int
    host_name: str
    host_place: str
    reviewing_id: int
    reviewing_name: str
    team: tuple[int, ...]
    lead_id: int | None
    coordinators: tuple[int, ...]
    half_days: int
    self_evaluation_ready: bool
    slot: Slot | None = None
    travel_minutes: int = 0

    @property
    def whole_day(self) -> bool:
        """Whether it takes a day at least."""
        return self.half_days > 1

    @property
    def people(self) -> tuple[int, ...]:
        """Who should be there: the team, and the host's coordinators."""
        return tuple(dict.fromkeys((*self.team, *self.coordinators)))

    @property
    def leg(self) -> Leg:
        return Leg(
            self.id,
            self.people,
            self.lead_id,
            self.host_id,
            self.reviewing_id,
            self.half_days,
            self.self_evaluation_ready,
            self.travel_minutes,
        )


SECRETARIAT_ITSELF = 0  # stands where the proposing organisation would, in a proposal of the secretariat


@dataclass(frozen=True, slots=True)
class Proposal:
    """The plan that waits for an answer; `agreed_by` are ids of organisations, the proposing one first."""

    id: int
    slots: Mapping[int, Slot]
    agreed_by: tuple[int, ...]
    proposed_by: str

    @property
    def of_secretariat(self) -> bool:
        return self.agreed_by[:1] == (SECRETARIAT_ITSELF,)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of those asked can on a day, and who not or only if need be."""

    yes: tuple[int, ...]
    if_need_be: tuple[int, ...]
    no: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def of(self) -> int:
        return len(self.yes) + len(self.if_need_be) + len(self.no) + len(self.unknown)


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of the poll as one person sees it: the own answers, and everybody's."""

    day: date
    morning: Can | None
    afternoon: Can | None
    tally: Tally
    ahead: bool

    @property
    def both(self) -> Can | None:
        """The answer for the whole day, when both halves have the same."""
        return self.morning if self.morning == self.afternoon else None

    @property
    def differ(self) -> bool:
        return self.morning != self.afternoon


@dataclass(frozen=True)
class Poll:
    """One exchange's search for days. `window` is the round's; `poll_by` the last day to answer."""

    exchange_id: int
    round_name: str
    window: tuple[date, date]
    closes_on: date
    rules: Rules
    poll_by: date | None
    visits: tuple[PollVisit, ...]
    people: Mapping[int, Somebody]
    answers: Answers
    done: frozenset[int]
    days: tuple[date, ...]
    plan: Proposal | None
    around: Surroundings = NOTHING_AROUND
    circumstances: Circumstances = NOTHING_KNOWN

    @cached_property
    def organisations(self) -> dict[int, str]:
        """The members of the exchange: id to name."""
        return {visit.reviewing_id: visit.reviewing_name for visit in self.visits}

    @cached_property
    def open_visits(self) -> tuple[PollVisit, ...]:
        """The visits that have no day yet."""
        return tuple(visit for visit in self.visits if visit.state == VisitState.POLLING)

    @cached_property
    def participants(self) -> tuple[int, ...]:
        """Everybody who is asked: the people of each visit without a day."""
        return tuple(dict.fromkeys(person for visit in self.open_visits for person in visit.people))

    @property
    def waiting(self) -> tuple[int, ...]:
        """Who is asked and has not finished."""
        return tuple(person for person in self.participants if person not in self.done)

    @property
    def not_yet_agreed(self) -> tuple[int, ...]:
        """The organisations whose answer to the plan is still to come; none without a plan."""
        return tuple(id for id in self.organisations if self.plan and id not in self.plan.agreed_by)

    @property
    def waits_for(self) -> list[str]:
        """The names of the organisations whose answer to the plan is still to come."""
        return [self.organisations[id] for id in self.not_yet_agreed]

    def can_be_chosen(self, today: date) -> bool:
        """Whether days may be chosen now: everybody has answered, or the time to answer is over."""
        return bool(self.open_visits) and (not self.waiting or (self.poll_by is not None and self.poll_by < today))

    @property
    def fixed(self) -> list[tuple[Leg, Slot]]:
        """The visits that have their day."""
        return [(visit.leg, visit.slot) for visit in self.visits if visit.state in DATED and visit.slot]

    def days_ahead(self, today: date) -> tuple[date, ...]:
        return tuple(day for day in self.days if day > today)

    def best_plans(self, today: date, count: int = 3) -> list[Plan]:
        """The best plans for the visits without a day, as the answers are now."""
        return planning.best_plans(
            [visit.leg for visit in self.open_visits],
            self.days_ahead(today),
            self.answers,
            rules=self.rules,
            today=today,
            fixed=self.fixed,
            circumstances=self.circumstances,
            count=count,
        )

    def wanted(self, today: date) -> Wanted:
        """This exchange as a part of a round that is planned at once."""
        return Wanted(
            self.exchange_id,
            tuple(visit.leg for visit in self.open_visits),
            self.days_ahead(today),
            self.answers,
            self.rules,
            tuple(self.fixed),
            self.circumstances,
        )

    def faults_of(self, slots: Mapping[int, Slot], today: date, window: tuple[date, date] | None = None) -> list[str]:
        """Why these days cannot be: the codes of `planning.faults_of`, or `incomplete` when a visit has no day."""
        if set(slots) != {visit.id for visit in self.open_visits} or not slots:
            return ["incomplete"]
        chosen = [(visit.leg, slots[visit.id]) for visit in self.open_visits]
        gap = self.rules.gap_calendar_days_between_visits
        return planning.faults_of(
            chosen,
            fixed=self.fixed,
            window=window or self.window,
            today=today,
            gap=gap,
            busy=self.circumstances.busy,
        )

    def tally(self, day: date) -> Tally:
        """What everybody who is asked said about this day as a whole; about its better half if all visits take half."""
        slots = [Slot(day)]
        if self.open_visits and all(visit.half_days == 1 for visit in self.open_visits):
            slots = list(self.open_visits[0].leg.slots([day]))
        sorted_ = [planning.sort_people(self.answers, self.participants, slot) for slot in slots]
        best = min(sorted_, key=lambda by: (len(by[Can.NO]), len(by[None]), len(by[Can.IF_NEED_BE])))
        return Tally(best[Can.YES], best[Can.IF_NEED_BE], best[Can.NO], best[None])

    def row(self, day: date, person_id: int | None, today: date) -> DayRow:
        """This day for this person."""
        morning, afternoon = (self.answers.get((person_id or 0, day, half)) for half in (Half.MORNING, Half.AFTERNOON))
        return DayRow(day, morning, afternoon, self.tally(day), day > today)

    def names(self, ids: tuple[int, ...]) -> list[str]:
        return [self.people[id].name for id in ids]
