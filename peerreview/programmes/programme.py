"""The programme of one visit as a whole: its items, sites and hours, what clashes, and what is spoken about."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from peerreview.core import clock
from peerreview.frameworks.outline import Outline
from peerreview.programmes import clashes, coverage
from peerreview.programmes.clashes import Clash
from peerreview.programmes.coverage import Coverage
from peerreview.programmes.items import Item, Site, Window, in_order, windows
from peerreview.visits import hours
from peerreview.visits.lifecycle import COMING, Half

if TYPE_CHECKING:
    from peerreview.visits.models import Visit

WHOLE_DAY = hours.STARTS[Half.MORNING], hours.ENDS[Half.AFTERNOON]


@dataclass(frozen=True)
class Programme:
    """A visit (with organisations, round and team) with its items in order and its sites by name."""

    visit: "Visit"
    items: tuple[Item, ...]
    sites: tuple[Site, ...]
    outline: Outline
    former: dict[int, str]  # names of people on items who are no longer on the team

    @cached_property
    def windows(self) -> tuple[Window, ...]:
        """The days of the visit with their hours; none as long as it has no day."""
        starts_at, ends_at = self.visit.starts_at, self.visit.ends_at
        return windows(starts_at, ends_at, WHOLE_DAY) if starts_at and ends_at else ()

    @cached_property
    def team(self) -> dict[int, str]:
        """The name of everybody on the team by id, the lead reviewer first."""
        members = sorted(self.visit.team, key=lambda member: (not member.lead, member.id))
        return {member.person_id: member.person.name for member in members}

    @cached_property
    def names(self) -> dict[int, str]:
        return self.former | self.team

    @cached_property
    def site_names(self) -> dict[int, str]:
        return {site.id: site.name for site in self.sites}

    @cached_property
    def clashes(self) -> list[Clash]:
        minutes = {site.id: site.minutes for site in self.sites}
        return clashes.clashes(self.items, self.windows, self.team, minutes)

    @property
    def hard(self) -> list[Clash]:
        """What cannot be: with these a programme is not made final."""
        return [one for one in self.clashes if one.hard]

    @cached_property
    def coverage(self) -> Coverage:
        return coverage.coverage(self.items, self.outline)

    @property
    def open(self) -> bool:
        """Whether it can still change: the visit has a day and is to come."""
        return self.visit.state in COMING

    @property
    def on_the_day(self) -> bool:
        """Whether the visit has begun: today is its first day, or later."""
        return bool(self.windows) and clock.today() >= self.windows[0].day

    @property
    def underway(self) -> bool:
        """Whether today is a day of the visit, or lies between two."""
        return self.on_the_day and clock.today() <= self.windows[-1].day

    def item(self, item_id: int) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def by_day(self) -> list[tuple[Window | None, list[Item]]]:
        """The items of each day of the visit; those on other days, which are clashes, last without a window."""
        days = {window.day for window in self.windows}
        found: list[tuple[Window | None, list[Item]]] = [
            (window, [item for item in in_order(self.items) if item.day == window.day]) for window in self.windows
        ]
        stray = [item for item in in_order(self.items) if item.day not in days]
        return [*found, (None, stray)] if stray else found


@dataclass(frozen=True)
class ItemOf:
    """One item of a programme, as the URL names it."""

    programme: Programme
    item: Item

    @property
    def visit(self) -> "Visit":
        return self.programme.visit


@dataclass(frozen=True)
class SiteOf:
    """One site of a programme, as the URL names it."""

    programme: Programme
    site: Site

    @property
    def visit(self) -> "Visit":
        return self.programme.visit
