"""States and the moves between them, written as a table that code, tests and pages all read.

A feature writes `REVIEW = Lifecycle("review", ReviewState, Move("release", {DRAFTED}, RELEASED), ...)`. Whether a
person may make a move is the policy's question; whether the move exists now is this table's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from peerreview.core.errors import NotNow


@dataclass(frozen=True, slots=True)
class Move:
    """One verb: from any of `sources` to `target`."""

    verb: str
    sources: frozenset[StrEnum]
    target: StrEnum

    def __init__(self, verb: str, sources: Iterable[StrEnum], target: StrEnum) -> None:
        object.__setattr__(self, "verb", verb)
        object.__setattr__(self, "sources", frozenset(sources))
        object.__setattr__(self, "target", target)


class Lifecycle:
    """The table of one kind of subject; verbs are unique within it."""

    def __init__(self, subject: str, states: type[StrEnum], *moves: Move) -> None:
        self.subject = subject
        self.states = states
        self.moves = {move.verb: move for move in moves}
        if len(self.moves) != len(moves):
            raise ValueError(f"{subject}: a verb stands twice in its table")

    def can(self, state: str, verb: str) -> bool:
        """Whether `verb` exists in `state`."""
        return self.states(state) in self.moves[verb].sources

    def after(self, state: str, verb: str) -> StrEnum:
        """The state that `verb` leads to from `state`; raises NotNow when there is no such move."""
        if not self.can(state, verb):
            raise NotNow(f"{self.subject}: '{verb}' is not possible when it is '{state}'")
        return self.moves[verb].target

    def verbs(self, state: str) -> tuple[str, ...]:
        """What can be done in `state`, in the order of the table."""
        return tuple(verb for verb in self.moves if self.can(state, verb))
