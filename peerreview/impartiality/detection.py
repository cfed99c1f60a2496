"""From facts to conflicts of interest: one group, people with a role in two organisations, people who review or judge.

Each has a fingerprint, so that it is raised once and, when it was pinned as "no conflict", never again. That of people
names the person too: who pins one person's tie says nothing about the next person's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from peerreview.impartiality.kinds import window_of
from peerreview.impartiality.lifecycle import ConflictKind, Direction

KINDS_OF_FACTS = (ConflictKind.SAME_GROUP, ConflictKind.SHARED_DIRECTOR, ConflictKind.EMPLOYMENT)


@dataclass(frozen=True, slots=True)
class Tie:
    """A role that somebody holds, or held until `ended_on`; `organisation_id` None is the association itself."""

    person_id: int
    organisation_id: int | None
    executive: bool
    judges: bool  # reviews others, or sits in the commission
    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A conflict that follows from facts; between two organisations, or of a person with one."""

    fingerprint: str
    kind: ConflictKind
    organisation_id: int
    other_organisation_id: int | None = None
    person_id: int | None = None
    direction: Direction = Direction.BOTH
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def organisations(self) -> set[int]:
        return {self.organisation_id, self.other_organisation_id} - {None}  # type: ignore[return-value]


def in_groups(groups: Mapping[int, str]) -> Iterator[Found]:
    """Organisations whose legal group has the same name, however it is written; `groups` by organisation."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for organisation_id, group in groups.items():
        if name := " ".join(group.casefold().split()):
            members[name].append(organisation_id)
    for around in members.values():
        for a, b in combinations(sorted(around), 2):
            yield between(ConflictKind.SAME_GROUP, a, b)


def between(
    kind: ConflictKind,
    a: int,
    b: int,
    *,
    occasion: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Found:
    """One between two organisations; `occasion` tells it from another of the same kind between the same two."""
    low, high = sorted((a, b))
    fingerprint = ":".join(filter(None, (kind, f"{low}-{high}", occasion)))
    return Found(fingerprint, kind, low, high, starts_on=starts_on, ends_on=ends_on)


def of_people(ties: Iterable[Tie], today: date) -> Iterator[Found]:
    """Who holds, or held in the last five years, a role in two organisations; or in one, and reviews or judges others.

    Two executives' chairs are a shared director; every other pair of roles is employment.
    """
    by_person: defaultdict[int, list[Tie]] = defaultdict(list)
    for tie in ties:
        if _near(tie, today):
            by_person[tie.person_id].append(tie)
    for person_id, held in by_person.items():
        chairs = _chairs(held)
        yield from _shared(person_id, chairs)
        yield from _judging(person_id, held, chairs)


def _near(tie: Tie, today: date) -> bool:
    earliest = window_of(ConflictKind.EMPLOYMENT, today).earliest_end
    return tie.ended_on is None or tie.ended_on >= earliest


def _chairs(held: Iterable[Tie]) -> dict[int, Tie]:
    """For each organisation all the roles that somebody has there as one: executive if ever, from first to last."""
    chairs: dict[int, Tie] = {}
    for tie in held:
        if tie.organisation_id is None:
            continue
        known = chairs.get(tie.organisation_id, tie)
        ended = None if None in (known.ended_on, tie.ended_on) else max(_end(known), _end(tie))
        chairs[tie.organisation_id] = Tie(
            tie.person_id,
            tie.organisation_id,
            executive=known.executive or tie.executive,
            judges=(known.judges and known.ended_on is None) or (tie.judges and tie.ended_on is None),
            began_on=min(known.began_on, tie.began_on),
            ended_on=ended,
        )
    return chairs


def _end(tie: Tie) -> date:
    return tie.ended_on or date.max


def _first_end(*ties: Tie) -> date | None:
    """When the first of these ended: from then on the years are counted."""
    return min((tie.ended_on for tie in ties if tie.ended_on), default=None)


def _shared(person_id: int, chairs: Mapping[int, Tie]) -> Iterator[Found]:
    for a, b in combinations(sorted(chairs), 2):
        one, other = chairs[a], chairs[b]
        kind = ConflictKind.SHARED_DIRECTOR if one.executive and other.executive else ConflictKind.EMPLOYMENT
        starts_on, ends_on = max(one.began_on, other.began_on), _first_end(one, other)
        if ends_on:  # earlier, when somebody left the one before they came to the other
            starts_on = min(starts_on, ends_on)
        yield between(kind, a, b, occasion=f"p{person_id}", starts_on=starts_on, ends_on=ends_on)


def _judging(person_id: int, held: Iterable[Tie], chairs: Mapping[int, Tie]) -> Iterator[Found]:
    """For each organisation of somebody who judges elsewhere: a reviewer of another one, a member of the commission."""
    places = {tie.organisation_id for tie in held if tie.judges and tie.ended_on is None}
    for organisation_id, tie in sorted(chairs.items()):
        if places - {organisation_id}:
            kind = ConflictKind.SHARED_DIRECTOR if tie.executive else ConflictKind.EMPLOYMENT
            yield Found(
                f"{kind}:{organisation_id}:p{person_id}",
                kind,
                organisation_id,
                person_id=person_id,
                direction=Direction.TOWARDS,
                starts_on=tie.began_on,
                ends_on=tie.ended_on,
            )
