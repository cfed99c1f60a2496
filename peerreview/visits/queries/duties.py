"""Who still has to say when they can, to choose the days, or to finish a programme."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.core.deadlines import Due, Hand, deadlines
from peerreview.organisations.models import Organisation
from peerreview.rounds.models import Round
from peerreview.rounds.rules import Rules
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import PlanState, VisitState
from peerreview.visits.models import PollAnswer, TeamMember, Visit, VisitPlan
from peerreview.visits.queries.people import coordinators_of

POLL, PLAN, PROGRAMME = "visits.poll", "visits.plan", "visits.programme"
COORDINATOR, REVIEWER = Role.COORDINATOR.value, Role.REVIEWER.value
Host, Reviewing = aliased(Trajectory), aliased(Trajectory)
HostName, ReviewingName = aliased(Organisation), aliased(Organisation)


@deadlines(POLL, PLAN, PROGRAMME, roles=(COORDINATOR, REVIEWER, Role.SECRETARIAT.value))
def visits_waited_for() -> Iterator[Due]:
    """For each organisation of an exchange whose visits have no day: its people who did not say when they can, then its
    coordinators who choose; the subject is the visit on which it reviews. And each programme that is not final.

    Three queries, and one for who coordinates when a visit has no day.
    """
    visits = [row._mapping for row in db.session.execute(_visits()).all()]
    polling: dict[int, list[Any]] = defaultdict(list)
    for visit in visits:
        polling[visit["exchange_id"]].append(visit)
    without = {id for id, group in polling.items() if any(one["state"] == VisitState.POLLING for one in group)}
    team = _teams_of(without, [v["id"] for v in visits if v["state"] == VisitState.AGREED])
    coordinators = _coordinators(v["host_organisation"] for v in visits if v["exchange_id"] in without)
    done: dict[int, set[int]] = defaultdict(set)
    if without:
        answered = select(PollAnswer.exchange_id, PollAnswer.person_id).where(PollAnswer.exchange_id.in_(without))
        for exchange_id, person_id in db.session.execute(answered):
            done[exchange_id].add(person_id)
    for exchange_id in sorted(without):
        group = polling[exchange_id]
        yield from _days(exchange_id, group, team, coordinators, frozenset(done[exchange_id]))
    for visit in visits:
        if visit["state"] == VisitState.AGREED and visit["starts_at"]:
            yield _programme(visit, [person for person, lead in team[visit["id"]] if lead])


def _visits() -> Any:
    """Every visit that has no day yet, or no final programme, or stands beside one without a day."""
    standing = (VisitState.POLLING, VisitState.AGREED, VisitState.PROGRAMME_FINAL, VisitState.HELD)
    still = select(Visit.exchange_id).where(Visit.state.in_((VisitState.POLLING, VisitState.AGREED)))
    proposed = and_(VisitPlan.exchange_id == Visit.exchange_id, VisitPlan.state == PlanState.PROPOSED)
    return (
        select(
            Visit.id, Visit.exchange_id, Visit.state, Visit.state_since, Visit.poll_by, Visit.starts_at, Visit.host_id,
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
        .where(Visit.exchange_id.in_(still), Visit.state.in_(standing))
        .order_by(Visit.exchange_id, Visit.id)
    )  # fmt: skip


def _teams_of(exchange_ids: Iterable[int], visit_ids: Iterable[int]) -> dict[int, list[tuple[int, bool]]]:
    """(person, whether they lead) of each visit of these exchanges and of each of these visits."""
    exchanges, visits = list(exchange_ids), list(visit_ids)
    team: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    if not exchanges and not visits:
        return team
    of_exchange = select(Visit.id).where(Visit.exchange_id.in_(exchanges))
    rows = db.session.execute(
        select(TeamMember.visit_id, TeamMember.person_id, TeamMember.lead)
        .where(TeamMember.visit_id.in_(of_exchange) | TeamMember.visit_id.in_(visits))
        .order_by(TeamMember.id)
    )
    for visit_id, person_id, lead in rows:
        team[visit_id].append((person_id, lead))
    return team


def _coordinators(organisation_ids: Iterable[int]) -> dict[int, list[int]]:
    wanted = set(organisation_ids)
    found = coordinators_of(wanted) if wanted else {}
    return {id: [person.id for person in people] for id, people in found.items()}


def _days(
    exchange_id: int,
    group: Sequence[Any],
    team: dict[int, list[tuple[int, bool]]],
    coordinators: dict[int, list[int]],
    done: frozenset[int],
) -> Iterator[Due]:
    """Of one exchange: for each member its half-days, and when they may be chosen, the choice."""
    open_ones = [visit for visit in group if visit["state"] == VisitState.POLLING]
    day = max((visit["poll_by"] for visit in open_ones if visit["poll_by"]), default=None)
    if day is None:
        return
    asked = {person for visit in open_ones for person, _lead in team[visit["id"]]}
    asked |= {person for visit in open_ones for person in coordinators.get(visit["host_organisation"], [])}
    agreed_by = next((visit["agreed_by"] for visit in open_ones if visit["agreed_by"] is not None), None)
    for visit in group:
        mine = visit["reviewing_organisation"]
        hands = [Hand(REVIEWER, mine, p) for p, _lead in team[visit["id"]] if visit in open_ones and p not in done]
        if any(one["host_organisation"] == mine for one in open_ones):
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
        kind, visit["id"], title, day, tuple(hands), link, visit["round_id"], visit["reviewing_organisation"],
        visit["reviewing"], visit["reviewing_id"], since=visit["state_since"],
    )  # fmt: skip


def _programme(visit: Any, leads: Sequence[int]) -> Due:
    day = clock.local(visit["starts_at"]).date()
    hands = [Hand(REVIEWER, visit["reviewing_organisation"], person) for person in leads]
    title = _l("Finish the programme of the visit to %(name)s", name=visit["host"])
    by = day - timedelta(days=Rules.read(visit["rules"]).programme_calendar_days_before_visit)
    return _due(PROGRAMME, title, visit, by, hands, f"/visits/{visit['id']}/programme")
