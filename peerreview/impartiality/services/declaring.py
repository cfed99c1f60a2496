"""What organisations and people declare, what the secretariat writes down, and the question to look again."""

from datetime import date

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.impartiality import mail, policy, queries
from peerreview.impartiality.kinds import BETWEEN_ORGANISATIONS, MEANINGS, OF_PERSONS, end_of_facts, is_over
from peerreview.impartiality.lifecycle import ConflictKind, Direction, Severity, Source
from peerreview.impartiality.models import Conflict
from peerreview.impartiality.queries import register as register_
from peerreview.organisations.models import Organisation

LONGEST_NOTE = 2000


def declare(
    organisation_id: int,
    *,
    kind: ConflictKind,
    note: str = "",
    towards: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Actor,
) -> Conflict:
    """Tell what ties the actor's organisation (coordinator, executive) or the actor to another organisation.

    It counts at once; the secretariat gets a letter, the other party hears nothing. `towards`: the one of the two in
    which the other has an interest; None when it goes both ways. Said again, it is the same one with the new words and
    dates. Raises Invalid for an organisation, a kind or dates that cannot be.
    """
    if not policy.may_declare(by):
        raise NotAllowed(_("Only who acts for an organisation, reviews or judges declares an interest."))
    ours = by.organisation_id if policy.may_declare_for_organisation(by) else None
    with unit_of_work():
        register_.wait_for_turn()  # sent twice at once, it is still one
        about = queries.member(organisation_id)
        if about is None or about.id == ours:
            raise Invalid(_("Choose another member of the association."))
        conflict = _new(
            kind, about.id, other_id=ours, person_id=None if ours else by.person_id, towards=towards,
            note=note, starts_on=starts_on, ends_on=ends_on,
        )  # fmt: skip
        for before in queries.declared_before(kind, (about.id, ours) if ours else (about.id,), by):
            return _amend(before, conflict, by=by)
        conflict.source, conflict.declared_by_id, conflict.declared_for_id = Source.DECLARED, by.person_id, ours
        _add(conflict, "conflict.declare", by=by)
        mail.tell_declared(conflict, who=by.organisation_name if ours else by.name, about=about.name)
    return conflict


def register(
    organisation_id: int,
    *,
    other_id: int | None = None,
    person_id: int | None = None,
    kind: ConflictKind,
    severity: Severity | None = None,
    towards: int | None = None,
    note: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Actor,
) -> Conflict:
    """The secretariat writes down a conflict of an organisation with another, or with a person. Nobody is told.

    Raises Invalid for parties, a kind or dates that cannot be.
    """
    if not policy.may_decide(by):
        raise NotAllowed(_("Only the secretariat does this."))
    if (other_id is None) == (person_id is None):
        raise Invalid(_("Choose one other organisation, or one person."))
    with unit_of_work():
        there = db.session.get(Organisation, organisation_id)
        other = db.session.get(Organisation, other_id) if other_id else db.session.get(Person, person_id)
        if there is None or other is None or organisation_id == other_id:
            raise Invalid(_("Choose two different parties."))
        conflict = _new(
            kind, organisation_id, other_id=other_id, person_id=person_id, towards=towards,
            note=note, starts_on=starts_on, ends_on=ends_on,
        )  # fmt: skip
        conflict.source, conflict.declared_by_id = Source.REGISTERED, by.person_id
        conflict.severity = severity or conflict.severity
        _add(conflict, "conflict.register", by=by)
    return conflict


def _new(
    kind: ConflictKind, organisation_id: int, *, other_id: int | None, person_id: int | None, towards: int | None,
    note: str, starts_on: date | None, ends_on: date | None,
) -> Conflict:  # fmt: skip
    if kind not in (BETWEEN_ORGANISATIONS if other_id else OF_PERSONS):
        raise Invalid(_("Choose what it is about."))
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid(_("The end lies before the start."))
    if other_id and towards == other_id:
        organisation_id, other_id = other_id, organisation_id
    conflict = Conflict(
        kind=kind,
        severity=MEANINGS[kind].severity,
        direction=Direction.TOWARDS if person_id or towards else Direction.BOTH,
        organisation_id=organisation_id,
        other_organisation_id=other_id,
        person_id=person_id,
        note=note.strip()[:LONGEST_NOTE],
        starts_on=starts_on,
        ends_on=end_of_facts(kind, starts_on, ends_on, clock.today()),
        noted_at=clock.now(),
        state_since=clock.now(),
    )
    if is_over(conflict, clock.today()):
        raise Invalid(_("This ended so long ago that it does not count any more."))
    return conflict


def _add(conflict: Conflict, action: str, *, by: Actor) -> None:
    db.session.add(conflict)
    db.session.flush()
    audit.record(action, conflict, by=by, after=_facts(conflict) | {"severity": conflict.severity})


def _facts(conflict: Conflict) -> dict[str, object]:
    return {
        "kind": conflict.kind, "direction": conflict.direction, "organisation_id": conflict.organisation_id,
        "other_organisation_id": conflict.other_organisation_id, "person_id": conflict.person_id,
        "starts_on": conflict.starts_on, "ends_on": conflict.ends_on,
    }  # fmt: skip


def _amend(before: Conflict, again: Conflict, *, by: Actor) -> Conflict:
    """The same kind about the same parties, said once more: its words and dates are those of now."""
    names = ("note", "starts_on", "ends_on", "direction", "organisation_id", "other_organisation_id")
    if any(getattr(before, name) != getattr(again, name) for name in names):
        told = _facts(before)
        for name in names:
            setattr(before, name, getattr(again, name))
        audit.record("conflict.amend", before, by=by, before=told, after=_facts(before))
    return before


def say_end(conflict: Conflict, *, ends_on: date, by: Actor) -> None:
    """Who declared it says when it ended or will end; some kinds count for a while after that (see `kinds`)."""
    with unit_of_work():
        if queries.declared_conflict_for(by, conflict.id) is None:
            raise NotAllowed(_("Only who declared it says when it ends."))
        if conflict.starts_on and ends_on < conflict.starts_on:
            raise Invalid(_("The end lies before the start."))
        if conflict.ends_on != ends_on:
            before, conflict.ends_on = conflict.ends_on, ends_on
            audit.record("conflict.say_end", conflict, by=by, before={"ends_on": before}, after={"ends_on": ends_on})


def ask_again(conflict: Conflict, *, note: str, by: Actor) -> None:
    """A party that knows of it asks the secretariat to look again; the note stands in its history and in a letter."""
    if not note.strip():
        raise Invalid(_("Write in a few words what is not right."))
    with unit_of_work():
        known = queries.known_conflict_for(by, conflict.id)
        if known is None:
            raise NotNow(_("This is no longer there."))
        said = [(entry.action, entry.person_id, entry.reason) for entry in queries.history_of(conflict)]
        if ("conflict.ask_again", by.person_id, note.strip()) in said:
            return
        audit.record("conflict.ask_again", conflict, by=by, reason=note.strip()[:LONGEST_NOTE])
        for_organisation = conflict.person_id is None
        mail.tell_asked_again(
            conflict,
            note=note.strip()[:LONGEST_NOTE],
            who=by.organisation_name if for_organisation else by.name,
            other=queries.as_known(known, by).name,
            by=by,
        )
