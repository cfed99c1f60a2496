"""Invitations follow the visit: who comes on it gets one, who leaves it loses it, who stays gets each change.

An `Invitee` is what we know about one person's invitation: to which address it went, at which sequence, which link
answers it and what they answered. Whoever holds one that was not taken back is told of every change and of the end,
wherever their account is now. Every letter raises the visit's sequence first, so that calendars follow it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.events import on
from peerreview.visits import mail, queries
from peerreview.visits.lifecycle import COMING, Coming
from peerreview.visits.models import Invitee, Visit


@dataclass(frozen=True, slots=True)
class _Guests:
    """Everybody's invitation as it is now: of who stays, of who comes new, of who left."""

    stay: list[Invitee]
    come: list[Invitee]
    left: list[Invitee]
    optional: frozenset[int]

    @property
    def all(self) -> list[Invitee]:
        return [*self.stay, *self.come]

    @property
    def elsewhere(self) -> list[Invitee]:
        """Who stays, with another address than the one that got the last letter."""
        return [one for one in self.stay if one.email != one.person.email]


def follow_team(visit: Visit, *, by: Actor, parts_changed: bool = False) -> None:
    """After a change of who is on a visit: newcomers are invited, who left is told so, who stays gets the change.

    One letter each, at one higher sequence. Nothing happens when the visit has no day to come, or when the same people
    are on it at the same addresses (unless `parts_changed`: somebody else leads, or a trainee
    joins the team). Answers are kept.
    """
    with unit_of_work():
        if visit.state not in COMING:
            return
        _read_again(visit)
        guests = _guests(visit)
        if not (guests.come or guests.left or guests.elsewhere or parts_changed):
            return
        visit.sequence += 1
        _let_go(visit, guests)
        tokens = _renew(visit, guests.all)
        new = {one.person_id for one in guests.come}
        told = {person: token for person, token in tokens.items() if person not in new}
        mail.tell_team_changed(visit, guests.all, told, guests.optional)
        invited = {person: token for person, token in tokens.items() if person in new}
        mail.invite(visit, guests.all, invited, guests.optional)


def invite_everybody(visit: Visit) -> None:
    """Send everybody on a visit that has got its day the invitation. The caller has set day and sequence."""
    _read_again(visit)
    guests = _guests(visit)
    _let_go(visit, guests)
    tokens = _renew(visit, guests.all, ask_again=True)
    mail.invite(visit, guests.all, tokens, guests.optional)


def tell_moved(visit: Visit, *, reason: str) -> None:
    """Tell everybody on the visit of its new day or place, and ask anew. The caller has set day and sequence."""
    _read_again(visit)
    guests = _guests(visit)
    _let_go(visit, guests)
    tokens = _renew(visit, guests.all, ask_again=True)
    mail.tell_moved(visit, guests.all, tokens, guests.optional, reason=reason)


def uninvite_everybody(visit: Visit, *, reason: str) -> None:
    """Take the visit, which must still have its day, out of the calendar of everybody who has it there.

    Also of those who are no longer on it and were not told before. The caller has raised the sequence.
    """
    _read_again(visit)
    held = _held(visit)
    mail.tell_cancelled(visit, held, reason=reason)
    for one in held:
        _end(one, visit)


@on("role.given")
@on("role.ended")
def follow_coordinators(held: Affiliation, *, by: Actor) -> None:
    """Who begins or ends as a host's coordinator comes on its visits or leaves them."""
    if held.role != Role.COORDINATOR or held.organisation_id is None:
        return
    for visit_id in queries.coming_visits_at([held.organisation_id]):
        follow_team(queries.visit_with_names(visit_id), by=by)


def _read_again(visit: Visit) -> None:
    """Let the visit have the team that it has now, with the exchange locked: two changes follow one after the other."""
    db.session.flush()
    queries.exchange_of(visit.exchange_id)
    queries.visit_with_names(visit.id)  # what the page that called did not load
    queries.read_team(visit)


def _held(visit: Visit) -> list[Invitee]:
    """The invitations that were sent and not taken back. For a visit agreed before we kept them: of who is on it."""
    ever = queries.invitees_of(visit.id)
    if not ever:
        ever = [_start(visit, person) for person in queries.people_invited(visit)]
    return [one for one in ever if one.uninvited_at is None]


def _guests(visit: Visit) -> _Guests:
    going = queries.people_invited(visit)
    ever = {one.person_id: one for one in queries.invitees_of(visit.id)}
    known = {id: one for id, one in ever.items() if one.uninvited_at is None}
    ids = {person.id for person in going}
    return _Guests(
        stay=[known[person.id] for person in going if person.id in known],
        come=[_start(visit, person, ever.get(person.id)) for person in going if person.id not in known],
        left=[one for id, one in known.items() if id not in ids],
        optional=frozenset(person.id for person in queries.companions_on(visit.id)),
    )


def _start(visit: Visit, person: Person, before: Invitee | None = None) -> Invitee:
    """The invitation of who has none; who left before gets theirs back, unanswered."""
    invitee = before or Invitee(visit_id=visit.id, person=person)
    invitee.email, invitee.sequence, invitee.uninvited_at = person.email, visit.sequence, None
    _forget_answer(invitee)
    db.session.add(invitee)
    return invitee


def _let_go(visit: Visit, guests: _Guests) -> None:
    """CANCEL to who left, and to the old address of who has another now: that one gets it at a higher sequence."""
    mail.take_back(visit, [*guests.left, *guests.elsewhere])
    for one in guests.left:
        _end(one, visit)
    visit.sequence += bool(guests.elsewhere)


def _end(invitee: Invitee, visit: Visit) -> None:
    invitee.uninvited_at, invitee.sequence, invitee.token_hash = clock.now(), visit.sequence, None


def _forget_answer(invitee: Invitee) -> None:
    invitee.answer, invitee.comment, invitee.answered_at = Coming.WAITING, "", None


def _renew(visit: Visit, invitees: Sequence[Invitee], *, ask_again: bool = False) -> dict[int, str]:
    """Note that each of these gets a letter now, with a new link, which ends the one before; the tokens by person."""
    tokens = {}
    for one in invitees:
        token = secrets.token_urlsafe(32)
        one.email, one.sequence, one.token_hash = one.person.email, visit.sequence, queries.hash_of(token)
        if ask_again:
            _forget_answer(one)
        tokens[one.person_id] = token
    return tokens
