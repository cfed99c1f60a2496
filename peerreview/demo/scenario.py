"""What the demo consists of: how many organisations, which rounds, and how far each group of a round has come.

A group is a pair (or ring) at a stage; its stage decides every state of its trajectories, exchange, visits and reviews,
so that what belongs together is told once.
"""

from dataclasses import dataclass, field
from enum import IntEnum

PASSWORD = "spiegel-demo-2027"  # noqa: S105 - the demo's own, printed at its start


class Stage(IntEnum):
    """How far a group has come, in the order of the road."""

    DRAFT = 1
    SUBMITTED = 2
    SELF_EVALUATING = 3
    PROPOSED = 4
    POLLING = 5
    AGREED = 6
    RATING = 7
    CONSENSUS = 8
    DRAFTED = 9
    RELEASED = 10
    FACT_CHECKED = 11
    REPORTED = 12
    PLANNED = 13
    COMPLETE = 14
    FORWARDED = 15
    ON_AGENDA = 16
    CERTIFIED = 17


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """One round: when its visits are (days from today), and how many groups stand at each stage."""

    name: str
    visits_from: int
    visits_until: int
    pairs: dict[Stage, int]
    rings: dict[Stage, int] = field(default_factory=dict)
    loose: dict[Stage, int] = field(default_factory=dict)  # organisations without a group yet
    closed: bool = False
    open: bool = False
    returning: bool = False  # who was in the round before takes part again; its first pair once more as a pair


@dataclass(frozen=True, slots=True)
class Scenario:
    organisations: int
    rounds: tuple[RoundPlan, ...]
    seed: int = 20270215


S = Stage
RUNNING = {
    S.PROPOSED: 2, S.POLLING: 4, S.AGREED: 5, S.RATING: 3, S.CONSENSUS: 4, S.DRAFTED: 2, S.RELEASED: 5,
    S.FACT_CHECKED: 2, S.REPORTED: 3, S.PLANNED: 2, S.COMPLETE: 1, S.FORWARDED: 1, S.ON_AGENDA: 2,
}  # fmt: skip


def association(year: int) -> Scenario:
    """The association of the demo: 541 members, two finished rounds a cycle apart, one in the middle of everything, one
    open."""
    return Scenario(
        541,
        (
            RoundPlan(f"Voorjaar {year - 4}", -1426, -1336, {S.CERTIFIED: 8}, {S.CERTIFIED: 1}, closed=True),
            RoundPlan(
                f"Voorjaar {year - 1}", -330, -240, {S.CERTIFIED: 26}, {S.CERTIFIED: 1}, closed=True, returning=True
            ),
            RoundPlan(f"Najaar {year - 1}", -75, 60, RUNNING, {S.CONSENSUS: 1}, {S.SELF_EVALUATING: 3}),
            RoundPlan(
                f"Voorjaar {year}", 110, 200, {}, {}, {S.DRAFT: 6, S.SUBMITTED: 9, S.SELF_EVALUATING: 27}, open=True
            ),
        ),
    )


def large(year: int) -> Scenario:
    """For measuring: 550 members, three rounds with over 30,000 findings, and one open for sign-up with its market."""
    finished = {S.CERTIFIED: 112}
    return Scenario(
        550,
        (
            RoundPlan(f"Voorjaar {year - 2}", -700, -610, finished, closed=True),
            RoundPlan(f"Voorjaar {year - 1}", -330, -240, finished, closed=True),
            RoundPlan(f"Najaar {year - 1}", -75, 60, {stage: count * 2 for stage, count in RUNNING.items()}),
            RoundPlan(f"Voorjaar {year}", 110, 200, {}, {}, {S.SELF_EVALUATING: 60}, open=True),
        ),
    )
