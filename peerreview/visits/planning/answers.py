"""What people said about a slot."""

from collections.abc import Iterable, Mapping
from datetime import date

from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning.slots import Slot

Answers = Mapping[tuple[int, date, Half], Can]


def answer_for(answers: Answers, person_id: int, slot: Slot) -> Can | None:
    """What this person said about the slot: the worst of its half-days; None when not yet known."""
    given = [answers.get((person_id, day, half)) for day, half in slot.covers]
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
