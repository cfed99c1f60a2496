"""When an improvement plan can be signed: each norm below `complies` has an action, and no action is half written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

WHAT, OWNER, DUE_ON, EFFECT = "what", "owner", "due_on", "expected_effect"


@dataclass(frozen=True, slots=True)
class Step:
    """An action as values: what will be done about a norm, by whom, by which day, and what people will notice."""

    norm_id: int
    what: str = ""
    owner: str = ""
    due_on: date | None = None
    expected_effect: str = ""


def lacks(step: Step) -> tuple[str, ...]:
    """The names of what this action still lacks, in the order in which one writes it; empty when it is complete."""
    given = {WHAT: step.what, OWNER: step.owner, DUE_ON: step.due_on, EFFECT: step.expected_effect}
    return tuple(name for name, value in given.items() if not (value.strip() if isinstance(value, str) else value))


def uncovered(below: Iterable[int], steps: Iterable[Step]) -> tuple[int, ...]:
    """Of the norms below `complies`, those without a complete action, in their order."""
    covered = {step.norm_id for step in steps if not lacks(step)}
    return tuple(norm_id for norm_id in below if norm_id not in covered)


def half_written(steps: Iterable[Step]) -> tuple[int, ...]:
    """The norms with an action that still lacks something, each once, in the order of the actions."""
    return tuple(dict.fromkeys(step.norm_id for step in steps if lacks(step)))
