"""Who is asked, how an answer came in, what one may answer, and how far a list is: that is its dates and its closing."""

from datetime import date, datetime
from enum import StrEnum


class Audience(StrEnum):
    CLIENTS = "clients"
    VOLUNTEERS = "volunteers"
    PARTNERS = "partners"


class Channel(StrEnum):
    WEB = "web"
    PAPER = "paper"


class Stance(StrEnum):
    """What somebody thinks of a statement: four steps, without a middle, and that they do not know."""

    FULLY = "fully"
    AGREE = "agree"
    DISAGREE = "disagree"
    NOT_AT_ALL = "not_at_all"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    PREPARED = "prepared"  # its first day is still to come: everything may change
    OPEN = "open"  # people answer; the questions are fixed
    ENDED = "ended"  # the link is closed; paper sheets are still typed in
    COUNTED = "counted"  # closed for good: the answers show


def stage_of(opens_on: date, closes_on: date, closed_at: datetime | None, today: date) -> Stage:
    """Where a list stands on this day; both its days count."""
    if closed_at is not None:
        return Stage.COUNTED
    if today < opens_on:
        return Stage.PREPARED
    return Stage.OPEN if today <= closes_on else Stage.ENDED
