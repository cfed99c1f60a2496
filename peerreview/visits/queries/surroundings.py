"""What is known around polls: other visits of the same people, their working weeks, school holidays of each side."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import null, select, union_all
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory
from peerreview.visits.hours import slot_at
from peerreview.visits.lifecycle import DATED, Region
from peerreview.visits.models import SchoolHoliday, TeamMember, Visit, WorkingWeek
from peerreview.visits.queries.weeks import read_off
from peerreview.visits.regions import region_of
from peerreview.visits.surroundings import Closed, HalfDays, OtherVisit, Surroundings

HostOf = aliased(Organisation, name="host_of")


def surroundings_of(
    people: Iterable[int], organisations: Mapping[int, Organisation], days: tuple[date, date]
) -> Surroundings:
    """All that is known of these people and organisations (by id) between these days. Two queries."""
    ids = sorted(set(people))
    off, closed = _weeks_and_holidays(ids, *days)
    regions = {id: region_of(one.place, one.province) for id, one in organisations.items()}
    school = {id: tuple(closed[region]) for id, region in regions.items() if region in closed}
    return Surroundings(_visits_of(ids), off, school)


def _weeks_and_holidays(
    people: list[int], first: date, last: date
) -> tuple[dict[int, HalfDays], dict[Region, list[Closed]]]:
    """Two short lists that every page about days needs, in one query; the first gives the columns their types."""
    holidays = (
        select(null(), SchoolHoliday.region, SchoolHoliday.name, SchoolHoliday.first_on, SchoolHoliday.last_on)
        .where(SchoolHoliday.last_on >= first, SchoolHoliday.first_on <= last)
    )  # fmt: skip
    weeks = select(WorkingWeek.person_id, null(), WorkingWeek.off, null(), null()).where(
        WorkingWeek.person_id.in_(people)
    )
    off: dict[int, HalfDays] = {}
    closed: dict[Region, list[Closed]] = defaultdict(list)
    for person_id, region, known, first_on, last_on in db.session.execute(union_all(holidays, weeks)):
        if person_id is None:
            closed[region].append(Closed(known, first_on, last_on))
        else:
            off[person_id] = read_off(known)
    return off, {region: sorted(found, key=lambda one: one.first_on) for region, found in closed.items()}


def _visits_of(people: list[int]) -> dict[int, tuple[OtherVisit, ...]]:
    """The visits with a day from today on that these people go to, or receive as a coordinator of the host."""
    shown = (Visit.exchange_id, Visit.starts_at, Visit.ends_at, HostOf.name.label("host_name"))
    coming = (Visit.state.in_(DATED), Visit.ends_at >= clock.now())
    team = (
        select(TeamMember.person_id.label("person_id"), *shown)
        .join(Visit, Visit.id == TeamMember.visit_id)
        .join(Trajectory, Trajectory.id == Visit.host_id)
        .join(HostOf, HostOf.id == Trajectory.organisation_id)
        .where(TeamMember.person_id.in_(people), *coming)
    )
    hosts = (
        select(Affiliation.person_id.label("person_id"), *shown)
        .join(Trajectory, Trajectory.organisation_id == Affiliation.organisation_id)
        .join(HostOf, HostOf.id == Trajectory.organisation_id)
        .join(Visit, Visit.host_id == Trajectory.id)
        .where(Affiliation.person_id.in_(people), Affiliation.role == Role.COORDINATOR, Affiliation.ended_at.is_(None))
        .where(*coming)
    )
    found: dict[int, list[OtherVisit]] = defaultdict(list)
    rows: Any = db.session.execute(union_all(team, hosts))
    for person_id, exchange_id, starts_at, ends_at, host_name in rows:
        found[person_id].append(OtherVisit(exchange_id, slot_at(starts_at, ends_at).days, host_name))
    return {id: tuple(sorted(visits, key=lambda one: (one.days, one.host_name))) for id, visits in found.items()}
