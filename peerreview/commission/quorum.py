"""How the votes on one dossier fall.

The quorum is the number of members who are present and have no interest; whether they vote or abstain makes no
difference to it. An outcome needs more than half of the votes cast, abstentions not counted among them. Without a
quorum or a majority there is no decision, and the commission may vote again.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from peerreview.commission.lifecycle import Choice, Outcome

NO_QUORUM, NO_VOTES, NO_MAJORITY = "no_quorum", "no_votes", "no_majority"


@dataclass(frozen=True, slots=True)
class Count:
    """What a closed voting gave; `why` is empty when there is an outcome."""

    counting: int
    quorum: int
    tally: dict[Choice, int]
    outcome: Outcome | None
    why: str = ""


def counting(present: Collection[int], interested: Collection[int]) -> set[int]:
    """The people who count for quorum and majority: present, and without an interest."""
    return set(present) - set(interested)


def count(present: Collection[int], interested: Collection[int], votes: Mapping[int, Choice], *, quorum: int) -> Count:
    """Count the votes by person id; a vote of somebody who does not count is left out."""
    members = counting(present, interested)
    tally = Counter(choice for person_id, choice in votes.items() if person_id in members)
    cast = tally.total() - tally[Choice.ABSTAIN]
    winner = next((choice for choice, n in tally.items() if choice != Choice.ABSTAIN and 2 * n > cast), None)
    shown = {choice: tally[choice] for choice in Choice if tally[choice]}
    if len(members) < quorum:
        return Count(len(members), quorum, shown, None, NO_QUORUM)
    if winner is None:
        return Count(len(members), quorum, shown, None, NO_MAJORITY if cast else NO_VOTES)
    return Count(len(members), quorum, shown, Outcome(winner.value))
