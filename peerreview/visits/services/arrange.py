"""Visits begin when an exchange is confirmed and are cancelled when it is dissolved."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.accounts.models import Person
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Refused
from peerreview.core.events import announce, on
from peerreview.impartiality import services as impartiality
from peerreview.impartiality.queries import Standing, of_persons
from peerreview.matching.lifecycle import EXCHANGE
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.rounds.lengths import half_days_for
from peerreview.trajectories.lifecycle import ScopeKind
from peerreview.trajectories.models import OfferedReviewer, Trajectory
from peerreview.visits import mail, queries
from peerreview.visits.lifecycle import COMING, VISIT, VISIT_PLAN
from peerreview.visits.models import PollDay, TeamMember, Visit
from peerreview.visits.planning import offered_days
from peerreview.visits.queries import team as roster
from peerreview.visits.services.invitations import uninvite_everybody
from peerreview.visits.team import Load

Barred = dict[tuple[int, int], list[Standing]]  # by person and host: what keeps them out of the team


@on("exchange.confirmed")
def plan_visits(exchange: Exchange, *, by: Actor) -> None:
    """Make a visit for each leg with its team, ask everybody for their half-days, and start the exchange.

    In the order of the members each visits the next, the last the first. Announces "visit.planned" for each. A reviewer
    with a conflict of interest with the host that blocks is left out of the team, and the secretariat is told; who has
    as many reviews in the round as they want is left out too. Refused when a member has fewer reviewers left than the
    round's rules ask, in words that tell nothing of conflicts. Nothing happens when the visits are already there.
    """
    with unit_of_work():
        if queries.visits_of(exchange.id):
            return
        members = _members(exchange)
        around = zip(members, members[1:] + members[:1], strict=True)
        rules = members[0].round.rules
        poll_by = clock.add_working_days(clock.today(), rules.poll_within)
        barred = _barred(members, by=by)
        loads = roster.loads_in(exchange.round_id, {one.person_id for member in members for one in member.reviewers})
        visits = [
            _visit(exchange, reviewing, host, poll_by, rules.minimum_reviewers, barred, loads)
            for reviewing, host in around
        ]
        db.session.add_all(visits)
        db.session.flush()
        offer_days(exchange, members, max(visit.half_days for visit in visits))
        audit.change_state(exchange, EXCHANGE, "start", by=by)
        for visit in visits:
            audit.record("visit.plan", visit, by=by, after={"poll_by": poll_by})
            announce("visit.planned", visit, by=by)
        mail.ask_for_dates(exchange, visits, people_by_visit(visits))
        for visit in visits:
            if left_out := left_out_of(visit, barred):
                mail.tell_left_out(visit, left_out)


def left_out_of(visit: Visit, barred: Barred) -> list[Standing]:
    """What kept offered reviewers out of this visit's team."""
    host, offered = visit.host.organisation_id, visit.reviewing.reviewers
    return [standing for one in offered for standing in barred.get((one.person_id, host), ())]


def _members(exchange: Exchange) -> list[Trajectory]:
    members = (
        select(Trajectory)
        .join(ExchangeMember, ExchangeMember.trajectory_id == Trajectory.id)
        .where(ExchangeMember.exchange_id == exchange.id)
        .order_by(ExchangeMember.position)
        .options(
            joinedload(Trajectory.organisation),
            joinedload(Trajectory.round),
            selectinload(Trajectory.reviewers).joinedload(OfferedReviewer.person),
        )
        # A trajectory that this session knows already may have come without these.
        .execution_options(populate_existing=True)
    )
    db.session.flush()
    return list(db.session.scalars(members))


def _barred(members: Sequence[Trajectory], *, by: Actor) -> Barred:
    """Who of the reviewers may not review which of these organisations, by what the register holds at this moment."""
    people = [one.person_id for member in members for one in member.reviewers]
    organisations = [member.organisation_id for member in members]
    impartiality.detect(organisations)
    return {
        pair: [one for one in standing if one.blocks]
        for pair, standing in of_persons(people, organisations, clock.today()).items()
    }


def _visit(
    exchange: Exchange,
    reviewing: Trajectory,
    host: Trajectory,
    poll_by: date,
    least: int,
    barred: Barred,
    loads: dict[int, Load],
) -> Visit:
    """A visit with everybody who is offered, may review the host and has room; `loads` counts them on."""
    able = [one for one in reviewing.reviewers if one.person.active and not loads[one.person_id].full]
    offered = [one for one in able if not barred.get((one.person_id, host.organisation_id))]
    if len(offered) < least:  # one sentence for whatever the reason is
        name = reviewing.organisation.name
        raise Refused(_("%(name)s has fewer than %(count)s reviewers to send.", name=name, count=least))
    lead = next((one for one in offered if one.lead), offered[0])
    loads |= {one.person_id: loads[one.person_id].one_more() for one in offered}
    return Visit(
        exchange=exchange,
        host=host,
        reviewing=reviewing,
        state_since=clock.now(),
        poll_by=poll_by,
        half_days=half_days_for(host.fte, parts=host.scope_kind == ScopeKind.PARTS, table=host.round.lengths),
        uid=f"{secrets.token_hex(16)}@visits.peerreview",
        sequence=0,
        team=[TeamMember(person=one.person, lead=one is lead) for one in offered],
    )


def offer_days(exchange: Exchange, members: Sequence[Trajectory], half_days: int) -> None:
    """Offer days of the round's window that are still to come, beside those that people are asked about already.

    Enough of them in a row for the longest visit, of so many half-days.
    """
    round_ = members[0].round
    known = set(db.session.scalars(select(PollDay.day).where(PollDay.exchange_id == exchange.id)))
    months = [member.months for member in members]
    days = offered_days(round_.visits_from, round_.visits_until, months, clock.today(), half_days=half_days)
    for day in days:
        if day not in known:
            db.session.add(PollDay(exchange_id=exchange.id, day=day))


def people_by_visit(visits: Iterable[Visit]) -> dict[int, list[Person]]:
    """For each visit who should be there."""
    return {visit.id: queries.people_on(visit) for visit in visits}


@on("exchange.dissolved")
def cancel_visits(exchange: Exchange, *, by: Actor) -> None:
    """Cancel what was not held yet, for the exchange's reason; who had an invitation gets it taken back."""
    with unit_of_work():
        if plan := queries.pending_plan(exchange.id):
            audit.change_state(plan, VISIT_PLAN, "withdraw", by=by, reason=exchange.reason)
        for visit in queries.visits_of(exchange.id):
            if not VISIT.can(visit.state, "cancel"):
                continue
            invited = visit.state in COMING
            visit.reason = exchange.reason
            audit.change_state(visit, VISIT, "cancel", by=by, reason=exchange.reason)
            if invited:
                visit.sequence += 1
                uninvite_everybody(visit, reason=exchange.reason)
            announce("visit.cancelled", visit, by=by)
