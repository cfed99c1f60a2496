"""The list of visits, and on whom each waits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from peerreview.accounts.models import Person
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import COMING, PlanState, VisitState
from peerreview.visits.models import PollAnswer, TeamMember, Visit, VisitPlan
from peerreview.visits.queries.people import coordinators_of

# The two sides of a visit in lists. Made once: an alias copies every column of its table.
Host, Reviewing = aliased(Trajectory, name="host"), aliased(Trajectory, name="reviewing")
HostOf, ReviewingOf = aliased(Organisation, name="host_of"), aliased(Organisation, name="reviewing_of")


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
