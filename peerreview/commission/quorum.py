"""How the votes on a motion fall: docs/decisions/0018-motions.md has these rules in words.

Everything that a commission may choose otherwise stands in `VotingRules`, kept with each meeting. What is no choice:
who has an interest counts nowhere, a member has one vote, and an abstention is neither for nor against.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from math import ceil
from typing import Any

from peerreview.commission.lifecycle import Choice, MotionState, Outcome

NO_QUORUM, NO_VOTES, NO_MAJORITY, TIE, CASTING = "no_quorum", "no_votes", "no_majority", "tie", "casting"


class Majority(StrEnum):
    """More than half, or two thirds and more."""

    SIMPLE = "simple"
    TWO_THIRDS = "two_thirds"


class Of(StrEnum):
    """Of what a majority is taken: the votes for and against, or all members who count."""

    CAST = "cast"
    COUNTING = "counting"


class Tie(StrEnum):
    """What exactly half of the votes means: the motion is lost, or the vote of who leads the case decides."""

    LOST = "lost"
    CHAIR = "chair"


@dataclass(frozen=True, slots=True)
class VotingRules:
    """How one meeting counts. `quorum` is a number of members; with `percent` above 0 it is instead that part of the
    members without an interest, rounded up. `outcomes` holds the majority of an outcome that needs another one than
    `majority`. `early`: a written procedure may be closed before its day once everybody without an interest voted.
    """

    quorum: int = 3
    percent: int = 0
    of: Of = Of.CAST
    majority: Majority = Majority.SIMPLE
    outcomes: Mapping[Outcome, Majority] = field(default_factory=dict)
    tie: Tie = Tie.LOST
    early: bool = True

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None, *, quorum: int) -> "VotingRules":
        """The rules as kept with a meeting; names that are not known are left out, missing ones get their default."""
        kept = {f.name: stored[f.name] for f in fields(cls) if stored and f.name in stored} | {"quorum": quorum}
        outcomes = {Outcome(name): Majority(needs) for name, needs in kept.pop("outcomes", {}).items()}
        of, majority = Of(kept.pop("of", Of.CAST)), Majority(kept.pop("majority", Majority.SIMPLE))
        return cls(of=of, majority=majority, outcomes=outcomes, tie=Tie(kept.pop("tie", Tie.LOST)), **kept)

    def stored(self) -> dict[str, Any]:
        """As kept with a meeting; its quorum has a column of its own."""
        kept = asdict(self)
        del kept["quorum"]
        return kept

    def needed(self, able: int) -> int:
        """How many members have to take part, when so many have no interest; at least one."""
        return max(1, ceil(able * self.percent / 100) if self.percent else self.quorum)

    def majority_for(self, outcome: Outcome) -> Majority:
        return self.outcomes.get(outcome, self.majority)


@dataclass(frozen=True, slots=True)
class Count:
    """What a closed motion gave: carried, lost or void. `why` is empty when a majority was plainly for."""

    state: MotionState
    counting: int
    quorum: int
    tally: dict[Choice, int]
    why: str = ""

    def stored(self) -> dict[str, Any]:
        tally = {choice.value: number for choice, number in self.tally.items()}
        return {"tally": tally, "counting": self.counting, "quorum": self.quorum, "why": self.why}


@dataclass(frozen=True, slots=True)
class Room:
    """Who takes part in one case. `present`: who is at the meeting; in a written procedure that is who has voted.

    `able` are the members (and called substitutes) without an interest, wherever they are; `leaders` may lead the case.
    """

    able: frozenset[int] = frozenset()
    present: frozenset[int] = frozenset()
    recused: frozenset[int] = frozenset()
    leaders: frozenset[int] = frozenset()

    @property
    def counting(self) -> frozenset[int]:
        return self.present - self.recused


def counting(present: Collection[int], interested: Collection[int]) -> set[int]:
    """The people who count for quorum and majority: they take part, and have no interest."""
    return set(present) - set(interested)


def count(
    room: Room, votes: Mapping[int, Choice], *, rules: VotingRules, outcome: Outcome, casting: int | None = None
) -> Count:
    """Count the votes by person id on a motion for `outcome`; a vote of somebody who does not count is left out.

    `casting` is the person whose vote decides a tie, when the rules say so.
    """
    members, needed = room.counting, rules.needed(len(room.able))
    heard = {person_id: choice for person_id, choice in votes.items() if person_id in members}
    tally = Counter(heard.values())
    shown = {choice: tally[choice] for choice in Choice if tally[choice]}
    if len(members) < needed:
        return Count(MotionState.VOID, len(members), needed, shown, NO_QUORUM)
    said = tally[Choice.FOR] + tally[Choice.AGAINST]
    of = len(members) if rules.of == Of.COUNTING else said
    carried, why = _falls(tally[Choice.FOR], said, of, rules.majority_for(outcome))
    if why == TIE and rules.tie == Tie.CHAIR and casting is not None and heard.get(casting) == Choice.FOR:
        carried, why = True, CASTING
    return Count(MotionState.CARRIED if carried else MotionState.LOST, len(members), needed, shown, why)


def _falls(for_it: int, said: int, of: int, majority: Majority) -> tuple[bool, str]:
    """Whether so many votes for are enough, and why not."""
    if said == 0:
        return False, NO_VOTES
    if majority == Majority.TWO_THIRDS:
        return (True, "") if 3 * for_it >= 2 * of else (False, NO_MAJORITY)
    if 2 * for_it == of:
        return False, TIE
    return (True, "") if 2 * for_it > of else (False, NO_MAJORITY)
