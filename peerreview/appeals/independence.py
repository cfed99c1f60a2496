"""Why somebody cannot sit on the panel of an appeal: any part in the review or the decision, or a tie, is enough."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class Cause(StrEnum):
    """What keeps somebody off a panel; the first that applies is told."""

    OWN_ORGANISATION = "own_organisation"
    EXCHANGE = "exchange"  # belongs to an organisation that reviewed it, or that walked the road with it
    REVIEWED = "reviewed"  # on a team, a substitute of one, or read the report for a colleague or the lot
    DECIDED = "decided"  # was at the meeting, voted, put a motion, signed, or read the dossier for it
    PREPARED = "prepared"  # checked the dossier or asked about it for the secretariat
    INTEREST = "interest"  # noted or declared about this dossier
    REGISTERED = "registered"  # a conflict of interest that blocks stands in the register
    OFFICE = "office"  # works for the secretariat, which takes the appeal in


@dataclass(frozen=True, slots=True)
class Parts:
    """The people, by id, who have each part; `ties` is what follows from roles and the register."""

    reviewed: Collection[int] = ()
    decided: Collection[int] = ()
    prepared: Collection[int] = ()
    interested: Collection[int] = ()
    office: Collection[int] = ()
    ties: dict[int, Cause] = field(default_factory=dict)


def why_not(person_id: int, parts: Parts) -> Cause | None:
    """The nearest reason why this person cannot judge the appeal; None for who is free."""
    tie = parts.ties.get(person_id)
    if tie in (Cause.OWN_ORGANISATION, Cause.EXCHANGE):
        return tie
    known = (
        (Cause.REVIEWED, parts.reviewed),
        (Cause.DECIDED, parts.decided),
        (Cause.PREPARED, parts.prepared),
        (Cause.INTEREST, parts.interested),
    )
    found = next((cause for cause, people in known if person_id in people), tie)
    return found or (Cause.OFFICE if person_id in parts.office else None)
