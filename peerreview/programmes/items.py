"""An item of a programme as a plain value, and the hours of a visit, day by day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from peerreview.core import clock
from peerreview.programmes.lifecycle import ItemKind

WHOLE = timedelta(hours=5)  # a day with at least this many hours is a whole day: it has a lunch
TALKS = (ItemKind.OPENING, ItemKind.INTERVIEW, ItemKind.SHADOWING, ItemKind.WALK)
HALF = timedelta(hours=1)  # the least that is worth a programme


@dataclass(frozen=True, slots=True)
class Item:
    """One item. Moments are on an Amsterdam clock; `site_id` None is the host's main site; `id` 0 is not kept yet."""

    kind: ItemKind
    starts_at: datetime
    ends_at: datetime
    people: frozenset[int] = frozenset()
    interlocutors: tuple[str, ...] = ()
    norms: tuple[int, ...] = ()
    site_id: int | None = None
    room: str = ""
    title: str = ""
    note: str = ""
    id: int = 0
    version: int = 1

    @property
    def day(self) -> date:
        return self.starts_at.date()

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60

    @property
    def is_talk(self) -> bool:
        """Whether somebody of the host speaks here about norms."""
        return bool(self.interlocutors) and self.kind in TALKS

    def overlaps(self, other: "Item") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the visit; `minutes` is how far it is from the host's main site."""

    id: int
    name: str
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when the team is there on one day."""

    starts_at: datetime
    ends_at: datetime

    @property
    def day(self) -> date:
        return self.starts_at.date()

    @property
    def whole(self) -> bool:
        return self.ends_at - self.starts_at >= WHOLE

    @property
    def half_days(self) -> int:
        return 2 if self.whole else 1


def windows(starts_at: datetime, ends_at: datetime, hours: tuple[time, time]) -> tuple[Window, ...]:
    """The days of a visit between these moments; a middle day has the usual `hours`. Days nobody works fall out."""
    start, end = clock.local(starts_at), clock.local(ends_at)
    days = [start.date() + timedelta(days=n) for n in range((end.date() - start.date()).days + 1)]
    found = []
    for day in days:
        if day not in (start.date(), end.date()) and not clock.is_working_day(day):
            continue
        opens = start if day == start.date() else datetime.combine(day, hours[0], clock.AMSTERDAM)
        closes = end if day == end.date() else datetime.combine(day, hours[1], clock.AMSTERDAM)
        if closes - opens >= HALF:
            found.append(Window(opens, closes))
    return tuple(found)


def in_order(items: Iterable[Item]) -> list[Item]:
    """By time; what begins at once in the order in which it was made."""
    return sorted(items, key=lambda item: (item.starts_at, item.ends_at, item.id))


def swapped(items: Sequence[Item], item: Item, *, earlier: bool) -> dict[int, tuple[datetime, datetime]] | None:
    """New times, by id, when `item` changes places with what its people do just before (or after) it; None: nothing.

    What they do in parallel at that time moves as one block; each item keeps its length, and a pause between stays.
    """
    near = [one for one in items if one.id != item.id and one.day == item.day and _together(one, item)]
    if earlier:
        aside = [one for one in near if one.ends_at <= item.starts_at]
        next_to = max(aside, key=lambda one: (one.ends_at, one.id), default=None)
    else:
        aside = [one for one in near if one.starts_at >= item.ends_at]
        next_to = min(aside, key=lambda one: (one.starts_at, one.id), default=None)
    if next_to is None:
        return None
    block = [one for one in aside if one.overlaps(next_to)]
    first, last = min(one.starts_at for one in block), max(one.ends_at for one in block)
    own = first - item.starts_at if earlier else last - item.ends_at
    others = item.ends_at - last if earlier else item.starts_at - first
    moved = {one.id: (one.starts_at + others, one.ends_at + others) for one in block}
    return moved | {item.id: (item.starts_at + own, item.ends_at + own)}


def _together(one: Item, other: Item) -> bool:
    """Whether these two share somebody; an item of nobody is of all."""
    return not one.people or not other.people or bool(one.people & other.people)


def on_other_days(items: Iterable[Item], days: Sequence[date]) -> dict[int, tuple[datetime, datetime]]:
    """New times, by id, for a visit that got other days: the same hours, the first day's items on the first day ...

    Items of a day that the visit no longer has go to its last one, where they are told as clashes.
    """
    listed = in_order(items)
    old = sorted({item.day for item in listed})
    onto = {day: days[min(n, len(days) - 1)] for n, day in enumerate(old)} if days else {}
    return {
        item.id: (_at(item.starts_at, onto[item.day]), _at(item.ends_at, onto[item.day]))
        for item in listed
        if item.day in onto and onto[item.day] != item.day
    }


def _at(moment: datetime, day: date) -> datetime:
    return datetime.combine(day, moment.time(), clock.AMSTERDAM)
