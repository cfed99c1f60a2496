"""Who somebody is, which roles they hold, and who is invited."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, column, func, select, table

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Invitation, Person, WebAuthnCredential
from peerreview.accounts.places import Held, Place
from peerreview.accounts.policy import guards_all
from peerreview.core.access import Actor
from peerreview.core.db import db

# The organisations' own model comes later than accounts; of its table only these columns are asked for.
organisation = table("organisation", column("id"), column("name"), column("kvk"))


# Asked at each page of who is signed in, and made once: making these questions takes longer than answering them.
_SIGNED_IN = select(Person).where(Person.fs_uniquifier == bindparam("key"))
_ROLES_HELD = (
    select(Affiliation.id, Affiliation.role, Affiliation.organisation_id, organisation.c.name)
    .outerjoin(organisation, organisation.c.id == Affiliation.organisation_id)
    .where(Affiliation.person_id == bindparam("person_id"), Affiliation.ended_at.is_(None))
    .order_by(Affiliation.id)
)


def signed_in(key: str) -> Person | None:
    """The person whom a session names."""
    return db.session.scalar(_SIGNED_IN, {"key": key})


def roles_held_by(person_id: int) -> list[Held]:
    """The roles that this person holds now, oldest first. One query."""
    rows = db.session.execute(_ROLES_HELD, {"person_id": person_id})
    return [Held(row[0], row[1], row[2], row[3] or "") for row in rows]


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


def person_by_email(email: str) -> Person | None:
    """The person with this address (as `services.normal_address` writes it), or None."""
    return db.session.scalars(select(Person).where(Person.email == email)).one_or_none()


def organisation_name(organisation_id: int | None) -> str:
    """The name of this organisation; '' for the association or an unknown id."""
    if organisation_id is None:
        return ""
    named = select(organisation.c.name).where(organisation.c.id == organisation_id)
    return db.session.scalars(named).one_or_none() or ""


def organisation_by_kvk(kvk: str) -> int | None:
    """The id of the organisation with this KvK number, or None."""
    return db.session.scalars(select(organisation.c.id).where(organisation.c.kvk == kvk)).one_or_none()


def place_for(actor: Actor, organisation_id: int) -> Place | None:
    """The organisation whose people this actor may know of: their own, or any for who guards all; else None."""
    name = organisation_name(organisation_id) if guards_all(actor) or actor.is_of(organisation_id) else ""
    return Place(organisation_id, name) if name else None


def own_place(actor: Actor) -> Place:
    """The place of the role in which this actor acts now."""
    return Place(actor.organisation_id, actor.organisation_name)


def people_of(place: Place) -> Sequence[Any]:
    """(affiliation_id, person_id, name, email, role, began_at) of all who hold a role there now, by name. One query."""
    held = (
        select(
            Affiliation.id.label("affiliation_id"),
            Person.id.label("person_id"),
            Person.name,
            Person.email,
            Affiliation.role,
            Affiliation.began_at,
        )
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.ended_at.is_(None), Affiliation.organisation_id == place.organisation_id)
        .order_by(func.lower(Person.name), Person.id, Affiliation.id)
    )
    return db.session.execute(held).all()


def invitations_of(place: Place) -> Sequence[Invitation]:
    """The invitations there that were neither accepted nor withdrawn, newest first. One query."""
    return db.session.scalars(_waiting().where(Invitation.organisation_id == place.organisation_id)).all()


def invitation_waiting(email: str, role: Role, organisation_id: int | None) -> Invitation | None:
    """The invitation of this address for this role that was neither accepted nor withdrawn, or None."""
    same = _waiting().where(Invitation.email == email, Invitation.role == role)
    return db.session.scalars(same.where(Invitation.organisation_id == organisation_id)).one_or_none()


def _waiting() -> Select[Invitation]:
    waiting = select(Invitation).where(Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    return waiting.order_by(Invitation.id.desc())


def invitation_for(actor: Actor, invitation_id: int) -> Invitation | None:
    """The invitation, for who may know of it: the people of its organisation, and who guards all."""
    invitation = db.session.get(Invitation, invitation_id)
    return invitation if invitation and (guards_all(actor) or actor.is_of(invitation.organisation_id)) else None


def affiliation_for(actor: Actor, affiliation_id: int) -> Affiliation | None:
    """The role that somebody holds now, for who may know of it: the people of its organisation, and who guards all."""
    held = db.session.get(Affiliation, affiliation_id)
    if held is None or held.ended_at:
        return None
    return held if guards_all(actor) or actor.is_of(held.organisation_id) else None


def own_affiliation(actor: Actor, affiliation_id: int) -> Affiliation | None:
    """A role that this actor's own person holds now; None for anybody else's."""
    held = db.session.get(Affiliation, affiliation_id)
    return held if held and held.person_id == actor.person_id and held.ended_at is None else None


def hash_of(token: str) -> str:
    """What is kept of a token of invitation: SHA-256 suffices, because the token itself is 256 bits of chance."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_with(token: str) -> Invitation | None:
    """The invitation that this token opens, whatever its state, or None."""
    return db.session.scalars(select(Invitation).where(Invitation.token_hash == hash_of(token))).one_or_none()


def holders(role: Role, organisation_id: int | None) -> int:
    """How many people hold this role there now."""
    held = select(func.count()).select_from(Affiliation).where(Affiliation.role == role, Affiliation.ended_at.is_(None))
    return db.session.scalar(held.where(Affiliation.organisation_id == organisation_id)) or 0


def passkeys_of(person_id: int) -> Sequence[WebAuthnCredential]:
    """The passkeys of this person, oldest first."""
    own = select(WebAuthnCredential).where(WebAuthnCredential.user_id == person_id)
    return db.session.scalars(own.order_by(WebAuthnCredential.id)).all()
