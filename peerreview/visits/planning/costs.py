"""What a plan costs: places that are added up over its visits and compared in order, the first place first."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from peerreview.rounds.rules import Rules
from peerreview.visits.lifecycle import Can
from peerreview.visits.planning.answers import Answers, answer_for, sort_people
from peerreview.visits.planning.due import is_too_early
from peerreview.visits.planning.faults import days_apart
from peerreview.visits.planning.legs import NOTHING_KNOWN, Circumstances, Leg
from peerreview.visits.planning.slots import Slot


class Cost(NamedTuple):
    """What speaks against a plan, the worst first; less is better, and a later place only decides between equals.

    lead_cannot: lead reviewers who cannot come. cannot: all who cannot (the lead too). unknown: people who did not
    answer. too_early: self-evaluations that should have been there before today. if_need_be: people who come only if
    need be. off: people who did not answer and never work on one of these half-days. school: sides in whose region it is
    a school holiday. tiring: people with another visit the day before or after one of 90 minutes or more away.
    not_ready_first: visits to a side whose self-evaluation is there that come after one to a side whose is not.
    later: the half-days from today until its first, so that earlier is better.
    """

    lead_cannot: int = 0
    cannot: int = 0
    unknown: int = 0
    too_early: int = 0
    if_need_be: int = 0
    off: int = 0
    school: int = 0
    tiring: int = 0
    not_ready_first: int = 0
    later: int = 0

    def plus(self, other: "Cost") -> "Cost":
        return Cost(*(one + two for one, two in zip(self, other, strict=True)))


NOTHING = Cost()


def cost_of(
    leg: Leg,
    slot: Slot,
    answers: Answers,
    rules: Rules,
    today: date,
    circumstances: Circumstances = NOTHING_KNOWN,
) -> Cost:
    """What speaks against this slot for one visit, whatever the others of the plan are."""
    by_answer = sort_people(answers, leg.people, slot)
    cannot = by_answer[Can.NO]
    return Cost(
        lead_cannot=int(leg.lead_id in cannot),
        cannot=len(cannot),
        unknown=len(by_answer[None]),
        too_early=int(is_too_early(leg, slot, rules, today)),
        if_need_be=len(by_answer[Can.IF_NEED_BE]),
        off=len(people_off(leg, slot, answers, circumstances)),
        school=len(sides_on_holiday(leg, slot, circumstances)),
        tiring=len(people_tired(leg, slot, circumstances)),
        later=max(0, slot.order - 2 * today.toordinal()),
    )


def cost_together(one: tuple[Leg, Slot], other: tuple[Leg, Slot]) -> Cost:
    """What speaks against these slots of two visits of one exchange together."""
    return Cost(tiring=len(people_tired_by_both(one, other)), not_ready_first=int(is_ready_last(one, other)))


def people_off(leg: Leg, slot: Slot, answers: Answers, circumstances: Circumstances) -> tuple[int, ...]:
    """Who did not answer, and never works on one of these half-days."""
    never = [person for person in leg.people if circumstances.off.get(person)]
    wanted = {(day.weekday(), half) for day, half in slot.covers} if never else set()
    absent = [person for person in never if not wanted.isdisjoint(map(tuple, circumstances.off[person]))]
    return tuple(person for person in absent if answer_for(answers, person, slot) is None)


def sides_on_holiday(leg: Leg, slot: Slot, circumstances: Circumstances) -> tuple[int, ...]:
    """The organisations of the visit in whose region it is a school holiday on one of its days."""
    sides = (leg.host_id, leg.reviewing_id) if circumstances.school else ()
    return tuple(
        side
        for side in sides
        if any(first <= day <= last for first, last in circumstances.school.get(side, ()) for day in slot.days)
    )


def people_tired(leg: Leg, slot: Slot, circumstances: Circumstances) -> tuple[int, ...]:
    """Who goes far for this visit with a visit elsewhere on the day before or after it."""
    if not leg.far or not circumstances.busy:
        return ()
    beside = (slot.day - timedelta(days=1), slot.last + timedelta(days=1))
    busy = circumstances.busy
    return tuple(person for person in leg.people if person in busy and any(day in busy[person] for day in beside))


def people_tired_by_both(one: tuple[Leg, Slot], other: tuple[Leg, Slot]) -> tuple[int, ...]:
    """Who is on both visits, on adjacent days, while one of them is far away."""
    (leg, slot), (leg2, slot2) = one, other
    if not (leg.far or leg2.far) or days_apart(slot, slot2) != 1:
        return ()
    return tuple(person for person in leg.people if person in leg2.people)


def is_ready_last(one: tuple[Leg, Slot], other: tuple[Leg, Slot]) -> bool:
    """Whether the one of both whose host has its self-evaluation ready comes after the one whose host has not."""
    if one[0].self_evaluation_ready == other[0].self_evaluation_ready:
        return False
    ready, not_ready = (one, other) if one[0].self_evaluation_ready else (other, one)
    return not_ready[1].order < ready[1].order


# A cost as one whole number that compares and adds like it, for searching: a place never reaches 2 ** WIDTH, also not
# summed over ten thousand visits, save the last, which has room above it to spare.
WIDTH, LAST_WIDTH = 24, 48


def packed(cost: Cost) -> int:
    number = 0
    for place in cost[:-1]:
        number = number << WIDTH | place
    return number << LAST_WIDTH | cost[-1]


def unpacked(number: int) -> Cost:
    """The reverse of `packed`."""
    places = [number & (1 << LAST_WIDTH) - 1]
    number >>= LAST_WIDTH
    for _place in range(len(NOTHING) - 1):
        places.append(number & (1 << WIDTH) - 1)
        number >>= WIDTH
    return Cost(*reversed(places))


def total(costs: Sequence[Cost]) -> Cost:
    return Cost(*map(sum, zip(*costs, strict=True))) if costs else NOTHING
