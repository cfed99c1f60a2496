"""Duties with a day: each feature says what is open now, one later feature reminds, escalates and postpones.

`@deadlines("visits.poll", asks=...)` registers a function that tells, from the rows of the selects that it asks for,
every open duty of these kinds as `Due`. It is computed from the states, so a duty is silent as soon as it is done; the
selects of all features are put to the database as one question. `@mover("visits.poll")` registers how such a day is given
another one: a service of the feature that keeps it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, bindparam

from peerreview.core import clock
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.compound import Compound, Question


@dataclass(frozen=True, slots=True)
class Hand:
    """Who can act: everybody who holds this role in this organisation (None: in the association), or one of them."""

    role: str
    organisation_id: int | None = None
    person_id: int | None = None


OFFICE = (Hand(SECRETARIAT),)


@dataclass(frozen=True, slots=True)
class Due:
    """One open duty: what it is about, by when, and whose hands can do it now.

    `title` is a sentence for who must act, `link` the page where they do (a path); both are read in the language now
    spoken, so the title is lazy. `organisation_id` and `holder` are those that everybody waits for (None, "": the
    secretariat). `trajectory_id` is whose road stands still meanwhile. `but` did their part already. `since` is when it
    began. `remind`: so many working days before its day one is reminded, when it is not the round's number.
    `kept_from` are people who may not know of it, whatever their role.
    """

    kind: str
    subject_id: int
    title: Any
    due_on: date
    hands: tuple[Hand, ...]
    link: str
    round_id: int | None = None
    organisation_id: int | None = None
    holder: str = ""
    trajectory_id: int | None = None
    but: frozenset[int] = field(default_factory=frozenset)
    since: datetime | None = None
    remind: int | None = None
    kept_from: frozenset[int] = field(default_factory=frozenset)

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.subject_id

    @property
    def office(self) -> bool:
        """Whether it is the secretariat that must act."""
        return any(hand.role == SECRETARIAT for hand in self.hands)

    def is_late(self, today: date) -> bool:
        return self.due_on < today

    def waits_for(self, role: str, organisation_id: int | None, person_id: int | None) -> bool:
        """Whether this person, in this role, can do it now."""
        return person_id not in self.but | self.kept_from and any(
            hand.role == role and hand.organisation_id == organisation_id and hand.person_id in (None, person_id)
            for hand in self.hands
        )

    def is_for(self, actor: Actor) -> bool:
        """Whether this actor can do it now, in the role in which they act."""
        return self.waits_for(actor.role, actor.organisation_id, actor.person_id)


Provider = Callable[..., Iterable[Due]]
Ask = Callable[[], Question]
Mover = Callable[..., None]
TODAY = bindparam("today", type_=Date())  # for a select that asks what is open today: selects are made only once


@dataclass(frozen=True, slots=True)
class _Teller:
    """A provider, the kinds that it tells, the roles that may have to act on one, and what it asks."""

    tell: Provider
    kinds: tuple[str, ...]
    roles: frozenset[str]
    asks: tuple[Ask, ...]


_tellers: list[_Teller] = []
_movers: dict[str, Mover] = {}


def deadlines(*kinds: str, roles: Collection[str], asks: tuple[Ask, ...]) -> Callable[[Provider], Provider]:
    """Register what tells all open duties of these kinds; `roles` are those that may have to act on one.

    `asks` make its selects, as `Compound` wants them; it is given the rows of each.
    """

    def register(provider: Provider) -> Provider:
        _tellers.append(_Teller(provider, kinds, frozenset(roles), asks))
        return provider

    return register


def mover(kind: str) -> Callable[[Mover], Mover]:
    """Register how a duty of this kind gets another day: `move(subject_id, due_on, *, by, reason)`, inside an act."""

    def register(move: Mover) -> Mover:
        _movers[kind] = move
        return move

    return register


def kinds() -> tuple[str, ...]:
    """Every kind of duty there is."""
    return tuple(kind for teller in _tellers for kind in teller.kinds)


def may_move(kind: str) -> bool:
    """Whether a duty of this kind can be postponed."""
    return kind in _movers


def mover_of(kind: str) -> Mover:
    """How a duty of this kind gets another day."""
    return _movers[kind]


def open_duties(*, role: str = "", kind: str = "", family: str = "") -> list[Due]:
    """Every open duty, what is due first on top. One query.

    Only those on which this role may have to act, of this kind, or of this feature.
    """
    found = (due for due in _told(role, kind, family) if not kind or due.kind == kind)
    return sorted(found, key=lambda due: (due.due_on, due.holder, due.kind, due.subject_id))


def _told(role: str, kind: str, family: str) -> Iterator[Due]:
    wanted = tuple(
        teller
        for teller in _tellers
        if (not role or role in teller.roles)
        and (not kind or kind in teller.kinds)
        and (not family or any(each.startswith(family + ".") for each in teller.kinds))
    )
    answers = iter(_question(wanted).ask(today=clock.today()))
    for teller in wanted:
        yield from teller.tell(*(next(answers) for _ask in teller.asks))


@cache
def _question(tellers: tuple[_Teller, ...]) -> Compound:
    return Compound([ask() for teller in tellers for ask in teller.asks])
