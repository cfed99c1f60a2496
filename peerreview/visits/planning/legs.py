"""What is to be planned, as values: a visit with who should be there, and what is known of people and places."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from peerreview.visits.lifecycle import Half
from peerreview.visits.planning.slots import WHOLE_DAY, Slot

FAR_MINUTES = 90  # a visit this far away takes the day before or after as well: better not next to another visit


@dataclass(frozen=True, slots=True)
class Leg:
    """One visit to find a day for: who should be there (ids of people), which organisations meet, how long it takes.

    `half_days` from 1 to 6; `travel_minutes` from the reviewing organisation to the host, 0 when not known.
    """

    visit_id: int
    people: tuple[int, ...]
    lead_id: int | None
    host_id: int
    reviewing_id: int
    half_days: int = WHOLE_DAY
    self_evaluation_ready: bool = False
    travel_minutes: int = 0

    @property
    def organisations(self) -> frozenset[int]:
        return frozenset((self.host_id, self.reviewing_id))

    @property
    def far(self) -> bool:
        """Whether it is so far away that a visit on the next day is too much."""
        return self.travel_minutes >= FAR_MINUTES

    @property
    def day_count(self) -> int:
        """How many days it is on."""
        return (self.half_days + 1) // 2

    def slots(self, days: Iterable[date]) -> Iterator[Slot]:
        """Every slot of the right length that starts on one of these days."""
        for day in days:
            if self.half_days == 1:
                yield from (Slot(day, Half.MORNING), Slot(day, Half.AFTERNOON))
            else:
                yield Slot.of(day, self.half_days)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known beside the answers.

    `busy`: the days on which a person is on a visit elsewhere; there they cannot be on one of these too. `off`: the
    half-days of the week (0 for Monday) on which a person never works. `school`: the school holidays of the region of an
    organisation, each as its first and last day.
    """

    busy: Mapping[int, Collection[date]] = field(default_factory=dict)
    off: Mapping[int, Collection[tuple[int, Half]]] = field(default_factory=dict)
    school: Mapping[int, Collection[tuple[date, date]]] = field(default_factory=dict)


NOTHING_KNOWN = Circumstances()
