"""A day as somebody types it."""

from datetime import date, datetime


def read_day(typed: str) -> date | None:
    """A day as people type it: 4-10-2027, 4/10/2027, 2027-10-04; None when it is none."""
    text = typed.strip().replace("/", "-").replace(".", "-")
    for pattern in ("%Y-%m-%d", "%d-%m-%Y", "%d-%m-%y"):
        try:
            return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None
