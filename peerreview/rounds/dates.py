"""The five days of a round, as values: their order, and which may still move once the round has begun."""

from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise

NAMES = ("signup_opens_on", "signup_closes_on", "visits_from", "visits_until", "closes_on")


@dataclass(frozen=True, slots=True)
class Dates:
    """From the first day of signing up to the day on which the round closes."""

    signup_opens_on: date
    signup_closes_on: date
    visits_from: date
    visits_until: date
    closes_on: date

    def by_name(self) -> dict[str, date]:
        return asdict(self)


def out_of_order(dates: Dates) -> list[str]:
    """The names of the days that lie before the one that they must follow."""
    days = dates.by_name()
    return [later for earlier, later in pairwise(NAMES) if days[later] < days[earlier]]


def moved_back(before: Dates, after: Dates) -> list[str]:
    """The names of the days that would become earlier; people rely on a day that was announced."""
    old, new = before.by_name(), after.by_name()
    return [name for name in NAMES if new[name] < old[name]]


def moved(before: Dates, after: Dates) -> dict[str, tuple[date, date]]:
    """Each day that differs, before and after."""
    old, new = before.by_name(), after.by_name()
    return {name: (old[name], new[name]) for name in NAMES if old[name] != new[name]}
