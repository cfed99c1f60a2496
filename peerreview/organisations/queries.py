"""Which organisations there are, for whom they can be seen, and what a member list is laid beside."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.core.i18n import sort_key
from peerreview.core.paging import Page, paged
from peerreview.organisations.lifecycle import ImportState, OrganisationState
from peerreview.organisations.member_list import Member
from peerreview.organisations.models import (
    Application,
    MemberImport,
    Organisation,
    WorkField,
    organisation_work_field,
)
from peerreview.organisations.work_fields import Known

PAGE = 50
SORTS: dict[str, Any] = {
    "name": Organisation.sort_name,
    "place": Organisation.place,
    "fte": Organisation.fte,
    "since": Organisation.state_since,
}
COLUMNS = (
    Organisation.id, Organisation.name, Organisation.place, Organisation.province, Organisation.fte, Organisation.kvk,
    Organisation.state,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """What the secretariat looks for among the organisations; empty means everything."""

    text: str = ""
    province: str = ""
    work_field: str = ""
    state: str = ""
    sort: str = "name"

    @property
    def narrow(self) -> bool:
        return bool(self.text or self.province or self.work_field or self.state)


# --- One organisation -------------------------------------------------------------------------------------------------


def organisation_for(actor: Actor, organisation_id: int) -> Organisation | None:
    """An organisation with its work fields: any for the secretariat, else only one's own."""
    if actor.role != SECRETARIAT and not actor.is_of(organisation_id):
        return None
    return _whole(organisation_id)


def own_organisation(actor: Actor) -> Organisation | None:
    """The organisation of the role in which this actor acts, with its work fields; None outside one."""
    return _whole(actor.organisation_id) if actor.organisation_id else None


def _whole(organisation_id: int) -> Organisation | None:
    return db.session.get(Organisation, organisation_id, options=[selectinload(Organisation.work_fields)])


def organisation_with_kvk(kvk: str) -> Organisation | None:
    """The organisation with this KvK number, whatever its state, or None."""
    return db.session.scalars(select(Organisation).where(Organisation.kvk == kvk)).one_or_none()


def slugs() -> set[str]:
    """Every slug that is taken."""
    return set(db.session.scalars(select(Organisation.slug)))


# --- Many organisations -----------------------------------------------------------------------------------------------


def _filtered(statement: Select[*tuple[Any, ...]], wanted: Filter) -> Select[*tuple[Any, ...]]:
    if wanted.text:
        name = sort_key(wanted.text)
        statement = statement.where(
            or_(
                Organisation.sort_name.contains(name, autoescape=True),
                func.lower(Organisation.place).contains(wanted.text.casefold(), autoescape=True),
                Organisation.kvk.startswith(wanted.text.replace(" ", ""), autoescape=True),
            )
        )
    if wanted.province:
        statement = statement.where(Organisation.province == wanted.province)
    if wanted.state:
        statement = statement.where(Organisation.state == OrganisationState(wanted.state))
    if wanted.work_field:
        has_it = (
            select(organisation_work_field.c.organisation_id)
            .join(WorkField, WorkField.id == organisation_work_field.c.work_field_id)
            .where(WorkField.code == wanted.work_field)
        )
        statement = statement.where(Organisation.id.in_(has_it))
    column = SORTS.get(wanted.sort.removeprefix("-"), Organisation.sort_name)
    return statement.order_by(column.desc() if wanted.sort.startswith("-") else column, Organisation.id)


def organisations(wanted: Filter, number: int) -> Page:
    """One page of the organisations, as columns: id, name, place, province, fte, kvk, state. Two queries."""
    return paged(_filtered(select(*COLUMNS), wanted), number, size=PAGE)


def counts_by_state() -> dict[OrganisationState, int]:
    """How many organisations there are in each state."""
    counted = select(Organisation.state, func.count()).group_by(Organisation.state)
    return dict(db.session.execute(counted).all())


def rows_for_export(wanted: Filter) -> list[tuple[Any, list[str]]]:
    """Every organisation that is wanted with the codes of its work fields, in the order of the list. Two queries."""
    columns = (
        Organisation.id, Organisation.name, Organisation.kvk, Organisation.place, Organisation.municipality,
        Organisation.province, Organisation.fte, Organisation.contact_name, Organisation.contact_email, Organisation.phone,
        Organisation.website, Organisation.legal_group, Organisation.state,
    )  # fmt: skip
    codes = codes_by_organisation()
    return [(row, codes[row.id]) for row in db.session.execute(_filtered(select(*columns), wanted))]


def codes_by_organisation() -> defaultdict[int, list[str]]:
    """The codes of the work fields of each organisation, in the order of the association's list."""
    pairs = (
        select(organisation_work_field.c.organisation_id, WorkField.code)
        .join(WorkField, WorkField.id == organisation_work_field.c.work_field_id)
        .order_by(WorkField.position, WorkField.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for organisation_id, code in db.session.execute(pairs):
        found[organisation_id].append(code)
    return found


def members_by_kvk() -> dict[str, Member]:
    """Every organisation by its KvK number, as a member list is laid beside it. Two queries."""
    names = (
        "name", "place", "municipality", "province", "fte", "contact_name", "contact_email", "phone", "website",
        "legal_group",
    )  # fmt: skip
    columns = [getattr(Organisation, name) for name in names]
    codes = codes_by_organisation()
    rows = db.session.execute(select(Organisation.id, Organisation.kvk, Organisation.state, *columns))
    return {
        row.kvk: Member(
            row.id,
            row.state.value,
            {name: getattr(row, name) if getattr(row, name) is not None else "" for name in names}
            | {"work_fields": codes[row.id]},
        )
        for row in rows
    }


def organisations_with(ids: Iterable[int]) -> dict[int, Organisation]:
    """These organisations with their work fields, by id; 500 to a query."""
    wanted, found = sorted(ids), {}
    for n in range(0, len(wanted), 500):
        chunk = select(Organisation).where(Organisation.id.in_(wanted[n : n + 500]))
        for organisation in db.session.scalars(chunk.options(selectinload(Organisation.work_fields))):
            found[organisation.id] = organisation
    return found


# --- Work fields ------------------------------------------------------------------------------------------------------


def work_fields() -> list[WorkField]:
    """The association's work fields in their order."""
    return list(db.session.scalars(select(WorkField).order_by(WorkField.position, WorkField.id)))


def known_work_fields() -> list[Known]:
    """The same, as the reasoning about lists knows them."""
    return [
        Known(field.id, field.code, field.title.get("nl", ""), field.title.get("en", "")) for field in work_fields()
    ]


# --- Lists on their way in --------------------------------------------------------------------------------------------


def import_for(actor: Actor, import_id: int) -> MemberImport | None:
    """A member list on its way in; only the secretariat knows of one."""
    return db.session.get(MemberImport, import_id) if actor.role == SECRETARIAT else None


def recent_imports() -> Sequence[Any]:
    """The last ten lists that were not thrown away: id, file_name, state, counts, uploaded_at, applied_at."""
    columns = (
        MemberImport.id, MemberImport.file_name, MemberImport.state, MemberImport.counts, MemberImport.uploaded_at,
        MemberImport.applied_at,
    )  # fmt: skip
    kept = select(*columns).where(MemberImport.state != ImportState.DISCARDED)
    return db.session.execute(kept.order_by(MemberImport.id.desc()).limit(10)).all()


# --- Applications -----------------------------------------------------------------------------------------------------


def hash_of(token: str) -> str:
    """What is kept of the token in a letter."""
    return hashlib.sha256(token.encode()).hexdigest()


def application_with(token: str) -> Application | None:
    """The application that the link in a letter is about, or None."""
    return db.session.scalars(select(Application).where(Application.token_hash == hash_of(token))).one_or_none()


def application_of(organisation: Organisation) -> Application | None:
    """The last confirmed application of this organisation, or None when it never signed itself up."""
    own = select(Application).where(Application.organisation_id == organisation.id)
    return db.session.scalars(own.order_by(Application.id.desc()).limit(1)).one_or_none()
