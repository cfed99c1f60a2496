"""Who goes on a visit and who could: the team, who goes along, the load of each reviewer, and objections."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.matching.models import Exchange
from peerreview.organisations.models import Organisation
from peerreview.selfevaluations.queries import tells_team
from peerreview.selfevaluations.queries.evidence import CONFIRMED
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import OfferedReviewer, Trajectory
from peerreview.visits import policy
from peerreview.visits.lifecycle import COMING, DATED, ObjectionState, Part, VisitState
from peerreview.visits.models import Companion, TeamMember, TeamObjection, Visit
from peerreview.visits.queries.visits import exchange_of, visit_for, with_names
from peerreview.visits.team import MOST, Beside, Colleague, Load, Needs, Place, needs_of

GO_ALONG = (Role.REVIEWER, Role.CONTRIBUTOR)  # who of an organisation may be a trainee or an observer
NOT_IN = (TrajectoryState.DRAFT, TrajectoryState.REJECTED, TrajectoryState.WITHDRAWN)  # offers that do not stand
KEPT_OUT, TOLD_UNSIGNED = "visit.keep_out", "visit.tell_unsigned"  # acts that are done once, as the audit trail tells


# --- One visit --------------------------------------------------------------------------------------------------------


def team_for(actor: Actor, visit_id: int) -> Visit | None:
    """The visit as `visit_for` gives it, for the people of its two sides and the secretariat; else None."""
    visit = visit_for(actor, visit_id)
    return visit if visit and policy.may_know_team(actor, visit) else None


@tells_team
def reviewers_of_host(trajectory_id: int) -> dict[int, int]:
    """Who reviews this host in an exchange that was confirmed, each with the organisation they do it for. One query."""
    rows = (
        select(TeamMember.person_id, Trajectory.organisation_id)
        .join(Visit, Visit.id == TeamMember.visit_id)
        .join(Exchange, Exchange.id == Visit.exchange_id)
        .join(Trajectory, Trajectory.id == Visit.reviewing_id)
        .where(Visit.host_id == trajectory_id, Visit.state != VisitState.CANCELLED, Exchange.state.in_(CONFIRMED))
    )
    return {row.person_id: row.organisation_id for row in db.session.execute(rows)}


def locked_visit(visit_id: int, exchange_id: int) -> Visit:
    """The visit as it is now; its exchange is locked, so that two who change it at once do so one by one."""
    exchange_of(exchange_id)
    db.session.flush()
    one = with_names().where(Visit.id == visit_id).execution_options(populate_existing=True)
    return db.session.scalars(one).one()


def locked_person(person_id: int) -> Person | None:
    """The person with an open account, locked: two teams that want them at once count their reviews one by one."""
    one = select(Person).where(Person.id == person_id, Person.active)
    return db.session.scalars(one.with_for_update(key_share=True)).one_or_none()


def companions_of(visit_id: int) -> list[Companion]:
    """Who goes along beside the team or could take a place, with the person, in the order in which they came."""
    along = select(Companion).where(Companion.visit_id == visit_id).options(joinedload(Companion.person))
    return list(db.session.scalars(along.order_by(Companion.id)))


def offered_by(trajectory_id: int) -> dict[int, OfferedReviewer]:
    """The reviewers that this trajectory offers, by person, in the order in which they were offered."""
    offered = select(OfferedReviewer).where(OfferedReviewer.trajectory_id == trajectory_id)
    return {one.person_id: one for one in db.session.scalars(offered.order_by(OfferedReviewer.id))}


def offered_for(actor: Actor, visit_id: int, person_id: int) -> OfferedReviewer | None:
    """What this reviewer of a visit's reviewing organisation wants; for that organisation and the secretariat."""
    visit = visit_for(actor, visit_id)
    if visit is None or not policy.may_know_load(actor, visit):
        return None
    one = select(OfferedReviewer).where(
        OfferedReviewer.trajectory_id == visit.reviewing_id, OfferedReviewer.person_id == person_id
    )
    return db.session.scalars(one.options(joinedload(OfferedReviewer.trajectory))).one_or_none()


def colleagues_of(organisation_id: int) -> list[Colleague]:
    """The reviewers and contributors of an organisation, by name. One query."""
    rows = db.session.execute(
        select(Person.id, Person.name, Affiliation.role)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.organisation_id == organisation_id, Affiliation.role.in_(GO_ALONG))
        .where(Affiliation.ended_at.is_(None), Person.active)
        .order_by(Person.name, Person.id)
    ).all()
    reviewers = {row.id for row in rows if row.role == Role.REVIEWER}
    return [Colleague(id, name, id in reviewers) for id, name in {row.id: row.name for row in rows}.items()]


# --- Load -------------------------------------------------------------------------------------------------------------


def _reviews(round_id: int) -> Any:
    """The places in teams of visits of a round that were not cancelled."""
    reviewing = aliased(Trajectory, name="counted")
    return (
        select(TeamMember.person_id, func.count().label("reviews"))
        .join(Visit, Visit.id == TeamMember.visit_id)
        .join(reviewing, reviewing.id == Visit.reviewing_id)
        .where(reviewing.round_id == round_id, Visit.state != VisitState.CANCELLED)
        .group_by(TeamMember.person_id)
    ), reviewing


def loads_in(round_id: int, person_ids: Collection[int], *, organisation_id: int | None = None) -> dict[int, Load]:
    """The load of each of these people in this round; with an organisation only what it knows of. Two queries.

    Who was never offered has as many as they want.
    """
    counted, reviewing = _reviews(round_id)
    counted = counted.where(TeamMember.person_id.in_(person_ids))
    wanted = (
        select(OfferedReviewer.person_id, func.min(OfferedReviewer.most_reviews).label("most"))
        .join(Trajectory, Trajectory.id == OfferedReviewer.trajectory_id)
        .where(Trajectory.round_id == round_id, OfferedReviewer.person_id.in_(person_ids))
        .where(Trajectory.state.not_in(NOT_IN))
        .group_by(OfferedReviewer.person_id)
    )
    if organisation_id is not None:
        counted = counted.where(reviewing.organisation_id == organisation_id)
        wanted = wanted.where(Trajectory.organisation_id == organisation_id)
    reviews = {row.person_id: row.reviews for row in db.session.execute(counted)}
    most = {row.person_id: row.most for row in db.session.execute(wanted)}
    return {id: Load(reviews.get(id, 0), most.get(id, MOST)) for id in person_ids}


def load_page(round_id: int, number: int) -> Page:
    """One page of everybody who is offered in a round, with their load; who has no room stands on top. Two queries."""
    counted = _reviews(round_id)[0].subquery()
    reviews = func.coalesce(counted.c.reviews, 0)
    rows: Any = (
        select(
            OfferedReviewer.id, OfferedReviewer.most_reviews, OfferedReviewer.experienced, Person.name,
            Organisation.name.label("organisation"), reviews.label("reviews"),
        )
        .join(Trajectory, Trajectory.id == OfferedReviewer.trajectory_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(Person, Person.id == OfferedReviewer.person_id)
        .outerjoin(counted, counted.c.person_id == OfferedReviewer.person_id)
        .where(Trajectory.round_id == round_id, Trajectory.state.not_in(NOT_IN))
        .order_by((reviews >= OfferedReviewer.most_reviews).desc(), reviews.desc(), Person.name, OfferedReviewer.id)
    )  # fmt: skip
    return paged(rows, number, size=50)


# --- The day ----------------------------------------------------------------------------------------------------------


def days_of(visit: Visit) -> tuple[date, date] | None:
    """The first and the last day of a visit that has its day."""
    if visit.starts_at is None or visit.ends_at is None:
        return None
    return clock.local(visit.starts_at).date(), clock.local(visit.ends_at).date()


def busy_with(visit: Visit, person_id: int) -> set[int]:
    """The ids of the organisations for which this person is on another visit on the days of this one.

    In its team, going along, or as coordinator of the host. Two queries; none when the visit has no day yet.
    """
    days = days_of(visit)
    if days is None:
        return set()
    begins, ends = _midnight(days[0]), _midnight(days[1] + timedelta(days=1))
    then = and_(
        Visit.id != visit.id, Visit.state.in_(DATED), Visit.starts_at < ends, Visit.ends_at > begins
    )  # fmt: skip
    team = select(TeamMember.visit_id).where(TeamMember.person_id == person_id)
    along = select(Companion.visit_id).where(Companion.person_id == person_id, Companion.part != Part.SUBSTITUTE)
    sent = (
        select(Trajectory.organisation_id)
        .join(Visit, Visit.reviewing_id == Trajectory.id)
        .where(then, or_(Visit.id.in_(team), Visit.id.in_(along)))
    )
    hosting = (
        select(Trajectory.organisation_id)
        .join(Visit, Visit.host_id == Trajectory.id)
        .join(Affiliation, Affiliation.organisation_id == Trajectory.organisation_id)
        .where(then, Affiliation.person_id == person_id, Affiliation.role == Role.COORDINATOR)
        .where(Affiliation.ended_at.is_(None))
    )
    return {*db.session.scalars(sent), *db.session.scalars(hosting)}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.AMSTERDAM)


def told_kept_out(visit: Visit) -> set[int]:
    """Whom a conflict of interest kept out of this team before, and the secretariat was told of it."""
    noted = select(AuditEntry.after).where(
        AuditEntry.subject_type == Visit.__tablename__, AuditEntry.subject_id == visit.id, AuditEntry.action == KEPT_OUT
    )
    return {int(after["person_id"]) for after in db.session.scalars(noted) if after}


# --- Objections -------------------------------------------------------------------------------------------------------


def objections_to(visit_id: int) -> list[TeamObjection]:
    """Every objection to somebody on this visit, with the person, the newest first."""
    about = select(TeamObjection).where(TeamObjection.visit_id == visit_id)
    about = about.options(joinedload(TeamObjection.person), joinedload(TeamObjection.raised_by))
    return list(db.session.scalars(about.order_by(TeamObjection.raised_at.desc(), TeamObjection.id.desc())))


def objection_for(actor: Actor, visit_id: int, person_id: int) -> TeamObjection | None:
    """The newest objection to this person, with its visit; for the host's signers and the secretariat, else None."""
    visit = visit_for(actor, visit_id)
    if visit is None or not policy.may_read_objections(actor, visit):
        return None
    about = select(TeamObjection).where(TeamObjection.visit_id == visit_id, TeamObjection.person_id == person_id)
    about = about.options(joinedload(TeamObjection.person), joinedload(TeamObjection.visit))
    newest = about.order_by(TeamObjection.raised_at.desc(), TeamObjection.id.desc()).limit(1)
    return db.session.scalars(newest).one_or_none()


def upheld_people(visit_id: int) -> set[int]:
    """Who may not come on this visit, because an objection to them was upheld."""
    upheld = select(TeamObjection.person_id).where(
        TeamObjection.visit_id == visit_id, TeamObjection.state == ObjectionState.UPHELD
    )
    return set(db.session.scalars(upheld))


def raised_objections(visit_id: int, person_ids: Iterable[int] | None = None) -> list[TeamObjection]:
    """The objections on this visit that wait for the secretariat, to these people (None: to anybody)."""
    open_ = select(TeamObjection).where(
        TeamObjection.visit_id == visit_id, TeamObjection.state == ObjectionState.RAISED
    )
    if person_ids is not None:
        open_ = open_.where(TeamObjection.person_id.in_(list(person_ids)))
    open_ = open_.options(joinedload(TeamObjection.person))
    return list(db.session.scalars(open_.order_by(TeamObjection.id)))


def objection_page(number: int) -> Page:
    """One page of all objections, those that wait on top, then the newest. Two queries."""
    host, reviewing = aliased(Trajectory), aliased(Trajectory)
    host_of, reviewing_of = aliased(Organisation), aliased(Organisation)
    rows: Any = (
        select(
            TeamObjection.id, TeamObjection.visit_id, TeamObjection.person_id, TeamObjection.state,
            TeamObjection.raised_at, TeamObjection.state_since, Person.name, host_of.name.label("host"),
            reviewing_of.name.label("reviewing"), Visit.starts_at,
        )
        .join(Visit, Visit.id == TeamObjection.visit_id)
        .join(Person, Person.id == TeamObjection.person_id)
        .join(host, host.id == Visit.host_id)
        .join(host_of, host_of.id == host.organisation_id)
        .join(reviewing, reviewing.id == Visit.reviewing_id)
        .join(reviewing_of, reviewing_of.id == reviewing.organisation_id)
        .order_by(
            (TeamObjection.state == ObjectionState.RAISED).desc(), TeamObjection.raised_at.desc(), TeamObjection.id
        )
    )  # fmt: skip
    return paged(rows, number)


# --- The page ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the page about a team shows to this actor. `objections` are the newest, by person."""

    team: tuple[Place, ...]
    beside: tuple[Beside, ...]
    needs: Needs
    choices: tuple[Colleague, ...]
    loads: dict[int, Load]
    objections: dict[int, TeamObjection]
    former: tuple[TeamObjection, ...]  # about people who are not on the visit

    @property
    def along(self) -> list[Beside]:
        return [one for one in self.beside if one.part != Part.SUBSTITUTE]

    @property
    def substitutes(self) -> list[Beside]:
        return [one for one in self.beside if one.part == Part.SUBSTITUTE]


def board_of(actor: Actor, visit: Visit) -> Board:
    """The team of a visit, from `team_for`, as this actor may see it: loads and objections only where they may."""
    offered, companions = offered_by(visit.reviewing_id), companions_of(visit.id)
    chooses = policy.may_choose_team(actor, visit)
    colleagues = colleagues_of(visit.reviewing.organisation_id) if chooses else []
    loads = _loads_for(actor, visit, [*offered, *(one.person_id for one in visit.team)])
    team = [
        _place(member, offered.get(member.person_id), loads.get(member.person_id))
        for member in sorted(visit.team, key=lambda member: (not member.lead, member.id))
    ]
    beside = tuple(
        Beside(one.person_id, one.person.name, one.part, loads.get(one.person_id)) for one in companions
    )  # fmt: skip
    in_team = {one.person_id for one in team}
    there = in_team | {one.person_id for one in beside}
    about = objections_to(visit.id) if policy.may_read_objections(actor, visit) else []
    newest = {one.person_id: one for one in reversed(about)}
    return Board(
        team=tuple(team),
        beside=beside,
        needs=_needs(visit, team, offered),
        choices=tuple(one for one in colleagues if one.person_id not in in_team),
        loads=loads,
        objections={id: one for id, one in newest.items() if id in there},
        former=tuple(one for one in newest.values() if one.person_id not in there),
    )


@dataclass(frozen=True, slots=True)
class Going:
    """What the page of a visit tells of who goes: beside the team, who has to sign, and whether this reader has to."""

    beside: tuple[Beside, ...]
    unsigned: tuple[str, ...]
    sign: bool


def going_on(actor: Actor, visit: Visit) -> Going | None:
    """Who goes along beside the team, as this actor may know it; None for who does not see the team. One query."""
    if not policy.may_know_team(actor, visit):
        return None
    open_ = visit.state != VisitState.CANCELLED
    silent = [one for one in visit.team if one.independent_at is None and open_]
    told = policy.may_know_load(actor, visit)
    return Going(
        beside=tuple(Beside(one.person_id, one.person.name, one.part) for one in companions_of(visit.id)),
        unsigned=tuple(one.person.name for one in silent) if told and visit.state in COMING else (),
        sign=policy.may_sign_independence(actor, visit) and actor.person_id in {one.person_id for one in silent},
    )


def _place(member: TeamMember, offered: OfferedReviewer | None, load: Load | None) -> Place:
    signed = clock.local(member.independent_at).date() if member.independent_at else None
    experienced = offered is not None and offered.experienced
    return Place(member.person_id, member.person.name, member.lead, experienced, signed, load)


def _loads_for(actor: Actor, visit: Visit, people: Sequence[int]) -> dict[int, Load]:
    """The loads that this actor may see: the coordinator what their organisation knows of, others only their own."""
    round_id, own = visit.host.round_id, visit.reviewing.organisation_id
    if actor.role == SECRETARIAT:
        return loads_in(round_id, people)
    if policy.may_choose_team(actor, visit):
        return loads_in(round_id, people, organisation_id=own)
    if policy.may_know_load(actor, visit):
        return loads_in(round_id, [id for id in people if id == actor.person_id], organisation_id=own)
    return {}


def needs_of_team(visit: Visit) -> Needs:
    """What the team of this visit still lacks. One query."""
    offered = offered_by(visit.reviewing_id)
    team = [_place(member, offered.get(member.person_id), None) for member in visit.team]
    return _needs(visit, team, offered)


def _needs(visit: Visit, team: Sequence[Place], offered: Mapping[int, OfferedReviewer]) -> Needs:
    least = visit.host.round.rules.minimum_reviewers
    return needs_of(team, least=least, experience_offered=any(one.experienced for one in offered.values()))


def unsigned_on(first: date, last: date) -> list[int]:
    """The ids of visits to come between these days of whose team somebody else than the lead has to sign.

    Those of which the lead was told so before are left out.
    """
    silent = select(TeamMember.visit_id).where(TeamMember.independent_at.is_(None), ~TeamMember.lead)
    told = select(AuditEntry.subject_id).where(
        AuditEntry.subject_type == Visit.__tablename__, AuditEntry.action == TOLD_UNSIGNED
    )
    near = select(Visit.id).where(Visit.state.in_(COMING), Visit.id.in_(silent), Visit.id.not_in(told))
    near = near.where(Visit.starts_at >= _midnight(first), Visit.starts_at < _midnight(last + timedelta(days=1)))
    return list(db.session.scalars(near.order_by(Visit.id)))
