"""What is known around a poll beside the answers: other visits, half-days on which people never work, school holidays.

A page shows it to who marks days, as a hint and never as an answer; the planning weighs it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from peerreview.visits.lifecycle import Half
from peerreview.visits.planning import Circumstances

HalfDays = frozenset[tuple[int, Half]]  # of a week: (0 for Monday, half)


@dataclass(frozen=True, slots=True)
class OtherVisit:
    """A visit that has its days, of whatever exchange."""

    exchange_id: int
    days: tuple[date, ...]
    host_name: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A school holiday: its name in both languages, first and last day."""

    name: Mapping[str, str]
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`visits` and `off` by person, `school` by organisation."""

    visits: Mapping[int, tuple[OtherVisit, ...]] = field(default_factory=dict)
    off: Mapping[int, HalfDays] = field(default_factory=dict)
    school: Mapping[int, tuple[Closed, ...]] = field(default_factory=dict)

    def about(self, people: Collection[int], organisations: Collection[int]) -> "Surroundings":
        """What of it is about these people and organisations."""
        return Surroundings(
            {id: visits for id, visits in self.visits.items() if id in people},
            {id: off for id, off in self.off.items() if id in people},
            {id: closed for id, closed in self.school.items() if id in organisations},
        )

    def visits_elsewhere(self, person_id: int, exchange_id: int) -> list[OtherVisit]:
        """This person's visits of other exchanges than this one."""
        return [one for one in self.visits.get(person_id, ()) if one.exchange_id != exchange_id]

    def circumstances(self, exchange_id: int) -> Circumstances:
        """The same as the planning of this exchange takes it."""
        busy = {
            person_id: frozenset(day for one in self.visits_elsewhere(person_id, exchange_id) for day in one.days)
            for person_id in self.visits
        }
        school = {id: [(one.first_on, one.last_on) for one in closed] for id, closed in self.school.items()}
        return Circumstances({id: days for id, days in busy.items() if days}, self.off, school)

    def is_off(self, person_id: int, day: date, half: Half) -> bool:
        """Whether this person never works on this half-day of the week."""
        return (day.weekday(), half) in self.off.get(person_id, frozenset())


NOTHING_AROUND = Surroundings()
