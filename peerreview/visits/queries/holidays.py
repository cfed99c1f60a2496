"""When schools are closed, per region, and in which region an organisation lies."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.visits import policy
from peerreview.visits.lifecycle import Region
from peerreview.visits.models import SchoolHoliday


def school_holidays(first: date | None = None, last: date | None = None) -> list[SchoolHoliday]:
    """Those that touch the days from `first` to `last`, the earliest first. One query."""
    rows = select(SchoolHoliday).order_by(SchoolHoliday.first_on, SchoolHoliday.region)
    if first:
        rows = rows.where(SchoolHoliday.last_on >= first)
    if last:
        rows = rows.where(SchoolHoliday.first_on <= last)
    return list(db.session.scalars(rows))


def holiday_for(actor: Actor, holiday_id: int) -> SchoolHoliday | None:
    """A holiday of the list, for who keeps it."""
    return db.session.get(SchoolHoliday, holiday_id) if policy.may_keep_holidays(actor) else None


def by_region(holidays: Iterable[SchoolHoliday]) -> dict[Region, list[SchoolHoliday]]:
    """These holidays per region."""
    found: dict[Region, list[SchoolHoliday]] = defaultdict(list)
    for holiday in holidays:
        found[holiday.region].append(holiday)
    return found
