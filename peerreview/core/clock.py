"""Time, from one place: the moment, the day in the Netherlands, and working days.

Working days skip weekends and Dutch public holidays (library `holidays`; Good Friday counts as one, Liberation Day
only in its lustrum years, as most collective agreements of the sector have it).
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment in UTC; with a time zone, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is now in Amsterdam."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """A moment on an Amsterdam clock; a naive one is read as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(AMSTERDAM)


@lru_cache(maxsize=64)
def _holidays(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("NL", years=year, categories=("public",), language="nl")


def holiday_name(day: date) -> str | None:
    """The Dutch name of the public holiday on this day, or None."""
    return _holidays(day.year).get(day)


def is_working_day(day: date) -> bool:
    """Monday to Friday and no public holiday."""
    return day.weekday() < 5 and holiday_name(day) is None


def add_working_days(day: date, count: int) -> date:
    """`count` working days after `day` (before it when negative); 0 gives the first working day from `day` on."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    while not is_working_day(day):
        day += step
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
