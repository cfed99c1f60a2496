"""The secretariat keeps the school holidays; the published ones come from school-holidays-nl.csv.

The dates are those of the government (rijksoverheid.nl, overview of school holidays per school year), for the school
years 2026-2027 to 2028-2029. Autumn and spring are its advice: schools may choose another week. The second week that
many schools add to the May holiday is not in it, because each school chooses that itself.
"""

import csv
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from flask_babel import gettext as _
from sqlalchemy import delete, select

from peerreview.core import audit
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid
from peerreview.visits.lifecycle import Region
from peerreview.visits.models import SchoolHoliday

PUBLISHED = Path(__file__).parent.parent / "school-holidays-nl.csv"
LONGEST = timedelta(weeks=10)


@cache
def published_holidays() -> tuple[tuple[Region, str, str, date, date], ...]:
    """The published holidays: region, Dutch name, English name, first and last day."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return tuple(
            (
                Region(row["region"]), row["nl"], row["en"],
                date.fromisoformat(row["first_on"]), date.fromisoformat(row["last_on"]),
            )
            for row in csv.DictReader(file)
        )  # fmt: skip


def load_school_holidays(*, by: Actor) -> int:
    """Add the published holidays that are not there yet; how many. What the secretariat changed stays as it is."""
    with unit_of_work():
        there = db.session.scalars(select(SchoolHoliday)).all()
        new = [
            SchoolHoliday(region=region, name={"nl": nl, "en": en}, first_on=first, last_on=last)
            for region, nl, en, first, last in published_holidays()
            if not any(one.region == region and one.first_on <= last and one.last_on >= first for one in there)
        ]
        db.session.add_all(new)
        db.session.flush()
        for holiday in new:
            audit.record("school_holiday.add", holiday, by=by, after=_facts(holiday))
    return len(new)


def add_school_holiday(region: Region, *, name: str, first_on: date, last_on: date, by: Actor) -> SchoolHoliday:
    """Add one. Raises Invalid for days in the wrong order, or when the region has a holiday on one of them."""
    if not first_on <= last_on <= first_on + LONGEST:
        raise Invalid(_("The last day is not before the first one, and at most ten weeks after it."))
    with unit_of_work():
        overlapping = select(SchoolHoliday.id).where(
            SchoolHoliday.region == region, SchoolHoliday.first_on <= last_on, SchoolHoliday.last_on >= first_on
        )
        if db.session.scalars(overlapping).first():
            raise Invalid(_("This region has a holiday on one of these days already."))
        holiday = SchoolHoliday(region=region, name={"nl": name, "en": name}, first_on=first_on, last_on=last_on)
        db.session.add(holiday)
        db.session.flush()
        audit.record("school_holiday.add", holiday, by=by, after=_facts(holiday))
    return holiday


def remove_school_holiday(holiday: SchoolHoliday, *, by: Actor) -> None:
    """Take one off the list. Twice is once."""
    with unit_of_work():
        audit.record("school_holiday.remove", holiday, by=by, before=_facts(holiday))
        db.session.execute(delete(SchoolHoliday).where(SchoolHoliday.id == holiday.id))


def _facts(holiday: SchoolHoliday) -> dict[str, object]:
    return {
        "region": holiday.region, "name": holiday.name, "first_on": holiday.first_on, "last_on": holiday.last_on
    }  # fmt: skip
