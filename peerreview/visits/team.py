"""The team of a visit as values: what it still needs, who may join it, who leads when the lead reviewer leaves.

What keeps somebody out is told in the words of who asks: a conflict of interest, and what they do for another
organisation, share one answer with each other, so that the answer tells neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from peerreview.visits.lifecycle import COMING, Part, VisitState

CHANGING = (VisitState.POLLING, *COMING)  # as long as the visit is to come, others may be chosen
MOST = 20  # reviews that somebody can want in a round


class Why(StrEnum):
    """Why somebody cannot be put on a visit."""

    NOT_OURS = "not_ours"  # not offered as a reviewer, or not of the organisation
    HERE = "here"
    DECIDED = "decided"  # the secretariat upheld an objection of the host
    BUSY = "busy"  # on another visit of the same organisation that day
    FULL = "full"  # has as many reviews of the same organisation as they want
    CANNOT = "cannot"  # anything that who asks may not know of


@dataclass(frozen=True, slots=True)
class Load:
    """How many reviews somebody has in a round, and how many they want at most."""

    reviews: int
    most: int

    @property
    def full(self) -> bool:
        return self.reviews >= self.most

    def one_more(self) -> "Load":
        return replace(self, reviews=self.reviews + 1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is asked for, with everything that can keep them out.

    `load` counts what the own organisation knows of; `whole_load` all, against the lowest number that they want.
    """

    reviewer: bool  # offered to review, or a reviewer of the organisation
    of_organisation: bool  # holds a role in it that may go along
    in_team: bool = False
    part: Part | None = None  # in which they go along already
    decided: bool = False
    barred: bool = False
    busy: bool = False
    busy_elsewhere: bool = False
    load: Load = Load(0, MOST)
    whole_load: Load = Load(0, MOST)


def refusal(one: Candidate, part: Part | None) -> Why | None:
    """Why this person cannot join the team (part None) or go along in a part; None when they can.

    A substitute is not there yet: day and load are looked at when they step in. Who does not judge has no load.
    """
    judges = part in (None, Part.SUBSTITUTE)
    if not one.of_organisation or (judges and not one.reviewer):
        return Why.NOT_OURS
    if one.in_team or (part is not None and one.part == part):
        return Why.HERE
    if one.decided:
        return Why.DECIDED
    there = part != Part.SUBSTITUTE
    if there and one.busy:
        return Why.BUSY
    if part is None and one.load.full:
        return Why.FULL
    if one.barred or (there and one.busy_elsewhere) or (part is None and one.whole_load.full):
        return Why.CANNOT
    return None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the organisation who could be chosen; who is no reviewer can only go along."""

    person_id: int
    name: str
    reviewer: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody of the team. `signed_on` is the day on which they signed that they are independent."""

    person_id: int
    name: str
    lead: bool = False
    experienced: bool = False
    signed_on: date | None = None
    load: Load | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody who goes along without judging, or could take a place."""

    person_id: int
    name: str
    part: Part
    load: Load | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """What a team still lacks. Nothing of it stops a visit; the people who can mend it are told."""

    people: int = 0
    experience: bool = False
    unsigned: tuple[str, ...] = ()


def needs_of(team: Sequence[Place], *, least: int, experience_offered: bool) -> Needs:
    """What lacks: people up to the round's `least`, somebody experienced if one was offered, and signatures."""
    return Needs(
        people=max(0, least - len(team)),
        experience=experience_offered and bool(team) and not any(one.experienced for one in team),
        unsigned=tuple(one.name for one in team if one.signed_on is None),
    )


def next_lead(team: Sequence[Place]) -> int | None:
    """Who leads when nobody does: the first who is experienced, else the first."""
    first = next((one for one in team if one.experienced), team[0] if team else None)
    return first.person_id if first else None


def may_change(state: VisitState) -> bool:
    """Whether other people may still be chosen: until the visit took place."""
    return state in CHANGING


def may_object_on(today: date, state: VisitState, day: date | None) -> bool:
    """Whether the host can still object: up to the day before the visit."""
    return state in CHANGING and (day is None or today < day)
