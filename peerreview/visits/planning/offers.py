"""The days that people are asked about."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from peerreview.core import clock
from peerreview.visits.planning.slots import WHOLE_DAY, Slot

OFFERED_DAYS = 20
LEAST_OFFERED = 6  # with fewer days than this in the months that all sides named, every month counts
MOST_DAYS = 40
TUESDAY, THURSDAY = 1, 3


def offered_days(
    first: date, last: date, months: Iterable[Iterable[int]], today: date, *, half_days: int = WHOLE_DAY
) -> list[date]:
    """The days that people are asked about: Tuesdays and Thursdays of the window, spread, at most 20.

    Only in months that every side named at sign-up (a side that named none takes any), unless those leave fewer than
    six days. Public holidays and days that are past fall out. For visits of more than a day (`half_days`, of the
    longest) fewer Tuesdays and Thursdays are taken, each with the working days that follow.
    """
    start = max(first, today + timedelta(days=1))
    days = [start + timedelta(days=n) for n in range((last - start).days + 1)]
    days = [day for day in days if day.weekday() in (TUESDAY, THURSDAY) and clock.is_working_day(day)]
    days = [day for day in days if Slot.of(day, half_days).last <= last]
    wanted = set(range(1, 13)).intersection(*(set(side) for side in months if side))
    chosen = [day for day in days if day.month in wanted]
    if len(chosen) < LEAST_OFFERED:
        chosen = days
    most = OFFERED_DAYS // ((half_days + 1) // 2)
    if len(chosen) > most:
        chosen = [chosen[n * (len(chosen) - 1) // (most - 1)] for n in range(most)]
    return sorted({day for first_day in chosen for day in Slot.of(first_day, half_days).days})


def fallen_out(days: Sequence[date]) -> list[tuple[date, str]]:
    """The Tuesdays and Thursdays between the first and last of these days that are a public holiday, with its name."""
    between = [days[0] + timedelta(days=n) for n in range((days[-1] - days[0]).days)] if days else []
    named = [(day, clock.holiday_name(day)) for day in between if day.weekday() in (TUESDAY, THURSDAY)]
    return [(day, name) for day, name in named if name]
