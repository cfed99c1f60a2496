"""What each kind of conflict of interest means: how severe it is, whom it can be between, and how long it counts.

The dates of a conflict are those of the facts (when somebody worked there, when the tender was); how long before and
after them it counts is this table's. A conflict without an end counts until somebody says that it ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from peerreview.impartiality.lifecycle import ConflictKind, Severity

K = ConflictKind


@dataclass(frozen=True, slots=True)
class Meaning:
    """`before` and `after` are in months; `lasts` is how long the facts hold when nobody says an end (None: open)."""

    severity: Severity
    between_organisations: bool = True
    of_person: bool = False
    before: int = 0
    after: int = 0
    lasts: int | None = None


MEANINGS: dict[ConflictKind, Meaning] = {
    K.SAME_GROUP: Meaning(Severity.HARD),
    K.SHARED_DIRECTOR: Meaning(Severity.HARD, of_person=True, after=60),
    K.EMPLOYMENT: Meaning(Severity.HARD, of_person=True, after=60),
    K.SAME_TENDER: Meaning(Severity.SOFT, before=12, after=12, lasts=0),
    K.MERGER_TALKS: Meaning(Severity.HARD),
    K.SUBCONTRACTING: Meaning(Severity.SOFT),
    K.REVIEWED_LAST_CYCLE: Meaning(Severity.HARD, of_person=True, lasts=36),
    K.PERSONAL_RELATION: Meaning(Severity.SOFT, of_person=True),
    K.OPEN_DISPUTE: Meaning(Severity.HARD, of_person=True),
}
BETWEEN_ORGANISATIONS = tuple(kind for kind in ConflictKind if MEANINGS[kind].between_organisations)
OF_PERSONS = tuple(kind for kind in ConflictKind if MEANINGS[kind].of_person)


class Dated(Protocol):
    """What has a kind and the dates of its facts: a conflict."""

    @property
    def kind(self) -> ConflictKind: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Window:
    """On one day a kind counts when its facts start no later than `latest_start` and end on `earliest_end` or later."""

    kind: ConflictKind
    latest_start: date
    earliest_end: date


def add_months(day: date, months: int) -> date:
    """The same day so many months later (earlier when negative); the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise ValueError(day)


def window_of(kind: ConflictKind, day: date) -> Window:
    """How the dates of this kind must lie to count on that day."""
    meaning = MEANINGS[kind]
    earliest = add_months(day, -meaning.after) + timedelta(days=1) if meaning.after else day
    return Window(kind, add_months(day, meaning.before), earliest)


def windows(day: date) -> Iterator[Window]:
    """That of every kind, for a query."""
    return (window_of(kind, day) for kind in ConflictKind)


def counts_on(conflict: Dated, day: date) -> bool:
    """Whether its dates make it count on that day. Its state is another question."""
    window = window_of(conflict.kind, day)
    begun = conflict.starts_on is None or conflict.starts_on <= window.latest_start
    return begun and (conflict.ends_on is None or conflict.ends_on >= window.earliest_end)


def is_over(conflict: Dated, day: date) -> bool:
    """Whether it does not count any more on that day, nor later."""
    return conflict.ends_on is not None and conflict.ends_on < window_of(conflict.kind, day).earliest_end


def counts_until(conflict: Dated) -> date | None:
    """The last day on which it counts; None when it has no end."""
    after = MEANINGS[conflict.kind].after
    if conflict.ends_on is None or not after:
        return conflict.ends_on
    day = add_months(conflict.ends_on, after)  # for a 29 February this is still the last one
    return day - timedelta(days=1) if is_over(conflict, day) else day


def end_of_facts(kind: ConflictKind, starts_on: date | None, ends_on: date | None, today: date) -> date | None:
    """The end to keep when none was given: for what lasts a known time (a tender, a cycle) that, else none."""
    lasts = MEANINGS[kind].lasts
    if ends_on is not None or lasts is None:
        return ends_on
    return add_months(starts_on or today, lasts)
