"""All that is known about the dates of an exchange."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, null, select, union_all
from sqlalchemy.orm import joinedload

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.marketplace.travel import travel_minutes
from peerreview.organisations.models import Organisation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.visits import policy
from peerreview.visits.hours import slot_at
from peerreview.visits.lifecycle import Can, Half, PlanState, VisitState
from peerreview.visits.models import Availability, PollAnswer, PollDay, Visit, VisitPlan
from peerreview.visits.planning import Slot, slots_read
from peerreview.visits.poll import Poll, PollVisit, Proposal, Somebody
from peerreview.visits.queries.people import coordinators_of
from peerreview.visits.queries.surroundings import surroundings_of
from peerreview.visits.queries.visits import with_names
from peerreview.visits.surroundings import Surroundings

T = TrajectoryState
BEFORE_SUBMITTING = (T.DRAFT, T.SUBMITTED, T.RETURNED, T.ACCEPTED, T.SELF_EVALUATING)


def poll_for(actor: Actor, exchange_id: int) -> Poll | None:
    """The poll, for the exchange's people and the secretariat; None as long as the exchange has no visits."""
    poll = poll_of(exchange_id)
    return poll if poll and policy.may_know_exchange(actor, frozenset(poll.organisations)) else None


def poll_of(exchange_id: int) -> Poll | None:
    """All that is known about the dates of this exchange, in seven queries."""
    return polls_of([exchange_id]).get(exchange_id)


def polls_of(exchange_ids: Iterable[int]) -> dict[int, Poll]:
    """The same for many exchanges, those without visits left out. Seven queries, however many there are."""
    ids = sorted(set(exchange_ids))
    rows = with_names().where(Visit.exchange_id.in_(ids), Visit.state != VisitState.CANCELLED).order_by(Visit.id)
    by_exchange: dict[int, list[Visit]] = defaultdict(list)
    for visit in db.session.scalars(rows):
        by_exchange[visit.exchange_id].append(visit)
    if not by_exchange:
        return {}
    visits = [visit for found in by_exchange.values() for visit in found]
    coordinators = coordinators_of({visit.host.organisation_id for visit in visits})
    given, plans = _given(ids), _proposals(ids)
    around = surroundings_of(
        [
            *(one.id for people in coordinators.values() for one in people),
            *(m.person_id for v in visits for m in v.team),
        ],
        {visit.host.organisation_id: visit.host.organisation for visit in visits},
        (min(v.host.round.visits_from for v in visits), max(v.host.round.closes_on for v in visits)),
    )
    return {
        id: _poll(found, coordinators, given[id], plans.get(id), around) for id, found in sorted(by_exchange.items())
    }


@dataclass(slots=True)
class _Given:
    """What is kept of a poll: its days, the answers, and who has finished."""

    days: list[date] = field(default_factory=list)
    answers: dict[tuple[int, date, Half], Can] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)


def _given(exchange_ids: Sequence[int]) -> dict[int, _Given]:
    """One query; the answers come first, because their columns give the types to the others."""
    marks = select(
        Availability.exchange_id, Availability.person_id, Availability.day, Availability.half, Availability.can
    )
    done = select(PollAnswer.exchange_id, PollAnswer.person_id, null(), null(), null())
    days = select(PollDay.exchange_id, null(), PollDay.day, null(), null())
    rows: Any = union_all(
        marks.where(Availability.exchange_id.in_(exchange_ids)),
        done.where(PollAnswer.exchange_id.in_(exchange_ids)),
        days.where(PollDay.exchange_id.in_(exchange_ids)),
    )
    found: dict[int, _Given] = defaultdict(_Given)
    for exchange_id, person_id, day, half, can in db.session.execute(rows):
        if can is not None:
            found[exchange_id].answers[person_id, day, half] = can
        elif day is not None:
            found[exchange_id].days.append(day)
        else:
            found[exchange_id].done.add(person_id)
    return found


def _poll(
    visits: Sequence[Visit],
    coordinators: Mapping[int, list[Person]],
    given: _Given,
    plan: Proposal | None,
    around: Surroundings,
) -> Poll:
    round_, exchange_id = visits[0].host.round, visits[0].exchange_id
    hosts = {visit.host.organisation_id: visit.host.organisation for visit in visits}
    everybody = [person for id in hosts for person in coordinators.get(id, ())]
    everybody += [member.person for visit in visits for member in visit.team]
    people = {person.id: Somebody(person.id, person.name) for person in everybody}
    around = around.about(people, hosts)
    return Poll(
        exchange_id=exchange_id,
        round_name=round_.name,
        window=(round_.visits_from, round_.visits_until),
        closes_on=round_.closes_on,
        rules=round_.rules,
        poll_by=max((v.poll_by for v in visits if v.poll_by and v.state == VisitState.POLLING), default=None),
        visits=tuple(_poll_visit(visit, coordinators.get(visit.host.organisation_id, ())) for visit in visits),
        people=people,
        answers=given.answers,
        done=frozenset(given.done),
        days=tuple(sorted(given.days)),
        plan=plan,
        around=around,
        circumstances=around.circumstances(exchange_id),
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
        half_days=visit.half_days,
        self_evaluation_ready=(host.held_from or host.state) not in BEFORE_SUBMITTING,
        slot=slot_of(visit),
        travel_minutes=_minutes(reviewing.organisation, host.organisation),
    )


def _minutes(here: Organisation, there: Organisation) -> int:
    """From one to the other, one way; 0 when it is not known where they are."""
    places = [(one.latitude, one.longitude) for one in (here, there)]
    if any(latitude is None or longitude is None for latitude, longitude in places):
        return 0
    return travel_minutes(*((latitude or 0.0, longitude or 0.0) for latitude, longitude in places))


def slot_of(visit: Visit) -> Slot | None:
    """The day or half-day of a visit that has one."""
    return slot_at(visit.starts_at, visit.ends_at) if visit.starts_at and visit.ends_at else None


def pending_plan(exchange_id: int) -> VisitPlan | None:
    """The plan that waits for the other organisations, with who proposed it."""
    return db.session.scalars(_pending([exchange_id])).one_or_none()


def _pending(exchange_ids: Sequence[int]) -> Select[VisitPlan]:
    pending = select(VisitPlan).where(VisitPlan.exchange_id.in_(exchange_ids), VisitPlan.state == PlanState.PROPOSED)
    return pending.options(joinedload(VisitPlan.proposed_by)).order_by(VisitPlan.id)


def _proposals(exchange_ids: Sequence[int]) -> dict[int, Proposal]:
    return {plan.exchange_id: _proposal(plan) for plan in db.session.scalars(_pending(exchange_ids))}


def _proposal(plan: VisitPlan) -> Proposal:
    by = plan.proposed_by.name if plan.proposed_by else ""
    return Proposal(plan.id, slots_read(plan.slots), tuple(plan.agreed_by), by)
