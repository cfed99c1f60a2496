"""How far a self-evaluation is: which norms have a rating and a story, and which one comes next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST_STORY = 100_000
DONE, BUSY, TODO = "done", "busy", "todo"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One norm in a list: whether there is a story, how the organisation rates itself, and whose it is."""

    norm_id: int
    rating: str | None
    written: bool
    assigned_to_id: int | None = None
    assigned_to: str = ""

    @property
    def state(self) -> str:
        """Done with both a rating and a story, busy with one of them."""
        return DONE if self.rating and self.written else BUSY if self.rating or self.written else TODO


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of how many norms are done."""

    done: int
    total: int

    @property
    def complete(self) -> bool:
        return self.done == self.total > 0


def progress(lines: Iterable[AnswerLine]) -> Progress:
    """Counted over these norms."""
    states = [line.state for line in lines]
    return Progress(states.count(DONE), len(states))


def unfinished(lines: Iterable[AnswerLine]) -> list[AnswerLine]:
    """The norms that still miss a rating or a story, in their order."""
    return [line for line in lines if line.state != DONE]


def next_after(norm_id: int, lines: Sequence[AnswerLine]) -> AnswerLine | None:
    """The next norm that is not done: after this one, else from the start; None when all others are done."""
    at = next((n for n, line in enumerate(lines) if line.norm_id == norm_id), -1)
    around = [*lines[at + 1 :], *lines[: max(at, 0)]]
    return next((line for line in around if line.state != DONE), None)
