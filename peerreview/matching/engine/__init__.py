"""The engine of matching: who reviews whom, found over plain values.

`Problem` says who may review whom at which score and what is settled; `solve` gives a `Solution`: pairs and rings, with
what they come to. `with_pair` answers what it would cost the whole to put two together. docs/matching-engine.md tells
what is optimised, by which methods, and what of it is exact.
"""

from peerreview.matching.engine.component import Limits
from peerreview.matching.engine.problem import Problem
from peerreview.matching.engine.solution import PER_MEMBER, Group, Leg, Solution
from peerreview.matching.engine.solver import Cost, Memory, cost_of, solve, with_pair
from peerreview.matching.engine.watch import Cancelled

__all__ = [
    "PER_MEMBER", "Cancelled", "Cost", "Group", "Leg", "Limits", "Memory", "Problem", "Solution", "cost_of", "solve",
    "with_pair",
]  # fmt: skip
