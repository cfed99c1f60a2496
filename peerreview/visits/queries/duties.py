"""Who still has to say when they can, to choose the days, or to finish a programme."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.compound import Question
from peerreview.core.deadlines import Due, Hand, deadlines
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.rounds.rules import Rules
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import PlanState, VisitState
from peerreview.visits.models import PollAnswer, TeamMember, Visit, VisitPlan

POLL, PLAN, PROGRAMME = "visits.poll", "visits.plan", "visits.programme"
COORDINATOR, REVIEWER = Role.COORDINATOR.value, Role.REVIEWER.value
STANDING = (VisitState.POLLING, VisitState.AGREED, VisitState.PROGRAMME_FINAL, VisitState.HELD)
Host, Reviewing = aliased(Trajectory), aliased(Trajectory)
HostName, ReviewingName = aliased(Organisation), aliased(Organisation)


def _without_day() -> Question:
    """The exchanges of which a visit has no day yet."""
    return select(Visit.exchange_id).where(Visit.state == VisitState.POLLING)


def _visits() -> Question:
    """Every visit that has no day yet, or no final programme, or stands beside one without a day."""
    still = select(Visit.exchange_id).where(Visit.state.in_((VisitState.POLLING, VisitState.AGREED)))
    proposed = and_(VisitPlan.exchange_id == Visit.exchange_id, VisitPlan.state == PlanState.PROPOSED)
    return (
        select(
            Visit.exchange_id, Visit.id, Visit.state, Visit.state_since, Visit.poll_by, Visit.starts_at, Visit.host_id,
            Visit.reviewing_id, Host.round_id, Round.rules_data.label("rules"), VisitPlan.agreed_by,
            Host.organisation_id.label("host_organisation"), HostName.name.label("host"),
            Reviewing.organisation_id.label("reviewing_organisation"), ReviewingName.name.label("reviewing"),
        )
        .join(Host, Host.id == Visit.host_id)
        .join(Reviewing, Reviewing.id == Visit.reviewing_id)
        .join(HostName, HostName.id == Host.organisation_id)
        .join(ReviewingName, ReviewingName.id == Reviewing.organisation_id)
        .join(Round, Round.id == Host.round_id)
        .outerjoin(VisitPlan, proposed)
        .where(Visit.exchange_id.in_(still), Visit.state.in_(STANDING))
    )  # fmt: skip


def _members() -> Question:
    """The teams of the exchanges without a day, and of each visit whose programme is not final."""
    wanted = or_(Visit.state == VisitState.AGREED, Visit.exchange_id.in_(_without_day()))
    return (
        select(TeamMember.id, TeamMember.visit_id, TeamMember.person_id, TeamMember.lead)
        .join(Visit, Visit.id == TeamMember.visit_id)
        .where(wanted)
    )


def _coordinators() -> Question:
    """Who coordinates where a visit goes of an exchange without a day, in the order in which they came."""
    hosts = (
        select(Trajectory.organisation_id)
        .join(Visit, Visit.host_id == Trajectory.id)
        .where(Visit.exchange_id.in_(_without_day()))
    )
    return (
        select(Affiliation.id, Affiliation.organisation_id, Affiliation.person_id)
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.role == Role.COORDINATOR, Affiliation.ended_at.is_(None), Person.active)
        .where(Affiliation.organisation_id.in_(hosts))
    )


def _answered() -> Question:
    """Who said when they can, for the exchanges without a day."""
    return select(PollAnswer.exchange_id, PollAnswer.person_id).where(PollAnswer.exchange_id.in_(_without_day()))


@deadlines(
    POLL, PLAN, PROGRAMME,
    roles=(COORDINATOR, REVIEWER, Role.SECRETARIAT.value), asks=(_visits, _members, _coordinators, _answered),
)  # fmt: skip
def visits_waited_for(
    visits: Sequence[Any], members: Iterable[Any], coordinating: Iterable[Any], answered: Iterable[Any]
) -> Iterator[Due]:
    """For each organisation of an exchange whose visits have no day: its people who did not say when they can, then its
    coordinators who choose; the subject is the visit on which it reviews. And each programme that is not final.
    """
    team: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for member in members:
        team[member.visit_id].append((member.person_id, member.lead))
    coordinators: dict[int, list[int]] = defaultdict(list)
    for one in coordinating:
        coordinators[one.organisation_id].append(one.person_id)
    done: dict[int, set[int]] = defaultdict(set)
    for answer in answered:
        done[answer.exchange_id].add(answer.person_id)
    for exchange_id, group in groupby(visits, key=lambda visit: visit.exchange_id):
        yield from _days(exchange_id, list(group), team, coordinators, frozenset(done[exchange_id]))
    for visit in visits:
        if visit.state == VisitState.AGREED and visit.starts_at:
            yield _programme(visit, [person for person, lead in team[visit.id] if lead])


def _days(
    exchange_id: int,
    group: Sequence[Any],
    team: dict[int, list[tuple[int, bool]]],
    coordinators: dict[int, list[int]],
    done: frozenset[int],
) -> Iterator[Due]:
    """Of one exchange: for each member its half-days, and when they may be chosen, the choice."""
    open_ones = [visit for visit in group if visit.state == VisitState.POLLING]
    day = max((visit.poll_by for visit in open_ones if visit.poll_by), default=None)
    if day is None:
        return
    asked = {person for visit in open_ones for person, _lead in team[visit.id]}
    asked |= {person for visit in open_ones for person in coordinators.get(visit.host_organisation, [])}
    agreed_by = next((visit.agreed_by for visit in open_ones if visit.agreed_by is not None), None)
    for visit in group:
        mine = visit.reviewing_organisation
        hands = [Hand(REVIEWER, mine, p) for p, _lead in team[visit.id] if visit in open_ones and p not in done]
        if any(one.host_organisation == mine for one in open_ones):
            hands += [Hand(COORDINATOR, mine, person) for person in coordinators.get(mine, []) if person not in done]
        if hands and agreed_by is None:
            yield _due(
                POLL, _l("Say when you can be at the visits"), visit, day, hands, f"/exchanges/{exchange_id}/dates"
            )
        if (asked <= done or day < clock.today() or agreed_by is not None) and mine not in (agreed_by or ()):
            title = _l("Say whether the proposed days suit you") if agreed_by else _l("Choose the days of the visits")
            choosing = [Hand(COORDINATOR, mine)]
            yield _due(PLAN, title, visit, day, choosing, f"/exchanges/{exchange_id}/plan")


def _due(kind: str, title: Any, visit: Any, day: date, hands: Sequence[Hand], link: str) -> Due:
    return Due(
        kind, visit.id, title, day, tuple(hands), link, visit.round_id, visit.reviewing_organisation,
        visit.reviewing, visit.reviewing_id, since=visit.state_since,
    )  # fmt: skip


def _programme(visit: Any, leads: Sequence[int]) -> Due:
    day = clock.local(visit.starts_at).date()
    hands = [Hand(REVIEWER, visit.reviewing_organisation, person) for person in leads]
    title = _l("Finish the programme of the visit to %(name)s", name=visit.host)
    by = day - timedelta(days=Rules.read(visit.rules).programme_calendar_days_before_visit)
    return _due(PROGRAMME, title, visit, by, hands, f"/visits/{visit.id}/programme")
