"""Who somebody is and which roles they hold."""

from dataclasses import dataclass

from sqlalchemy import column, select, table

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core.access import Actor
from peerreview.core.db import db


# The organisations' own model comes later than accounts; of its table only these two columns are asked for.
organisation = table("organisation", column("id"), column("name"))


@dataclass(frozen=True, slots=True)
class Held:
    """One role that a person holds now, with the name of its organisation ('' in the association itself)."""

    affiliation_id: int
    role: Role
    organisation_id: int | None
    organisation_name: str


def roles_held_by(person_id: int) -> list[Held]:
    """The roles that this person holds now, oldest first. One query."""
    held = (
        select(Affiliation.id, Affiliation.role, Affiliation.organisation_id, organisation.c.name)
        .outerjoin(organisation, organisation.c.id == Affiliation.organisation_id)
        .where(Affiliation.person_id == person_id, Affiliation.ended_at.is_(None))
        .order_by(Affiliation.id)
    )
    return [Held(row[0], row[1], row[2], row[3] or "") for row in db.session.execute(held)]


def affiliations_of(person_id: int) -> list[Affiliation]:
    """The roles that this person holds now, oldest first."""
    held = select(Affiliation).where(Affiliation.person_id == person_id, Affiliation.ended_at.is_(None))
    return list(db.session.scalars(held.order_by(Affiliation.id)))


def people_with(role: Role, organisation_id: int | None = None) -> list[Person]:
    """Everybody who holds this role now, in this organisation (None: in the association), by name."""
    held = (
        select(Person)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.role == role, Affiliation.ended_at.is_(None), Person.active)
        .where(Affiliation.organisation_id == organisation_id)
        .order_by(Person.name, Person.id)
    )
    return list(db.session.scalars(held))


def person_of(actor: Actor) -> Person:
    """The person behind this actor."""
    return db.session.get_one(Person, actor.person_id)
