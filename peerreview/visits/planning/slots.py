"""The slot of a visit: half a day, a day, or more half-days that run on over the next working days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from peerreview.core import clock
from peerreview.visits.lifecycle import Half

MOST_HALF_DAYS = 6
WHOLE_DAY = 2  # half-days


@dataclass(frozen=True, slots=True)
class Slot:
    """When a visit is: half a day when `half` is set, else a whole day, and `more` half-days on the next working days.

    Three half-days are a day and the next working morning: `Slot(day, more=1)`. A visit of more than half a day starts
    in the morning. ValueError for what is no such slot.
    """

    day: date
    half: Half | None = None
    more: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.more <= MOST_HALF_DAYS - WHOLE_DAY or (self.half and self.more):
            raise ValueError(f"no slot: {self.half}, {self.more}")

    @classmethod
    def of(cls, day: date, half_days: int) -> "Slot":
        """The slot of so many half-days from this morning on."""
        return cls(day, Half.MORNING) if half_days == 1 else cls(day, None, half_days - WHOLE_DAY)

    def __lt__(self, other: "Slot") -> bool:
        return (self.order, self.half_days) < (other.order, other.half_days)

    @property
    def half_days(self) -> int:
        return 1 if self.half else WHOLE_DAY + self.more

    @property
    def days(self) -> tuple[date, ...]:
        """Each day of the visit; after the first they are the next working days."""
        return _days(self.day, (self.half_days + 1) // 2)

    @property
    def last(self) -> date:
        return self.days[-1] if self.more else self.day

    @property
    def covers(self) -> tuple[tuple[date, Half], ...]:
        """Each half-day of the visit, in order."""
        return _covers(self.day, self.half, self.half_days)

    @property
    def order(self) -> int:
        """Earlier is smaller; a morning comes before an afternoon of the same day."""
        return self.day.toordinal() * 2 + (self.half == Half.AFTERNOON)


@lru_cache(maxsize=4096)
def _days(first: date, count: int) -> tuple[date, ...]:
    found = [first]
    while len(found) < count:
        found.append(clock.add_working_days(found[-1], 1))
    return tuple(found)


@lru_cache(maxsize=4096)
def _covers(first: date, half: Half | None, half_days: int) -> tuple[tuple[date, Half], ...]:
    if half:
        return ((first, half),)
    every = [(day, part) for day in _days(first, (half_days + 1) // 2) for part in (Half.MORNING, Half.AFTERNOON)]
    return tuple(every[:half_days])


def slots_written(slots: Mapping[int, Slot]) -> list[dict[str, Any]]:
    """The slots of visits as they are kept with a plan; `more` is there for a visit longer than a day."""
    return [
        {"visit_id": id, "day": slot.day.isoformat(), "half": slot.half.value if slot.half else None}
        | ({"more": slot.more} if slot.more else {})
        for id, slot in slots.items()
    ]


def slots_read(written: Iterable[Mapping[str, Any]]) -> dict[int, Slot]:
    """The reverse of `slots_written`."""
    return {int(row["visit_id"]): slot_read(row["day"], row["half"], row.get("more", 0)) for row in written}


def slot_read(day: str, half: str | None, more: int = 0) -> Slot:
    """The slot of a day as a text, a half ('' or None for none) and the half-days that run on. ValueError for none."""
    return Slot(date.fromisoformat(day), Half(half) if half else None, more)
