"""People and the roles they hold."""

from itertools import count

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.organisations.models import Organisation

_number = count(1)


def make_person(name: str = "Samira El Idrissi", **fields: object) -> Person:
    n = next(_number)
    values: dict[str, object] = {
        "email": f"person{n}@voorbeeld.example", "fs_uniquifier": f"uniquifier-{n}", "confirmed_at": clock.now(),
    }  # fmt: skip
    person = Person(**{"name": name, **values, **fields})
    with unit_of_work():
        db.session.add(person)
        db.session.flush()
    return person


def affiliation_of(person: Person, role: Role | str, organisation: Organisation | None = None) -> Affiliation:
    held = Affiliation(
        person_id=person.id,
        role=Role(role),
        organisation_id=organisation.id if organisation else None,
        began_at=clock.now(),
    )
    with unit_of_work():
        db.session.add(held)
        db.session.flush()
    return held


def make_actor(
    role: Role | str, organisation: Organisation | None = None, *, person: Person | None = None, name: str = ""
) -> Actor:
    """A person in this role, with their affiliation; in an organisation where the role belongs to one."""
    someone = person or make_person(name or f"{str(role).replace('_', ' ').title()} Bakker")
    held = affiliation_of(someone, role, organisation)
    return Actor(
        person_id=someone.id,
        name=someone.name,
        role=str(Role(role).value),
        organisation_id=organisation.id if organisation else None,
        organisation_name=organisation.name if organisation else "",
        affiliation_id=held.id,
        language=someone.language,
        email=someone.email,
    )
