"""Which visits and polls there are, for whom they are visible, who takes part, and on whom they wait."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from peerreview.accounts.lifecycle import OF_AN_ORGANISATION, Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.organisations.models import Organisation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits import policy
from peerreview.visits.hours import slot_at
from peerreview.visits.lifecycle import COMING, DATED, PlanState, VisitState
from peerreview.visits.models import Availability, CalendarFeed, PollAnswer, PollDay, TeamMember, Visit, VisitPlan
from peerreview.visits.planning import SMALL_HOST_FTE, Slot, slots_read
from peerreview.visits.poll import Poll, PollVisit, Proposal, Somebody

# The two sides of a visit in lists. Made once: an alias copies every column of its table.
Host, Reviewing = aliased(Trajectory, name="host"), aliased(Trajectory, name="reviewing")
HostOf, ReviewingOf = aliased(Organisation, name="host_of"), aliased(Organisation, name="reviewing_of")
S = TrajectoryState
BEFORE_SUBMITTING = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.ACCEPTED, S.SELF_EVALUATING)


def _visits() -> Select[Visit]:
    """Visits with organisations, round, exchange and team."""
    return select(Visit).options(
        joinedload(Visit.exchange),
        joinedload(Visit.host).joinedload(Trajectory.organisation),
        joinedload(Visit.host).joinedload(Trajectory.round),
        joinedload(Visit.reviewing).joinedload(Trajectory.organisation),
        selectinload(Visit.team).joinedload(TeamMember.person),
    )


def members_of(exchange_id: int) -> frozenset[int]:
    """The organisations of this exchange."""
    members = (
        select(Trajectory.organisation_id)
        .join(ExchangeMember, ExchangeMember.trajectory_id == Trajectory.id)
        .where(ExchangeMember.exchange_id == exchange_id)
    )
    return frozenset(db.session.scalars(members))


def visit_for(actor: Actor, visit_id: int) -> Visit | None:
    """The visit with organisations, round, exchange and team, for the exchange's people and the secretariat."""
    visit = db.session.scalars(_visits().where(Visit.id == visit_id)).one_or_none()
    if visit is None or not policy.may_know_exchange(actor, members_of(visit.exchange_id)):
        return None
    return visit


def visits_of(exchange_id: int) -> list[Visit]:
    """The visits of an exchange in the order of its members, with organisations, round and team."""
    return list(db.session.scalars(_visits().where(Visit.exchange_id == exchange_id).order_by(Visit.id)))


def visit_at(host_id: int) -> Visit | None:
    """The visit, not cancelled, at this trajectory, with organisations, round and team."""
    at = _visits().where(Visit.host_id == host_id, Visit.state != VisitState.CANCELLED)
    return db.session.scalars(at.order_by(Visit.id.desc()).limit(1)).one_or_none()


def visit_with_names(visit_id: int) -> Visit:
    """The visit with organisations, round, exchange and team, whoever asks."""
    return db.session.scalars(_visits().where(Visit.id == visit_id)).one()


def past_visits(moment: datetime) -> list[int]:
    """The ids of visits that ended before this moment and were not yet marked as held."""
    past = select(Visit.id).where(Visit.state.in_(COMING), Visit.ends_at < moment)
    return list(db.session.scalars(past.order_by(Visit.id)))


# --- People ----------------------------------------------------------------------------------------------------------


def coordinators_of(organisation_ids: Iterable[int]) -> dict[int, list[Person]]:
    """The coordinators of these organisations, each in the order in which they came. One query."""
    rows = db.session.execute(
        select(Affiliation.organisation_id, Person)
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.organisation_id.in_(list(organisation_ids)), Affiliation.role == Role.COORDINATOR)
        .where(Affiliation.ended_at.is_(None), Person.active)
        .order_by(Affiliation.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for organisation_id, person in rows:
        found[organisation_id or 0].append(person)
    return found


def people_on(visit: Visit) -> list[Person]:
    """Who should be there: the team (which must be loaded), then the host's coordinators; nobody twice."""
    hosts = coordinators_of([visit.host.organisation_id])[visit.host.organisation_id]
    return list({person.id: person for person in [*(member.person for member in visit.team), *hosts]}.values())


# --- The poll --------------------------------------------------------------------------------------------------------


def poll_for(actor: Actor, exchange_id: int) -> Poll | None:
    """The poll, for the exchange's people and the secretariat; None as long as the exchange has no visits."""
    poll = poll_of(exchange_id)
    return poll if poll and policy.may_know_exchange(actor, frozenset(poll.organisations)) else None


def poll_of(exchange_id: int) -> Poll | None:
    """All that is known about the dates of this exchange, in seven queries."""
    visits = [visit for visit in visits_of(exchange_id) if visit.state != VisitState.CANCELLED]
    if not visits:
        return None
    round_ = visits[0].host.round
    coordinators = coordinators_of(visit.host.organisation_id for visit in visits)
    everybody = [person for people in coordinators.values() for person in people]
    everybody += [member.person for visit in visits for member in visit.team]
    marks = db.session.execute(
        select(Availability.person_id, Availability.day, Availability.half, Availability.can).where(
            Availability.exchange_id == exchange_id
        )
    )
    done = select(PollAnswer.person_id).where(PollAnswer.exchange_id == exchange_id)
    days = select(PollDay.day).where(PollDay.exchange_id == exchange_id).order_by(PollDay.day)
    return Poll(
        exchange_id=exchange_id,
        round_name=round_.name,
        window=(round_.visits_from, round_.visits_until),
        closes_on=round_.closes_on,
        rules=round_.rules,
        poll_by=max((v.poll_by for v in visits if v.poll_by and v.state == VisitState.POLLING), default=None),
        visits=tuple(_poll_visit(visit, coordinators[visit.host.organisation_id]) for visit in visits),
        people={person.id: Somebody(person.id, person.name) for person in everybody},
        answers={(person_id, day, half): can for person_id, day, half, can in marks},
        done=frozenset(db.session.scalars(done)),
        days=tuple(db.session.scalars(days)),
        plan=_proposal(exchange_id),
    )


def _poll_visit(visit: Visit, coordinators: Sequence[Person]) -> PollVisit:
    host, reviewing = visit.host, visit.reviewing
    return PollVisit(
        id=visit.id,
        state=visit.state,
        host_id=host.organisation_id,
        host_name=host.organisation.name,
        host_place=host.organisation.place,
        reviewing_id=reviewing.organisation_id,
        reviewing_name=reviewing.organisation.name,
        team=tuple(member.person_id for member in visit.team),
        lead_id=next((member.person_id for member in visit.team if member.lead), None),
        coordinators=tuple(person.id for person in coordinators),
        whole_day=not 0 < host.fte < SMALL_HOST_FTE,  # 0: not filled in
        self_evaluation_ready=(host.held_from or host.state) not in BEFORE_SUBMITTING,
        slot=slot_of(visit),
    )


def slot_of(visit: Visit) -> Slot | None:
    """The day or half-day of a visit that has one."""
    return slot_at(visit.starts_at, visit.ends_at) if visit.starts_at and visit.ends_at else None


def pending_plan(exchange_id: int) -> VisitPlan | None:
    """The plan that waits for the other organisations, with who proposed it."""
    pending = select(VisitPlan).where(VisitPlan.exchange_id == exchange_id, VisitPlan.state == PlanState.PROPOSED)
    return db.session.scalars(pending.options(joinedload(VisitPlan.proposed_by))).one_or_none()


def _proposal(exchange_id: int) -> Proposal | None:
    plan = pending_plan(exchange_id)
    if plan is None:
        return None
    by = plan.proposed_by.name if plan.proposed_by else ""
    return Proposal(plan.id, slots_read(plan.slots), tuple(plan.agreed_by), by)


# --- Lists -----------------------------------------------------------------------------------------------------------


def visit_page(actor: Actor, state: VisitState | None, number: int) -> Page:
    """One page of visits as columns: for the secretariat all, for others those of the own organisation. Two queries."""
    conditions: list[ColumnElement[bool]] = []
    if actor.role != SECRETARIAT:
        of_own = actor.organisation_id or 0
        conditions.append(or_(Host.organisation_id == of_own, Reviewing.organisation_id == of_own))
        conditions.append(Visit.state != VisitState.CANCELLED)
    if state:
        conditions.append(Visit.state.in_(COMING) if state in COMING else Visit.state == state)
    rows: Any = (
        select(
            Visit.id, Visit.exchange_id, Visit.state, Visit.starts_at, Visit.ends_at, Visit.location, Visit.poll_by,
            Host.organisation_id.label("host_id"), HostOf.name.label("host"), HostOf.place,
            Reviewing.organisation_id.label("reviewing_id"), ReviewingOf.name.label("reviewing"),
        )
        .join(Host, Host.id == Visit.host_id)
        .join(HostOf, HostOf.id == Host.organisation_id)
        .join(Reviewing, Reviewing.id == Visit.reviewing_id)
        .join(ReviewingOf, ReviewingOf.id == Reviewing.organisation_id)
        .where(*conditions)
        .order_by(Visit.starts_at.is_(None).desc(), Visit.starts_at.desc(), Visit.poll_by, Visit.id)
    )  # fmt: skip
    return paged(rows, number)


def teams_of(visit_ids: Iterable[int]) -> dict[int, list[tuple[str, bool]]]:
    """For each of these visits its team as (name, leads), the lead reviewer first. One query."""
    rows = db.session.execute(
        select(TeamMember.visit_id, Person.name, TeamMember.lead)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.visit_id.in_(list(visit_ids)))
        .order_by(TeamMember.lead.desc(), TeamMember.id)
    )
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    for visit_id, name, lead in rows:
        found[visit_id].append((name, lead))
    return found


def waited_for(rows: Sequence[Any]) -> dict[int, list[str]]:
    """For each of these rows of `visit_page` that looks for a day, the names on whom it waits. Five queries.

    People as long as not everybody of the exchange has answered; then the organisations that have to choose a plan, or
    to answer the one that lies there.
    """
    exchanges = {row.exchange_id for row in rows if row.state == VisitState.POLLING}
    hosts = db.session.execute(
        select(Visit.exchange_id, Visit.state, Organisation.id, Organisation.name)
        .join(Trajectory, Trajectory.id == Visit.host_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .where(Visit.exchange_id.in_(exchanges), Visit.state != VisitState.CANCELLED)
        .order_by(Visit.id)
    ).all()
    team = db.session.execute(
        select(Visit.exchange_id, Person.id, Person.name)
        .join(TeamMember, TeamMember.visit_id == Visit.id)
        .join(Person, Person.id == TeamMember.person_id)
        .where(Visit.exchange_id.in_(exchanges), Visit.state == VisitState.POLLING)
        .order_by(TeamMember.id)
    )
    asked: dict[int, dict[int, str]] = defaultdict(dict)
    for exchange_id, person_id, name in team:
        asked[exchange_id][person_id] = name
    coordinators = coordinators_of({organisation_id for _exchange, _state, organisation_id, _name in hosts})
    for exchange_id, state, organisation_id, _name in hosts:
        if state == VisitState.POLLING:
            asked[exchange_id] |= {person.id: person.name for person in coordinators[organisation_id]}
    answers = select(PollAnswer.exchange_id, PollAnswer.person_id).where(PollAnswer.exchange_id.in_(exchanges))
    for exchange_id, person_id in db.session.execute(answers):
        asked[exchange_id].pop(person_id, None)
    plans = select(VisitPlan.exchange_id, VisitPlan.agreed_by).where(
        VisitPlan.exchange_id.in_(exchanges), VisitPlan.state == PlanState.PROPOSED
    )
    agreed = {exchange_id: set(organisations) for exchange_id, organisations in db.session.execute(plans)}
    found: dict[int, list[str]] = {}
    for exchange_id in exchanges:
        to_answer = list(asked[exchange_id].values())
        if not to_answer or exchange_id in agreed:
            said_yes = agreed.get(exchange_id, set())
            to_answer = [name for exchange, _state, id, name in hosts if exchange == exchange_id and id not in said_yes]
        found[exchange_id] = to_answer
    return {row.id: found[row.exchange_id] for row in rows if row.state == VisitState.POLLING}


# --- Calendar --------------------------------------------------------------------------------------------------------


def feed_of(person_id: int | None) -> CalendarFeed | None:
    return db.session.scalars(select(CalendarFeed).where(CalendarFeed.person_id == person_id)).one_or_none()


def reader_of(token: str) -> Person | None:
    """Whose calendar has this secret address; None for an unknown or ended one, or when the account is closed."""
    reader = select(Person).join(CalendarFeed, CalendarFeed.person_id == Person.id)
    return db.session.scalars(reader.where(CalendarFeed.token == token, Person.active)).one_or_none()


def visits_in_calendar(person_id: int) -> list[Visit]:
    """The visits with a day in which an organisation takes part where this person holds a role now."""
    own = select(Affiliation.organisation_id).where(
        Affiliation.person_id == person_id, Affiliation.ended_at.is_(None), Affiliation.role.in_(OF_AN_ORGANISATION)
    )
    of_own = select(Trajectory.id).where(Trajectory.organisation_id.in_(own))
    mine = or_(Visit.host_id.in_(of_own), Visit.reviewing_id.in_(of_own))
    dated = _visits().where(Visit.state.in_(DATED), mine).order_by(Visit.starts_at, Visit.id)
    return list(db.session.scalars(dated))


def exchange_of(exchange_id: int) -> Exchange:
    """The exchange, locked until the act is over, so that two people who choose dates at once do so one by one."""
    return db.session.scalars(select(Exchange).where(Exchange.id == exchange_id).with_for_update()).one()
