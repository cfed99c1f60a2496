"""The organisations and people that a conflict can be about, and the facts from which the system finds one."""

from collections.abc import Collection, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import or_, select

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.core.i18n import sort_key
from peerreview.impartiality.detection import Tie
from peerreview.impartiality.kinds import window_of
from peerreview.impartiality.lifecycle import ConflictKind
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.models import Organisation

MOST_FOUND = 20
JUDGING = COMMISSION | {Role.REVIEWER}


def members_named(text: str, *, but: int | None = None) -> Sequence[Any]:
    """(id, name, place) of at most 20 members whose name or place holds this text, by name; not the one of `but`."""
    wanted = sort_key(text)
    if not wanted:
        return []
    named = (
        select(Organisation.id, Organisation.name, Organisation.place)
        .where(Organisation.state == OrganisationState.MEMBER)
        .where(
            or_(
                Organisation.sort_name.contains(wanted, autoescape=True),
                Organisation.place.icontains(text.strip(), autoescape=True),
            )
        )
        .order_by(Organisation.sort_name, Organisation.id)
        .limit(MOST_FOUND)
    )
    if but is not None:
        named = named.where(Organisation.id != but)
    return db.session.execute(named).all()


def member(organisation_id: int) -> Organisation | None:
    """The member with this id, or None."""
    found = select(Organisation).where(
        Organisation.id == organisation_id, Organisation.state == OrganisationState.MEMBER
    )
    return db.session.scalars(found).one_or_none()


def members() -> Sequence[Any]:
    """(id, name, place) of every member, by name; for the secretariat to choose from."""
    columns = (Organisation.id, Organisation.name, Organisation.place)
    every = select(*columns).where(Organisation.state == OrganisationState.MEMBER)
    return db.session.execute(every.order_by(Organisation.sort_name, Organisation.id)).all()


def judges() -> Sequence[Any]:
    """(id, name, email) of everybody who reviews or sits in the commission now, by name."""
    held = select(Affiliation.person_id).where(Affiliation.role.in_(JUDGING), Affiliation.ended_at.is_(None))
    people = select(Person.id, Person.name, Person.email).where(Person.id.in_(held), Person.active)
    return db.session.execute(people.order_by(Person.name, Person.id)).all()


def tied_to(person_id: int | None, organisation_ids: Collection[int | None]) -> bool:
    """Whether this person holds, or held in the last five years, a role in one of these organisations."""
    held = select(Affiliation.id).where(
        Affiliation.person_id == person_id, Affiliation.organisation_id.in_(organisation_ids), _near()
    )
    return db.session.execute(held.limit(1)).first() is not None


# --- Facts ------------------------------------------------------------------------------------------------------------


def groups() -> dict[int, str]:
    """The legal group of each organisation that has one."""
    grouped = select(Organisation.id, Organisation.legal_group).where(Organisation.legal_group.is_not(None))
    return {organisation_id: group or "" for organisation_id, group in db.session.execute(grouped)}


def ties(organisation_ids: Collection[int] | None = None) -> list[Tie]:
    """Every role, held now or in the last five years, of people tied to these organisations (None: of everybody)."""
    held = select(
        Affiliation.person_id, Affiliation.organisation_id, Affiliation.role, Affiliation.began_at, Affiliation.ended_at
    ).where(_near())
    if organisation_ids is not None:
        there = select(Affiliation.person_id).where(Affiliation.organisation_id.in_(organisation_ids))
        held = held.where(Affiliation.person_id.in_(there))
    return [
        Tie(
            person_id,
            organisation_id,
            executive=role == Role.EXECUTIVE,
            judges=role in JUDGING,
            began_on=clock.local(began_at).date(),
            ended_on=clock.local(ended_at).date() if ended_at else None,
        )
        for person_id, organisation_id, role, began_at, ended_at in db.session.execute(held.order_by(Affiliation.id))
    ]


def _near() -> Any:
    first = window_of(ConflictKind.EMPLOYMENT, clock.today()).earliest_end
    return or_(Affiliation.ended_at.is_(None), Affiliation.ended_at >= datetime.combine(first, time(), clock.AMSTERDAM))
