"""The days of a poll as a calendar of weeks for one person: what is asked, and what is known beside it.

A hint (a half-day on which the person never works, another visit, a holiday) is never an answer: nothing is filled in by
itself. The quick actions fill many days at once, and tell what was there before so that it can be undone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from peerreview.core import clock
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning import fallen_out
from peerreview.visits.poll import DayRow, Poll
from peerreview.visits.surroundings import Closed

Marks = dict[tuple[date, Half], Can | None]  # None takes an answer away
HALVES = (Half.MORNING, Half.AFTERNOON)
_LETTERS = {Can.YES: "y", Can.IF_NEED_BE: "i", Can.NO: "n", None: "-"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Monday to Friday of a week: `row` when the day is asked about, and what stands in its way for this person."""

    day: date
    row: DayRow | None
    holiday: str | None
    off: tuple[Half, ...]
    visits: tuple[str, ...]

    @property
    def answers(self) -> tuple[Can | None, Can | None]:
        """The person's answers for morning and afternoon."""
        return (self.row.morning, self.row.afternoon) if self.row else (None, None)


@dataclass(frozen=True, slots=True)
class Week:
    """A week in which a day is asked about or fell out. `closed`: the school holidays, each with whose they are."""

    monday: date
    cells: tuple[Cell, ...]
    fallen: tuple[tuple[date, str], ...]
    closed: tuple[tuple[Closed, tuple[int, ...]], ...]

    @property
    def number(self) -> int:
        return self.monday.isocalendar().week

    @property
    def friday(self) -> date:
        return self.monday + timedelta(days=4)

    @property
    def asked(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.row)

    @property
    def holidays(self) -> tuple[Cell, ...]:
        """The public holidays that do not stand in the list of days as fallen out."""
        fell = {day for day, _name in self.fallen}
        return tuple(cell for cell in self.cells if cell.holiday and cell.day not in fell)


def weeks_of(poll: Poll, person_id: int | None, today: date) -> list[Week]:
    """The weeks of this poll from tomorrow on, in order."""
    days = poll.days_ahead(today)
    fallen = fallen_out(days)
    mondays = sorted({day - timedelta(days=day.weekday()) for day in (*days, *(day for day, _name in fallen))})
    return [
        _week(poll, monday, person_id, today, [one for one in fallen if _in_week(one[0], monday)]) for monday in mondays
    ]


def week_with(poll: Poll, day: date, person_id: int | None, today: date) -> Week:
    """The week that this day is in."""
    return _week(poll, day - timedelta(days=day.weekday()), person_id, today, [])


def _in_week(day: date, monday: date) -> bool:
    return 0 <= (day - monday).days < 7


def _week(poll: Poll, monday: date, person_id: int | None, today: date, fallen: list[tuple[date, str]]) -> Week:
    asked = {day for day in poll.days_ahead(today) if _in_week(day, monday)}
    # A day in a weekend can only be asked about when somebody added it; then it has its place as well.
    days = [monday + timedelta(days=n) for n in range(7) if n < 5 or monday + timedelta(days=n) in asked]
    return Week(
        monday,
        tuple(cell_of(poll, day, person_id, today) for day in days),
        tuple(fallen),
        _closed_in(poll, monday),
    )


def cell_of(poll: Poll, day: date, person_id: int | None, today: date) -> Cell:
    """This day for this person."""
    row = poll.row(day, person_id, today) if day in poll.days_ahead(today) else None
    return Cell(day, row, clock.holiday_name(day), _off(poll, day, person_id), _visits(poll, day, person_id))


def _off(poll: Poll, day: date, person_id: int | None) -> tuple[Half, ...]:
    return tuple(half for half in HALVES if poll.around.is_off(person_id or 0, day, half))


def _visits(poll: Poll, day: date, person_id: int | None) -> tuple[str, ...]:
    elsewhere = poll.around.visits_elsewhere(person_id or 0, poll.exchange_id)
    return tuple(one.host_name for one in elsewhere if day in one.days)


def _closed_in(poll: Poll, monday: date) -> tuple[tuple[Closed, tuple[int, ...]], ...]:
    """The school holidays from Monday to Friday; the same one of several organisations once."""
    found: dict[tuple[date, date, str], tuple[Closed, list[int]]] = {}
    for organisation_id in poll.organisations:
        for one in poll.around.school.get(organisation_id, ()):
            if one.first_on < monday + timedelta(days=5) and one.last_on >= monday:
                same = found.setdefault((one.first_on, one.last_on, str(one.name)), (one, []))
                same[1].append(organisation_id)
    return tuple((closed, tuple(ids)) for closed, ids in found.values())


def progress(poll: Poll, person_id: int | None, today: date) -> tuple[int, int]:
    """Of how many of the days that are asked about this person answered both halves, and how many there are."""
    days = poll.days_ahead(today)
    given = [day for day in days if all((person_id or 0, day, half) in poll.answers for half in HALVES)]
    return len(given), len(days)


def still_open(poll: Poll, person_id: int | None, today: date) -> list[tuple[date, Half]]:
    """The half-days that this person did not answer."""
    every = [(day, half) for day in poll.days_ahead(today) for half in HALVES]
    return [(day, half) for day, half in every if (person_id or 0, day, half) not in poll.answers]


def filled(poll: Poll, person_id: int, monday: date | None, can: Can, today: date) -> Marks:
    """What a quick action fills in: a week, whatever was there, or with `monday` None every half-day still open.

    "I can" becomes "I cannot" where the person never works or is on another visit; the page says so beside the button.
    """
    wanted = [(day, half) for day in poll.days_ahead(today) for half in HALVES if monday and _in_week(day, monday)]
    marks: Marks = {}
    for day, half in wanted if monday else still_open(poll, person_id, today):
        hinder = half in _off(poll, day, person_id) or _visits(poll, day, person_id)
        marks[day, half] = Can.NO if hinder else can
    return marks


def hindered(poll: Poll, person_id: int | None, today: date) -> bool:
    """Whether anything that is asked of this person falls on a half-day off or on another visit."""
    return any(_off(poll, day, person_id) or _visits(poll, day, person_id) for day in poll.days_ahead(today))


def before(poll: Poll, person_id: int, changed: Iterable[tuple[date, Half]]) -> dict[str, str]:
    """What this person had answered on the days of these half-days, short enough to be kept in a session."""
    return {
        day.isoformat(): "".join(_LETTERS[poll.answers.get((person_id, day, half))] for half in HALVES)
        for day in sorted({day for day, _half in changed})
    }


def read_before(kept: Mapping[str, str]) -> Marks:
    """The reverse of `before`."""
    cans = {letter: can for can, letter in _LETTERS.items()}
    return {
        (date.fromisoformat(day), half): cans[letter]
        for day, letters in kept.items()
        for half, letter in zip(HALVES, letters, strict=True)
    }
