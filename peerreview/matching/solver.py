"""Who reviews whom in a round: the best groups under the hard rules, each with its reasons and its alternatives.

The engine decides (`engine`: most organisations, then accepted groups, then the total), here the candidates become its
legs and its answer gets its reasons. The answer depends on the candidates only, not on their order.
"""

from collections.abc import Callable, Iterable
from functools import cached_property

from peerreview.marketplace.fit import Candidate, Weights
from peerreview.matching import engine
from peerreview.matching.board import Terms, prepare
from peerreview.matching.explanation import Progress, Result, explain

Asked = Callable[[], bool]
THOROUGH = engine.Limits(tries=200, passes=8)


class Again:
    """Solves a problem, and again when it is changed a little; what did not change is remembered."""

    def __init__(self, problem: engine.Problem, cancelled: Asked | None = None) -> None:
        self.problem = problem
        self.cancelled = cancelled
        self.memory = engine.Memory()

    def __call__(self, problem: engine.Problem) -> engine.Solution:
        return engine.solve(problem, limits=THOROUGH, memory=self.memory, cancelled=self.cancelled, bound=False)

    @cached_property
    def solution(self) -> engine.Solution:
        return self(self.problem)

    def cost_of(self, here: int, there: int) -> engine.Cost:
        """What it costs the whole when these two are together; the search begins where the solution stands."""
        together = engine.with_pair(
            self.problem, here, there, limits=THOROUGH, memory=self.memory, before=self.solution,
            cancelled=self.cancelled,
        )  # fmt: skip
        return engine.cost_of(self.solution, together)


def solve(
    candidates: Iterable[Candidate],
    weights: Weights,
    *,
    forbidden: Iterable[tuple[int, int]] = (),
    terms: Terms | None = None,
    progress: Progress | None = None,
    cancelled: Asked | None = None,
) -> Result:
    """The best groups on these terms; pairs in `forbidden` do not meet, those that take no part are ignored.

    A locked pair or ring stays even where a rule forbids it: people decide, its legs show the blocks. ValueError if two
    candidates share a key, or a locked group has a stranger, a member of another or a forbidden pair. `progress` hears
    how far it is; Cancelled is raised once `cancelled` says so.
    """
    board = prepare(candidates, weights, forbidden=forbidden, terms=terms)
    again = Again(board.problem(), cancelled)
    if progress:
        progress("groups", 0, 1)
    return explain(board, again.solution, again, progress)
