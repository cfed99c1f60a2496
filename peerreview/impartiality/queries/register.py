"""The impartiality register: every conflict of interest, block, waiver and override; for the secretariat and oversight."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.i18n import sort_key
from peerreview.core.paging import Page, paged
from peerreview.impartiality import policy
from peerreview.impartiality.detection import KINDS_OF_FACTS
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState, Severity, Source
from peerreview.impartiality.models import Conflict, Waiver
from peerreview.impartiality.queries.checks import MANY, leave_until
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Exclusion, Trajectory

PAGE = 50
NOT_MET = "not_met"
PROPOSED_BY_HAND = "exchange.propose_by_hand"
Organisation_, Other, Approver = aliased(Organisation), aliased(Organisation), aliased(Person)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the reader of the register looks for; empty means everything. `text` is in a name or in the note.

    The kind NOT_MET is every kind but that two reviewed each other before, which the system finds by the dozen.
    """

    text: str = ""
    kind: str = ""
    severity: str = ""
    state: str = ""
    source: str = ""
    organisation_id: int | None = None

    @property
    def narrow(self) -> bool:
        return bool(self.text or self.kind or self.severity or self.state or self.source or self.organisation_id)


# --- Conflicts --------------------------------------------------------------------------------------------------------


def conflict_page(chosen: Chosen, number: int) -> Page:
    """One page of the conflicts, the newest first. Two queries."""
    return paged(_conflicts(chosen), number, size=PAGE)


def conflict_rows(chosen: Chosen) -> Sequence[Any]:
    """All of them, for an export. One query."""
    return db.session.execute(_conflicts(chosen)).all()


def _conflicts(chosen: Chosen) -> Select[*tuple[Any, ...]]:
    leave = leave_until(clock.today())
    statement = (
        select(
            Conflict.id, Conflict.kind, Conflict.severity, Conflict.direction, Conflict.source, Conflict.state,
            Conflict.starts_on, Conflict.ends_on, Conflict.noted_at, Conflict.note, Conflict.reason,
            Organisation_.name.label("organisation"), Other.name.label("other"), Person.name.label("person"),
            leave.c.until.label("waived_until"),
        )
        .join(Organisation_, Organisation_.id == Conflict.organisation_id)
        .outerjoin(Other, Other.id == Conflict.other_organisation_id)
        .outerjoin(Person, Person.id == Conflict.person_id)
        .outerjoin(leave, leave.c.conflict_id == Conflict.id)
        .order_by(Conflict.noted_at.desc(), Conflict.id.desc())
    )  # fmt: skip
    return statement.where(*_conditions(chosen))


def _conditions(chosen: Chosen) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.kind == NOT_MET:
        found.append(Conflict.kind != ConflictKind.REVIEWED_LAST_CYCLE)
    elif chosen.kind:
        found.append(Conflict.kind == ConflictKind(chosen.kind))
    if chosen.severity:
        found.append(Conflict.severity == Severity(chosen.severity))
    if chosen.state:
        found.append(Conflict.state == ConflictState(chosen.state))
    if chosen.source:
        found.append(Conflict.source == Source(chosen.source))
    if chosen.organisation_id:
        party = (Conflict.organisation_id, Conflict.other_organisation_id)
        found.append(or_(*(column == chosen.organisation_id for column in party)))
    if chosen.text:
        found.append(or_(_named(chosen.text, Organisation_, Other), _holds(chosen.text, Person.name, Conflict.note)))
    return found


def _named(text: str, *organisations: Any) -> ColumnElement[bool]:
    wanted = sort_key(text)
    return or_(*(one.sort_name.contains(wanted, autoescape=True) for one in organisations))


def _holds(text: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


def met_before() -> int:
    """How many stand because two reviewed each other before. One query."""
    met = select(func.count()).where(Conflict.kind == ConflictKind.REVIEWED_LAST_CYCLE)
    return db.session.scalars(met).one()


# --- One conflict -----------------------------------------------------------------------------------------------------


def conflict_for(actor: Actor, conflict_id: int) -> Conflict | None:
    """A conflict with its parties and waivers, for a reader of the register; else None."""
    if not policy.may_read_register(actor):
        return None
    return conflict_of(conflict_id)


def conflict_of(conflict_id: int) -> Conflict | None:
    """A conflict with its parties, and its waivers with who approved them. Two queries."""
    whole = (
        select(Conflict)
        .where(Conflict.id == conflict_id)
        .options(
            joinedload(Conflict.organisation),
            joinedload(Conflict.other_organisation),
            joinedload(Conflict.person),
            selectinload(Conflict.waivers).joinedload(Waiver.approved_by),
        )
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(whole).one_or_none()


def waiver_for(actor: Actor, waiver_id: int) -> Waiver | None:
    """A waiver with its conflict, for a reader of the register; else None."""
    if not policy.may_read_register(actor):
        return None
    return db.session.get(Waiver, waiver_id, options=[joinedload(Waiver.conflict)])


def people_behind(conflict: Conflict) -> Person | None:
    """Whose roles in both organisations the system found; None for any other conflict."""
    person = (conflict.fingerprint or "").rpartition(":p")[2]
    return db.session.get(Person, int(person)) if conflict.person_id is None and person.isdecimal() else None


def history_of(conflict: Conflict) -> Sequence[AuditEntry]:
    """What was done about it and its waivers, the latest first. One query."""
    own = and_(AuditEntry.subject_type == Conflict.__tablename__, AuditEntry.subject_id == conflict.id)
    waivers = select(Waiver.id).where(Waiver.conflict_id == conflict.id)
    of_waivers = and_(AuditEntry.subject_type == Waiver.__tablename__, AuditEntry.subject_id.in_(waivers))
    entries = select(AuditEntry).where(or_(own, of_waivers)).order_by(AuditEntry.id.desc())
    return db.session.scalars(entries).all()


def asked_again(conflict: Conflict) -> list[tuple[Person, int | None]]:
    """Who asked, since it stands as it does, to look at it again, with the organisation for which they did; each once."""
    asked = (
        select(Person, AuditEntry.organisation_id)
        .join(AuditEntry, AuditEntry.person_id == Person.id)
        .where(AuditEntry.subject_type == Conflict.__tablename__, AuditEntry.subject_id == conflict.id)
        .where(AuditEntry.action == "conflict.ask_again", AuditEntry.at >= conflict.state_since, Person.active)
        .order_by(AuditEntry.id)
    )
    found = {person.id: (person, organisation_id) for person, organisation_id in db.session.execute(asked)}
    return list(found.values())


# --- Blocks, waivers, overrides ---------------------------------------------------------------------------------------


def _blocks(text: str) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            Exclusion.id, Organisation_.name.label("organisation"), Other.name.label("other"), Exclusion.reason,
            Round.name.label("round"),
        )
        .join(Trajectory, Trajectory.id == Exclusion.trajectory_id)
        .join(Organisation_, Organisation_.id == Trajectory.organisation_id)
        .join(Other, Other.id == Exclusion.organisation_id)
        .join(Round, Round.id == Trajectory.round_id)
        .where(Trajectory.state != TrajectoryState.DRAFT)  # not signed yet, so not said yet
        .order_by(Round.signup_opens_on.desc(), Organisation_.sort_name, Exclusion.id)
    )  # fmt: skip
    if text:
        statement = statement.where(or_(_named(text, Organisation_, Other), _holds(text, Exclusion.reason, Round.name)))
    return statement


def _waivers(text: str) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            Waiver.id, Waiver.conflict_id, Waiver.reason, Waiver.approved_at, Waiver.ends_on, Waiver.state,
            Conflict.kind, Organisation_.name.label("organisation"), Other.name.label("other"),
            Person.name.label("person"), Approver.name.label("approver"),
        )
        .join(Conflict, Conflict.id == Waiver.conflict_id)
        .join(Organisation_, Organisation_.id == Conflict.organisation_id)
        .outerjoin(Other, Other.id == Conflict.other_organisation_id)
        .outerjoin(Person, Person.id == Conflict.person_id)
        .outerjoin(Approver, Approver.id == Waiver.approved_by_id)
        .order_by(Waiver.approved_at.desc(), Waiver.id.desc())
    )  # fmt: skip
    if text:
        named = _holds(text, Person.name, Approver.name, Waiver.reason)
        statement = statement.where(or_(_named(text, Organisation_, Other), named))
    return statement


def _overrides(text: str) -> Select[*tuple[Any, ...]]:
    """Acts against a rule, read from the audit trail: a group made by hand, a rehearsal published, with a reason.

    A later feature that goes past a rule ends the name of its act with '.override', and it stands here too.
    """
    statement = (
        select(
            AuditEntry.id, AuditEntry.at, AuditEntry.person_name, AuditEntry.action, AuditEntry.subject_type,
            AuditEntry.subject_id, AuditEntry.reason,
        )
        .where(
            or_(
                AuditEntry.action.endswith(".override", autoescape=True),
                and_(AuditEntry.action.in_((PROPOSED_BY_HAND, "matching_run.publish")), AuditEntry.reason != ""),
            )
        )
        .order_by(AuditEntry.id.desc())
    )  # fmt: skip
    return statement.where(_holds(text, AuditEntry.person_name, AuditEntry.reason)) if text else statement


PARTS = {"blocks": _blocks, "waivers": _waivers, "overrides": _overrides}


def part_page(part: str, text: str, number: int) -> Page:
    """One page of the blocks, waivers or overrides that hold this text. Two queries."""
    return paged(PARTS[part](text), number, size=PAGE)


def part_rows(part: str, text: str) -> Sequence[Any]:
    """All of them, for an export. One query."""
    return db.session.execute(PARTS[part](text)).all()


def names_in(rows: Iterable[Any]) -> dict[int, str]:
    """The members of the exchange that each of these overrides is about, by the number of the act; two queries."""
    rows = list(rows)
    ids = {row.subject_id for row in rows if row.subject_type == "exchange"}
    proposed = select(AuditEntry.subject_id, AuditEntry.after).where(
        AuditEntry.subject_type == "exchange", AuditEntry.action == "exchange.propose", AuditEntry.subject_id.in_(ids)
    )
    members = {row.subject_id: (row.after or {}).get("organisations", []) for row in db.session.execute(proposed)}
    known = {one for around in members.values() for one in around}
    names = {
        row.id: row.name
        for row in db.session.execute(select(Organisation.id, Organisation.name).where(Organisation.id.in_(known)))
    }
    return {
        row.id: ", ".join(names[one] for one in members[row.subject_id] if one in names)
        for row in rows
        if row.subject_type == "exchange" and row.subject_id in members
    }


# --- For the services -------------------------------------------------------------------------------------------------


def detected(organisation_ids: Collection[int] | None = None) -> dict[str, Conflict]:
    """What the system found from facts, in whatever state, about these organisations (None: all), by fingerprint."""
    found = select(Conflict).where(Conflict.source == Source.DETECTED, Conflict.kind.in_(KINDS_OF_FACTS))
    if organisation_ids is not None and len(organisation_ids) <= MANY:
        party = (Conflict.organisation_id, Conflict.other_organisation_id)
        found = found.where(or_(*(column.in_(organisation_ids) for column in party)))
    return {conflict.fingerprint or "": conflict for conflict in db.session.scalars(found)}


def with_fingerprints(fingerprints: Iterable[str]) -> dict[str, Conflict]:
    """The conflicts that bear one of these; 500 to a query."""
    wanted, found = sorted(fingerprints), dict[str, Conflict]()
    for n in range(0, len(wanted), MANY):
        some = select(Conflict).where(Conflict.fingerprint.in_(wanted[n : n + MANY]))
        found |= {conflict.fingerprint or "": conflict for conflict in db.session.scalars(some)}
    return found


def with_an_end() -> Sequence[Conflict]:
    """What stands and has an end."""
    return db.session.scalars(
        select(Conflict).where(Conflict.state == ConflictState.STANDING, Conflict.ends_on.is_not(None))
    ).all()


def wait_for_turn() -> None:
    """Hold one fixed row until the act is over, so that two that look for conflicts at once do so one by one."""
    first = select(Organisation.id).order_by(Organisation.id).limit(1)
    db.session.scalars(first.with_for_update(key_share=True)).one_or_none()
