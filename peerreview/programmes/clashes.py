"""What cannot be in a programme, and what had better not be.

Hard clashes keep a programme from being final: somebody twice at once, no time to travel, outside the hours of the
visit, nobody there, somebody who is no longer on the team. Advice does not: no time for lunch, an interview alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations, pairwise

from peerreview.core import clock
from peerreview.programmes.items import Item, Window, in_order
from peerreview.programmes.lifecycle import ItemKind

NOON = (time(11, 30), time(14))  # lunch lies somewhere between
LUNCH = timedelta(minutes=30)


class ClashKind(StrEnum):
    TWICE = "twice"
    TRAVEL = "travel"
    OUTSIDE = "outside"
    NOBODY = "nobody"
    LEFT = "left"
    NO_LUNCH = "no_lunch"
    ALONE = "alone"


HARD = (ClashKind.TWICE, ClashKind.TRAVEL, ClashKind.OUTSIDE, ClashKind.NOBODY, ClashKind.LEFT)


@dataclass(frozen=True, slots=True)
class Clash:
    """What is wrong with which items, for whom; `minutes` is the travel that has no room, `day` the one without lunch."""

    kind: ClashKind
    items: tuple[int, ...] = ()
    people: tuple[int, ...] = ()
    minutes: int = 0
    day: date | None = None

    @property
    def hard(self) -> bool:
        return self.kind in HARD


def clashes(
    items: Iterable[Item], windows: Sequence[Window], team: Collection[int], minutes: Mapping[int, int]
) -> list[Clash]:
    """Everything that is wrong, the hard clashes first, then by time. `minutes` is how far each site is, by its id."""
    listed = in_order(items)
    found = [*_twice(listed), *_without_travel(listed, minutes), *_of_one(listed, windows, team)]
    found += _without_lunch(listed, windows, team)
    place = {item.id: n for n, item in enumerate(listed)}
    order = {kind: n for n, kind in enumerate(ClashKind)}
    return sorted(
        found, key=lambda one: (not one.hard, min((place[id] for id in one.items), default=0), order[one.kind])
    )


def travel_minutes(one: int | None, other: int | None, minutes: Mapping[int, int]) -> int:
    """From one site to another by way of the main site (None); 0 when it is the same."""
    return 0 if one == other else sum(minutes.get(site, 0) for site in (one, other) if site is not None)


def _twice(items: Sequence[Item]) -> Iterable[Clash]:
    for one, other in combinations(items, 2):
        if both := one.people & other.people:
            if one.overlaps(other):
                yield Clash(ClashKind.TWICE, (one.id, other.id), tuple(sorted(both)))


def _without_travel(items: Sequence[Item], minutes: Mapping[int, int]) -> Iterable[Clash]:
    """Each pair of items that follow each other for somebody, once, with everybody for whom there is no time."""
    short: dict[tuple[int, int], tuple[int, list[int]]] = {}
    for person in sorted({person for item in items for person in item.people}):
        for one, other in pairwise(item for item in items if person in item.people):
            needed = travel_minutes(one.site_id, other.site_id, minutes)
            if not one.overlaps(other) and other.starts_at - one.ends_at < timedelta(minutes=needed):
                short.setdefault((one.id, other.id), (needed, []))[1].append(person)
    for pair, (needed, people) in short.items():
        yield Clash(ClashKind.TRAVEL, pair, tuple(people), minutes=needed)


def _of_one(items: Sequence[Item], windows: Sequence[Window], team: Collection[int]) -> Iterable[Clash]:
    for item in items:
        if not any(w.starts_at <= item.starts_at and item.ends_at <= w.ends_at for w in windows):
            yield Clash(ClashKind.OUTSIDE, (item.id,))
        if not item.people and item.kind != ItemKind.LUNCH:
            yield Clash(ClashKind.NOBODY, (item.id,))
        if gone := item.people - set(team):
            yield Clash(ClashKind.LEFT, (item.id,), tuple(sorted(gone)))
        if item.kind == ItemKind.INTERVIEW and len(item.people) == 1:
            yield Clash(ClashKind.ALONE, (item.id,), tuple(item.people))


def _without_lunch(items: Sequence[Item], windows: Sequence[Window], team: Collection[int]) -> Iterable[Clash]:
    """Each whole day on which somebody has no half hour for lunch."""
    for window in windows:
        if not window.whole or not any(item.day == window.day for item in items):
            continue
        opens, closes = (datetime.combine(window.day, at, clock.AMSTERDAM) for at in NOON)
        hungry = [person for person in sorted(team) if _longest_gap(_busy(items, person), opens, closes) < LUNCH]
        if hungry:
            yield Clash(ClashKind.NO_LUNCH, people=tuple(hungry), day=window.day)


def _busy(items: Sequence[Item], person: int) -> list[Item]:
    return [item for item in items if person in item.people and item.kind != ItemKind.LUNCH]


def _longest_gap(busy: Sequence[Item], opens: datetime, closes: datetime) -> timedelta:
    """The longest time between these moments without an item; `busy` is in order."""
    longest, free_from = timedelta(0), opens
    for item in busy:
        longest = max(longest, min(item.starts_at, closes) - free_from)
        free_from = max(free_from, item.ends_at)
    return max(longest, closes - free_from)
