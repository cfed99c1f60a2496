"""What is open, who can act on it, what people were told, and at which hour they want to be told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select

from peerreview.accounts.models import Affiliation, Person
from peerreview.core import deadlines
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.deadlines import Due
from peerreview.deadlines import policy
from peerreview.deadlines.lifecycle import Stage
from peerreview.deadlines.models import DigestChoice, Postponement, Reminder
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.rounds.rules import Rules

HOUR = 8  # Dutch time, for who did not choose
LARGEST = 2**31 - 1

Told = tuple[str, int, int, Stage, date]  # kind, subject, person, stage, day


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds which role where, of the people with a working account; and their names."""

    people: Mapping[tuple[str, int | None], Sequence[int]]
    names: Mapping[int, str]

    def who(self, due: Due) -> tuple[int, ...]:
        """The people who can act on it now, each once."""
        found = [
            person
            for hand in due.hands
            for person in self.people.get((hand.role, hand.organisation_id), ())
            if hand.person_id in (None, person) and person not in due.but
        ]
        return tuple(dict.fromkeys(found))

    def role_for(self, due: Due, person_id: int) -> str:
        """The role in which this person can act on it, when they hold several and must choose; else ''."""
        mine = [role for (role, _place), people in self.people.items() if person_id in people]
        fitting = (
            hand.role for hand in due.hands if person_id in self.people.get((hand.role, hand.organisation_id), ())
        )
        return next(fitting, "") if len(mine) > 1 else ""

    def named(self, due: Due) -> str:
        """Their names in one line."""
        return ", ".join(self.names[person] for person in self.who(due))


def rules_of_rounds() -> dict[int, Rules]:
    """The rules of each round that is not closed. One query."""
    running = select(Round.id, Round.rules_data).where(Round.state != RoundState.CLOSED)
    return {id: Rules.read(stored) for id, stored in db.session.execute(running)}


def held() -> Held:
    """Every role that somebody holds now. One query."""
    return _held()


def held_for(dues: Iterable[Due]) -> Held:
    """Every role that somebody holds now where one of these waits for it: enough to name who can act. One query."""
    places = {hand.organisation_id for due in dues for hand in due.hands}
    of_association = [Affiliation.organisation_id.is_(None)] if None in places else []
    return _held(or_(Affiliation.organisation_id.in_(places - {None}), *of_association))


def _held(*where: ColumnElement[bool]) -> Held:
    rows = db.session.execute(
        select(Affiliation.role, Affiliation.organisation_id, Person.id, Person.name)
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.ended_at.is_(None), Person.active, *where)
        .order_by(Affiliation.id)
    )
    people: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    names = {}
    for role, organisation_id, person_id, name in rows:
        people[role.value, organisation_id].append(person_id)
        names[person_id] = name
    return Held(people, names)


def open_now(rules: Mapping[int, Rules], *, role: str = "", kind: str = "", family: str = "") -> list[Due]:
    """Every open duty of a round that is not closed, what is due first on top."""
    found = deadlines.open_duties(role=role, kind=kind, family=family)
    return [due for due in found if due.round_id is None or due.round_id in rules]


def duties_of(actor: Actor) -> list[Due]:
    """What this actor can do now, in the role in which they act; what is due first on top."""
    return [due for due in open_now(rules_of_rounds(), role=actor.role) if due.is_for(actor)]


def everything(actor: Actor) -> list[Due]:
    """Every open duty of the rounds that run that this actor may know of; for the secretariat."""
    return [due for due in open_now(rules_of_rounds()) if actor.person_id not in due.kept_from]


def due_for(actor: Actor, kind: str, subject_id: int) -> Due | None:
    """One open duty that can be postponed; only the secretariat knows of it."""
    if not policy.may_see_all(actor) or not deadlines.may_move(kind) or subject_id > LARGEST:
        return None
    found = open_now(rules_of_rounds(), kind=kind)
    return next((due for due in found if due.subject_id == subject_id and actor.person_id not in due.kept_from), None)


def told(since: date, person_id: int | None = None) -> set[Told]:
    """What people (or this one) were told of duties with a day from `since` on. One query."""
    rows = select(Reminder.kind, Reminder.subject_id, Reminder.person_id, Reminder.stage, Reminder.due_on)
    rows = rows.where(Reminder.due_on >= since)
    if person_id is not None:
        rows = rows.where(Reminder.person_id == person_id)
    return {(row[0], row[1], row[2], row[3], row[4]) for row in db.session.execute(rows)}


def told_today(midnight: datetime, person_id: int | None = None) -> set[int]:
    """Who (or whether this one) had their letter of the day since midnight. One query."""
    rows = select(Reminder.person_id).where(Reminder.told_at >= midnight)
    if person_id is not None:
        rows = rows.where(Reminder.person_id == person_id)
    return set(db.session.scalars(rows))


def hours_of(people: Iterable[int]) -> dict[int, int]:
    """The hour that each of these chose; who chose none is not in it. One query."""
    chosen = select(DigestChoice.person_id, DigestChoice.hour).where(DigestChoice.person_id.in_(list(people)))
    return {row.person_id: row.hour for row in db.session.execute(chosen)}


def hour_of(person_id: int | None) -> int:
    """The hour at which this person is told what waits for them."""
    chosen = select(DigestChoice.hour).where(DigestChoice.person_id == person_id)
    found = db.session.scalars(chosen).one_or_none()
    return HOUR if found is None else found


def person_to_tell(person_id: int) -> Person:
    """The person, kept for this act: of two workers that would tell them, the second sees what the first did."""
    return db.session.scalars(select(Person).where(Person.id == person_id).with_for_update()).one()


def people(ids: Iterable[int]) -> list[Person]:
    """These people, by name."""
    return list(db.session.scalars(select(Person).where(Person.id.in_(list(ids))).order_by(Person.name, Person.id)))


def postponements_of(due: Due) -> list[Postponement]:
    """How its day was postponed before, the newest first."""
    same = select(Postponement).where(Postponement.kind == due.kind, Postponement.subject_id == due.subject_id)
    return list(db.session.scalars(same.order_by(Postponement.id.desc())))
