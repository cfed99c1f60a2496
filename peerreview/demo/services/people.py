"""The people of the demo: of each organisation a coordinator, an executive and reviewers; and the commission."""

from random import Random

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.demo import names
from peerreview.organisations.models import Organisation


class People:
    """Makes people on first asking and remembers them, so that somebody keeps their role over the rounds."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.number = 0
        self.known: dict[tuple[int | None, Role], list[Person]] = {}

    def of(self, organisation: Organisation | None, role: Role, count: int = 1) -> list[Person]:
        """So many people with this role in this organisation (None: of the association)."""
        key = (organisation.id if organisation else None, role)
        have = self.known.setdefault(key, [])
        while len(have) < count:
            self.add(organisation, role)
        return have[:count]

    def one(self, organisation: Organisation | None, role: Role) -> Person:
        return self.of(organisation, role)[0]

    def add(self, organisation: Organisation | None, role: Role, name: str = "", email: str = "") -> Person:
        """One more person with this role."""
        self.number += 1
        name = name or names.person_name(self.random)
        person = Person(
            name=name,
            email=email or names.address_of(name, self.number),
            fs_uniquifier=f"{self.random.getrandbits(128):032x}",
            confirmed_at=clock.now(),
            create_datetime=clock.now(),
        )
        db.session.add(person)
        db.session.flush()
        self.give(person, organisation, role)
        return person

    def give(self, person: Person, organisation: Organisation | None, role: Role) -> None:
        """One more role for somebody."""
        held = Affiliation(
            person_id=person.id,
            organisation_id=organisation.id if organisation else None,
            role=role,
            began_at=clock.now(),
        )
        db.session.add(held)
        people = self.known.setdefault((organisation.id if organisation else None, role), [])
        if person not in people:
            people.append(person)
