"""Conflicts of interest and waivers, by default one that the secretariat registered and that stands today."""

from datetime import date, timedelta

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.impartiality.kinds import MEANINGS
from peerreview.impartiality.lifecycle import ConflictKind, Direction, Source
from peerreview.impartiality.models import Conflict, Waiver
from peerreview.organisations.models import Organisation
from tests.factories.organisations import make_organisation


def make_conflict(
    organisation: Organisation | None = None,
    other: Organisation | None = None,
    person: Person | int | None = None,
    **fields: object,
) -> Conflict:
    """Of an organisation with another (a new one when there is neither `other` nor `person`), or with a person."""
    organisation = organisation or make_organisation()
    if other is None and person is None:
        other = make_organisation()
    kind = ConflictKind(fields.get("kind", ConflictKind.OPEN_DISPUTE))
    values: dict[str, object] = {
        "kind": kind, "severity": MEANINGS[kind].severity, "organisation_id": organisation.id,
        "other_organisation_id": other.id if other else None,
        "person_id": person if isinstance(person, int | None) else person.id,
        "direction": Direction.BOTH if person is None else Direction.TOWARDS, "source": Source.REGISTERED,
        "noted_at": clock.now(), "state_since": clock.now(),
    }  # fmt: skip
    conflict = Conflict(**(values | fields))
    with unit_of_work():
        db.session.add(conflict)
        db.session.flush()
    return conflict


def make_waiver(conflict: Conflict | None = None, *, ends_on: date | None = None, **fields: object) -> Waiver:
    """Leave for a soft conflict, by default until next year."""
    conflict = conflict or make_conflict(kind=ConflictKind.SUBCONTRACTING)
    values: dict[str, object] = {
        "conflict_id": conflict.id, "reason": "Het gaat om één training.", "approved_at": clock.now(),
        "ends_on": ends_on or clock.today() + timedelta(days=365), "state_since": clock.now(),
    }  # fmt: skip
    waiver = Waiver(**(values | fields))
    with unit_of_work():
        db.session.add(waiver)
        db.session.flush()
    return waiver
