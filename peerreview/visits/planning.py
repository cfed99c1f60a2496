"""Which days suit a whole exchange: what people answered becomes the best complete plans, each with its reasons.

A plan gives every visit a day (or, at a small host, half a day) such that nobody is on two visits on one day and two
visits of one organisation keep their distance. Plans are compared in this order, smallest first: lead reviewers who
cannot come; others who cannot; people who did not answer; self-evaluations whose deadline would already be past; people
who come only if need be; and then the earlier days. The search goes through all combinations and cuts off those that
can no longer become one of the best (branch and bound), so its answer is exact.
"""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from peerreview.core import clock
from peerreview.rounds.rules import Rules
from peerreview.visits.lifecycle import Can, Half

SMALL_HOST_FTE = 15  # a host with fewer people than this is visited for half a day
OFFERED_DAYS = 20
LEAST_OFFERED = 6  # with fewer days than this in the months that all sides named, every month counts
MOST_DAYS = 40
TUESDAY, THURSDAY = 1, 3

Answers = Mapping[tuple[int, date, Half], Can]
Cost = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A day for a visit; `half` is None for the whole day."""

    day: date
    half: Half | None = None

    @property
    def halves(self) -> tuple[Half, ...]:
        return (self.half,) if self.half else (Half.MORNING, Half.AFTERNOON)

    @property
    def order(self) -> int:
        """Earlier is smaller; a morning comes before an afternoon of the same day."""
        return self.day.toordinal() * 2 + (self.half == Half.AFTERNOON)


@dataclass(frozen=True, slots=True)
class Leg:
    """One visit to find a day for: who should be there (ids of people), which organisations meet, how long it takes."""

    visit_id: int
    people: tuple[int, ...]
    lead_id: int | None
    host_id: int
    reviewing_id: int
    whole_day: bool = True
    self_evaluation_ready: bool = False

    @property
    def organisations(self) -> frozenset[int]:
        return frozenset((self.host_id, self.reviewing_id))

    def slots(self, days: Iterable[date]) -> Iterator[Slot]:
        """Every slot of the right length on these days."""
        for day in days:
            yield from [Slot(day)] if self.whole_day else [Slot(day, Half.MORNING), Slot(day, Half.AFTERNOON)]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day was chosen or what speaks against it; pages turn the code into a sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """The slot of one visit in a plan."""

    visit_id: int
    slot: Slot
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A slot for every visit."""

    choices: tuple[Choice, ...]
    cost: Cost

    @property
    def slots(self) -> dict[int, Slot]:
        return {choice.visit_id: choice.slot for choice in self.choices}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What the day of a visit fixes."""

    self_evaluation_on: date
    programme_on: date
    report_on: date


def deadlines(day: date, rules: Rules) -> Deadlines:
    """The days by which self-evaluation, programme and draft report of a visit on `day` must be there."""
    return Deadlines(
        day - timedelta(days=rules.self_evaluation_calendar_days_before_visit),
        day - timedelta(days=rules.programme_calendar_days_before_visit),
        clock.add_working_days(day, rules.draft_report_within),
    )


def offered_days(first: date, last: date, months: Iterable[Iterable[int]], today: date) -> list[date]:
    """The days that people are asked about: Tuesdays and Thursdays of the window, spread, at most 20.

    Only in months that every side named at sign-up (a side that named none takes any), unless those leave fewer than
    six days. Public holidays and days that are past fall out.
    """
    start = max(first, today + timedelta(days=1))
    days = [start + timedelta(days=n) for n in range((last - start).days + 1)]
    days = [day for day in days if day.weekday() in (TUESDAY, THURSDAY) and clock.is_working_day(day)]
    wanted = set(range(1, 13)).intersection(*(set(side) for side in months if side))
    chosen = [day for day in days if day.month in wanted]
    if len(chosen) < LEAST_OFFERED:
        chosen = days
    if len(chosen) <= OFFERED_DAYS:
        return chosen
    return [chosen[n * (len(chosen) - 1) // (OFFERED_DAYS - 1)] for n in range(OFFERED_DAYS)]


def fallen_out(days: Sequence[date]) -> list[tuple[date, str]]:
    """The Tuesdays and Thursdays between the first and last of these days that are a public holiday, with its name."""
    between = [days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days)] if days else []
    named = [(day, clock.holiday_name(day)) for day in between if day.weekday() in (TUESDAY, THURSDAY)]
    return [(day, name) for day, name in named if name]


def answer_for(answers: Answers, person_id: int, slot: Slot) -> Can | None:
    """What this person said about the slot: for a whole day the worse of both halves; None when not yet known."""
    given = [answers.get((person_id, slot.day, half)) for half in slot.halves]
    if Can.NO in given:
        return Can.NO
    if None in given:
        return None
    return Can.IF_NEED_BE if Can.IF_NEED_BE in given else Can.YES


def sort_people(answers: Answers, people: Iterable[int], slot: Slot) -> dict[Can | None, tuple[int, ...]]:
    """These people by their answer to the slot; every answer is a key, None for no answer yet."""
    found: dict[Can | None, list[int]] = {Can.YES: [], Can.IF_NEED_BE: [], Can.NO: [], None: []}
    for person_id in people:
        found[answer_for(answers, person_id, slot)].append(person_id)
    return {answer: tuple(ids) for answer, ids in found.items()}


def cost_of(leg: Leg, slot: Slot, answers: Answers, rules: Rules, today: date) -> Cost:
    """What speaks against this slot; costs of visits are added up place by place and compared in order."""
    by_answer = sort_people(answers, leg.people, slot)
    cannot = by_answer[Can.NO]
    return (
        int(leg.lead_id in cannot),
        len(cannot),
        len(by_answer[None]),
        int(is_too_early(leg, slot, rules, today)),
        len(by_answer[Can.IF_NEED_BE]),
        slot.order,
    )


def is_too_early(leg: Leg, slot: Slot, rules: Rules, today: date) -> bool:
    """Whether the self-evaluation, which is not there yet, would have been due already."""
    return not leg.self_evaluation_ready and deadlines(slot.day, rules).self_evaluation_on < today


def go_together(one: tuple[Leg, Slot], other: tuple[Leg, Slot], gap: int) -> bool:
    """Whether two visits may both be: nobody twice on one day, and `gap` calendar days apart for an organisation."""
    (leg, slot), (leg2, slot2) = one, other
    apart = abs((slot.day - slot2.day).days)
    if apart == 0 and set(leg.people) & set(leg2.people):
        return False
    return apart >= gap or not leg.organisations & leg2.organisations


def best_plans(
    legs: Sequence[Leg],
    days: Iterable[date],
    answers: Answers,
    *,
    rules: Rules,
    today: date,
    fixed: Sequence[tuple[Leg, Slot]] = (),
    count: int = 3,
) -> list[Plan]:
    """The `count` best plans for these visits, the best first; fewer when there are no more.

    `fixed` are visits of the same exchange that have their day already. Of equal plans the one with the earlier day for
    the first visit comes first, so that the same answers always give the same plans.
    """
    gap = rules.gap_calendar_days_between_visits
    days = sorted(set(days))
    options = [
        sorted(
            (cost_of(leg, slot, answers, rules, today), slot)
            for slot in leg.slots(days)
            if all(go_together((leg, slot), other, gap) for other in fixed)
        )
        for leg in legs
    ]
    if not legs or not all(options):
        return []
    # The least that the visits from the n-th on can still cost.
    least: list[Cost] = [_NOTHING]
    for choices in reversed(options):
        least.insert(0, _add(least[0], choices[0][0]))
    found: list[tuple[Cost, tuple[Slot, ...]]] = []

    def search(n: int, cost: Cost, taken: tuple[Slot, ...]) -> None:
        if n == len(legs):
            insort(found, (cost, taken))
            del found[count:]
            return
        for own, slot in options[n]:
            now = _add(cost, own)
            if len(found) == count and _add(now, least[n + 1]) > found[-1][0]:
                return  # the options only get worse
            if all(go_together((legs[n], slot), pair, gap) for pair in zip(legs[:n], taken, strict=True)):
                search(n + 1, now, (*taken, slot))

    search(0, _NOTHING, ())
    return [_plan(legs, slots, cost, answers, rules, today) for cost, slots in found]


_NOTHING: Cost = (0, 0, 0, 0, 0, 0)


def _add(one: Cost, other: Cost) -> Cost:
    return tuple(a + b for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def _plan(legs: Sequence[Leg], slots: Sequence[Slot], cost: Cost, answers: Answers, rules: Rules, today: date) -> Plan:
    choices = (
        Choice(leg.visit_id, slot, reasons_for(leg, slot, answers, rules, today))
        for leg, slot in zip(legs, slots, strict=True)
    )
    return Plan(tuple(choices), cost)


def reasons_for(leg: Leg, slot: Slot, answers: Answers, rules: Rules, today: date) -> tuple[Reason, ...]:
    """How many can come, who not or only if need be, and which deadlines this day fixes.

    Codes: can (count, of), lead_cannot (person), cannot, if_need_be, unknown (people), self_evaluation_ready,
    self_evaluation_by or too_early (day), report_by (day).
    """
    by_answer, fixes = sort_people(answers, leg.people, slot), deadlines(slot.day, rules)
    found = [Reason("can", {"count": len(by_answer[Can.YES]), "of": len(leg.people)})]
    if leg.lead_id in by_answer[Can.NO]:
        found.append(Reason("lead_cannot", {"person": leg.lead_id}))
    for code, answer in (("cannot", Can.NO), ("if_need_be", Can.IF_NEED_BE), ("unknown", None)):
        if by_answer[answer]:
            found.append(Reason(code, {"people": by_answer[answer]}))
    if leg.self_evaluation_ready:
        found.append(Reason("self_evaluation_ready"))
    else:
        code = "too_early" if is_too_early(leg, slot, rules, today) else "self_evaluation_by"
        found.append(Reason(code, {"day": fixes.self_evaluation_on}))
    found.append(Reason("report_by", {"day": fixes.report_on}))
    return tuple(found)


def faults_of(
    chosen: Sequence[tuple[Leg, Slot]],
    *,
    fixed: Sequence[tuple[Leg, Slot]] = (),
    window: tuple[date, date],
    today: date,
    gap: int,
) -> list[str]:
    """Why these days cannot be; nothing when they can.

    Codes: past, not_a_working_day, outside_window, same_day (somebody is on two visits), too_close.
    """
    found: list[str] = []
    for n, (leg, slot) in enumerate(chosen):
        if slot.day <= today:
            found.append("past")
        if not clock.is_working_day(slot.day):
            found.append("not_a_working_day")
        if not window[0] <= slot.day <= window[1]:
            found.append("outside_window")
        for other in (*chosen[:n], *fixed):
            if not go_together((leg, slot), other, gap):
                found.append("same_day" if slot.day == other[1].day else "too_close")
    return list(dict.fromkeys(found))


def slots_written(slots: Mapping[int, Slot]) -> list[dict[str, Any]]:
    """The slots of visits as they are kept with a plan."""
    return [
        {"visit_id": id, "day": slot.day.isoformat(), "half": slot.half.value if slot.half else None}
        for id, slot in slots.items()
    ]


def slots_read(written: Iterable[Mapping[str, Any]]) -> dict[int, Slot]:
    """The reverse of `slots_written`."""
    return {
        int(row["visit_id"]): Slot(date.fromisoformat(row["day"]), Half(row["half"]) if row["half"] else None)
        for row in written
    }
