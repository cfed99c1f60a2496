"""A round to plan as a JSON text, and what is wrong with it: in one line, with the place in the text.

docs/visit-instance.schema.json describes the form. People, organisations, exchanges and visits are named by a whole number
or a text; here they become numbers from 0, in the order of the file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from peerreview.core.clock import is_working_day
from peerreview.core.instances import (
    Key,
    WrongInstance,
    a_key,
    a_list,
    an_object,
    each,
    parsed,
    whole,
    wrong,
    yes_or_no,
)
from peerreview.rounds.rules import BOUNDS, Rules
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.planning.faults import days_apart, go_together, is_busy
from peerreview.visits.planning.legs import Circumstances, Leg
from peerreview.visits.planning.slots import MOST_HALF_DAYS, WHOLE_DAY, Slot
from peerreview.visits.planning.wanted import Wanted

E = TypeVar("E", bound=StrEnum)
FIELDS = ("today", "rules", "people", "organisations", "exchanges")
EXCHANGE = ("key", "days", "visits", "answers")
VISIT = (
    "key", "host", "reviewing", "people", "lead", "half_days", "self_evaluation_ready", "travel_minutes", "slot",
)  # fmt: skip
RULES = (
    "self_evaluation_calendar_days_before_visit",
    "gap_calendar_days_between_visits",
    "draft_report_within",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
MOST_MINUTES = 24 * 60
DAY = re.compile(r"20\d\d-\d\d-\d\d")
PEOPLE, ORGANISATIONS = "people", "organisations"


@dataclass(frozen=True)
class Document:
    """What a file asks: the exchanges as the planner takes them, and the names that its numbers stand for."""

    today: date
    wanted: tuple[Wanted, ...]
    people: tuple[Key, ...]
    organisations: tuple[Key, ...]
    exchanges: tuple[Key, ...]
    visits: tuple[Key, ...]


def read_document(text: str) -> Document:
    """The round that this text describes. WrongInstance when it describes none."""
    found = an_object(parsed(text), "the file", FIELDS, ("today", PEOPLE, ORGANISATIONS, "exchanges"))
    return _Reader(found).document()


class _Reader:
    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        self.today = _day(found["today"], "today")
        rules = an_object(found.get("rules", {}), "rules", RULES, ())
        bounded = {name: whole(n, f"rules.{name}", BOUNDS[name][1], BOUNDS[name][0]) for name, n in rules.items()}
        self.rules = Rules(**bounded)
        self.people: dict[Key, int] = {}
        self.organisations: dict[Key, int] = {}
        self.visits: dict[Key, int] = {}
        self.busy: dict[int, set[date]] = {}
        self.off: dict[int, set[tuple[int, Half]]] = {}
        self.school: dict[int, list[tuple[date, date]]] = {}

    def document(self) -> Document:
        each(self.found[PEOPLE], PEOPLE, self._person)
        each(self.found[ORGANISATIONS], ORGANISATIONS, self._organisation)
        exchanges: dict[Key, int] = {}
        wanted = [
            self._exchange(one, f"exchanges[{n}]", exchanges)
            for n, one in enumerate(a_list(self.found["exchanges"], "exchanges"))
        ]
        keys = (tuple(of) for of in (self.people, self.organisations, exchanges, self.visits))
        return Document(self.today, tuple(wanted), *keys)

    def _person(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            value = {"key": value}
        one = an_object(value, where, ("key", "busy", "off"), ("key",))
        id = _new(one["key"], f"{where}.key", self.people)
        self.busy[id] = set(each(one.get("busy", []), f"{where}.busy", _day))
        self.off[id] = set(each(one.get("off", []), f"{where}.off", _half_of_week))

    def _organisation(self, value: Any, where: str) -> None:
        if not isinstance(value, dict):
            value = {"key": value}
        one = an_object(value, where, ("key", "school_holidays"), ("key",))
        id = _new(one["key"], f"{where}.key", self.organisations)
        self.school[id] = each(one.get("school_holidays", []), f"{where}.school_holidays", _days_from_to)

    def _exchange(self, value: Any, where: str, known: dict[Key, int]) -> Wanted:
        one = an_object(value, where, EXCHANGE, ("key", "days", "visits"))
        id = _new(one["key"], f"{where}.key", known)
        visits = [self._visit(visit, f"{where}.visits[{n}]") for n, visit in enumerate(_some(one["visits"], where))]
        people = {person for leg, _slot in visits for person in leg.people}
        organisations = {side for leg, _slot in visits for side in leg.organisations}
        fixed = tuple((leg, slot) for leg, slot in visits if slot)
        return Wanted(
            exchange_id=id,
            legs=tuple(leg for leg, slot in visits if slot is None),
            days=tuple(each(one["days"], f"{where}.days", self._day_ahead)),
            answers=self._answers(one.get("answers", []), f"{where}.answers"),
            rules=self.rules,
            fixed=self._possible(fixed, f"{where}.visits"),
            circumstances=Circumstances(
                {person: self.busy[person] for person in people},
                {person: self.off[person] for person in people},
                {side: self.school[side] for side in organisations},
            ),
        )

    def _visit(self, value: Any, where: str) -> tuple[Leg, Slot | None]:
        one = an_object(value, where, VISIT, ("key", "host", "reviewing", "people"))
        host, reviewing = (
            _known(one[name], f"{where}.{name}", self.organisations, ORGANISATIONS) for name in ("host", "reviewing")
        )
        people = each(one["people"], f"{where}.people", self._of_people)
        lead = self._of_people(one["lead"], f"{where}.lead") if "lead" in one else None
        if lead is not None and lead not in people:
            wrong(f"{where}.lead", "one of the people of the visit", one["lead"])
        leg = Leg(
            _new(one["key"], f"{where}.key", self.visits),
            tuple(dict.fromkeys(people)),
            lead,
            host,
            reviewing,
            half_days=whole(one.get("half_days", WHOLE_DAY), f"{where}.half_days", MOST_HALF_DAYS, 1),
            self_evaluation_ready=yes_or_no(one.get("self_evaluation_ready", False), f"{where}.self_evaluation_ready"),
            travel_minutes=whole(one.get("travel_minutes", 0), f"{where}.travel_minutes", MOST_MINUTES),
        )
        return leg, _slot(one["slot"], f"{where}.slot", leg) if "slot" in one else None

    def _of_people(self, value: Any, where: str) -> int:
        return _known(value, where, self.people, PEOPLE)

    def _day_ahead(self, value: Any, where: str) -> date:
        day = _day(value, where)
        if day <= self.today or not is_working_day(day):
            wrong(where, "a working day after today", value)
        return day

    def _answers(self, values: Any, where: str) -> dict[tuple[int, date, Half], Can]:
        found: dict[tuple[int, date, Half], Can] = {}
        for n, value in enumerate(a_list(values, where)):
            at = f"{where}[{n}]"
            if not isinstance(value, list) or len(value) not in (3, 4):
                wrong(at, "[person, day, answer] or [person, day, half, answer]", value)
            person, day = self._of_people(value[0], f"{at}[0]"), _day(value[1], f"{at}[1]")
            halves = [_one_of(value[2], f"{at}[2]", Half)] if len(value) == 4 else list(Half)
            can = _one_of(value[-1], f"{at}[{len(value) - 1}]", Can)
            found |= {(person, day, half): can for half in halves}
        return found

    def _possible(self, fixed: Sequence[tuple[Leg, Slot]], where: str) -> tuple[tuple[Leg, Slot], ...]:
        """The visits that have their day; WrongInstance when these days cannot be."""
        keys = list(self.visits)
        for n, (leg, slot) in enumerate(fixed):
            if is_busy(leg, slot, self.busy):
                raise WrongInstance(f"{where}: somebody of {keys[leg.visit_id]!r} is busy on its day")
            for other in fixed[:n]:
                if not go_together((leg, slot), other, self.rules.gap_calendar_days_between_visits):
                    names = f"{keys[other[0].visit_id]!r} and {keys[leg.visit_id]!r}"
                    raise WrongInstance(f"{where}: {names} cannot be {days_apart(slot, other[1])} days apart")
        return tuple(fixed)


def _some(value: Any, where: str) -> list[Any]:
    if not a_list(value, f"{where}.visits"):
        wrong(f"{where}.visits", "one visit or more", value)
    return list(value)


def _new(value: Any, where: str, known: dict[Key, int]) -> int:
    key = a_key(value, where)
    if key in known:
        raise WrongInstance(f"{where}: {key!r} is there twice")
    known[key] = len(known)
    return known[key]


def _known(value: Any, where: str, known: dict[Key, int], what: str) -> int:
    key = a_key(value, where)
    if key not in known:
        wrong(where, f"one of the {what}", value)
    return known[key]


def _day(value: Any, where: str) -> date:
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    wrong(where, "a day like '2027-04-13'", value)


def _days_from_to(value: Any, where: str) -> tuple[date, date]:
    days = each(value, where, _day)
    if len(days) != 2 or days[0] > days[1]:
        wrong(where, "the first and the last day", value)
    return days[0], days[1]


def _half_of_week(value: Any, where: str) -> tuple[int, Half]:
    if not isinstance(value, list) or len(value) != 2 or value[0] not in WEEKDAYS:
        wrong(where, "a weekday and a half like ['monday', 'morning']", value)
    return WEEKDAYS.index(value[0]), _one_of(value[1], f"{where}[1]", Half)


def _one_of(value: Any, where: str, among: type[E]) -> E:
    if value not in list(among):
        wrong(where, f"one of {', '.join(among)}", value)
    return among(value)


def _slot(value: Any, where: str, leg: Leg) -> Slot:
    one = an_object(value, where, ("day", "half"), ("day",))
    day = _day(one["day"], f"{where}.day")
    if not is_working_day(day):
        wrong(f"{where}.day", "a working day", one["day"])
    if ("half" in one) != (leg.half_days == 1):
        raise WrongInstance(f"{where}: half belongs to a visit of one half-day, and only there")
    return Slot(day, _one_of(one["half"], f"{where}.half", Half)) if "half" in one else Slot.of(day, leg.half_days)
