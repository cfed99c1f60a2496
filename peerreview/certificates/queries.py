"""The register: what stands in it now or stood in it on a given day, in two or three queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, Subquery, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from peerreview.certificates.models import Certificate, StatusChange
from peerreview.commission.models import Decision, Dossier
from peerreview.core import clock
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.audit import AuditHead
from peerreview.core.db import db
from peerreview.core.i18n import sort_key
from peerreview.core.paging import Page
from peerreview.frameworks.models import FrameworkVersion
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.organisations.models import Organisation, WorkField, organisation_work_field
from peerreview.trajectories.models import Trajectory

PAGE = 20
STANDING = ("active", "suspended")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader of the register looks for; `on` is the day it is about."""

    on: date
    text: str = ""
    field: str = ""
    province: str = ""
    status: str = ""
    by_end: bool = False
    page: int = 1


def _standing() -> Subquery:
    """One row per organisation: its newest certificate on day `on`, with the status of that day and since when."""
    day = bindparam("on", type_=Date)
    other, change = aliased(Certificate), aliased(StatusChange)
    newest = (
        select(other.id)
        .where(other.organisation_id == Certificate.organisation_id, other.starts_on <= day)
        .order_by(other.starts_on.desc(), other.id.desc())
        .limit(1)
        .correlate(Certificate)
    )
    latest = (
        select(change.id)
        .where(change.certificate_id == Certificate.id, change.effective_on <= day)
        .order_by(change.effective_on.desc(), change.id.desc())
        .limit(1)
        .correlate(Certificate)
    )
    over = and_(Certificate.ends_on < day, StatusChange.status.in_(STANDING))
    return (
        select(
            Certificate.id, Certificate.number, Certificate.organisation_id, Certificate.trajectory_id,
            Certificate.starts_on, Certificate.ends_on,
            case((over, "expired"), else_=StatusChange.status).label("status"),
            case((over, Certificate.ends_on), else_=StatusChange.effective_on).label("since"),
        )
        .join(StatusChange, StatusChange.id == latest.scalar_subquery())
        .where(Certificate.id == newest.scalar_subquery())
        .subquery()
    )  # fmt: skip


# Made once: making this question took longer than the database needs to answer it.
_newest = _standing()
_REGISTER: Any = (
    select(
        Organisation.slug, Organisation.name, Organisation.place, Organisation.province, Organisation.kvk,
        Organisation.latitude, Organisation.longitude, _newest.c.number, _newest.c.starts_on, _newest.c.ends_on,
        _newest.c.status, _newest.c.since, Trajectory.scope_kind, Trajectory.scope_text, Trajectory.route,
    )
    .join(_newest, _newest.c.organisation_id == Organisation.id)
    .join(Trajectory, Trajectory.id == _newest.c.trajectory_id)
)  # fmt: skip
_PLACES: Any = select(Organisation.id, Organisation.latitude, Organisation.longitude, _newest.c.status).join(
    _newest, _newest.c.organisation_id == Organisation.id
)


def _narrowed(asked: Asked) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for word in sort_key(asked.text).split():
        conditions.append(
            or_(
                Organisation.sort_name.contains(word, autoescape=True),
                func.lower(Organisation.place).contains(word, autoescape=True),
                func.lower(Organisation.province).contains(word, autoescape=True),
                Organisation.kvk.startswith(word, autoescape=True),
                _newest.c.number.startswith(word, autoescape=True),
            )
        )
    if asked.province:
        conditions.append(Organisation.province == asked.province)
    if asked.status:
        conditions.append(_newest.c.status == asked.status)
    if asked.field:
        of_field = (
            select(organisation_work_field.c.organisation_id)
            .join(WorkField, WorkField.id == organisation_work_field.c.work_field_id)
            .where(WorkField.code == asked.field)
        )
        conditions.append(Organisation.id.in_(of_field))
    return conditions


def _answered(question: Any, asked: Asked, *conditions: ColumnElement[bool]) -> Sequence[Any]:
    order = (_newest.c.ends_on, Organisation.sort_name) if asked.by_end else (Organisation.sort_name, _newest.c.ends_on)
    statement = question.where(*_narrowed(asked), *conditions).order_by(*order, Organisation.id)
    return db.session.execute(statement, {"on": asked.on}).all()


def register_rows(asked: Asked) -> Sequence[Any]:
    """Every organisation that the question finds, in order; columns only."""
    return _answered(_REGISTER, asked)


def register_places(asked: Asked) -> Sequence[Any]:
    """(id, latitude, longitude, status) of every organisation that the question finds, in order: what the map needs."""
    return _answered(_PLACES, asked)


def register_page(places: Sequence[Any], asked: Asked) -> Page:
    """One page of what was found, with all that its lines tell. One query."""
    pages = max(1, -(-len(places) // PAGE))
    number = min(max(1, asked.page), pages)
    here = [row.id for row in places[(number - 1) * PAGE : number * PAGE]]
    rows = _answered(_REGISTER, asked, Organisation.id.in_(here)) if here else ()
    return Page(rows, number, PAGE, len(places))


def work_fields() -> Sequence[Any]:
    """(code, title) of each, in order."""
    return db.session.execute(select(WorkField.code, WorkField.title).order_by(WorkField.position, WorkField.id)).all()


def _whole() -> Select[Certificate]:
    return select(Certificate).options(
        joinedload(Certificate.organisation).selectinload(Organisation.work_fields),
        joinedload(Certificate.trajectory).joinedload(Trajectory.framework_version),
        joinedload(Certificate.decision).joinedload(Decision.signed_by),
        selectinload(Certificate.changes),
    )


def certificate_numbered(number: str) -> Certificate | None:
    """The certificate with this number, whatever its status: the register forgets nothing."""
    return db.session.scalars(_whole().where(Certificate.number == number)).one_or_none()


def certificates_of(organisation_id: int) -> Sequence[Certificate]:
    """All of one organisation, the newest first."""
    newest = (Certificate.starts_on.desc(), Certificate.id.desc())
    return db.session.scalars(_whole().where(Certificate.organisation_id == organisation_id).order_by(*newest)).all()


def registered(slug: str) -> Sequence[Certificate]:
    """The certificates of the organisation with this address in the register; none when it never had one."""
    mine = select(Organisation.id).where(Organisation.slug == slug).scalar_subquery()
    newest = (Certificate.starts_on.desc(), Certificate.id.desc())
    return db.session.scalars(_whole().where(Certificate.organisation_id == mine).order_by(*newest)).all()


def certificate_for(actor: Actor, certificate_id: int) -> Certificate | None:
    """For the secretariat, to change its status."""
    if actor.role != SECRETARIAT:
        return None
    return db.session.scalars(_whole().where(Certificate.id == certificate_id)).one_or_none()


def status_on(certificate: Certificate, day: date | None = None) -> tuple[str, date]:
    """(status, since) of one certificate on a day (today); 'none' before it began. `changes` must be loaded."""
    on = day or clock.today()
    made = [change for change in certificate.changes if change.effective_on <= on]
    if not made or certificate.starts_on > on:
        return "none", certificate.starts_on
    last = max(made, key=lambda change: (change.effective_on, change.id))
    if certificate.ends_on < on and last.status.value in STANDING:
        return "expired", certificate.ends_on
    return last.status.value, last.effective_on


def partners_of(certificate: Certificate) -> Sequence[tuple[str, str]]:
    """(name, place) of the organisations that it walked the road with."""
    mine = select(ExchangeMember.exchange_id).where(
        ExchangeMember.trajectory_id == certificate.trajectory_id, ExchangeMember.standing
    )
    rows = db.session.execute(
        select(Organisation.name, Organisation.place)
        .join(Trajectory, Trajectory.organisation_id == Organisation.id)
        .join(ExchangeMember, ExchangeMember.trajectory_id == Trajectory.id)
        .join(Exchange, Exchange.id == ExchangeMember.exchange_id)
        .where(Exchange.id.in_(mine), Trajectory.id != certificate.trajectory_id)
        .order_by(ExchangeMember.position)
    ).all()
    return [(name, place) for name, place in rows]


def trajectory_of_decision(decision: Decision) -> Trajectory:
    """The trajectory (with round and organisation) that a decision is about."""
    return db.session.scalars(
        select(Trajectory)
        .join(Dossier, Dossier.trajectory_id == Trajectory.id)
        .where(Dossier.id == decision.dossier_id)
        .options(joinedload(Trajectory.round), joinedload(Trajectory.organisation))
    ).one()


def framework_title(version: FrameworkVersion) -> dict[str, str]:
    return {language: f"{title} {version.label}" for language, title in version.title.items()}


def last_number(year: int) -> str | None:
    """The highest number of this year. Locks the end of the audit trail, so that no two acts read the same one."""
    db.session.execute(select(AuditHead.last_id).with_for_update())
    return db.session.scalar(select(func.max(Certificate.number)).where(Certificate.number.startswith(f"{year}-")))


def ended_before(day: date) -> Sequence[Certificate]:
    """Certificates that still count as running although their last day lies before this one."""
    running = Certificate.state.in_(STANDING)
    return db.session.scalars(
        select(Certificate).where(running, Certificate.ends_on < day).order_by(Certificate.id)
    ).all()
