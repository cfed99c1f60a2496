"""An exchange as a part of a round: what is asked, and what the search needs of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from peerreview.rounds.rules import Rules
from peerreview.visits.planning.answers import Answers
from peerreview.visits.planning.faults import is_busy
from peerreview.visits.planning.legs import NOTHING_KNOWN, Circumstances, Leg
from peerreview.visits.planning.plans import options_of
from peerreview.visits.planning.reasons import Reason
from peerreview.visits.planning.search import Options, Priced, Table, best
from peerreview.visits.planning.slots import Slot

Taken = Mapping[int, Mapping[date, int]]  # by person and day: the exchange that has them there


@dataclass(frozen=True, slots=True)
class Wanted:
    """An exchange whose visits (`legs`, each without a day) need one of `days`; `fixed` are its visits that have it."""

    exchange_id: int
    legs: tuple[Leg, ...]
    days: tuple[date, ...]
    answers: Answers
    rules: Rules
    fixed: tuple[tuple[Leg, Slot], ...] = ()
    circumstances: Circumstances = NOTHING_KNOWN

    @property
    def gap(self) -> int:
        return self.rules.gap_calendar_days_between_visits

    @property
    def people(self) -> frozenset[int]:
        return frozenset(person for leg in self.legs for person in leg.people)


@dataclass(slots=True, eq=False)
class Part:
    """A wanted exchange with the options of its visits; `alone` is its best plan when it need not mind the others."""

    wanted: Wanted
    options: list[Options]
    table: Table
    alone: Priced | None
    shared: frozenset[int] = frozenset()  # its people who are in other exchanges too
    on_day: list[dict[date, int]] = field(default_factory=list)  # for each visit the mask of its options on a day

    @classmethod
    def of(cls, wanted: Wanted, elsewhere: Mapping[int, Iterable[date]], today: date) -> "Part":
        """`elsewhere`: the days on which people are on visits of other exchanges that have their day already."""
        if elsewhere:
            busy = {id: {*wanted.circumstances.busy.get(id, ()), *days} for id, days in elsewhere.items()}
            known = replace(wanted.circumstances, busy={**wanted.circumstances.busy, **busy})
            wanted = replace(wanted, circumstances=known)
        days = sorted(set(wanted.days))
        options = [
            options_of(leg, days, wanted.answers, wanted.rules, today, wanted.fixed, wanted.circumstances)
            for leg in wanted.legs
        ]
        table = Table.of(wanted.legs, options, wanted.gap)
        found = best(table, 1) if all(options) else []
        return cls(wanted, options, table, found[0] if found else None)

    @property
    def id(self) -> int:
        return self.wanted.exchange_id

    @property
    def worth(self) -> int:
        """The packed cost of its best plan alone."""
        return self.alone[0] if self.alone else 0

    def share(self, people: frozenset[int]) -> None:
        """Note who of these people it shares with other exchanges."""
        self.shared = self.wanted.people & people
        for options in self.options if self.shared else ():
            masks: dict[date, int] = {}
            for n, (_cost, slot) in enumerate(options):
                for day in slot.days:
                    masks[day] = masks.get(day, 0) | 1 << n
            self.on_day.append(masks)

    def masks(self, taken: Taken, but: Iterable[int] = ()) -> list[int]:
        """What is left of the options of each visit beside what other exchanges (save `but`) took of its people."""
        found, apart = self.table.all_masks, {self.id, *but}
        for n, leg in enumerate(self.wanted.legs):
            for person in leg.people:
                if person in self.shared:
                    for day, exchange in taken.get(person, {}).items():
                        if exchange not in apart:
                            found[n] &= ~self.on_day[n].get(day, 0)
        return found

    def why_not(self, today: date) -> tuple[Reason, ...]:
        """Why it has no plan even alone.

        Codes: no_days (none to choose from); no_day_for (visit, people who are elsewhere); no_days_together.
        """
        if not self.wanted.days:
            return (Reason("no_days"),)
        found = []
        for leg, options in zip(self.wanted.legs, self.options, strict=True):
            if not options:
                busy = self.wanted.circumstances.busy
                slots = list(leg.slots(self.wanted.days))
                people = (id for id in leg.people if any(is_busy(replace(leg, people=(id,)), s, busy) for s in slots))
                found.append(Reason("no_day_for", {"visit": leg.visit_id, "people": tuple(people)}))
        return tuple(found) or (Reason("no_days_together"),)
