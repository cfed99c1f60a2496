"""All that is known about the dates of an exchange."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.visits import policy
from peerreview.visits.hours import slot_at
from peerreview.visits.lifecycle import PlanState, VisitState
from peerreview.visits.models import Availability, PollAnswer, PollDay, Visit, VisitPlan
from peerreview.visits.planning import Slot, slots_read
from peerreview.visits.poll import Poll, PollVisit, Proposal, Somebody
from peerreview.visits.queries.people import coordinators_of
from peerreview.visits.queries.visits import visits_of

HostOf, ReviewingOf = aliased(Organisation, name="host_of"), aliased(Organisation, name="reviewing_of")
S = TrajectoryState

T = TrajectoryState
BEFORE_SUBMITTING = (T.DRAFT, T.SUBMITTED, T.RETURNED, T.ACCEPTED, T.SELF_EVALUATING)


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
        half_days=visit.half_days,
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
