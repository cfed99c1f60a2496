"""Programmes as far as this actor may know them, their rows, and what was heard so far, which a later feature tells."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import selectinload

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.frameworks.models import Norm
from peerreview.frameworks.queries import outline_of
from peerreview.programmes import policy
from peerreview.programmes.coverage import Pair
from peerreview.programmes.items import Item, Site, in_order
from peerreview.programmes.models import (
    ProgrammeItem,
    ProgrammeSite,
    programme_item_norm,
    programme_item_person,
)
from peerreview.programmes.programme import ItemOf, Programme, SiteOf
from peerreview.visits.lifecycle import VisitState
from peerreview.visits.models import Companion, Visit
from peerreview.visits.queries import people_on, with_names

Hears = Callable[[int], Collection[Pair]]
_hears: list[Hears] = []


def tells_heard(query: Hears) -> Hears:
    """Ask this later feature of a visit's id what was heard: a norm's id and the function who told it ('': unsaid)."""
    _hears[:] = [query]
    return query


def heard(visit: Visit) -> frozenset[Pair]:
    """What the team heard so far."""
    return frozenset(_hears[0](visit.id)) if _hears else frozenset()


def programme_for(actor: Actor, visit_id: int) -> Programme | None:
    """The programme of this visit, for its team, who goes along, the host's coordinators and the secretariat.

    Eight queries, none for a framework that was read before. None for a visit that was cancelled.
    """
    visit = db.session.scalars(with_names().where(Visit.id == visit_id)).one_or_none()
    if visit is None or visit.state == VisitState.CANCELLED:
        return None
    return programme_of(visit) if policy.may_know(actor, visit) or _goes_along(actor, visit) else None


def _goes_along(actor: Actor, visit: Visit) -> bool:
    if not actor.is_of(visit.reviewing.organisation_id):
        return False
    beside = select(Companion.id).where(Companion.visit_id == visit.id, Companion.person_id == actor.person_id)
    return db.session.scalars(beside.limit(1)).first() is not None


def programme_of(visit: Visit) -> Programme:
    """The programme of a visit that has organisations, round and team, whoever asks. Five queries at most."""
    sites = select(ProgrammeSite.id, ProgrammeSite.name, ProgrammeSite.minutes).order_by(ProgrammeSite.name)
    items = items_of(visit.id)
    team = {member.person_id for member in visit.team}
    left = {person for item in items for person in item.people} - team
    former = select(Person.id, Person.name).where(Person.id.in_(left))
    return Programme(
        visit=visit,
        items=tuple(items),
        sites=tuple(Site(*row) for row in db.session.execute(sites.where(ProgrammeSite.visit_id == visit.id))),
        outline=outline_of(visit.host.framework_version_id),
        former={row.id: row.name for row in db.session.execute(former)} if left else {},
    )


def items_of(visit_id: int) -> list[Item]:
    """The items of a programme by time. Three queries."""
    chosen = ProgrammeItem.visit_id == visit_id, ProgrammeItem.removed_at.is_(None)
    people, norms = _people_of(*chosen), _norms_of(*chosen)
    rows = db.session.scalars(select(ProgrammeItem).where(*chosen).order_by(ProgrammeItem.id))
    return in_order(as_item(row, people[row.id], norms[row.id]) for row in rows)


def as_item(row: ProgrammeItem, people: Iterable[int], norms: Iterable[int]) -> Item:
    """A row as a plain value, on an Amsterdam clock."""
    return Item(
        kind=row.kind,
        starts_at=clock.local(row.starts_at),
        ends_at=clock.local(row.ends_at),
        people=frozenset(people),
        interlocutors=tuple(row.interlocutors),
        norms=tuple(norms),
        site_id=row.site_id,
        room=row.room,
        title=row.title,
        note=row.note,
        id=row.id,
        version=row.version,
    )


def _people_of(*chosen: ColumnElement[bool]) -> dict[int, list[int]]:
    pair = programme_item_person.c
    rows = select(pair.item_id, pair.person_id).join(ProgrammeItem, ProgrammeItem.id == pair.item_id).where(*chosen)
    found: dict[int, list[int]] = defaultdict(list)
    for item_id, person_id in db.session.execute(rows.order_by(pair.person_id)):
        found[item_id].append(person_id)
    return found


def _norms_of(*chosen: ColumnElement[bool]) -> dict[int, list[int]]:
    pair = programme_item_norm.c
    rows = (
        select(pair.item_id, pair.norm_id)
        .join(ProgrammeItem, ProgrammeItem.id == pair.item_id)
        .join(Norm, Norm.id == pair.norm_id)
        .where(*chosen)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for item_id, norm_id in db.session.execute(rows.order_by(Norm.position)):
        found[item_id].append(norm_id)
    return found


def item_for(actor: Actor, visit_id: int, item_id: int) -> ItemOf | None:
    """An item of a programme that this actor knows."""
    programme = programme_for(actor, visit_id)
    item = programme.item(item_id) if programme else None
    return ItemOf(programme, item) if programme and item else None


def removed_for(actor: Actor, visit_id: int, item_id: int) -> ItemOf | None:
    """An item of such a programme, also when it was taken out."""
    programme = programme_for(actor, visit_id)
    row = row_of(visit_id, item_id) if programme else None
    if programme is None or row is None:
        return None
    return ItemOf(programme, as_item(row, [p.id for p in row.people], [n.id for n in row.norms]))


def site_for(actor: Actor, visit_id: int, site_id: int) -> SiteOf | None:
    """A site of a programme that this actor knows."""
    programme = programme_for(actor, visit_id)
    site = next((one for one in programme.sites if one.id == site_id), None) if programme else None
    return SiteOf(programme, site) if programme and site else None


# --- For services ----------------------------------------------------------------------------------------------------


def row_of(visit_id: int, item_id: int) -> ProgrammeItem | None:
    """The row of an item, with people and norms, also when it was taken out."""
    chosen = select(ProgrammeItem).where(ProgrammeItem.id == item_id, ProgrammeItem.visit_id == visit_id)
    chosen = chosen.options(selectinload(ProgrammeItem.people), selectinload(ProgrammeItem.norms))
    return db.session.scalars(chosen.execution_options(populate_existing=True)).one_or_none()


def rows_of(visit_id: int) -> dict[int, ProgrammeItem]:
    """The rows of a programme's items, by id."""
    chosen = ProgrammeItem.visit_id == visit_id, ProgrammeItem.removed_at.is_(None)
    return {row.id: row for row in db.session.scalars(select(ProgrammeItem).where(*chosen).order_by(ProgrammeItem.id))}


def visit_locked(visit_id: int) -> Visit:
    """The visit with its names, kept from others until the act is over, so that programmes change one by one."""
    db.session.execute(select(Visit.id).where(Visit.id == visit_id).with_for_update())
    return db.session.scalars(with_names().where(Visit.id == visit_id).execution_options(populate_existing=True)).one()


def people_with_ids(ids: Collection[int]) -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


def norms_with_ids(ids: Collection[int]) -> list[Norm]:
    return list(db.session.scalars(select(Norm).where(Norm.id.in_(ids)).order_by(Norm.id)))


def used_site(site_id: int) -> list[ProgrammeItem]:
    """The rows of items at this site, also those that were taken out."""
    return list(db.session.scalars(select(ProgrammeItem).where(ProgrammeItem.site_id == site_id)))


def readers_of(visit: Visit) -> list[Person]:
    """Who gets the programme: the team, the host's coordinators, then who goes along; nobody twice."""
    beside = select(Person).join(Companion, Companion.person_id == Person.id).where(Companion.visit_id == visit.id)
    along = db.session.scalars(beside.where(Person.active).order_by(Companion.id))
    return list({person.id: person for person in [*people_on(visit), *along]}.values())
