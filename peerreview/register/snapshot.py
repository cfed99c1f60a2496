"""The whole register as it is held in memory: who holds what, in what order, and every status with its day.

It is made once for each number of the register's stamp and never changes after, so that search, filters, the status on
any day, counts and the map ask the database nothing. What was asked lately is kept with it; with the next change of the
register all of it goes.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from peerreview.core.i18n import sort_key
from peerreview.register.dots import dots_of, drawn

STANDING = ("active", "suspended")
DAYS, QUESTIONS = 8, 128  # so many days, and so many questions, are kept answered


class Change(NamedTuple):
    """From this day on the certificate has this status."""

    on: date
    id: int
    status: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate; `changes` in the order in which they take effect, `conditions` as (met, all) of its decision."""

    id: int
    number: str
    starts_on: date
    ends_on: date
    scope_kind: str
    scope_text: str
    route: str
    conditions: tuple[int, int]
    changes: tuple[Change, ...]

    def status_on(self, day: date) -> tuple[str, date] | None:
        """(status, since) on that day; None before it began. What ended without anybody noting it has expired."""
        if self.starts_on > day:
            return None
        last = None
        for change in self.changes:
            if change.on > day:
                break
            last = change
        if last is None:
            return None
        if self.ends_on < day and last.status in STANDING:
            return "expired", self.ends_on
        return last.status, last.on


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation that holds or held a certificate; `held` the newest first. `words` and `codes` are to be searched."""

    id: int
    slug: str
    name: str
    sort_name: str
    kvk: str
    place: str
    municipality: str
    province: str
    latitude: float | None
    longitude: float | None
    website: str
    fields: tuple[str, ...]
    held: tuple[Held, ...]
    words: str
    codes: str

    def row_on(self, day: date) -> "Row | None":
        """Its newest certificate on that day, with the status of that day; None when it had none yet."""
        for held in self.held:
            if (found := held.status_on(day)) is not None:
                return Row(self, held, *found)
        return None


class Row(NamedTuple):
    """One line of the register on a day."""

    entry: Entry
    held: Held
    status: str
    since: date


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader of the register looks for; `on` is the day it is about."""

    on: date
    text: str = ""
    field: str = ""
    province: str = ""
    municipality: str = ""
    status: str = ""
    by_end: bool = False


@dataclass(frozen=True)
class Found:
    """The answer: the rows in order, how many of them hold a valid label on that day, and their dots on the map."""

    rows: Sequence[Row]

    @cached_property
    def valid(self) -> int:
        return sum(row.status == "active" for row in self.rows)

    @cached_property
    def dots(self) -> str:
        return drawn(dots_of(self.rows))


def words_of(sort_name: str, *places: str) -> str:
    """What is searched: the name as it is sorted and the names of places alike, one below the other."""
    return "\n".join((sort_name, *(_folded(place) for place in places if place)))


_folded = lru_cache(maxsize=4096)(sort_key)


class Register:
    """The register under one number of its stamp. `entries` in the order of their names."""

    def __init__(self, number: int, entries: Sequence[Entry], fields: Mapping[str, Mapping[str, str]]) -> None:
        self.number = number
        self.entries = tuple(entries)
        self.fields = fields
        self.by_slug = {entry.slug: entry for entry in self.entries}
        self.places = {entry.id: place for place, entry in enumerate(self.entries)}
        self.on = lru_cache(maxsize=DAYS)(self._on)
        self.find = lru_cache(maxsize=QUESTIONS)(self._find)

    def place_among(self, rows: Sequence[Row], entry_id: int) -> int:
        """Where in these rows (in the order of the names) this organisation stands, or would have stood.

        So a list goes on where it was, whoever joined or left meanwhile; at its end for an organisation that is unknown.
        """
        if entry_id not in self.places:
            return len(rows)
        return bisect_left(rows, self.places[entry_id], key=lambda row: self.places[row.entry.id])

    def _on(self, day: date) -> tuple[Row, ...]:
        """Every line of that day, in the order of the names."""
        return tuple(row for entry in self.entries if (row := entry.row_on(day)) is not None)

    def _find(self, asked: Question) -> Found:
        """The lines that this question finds. A word may stand anywhere in a name or place, a number begins with it."""
        rows: Sequence[Row] = self.on(asked.on)
        for word in sort_key(asked.text).split():
            if word[0].isdigit():
                code = "\n" + word
                rows = [row for row in rows if word in row.entry.words or code in row.entry.codes]
            else:
                rows = [row for row in rows if word in row.entry.words]
        if asked.field:
            rows = [row for row in rows if asked.field in row.entry.fields]
        if asked.province:
            rows = [row for row in rows if row.entry.province == asked.province]
        if asked.municipality:
            rows = [row for row in rows if row.entry.municipality == asked.municipality]
        if asked.status:
            rows = [row for row in rows if row.status == asked.status]
        if asked.by_end:
            rows = sorted(rows, key=lambda row: row.held.ends_on)  # a stable sort: by name within a day
        return Found(rows)
