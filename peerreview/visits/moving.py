"""What moving a visit does: to every deadline on its road, to the other visits of its exchange, and to its people.

Everything is asked of a `Poll` (what is known about the dates of the exchange), so that the mover sees it before it is
certain, and so that it can be tried without a database.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from peerreview.core import clock
from peerreview.rounds.rules import Rules
from peerreview.visits import planning
from peerreview.visits.lifecycle import DATED, Can
from peerreview.visits.planning import Choice, Slot
from peerreview.visits.poll import Poll, PollVisit

VISIT, SELF_EVALUATION, PROGRAMME, REPORT = "visit", "self_evaluation", "programme", "report"
RELEASE, FACT_CHECK, CORRECTIONS, PLAN = "release", "fact_check", "corrections", "plan"
SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One day on the road of the host: now, and when the visit has moved. None: not known yet, another has no day."""

    code: str
    before: date | None
    after: date | None
    past: bool = False

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Beside:
    """Another visit of the exchange, which stays on its day. `earlier`: whether it comes before the one that moves.

    `apart` counts calendar days; `both` are the people who are on both visits. `fault` is why they cannot both be.
    """

    visit: PollVisit
    slot: Slot
    apart_before: int
    apart_after: int
    earlier_before: bool
    earlier_after: bool
    both: tuple[int, ...]
    fault: str = ""

    @property
    def turns(self) -> bool:
        """Whether the order of the two changes."""
        return self.earlier_before != self.earlier_after


@dataclass(frozen=True, slots=True)
class Effects:
    """All that a move does. Of the people (by id) each stands in the first of these that is true of them.

    `elsewhere` are on a visit of another exchange, `cannot` said no, `off` never work then, `unwilling` said only if need
    be, `unknown` did not answer about that day.
    """

    steps: tuple[Step, ...]
    beside: tuple[Beside, ...]
    elsewhere: tuple[int, ...]
    cannot: tuple[int, ...]
    off: tuple[int, ...]
    unwilling: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def everybody_can(self) -> bool:
        return not (self.elsewhere or self.cannot or self.off or self.unwilling or self.unknown)


def road_of(slot: Slot, others: Iterable[Slot | None], rules: Rules) -> dict[str, date | None]:
    """By when each step of the road is due for a visit in this slot, if everybody takes all their time.

    `others` are the slots of the exchange's other visits (None for one without a day): reports are released together,
    so what follows waits for the last of them.
    """
    fixes = planning.deadlines(slot.day, rules, slot.last)
    road: dict[str, date | None] = {
        VISIT: slot.day, SELF_EVALUATION: fixes.self_evaluation_on, PROGRAMME: fixes.programme_on,
        REPORT: fixes.report_on, RELEASE: None, FACT_CHECK: None, CORRECTIONS: None, PLAN: None,
    }  # fmt: skip
    known = list(others)
    reports = [planning.deadlines(one.day, rules, one.last).report_on for one in known if one]
    if len(reports) == len(known):
        release = max([fixes.report_on, *reports])
        fact_check = clock.add_working_days(release, rules.fact_check_within)
        corrections = clock.add_working_days(fact_check, rules.correct_within)
        plan = clock.add_working_days(corrections, rules.plan_within)
        road |= {RELEASE: release, FACT_CHECK: fact_check, CORRECTIONS: corrections, PLAN: plan}
    return road


def effects_of(
    poll: Poll, visit_id: int, then: Slot, today: date, *, kept: Mapping[str, date] | None = None
) -> Effects:
    """What happens when this visit, which has a day, moves to another slot.

    `kept` are days that stand otherwise now than the rules say (a deadline that was postponed). A self-evaluation that
    is there already has no day; one whose day would be past is due today.
    """
    own = next(visit for visit in poll.visits if visit.id == visit_id)
    if own.slot is None:
        raise ValueError("a visit without a day does not move")
    others = [visit for visit in poll.visits if visit.id != visit_id]
    slots = [visit.slot if visit.state in DATED else None for visit in others]
    before = road_of(own.slot, slots, poll.rules) | dict(kept or {})
    after = road_of(then, slots, poll.rules)
    steps = [_step(code, before[code], after[code], today) for code in before]
    if own.self_evaluation_ready:
        steps = [step for step in steps if step.code != SELF_EVALUATION]
    return Effects(
        tuple(steps),
        tuple(
            _beside(poll, own, other, slot, own.slot, then) for other, slot in zip(others, slots, strict=True) if slot
        ),
        *_people(poll, own, then),
    )


def _step(code: str, before: date | None, after: date | None, today: date) -> Step:
    past = after is not None and after < today
    if past and code == SELF_EVALUATION:
        after = today
    return Step(code, before, after, past)


def _beside(poll: Poll, own: PollVisit, other: PollVisit, slot: Slot, now: Slot, then: Slot) -> Beside:
    gap = poll.rules.gap_calendar_days_between_visits
    apart = planning.days_apart(then, slot)
    fault = (
        "" if planning.go_together((own.leg, then), (other.leg, slot), gap) else "too_close" if apart else "same_day"
    )
    return Beside(
        other, slot, planning.days_apart(now, slot), apart, slot < now, slot < then,
        tuple(person for person in own.people if person in other.people), fault,
    )  # fmt: skip


def _people(poll: Poll, own: PollVisit, then: Slot) -> tuple[tuple[int, ...], ...]:
    said = planning.sort_people(poll.answers, own.people, then)
    busy, off = poll.circumstances.busy, poll.circumstances.off
    elsewhere = [one for one in own.people if any(day in busy.get(one, ()) for day in then.days)]
    free = [one for one in said[None] if any((day.weekday(), half) in off.get(one, ()) for day, half in then.covers)]
    taken, found = set[int](), []
    for group in (elsewhere, said[Can.NO], free, said[Can.IF_NEED_BE], said[None]):
        found.append(tuple(one for one in group if one not in taken))
        taken.update(group)
    return tuple(found)


def other_slots(poll: Poll, visit_id: int, today: date, count: int = SUGGESTED) -> list[Choice]:
    """The best other slots for this visit by what people said in the poll, the best first, each with its reasons."""
    own = next(visit for visit in poll.visits if visit.id == visit_id)
    fixed = [(leg, slot) for leg, slot in poll.fixed if leg.visit_id != visit_id]
    plans = planning.best_plans(
        [own.leg], poll.days_ahead(today), poll.answers, rules=poll.rules, today=today, fixed=fixed,
        circumstances=poll.circumstances, count=count + 1,
    )  # fmt: skip
    found = [plan.choices[0] for plan in plans if plan.choices[0].slot != own.slot]
    return found[:count]
