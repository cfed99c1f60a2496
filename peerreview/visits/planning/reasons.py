"""Why a day was chosen, and what speaks against it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from peerreview.rounds.rules import Rules
from peerreview.visits.lifecycle import Can
from peerreview.visits.planning.answers import Answers, sort_people
from peerreview.visits.planning.costs import (
    is_ready_last,
    people_off,
    people_tired,
    people_tired_by_both,
    sides_on_holiday,
)
from peerreview.visits.planning.due import deadlines, is_too_early
from peerreview.visits.planning.legs import NOTHING_KNOWN, Circumstances, Leg
from peerreview.visits.planning.slots import Slot


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a day was chosen or what speaks against it; pages turn the code into a sentence."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def reasons_for(
    leg: Leg,
    slot: Slot,
    answers: Answers,
    rules: Rules,
    today: date,
    circumstances: Circumstances = NOTHING_KNOWN,
    others: Sequence[tuple[Leg, Slot]] = (),
) -> tuple[Reason, ...]:
    """How many can come, what speaks for and against the slot beside the `others`, and which deadlines it fixes.

    Codes: can (count, of); lead_cannot (person); cannot, if_need_be, unknown, off, tiring (people); school
    (organisations); ready_first, not_ready_first; self_evaluation_ready; self_evaluation_by, too_early, report_by (day).
    """
    by_answer, fixes = sort_people(answers, leg.people, slot), deadlines(slot.day, rules, slot.last)
    found = [Reason("can", {"count": len(by_answer[Can.YES]), "of": len(leg.people)})]
    if leg.lead_id in by_answer[Can.NO]:
        found.append(Reason("lead_cannot", {"person": leg.lead_id}))
    for code, answer in (("cannot", Can.NO), ("if_need_be", Can.IF_NEED_BE), ("unknown", None)):
        if by_answer[answer]:
            found.append(Reason(code, {"people": by_answer[answer]}))
    found += _of_circumstances(leg, slot, answers, circumstances, others)
    found += _of_order(leg, slot, others)
    if leg.self_evaluation_ready:
        found.append(Reason("self_evaluation_ready"))
    else:
        code = "too_early" if is_too_early(leg, slot, rules, today) else "self_evaluation_by"
        found.append(Reason(code, {"day": fixes.self_evaluation_on}))
    found.append(Reason("report_by", {"day": fixes.report_on}))
    return tuple(found)


def _of_circumstances(
    leg: Leg, slot: Slot, answers: Answers, circumstances: Circumstances, others: Sequence[tuple[Leg, Slot]]
) -> list[Reason]:
    off, school = people_off(leg, slot, answers, circumstances), sides_on_holiday(leg, slot, circumstances)
    tired = [*people_tired(leg, slot, circumstances)]
    tired += [person for other in others for person in people_tired_by_both((leg, slot), other)]
    found = [Reason("off", {"people": off})] if off else []
    found += [Reason("school", {"organisations": school})] if school else []
    found += [Reason("tiring", {"people": tuple(dict.fromkeys(tired))})] if tired else []
    return found


def _of_order(leg: Leg, slot: Slot, others: Sequence[tuple[Leg, Slot]]) -> list[Reason]:
    """Whether this visit, to a side whose self-evaluation is there, comes before those to a side whose is not."""
    waiting = [other for other in others if leg.self_evaluation_ready and not other[0].self_evaluation_ready]
    if not waiting:
        return []
    late = any(is_ready_last((leg, slot), other) for other in waiting)
    return [Reason("not_ready_first" if late else "ready_first")]
