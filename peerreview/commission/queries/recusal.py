"""Who is kept out of a dossier. Every other query asks here, so that a dossier is hidden everywhere at once.

The condition looks at the rows of `interest` and also, live, at affiliations, review teams and the impartiality register:
somebody who joins the commission or an organisation later is kept out from that moment on. `interests.interest_of` is the
same rule as values.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Select,
    Subquery,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    union,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import InstrumentedAttribute, aliased

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.commission import interests
from peerreview.commission.interests import Around, Tie
from peerreview.commission.lifecycle import InterestKind
from peerreview.commission.models import Dossier, Interest
from peerreview.commission.queries.seats import takes_part
from peerreview.core import clock
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.impartiality.lifecycle import Direction
from peerreview.impartiality.models import Conflict
from peerreview.impartiality.queries import blocking
from peerreview.matching.models import ExchangeMember
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import TeamMember, Visit

Own, Other = aliased(ExchangeMember), aliased(ExchangeMember)  # made once: an alias copies every column
People = ColumnElement[Any] | int


def interested(person_id: int) -> ColumnElement[bool]:
    """The condition on Dossier that this person has an interest in it."""
    return _interested(person_id, clock.today())


@lru_cache(maxsize=256)
def _interested(person_id: int, today: date) -> ColumnElement[bool]:
    """The same as a condition that is made once a day: making it takes as long as asking."""
    return Dossier.id.in_(select(_pairs(person_id, today).c.dossier_id))


def _pairs(people: People, today: date) -> Subquery:
    """Who of these (an id, or a parameter with ids) has an interest in which dossier: (dossier_id, person_id).

    It begins with the few organisations that the people are tied to and ends at the dossiers, so that it takes as long
    for one dossier as for all.
    """
    roles = _roles(people, today).cte("roles")
    near, host = _trajectories(_near(roles, people, today), "near"), _trajectories(_at_odds(roles, today), "host")
    noted = select(Interest.dossier_id, Interest.person_id).where(_one_of(Interest.person_id, people))
    on_team = (
        select(Dossier.id, TeamMember.person_id)
        .join(Visit, Visit.id == TeamMember.visit_id)
        .join(ExchangeMember, and_(ExchangeMember.exchange_id == Visit.exchange_id, ExchangeMember.standing))
        .join(Dossier, Dossier.trajectory_id == ExchangeMember.trajectory_id)
        .where(_one_of(TeamMember.person_id, people))
    )
    about = [
        select(Dossier.id, tied.c.person_id).join(Dossier, Dossier.trajectory_id == tied.c.trajectory_id)
        for tied in (near, host)
    ]
    beside = (
        select(Dossier.id, near.c.person_id)
        .join(Other, Other.trajectory_id == near.c.trajectory_id)
        .join(Own, and_(Own.exchange_id == Other.exchange_id, Own.standing))
        .join(Dossier, Dossier.trajectory_id == Own.trajectory_id)
    )
    return union(noted, on_team, *about, beside).subquery("kept_out")


def _roles(people: People, today: date) -> Select[int, int | None]:
    """(person_id, organisation_id) of each role that is held now, or ended less than five years ago."""
    first = interests.years_before(today) + timedelta(days=1)
    recent = or_(
        Affiliation.ended_at.is_(None), Affiliation.ended_at >= datetime.combine(first, time(), clock.AMSTERDAM)
    )
    return select(Affiliation.person_id, Affiliation.organisation_id).where(
        _one_of(Affiliation.person_id, people), recent, Affiliation.organisation_id.is_not(None)
    )


def _near(roles: CTE, people: People, today: date) -> CompoundSelect[Any]:
    """(person_id, organisation_id) that keeps somebody out of the dossiers of the organisation, and of those beside it in
    an exchange: a role there, or a conflict of interest of their own that blocks today."""
    of_person = select(Conflict.person_id, Conflict.organisation_id)
    return union_all(
        select(roles.c.person_id, roles.c.organisation_id),
        of_person.where(blocking(today), _one_of(Conflict.person_id, people)),
    )


def _at_odds(roles: CTE, today: date) -> CompoundSelect[Any]:
    """(person_id, organisation_id) that keeps somebody out of the dossiers of the organisation itself: one of theirs
    stands in the impartiality register with it."""
    theirs, blocks = roles.c.organisation_id, blocking(today)
    few = select(theirs)  # said twice, so that a database without statistics begins with these
    towards = and_(Conflict.other_organisation_id == theirs, Conflict.other_organisation_id.in_(few))
    mutual = and_(Conflict.organisation_id == theirs, Conflict.organisation_id.in_(few))
    return union_all(
        select(roles.c.person_id, Conflict.organisation_id).join(Conflict, and_(towards, blocks)),
        select(roles.c.person_id, Conflict.other_organisation_id).join(
            Conflict, and_(mutual, Conflict.direction == Direction.BOTH, blocks)
        ),
    )


def _trajectories(tied: CompoundSelect[Any], name: str) -> CTE:
    """(person_id, trajectory_id) of these organisations."""
    organisation = tied.subquery()
    return (
        select(organisation.c.person_id, Trajectory.id.label("trajectory_id"))
        .join(Trajectory, Trajectory.organisation_id == organisation.c.organisation_id)
        .cte(name)
    )


def _one_of(column: InstrumentedAttribute[Any], people: People) -> ColumnElement[bool]:
    return column == people if isinstance(people, int) else column.in_(people)


def _noted(person_id: int) -> ColumnElement[bool]:
    return exists().where(Interest.dossier_id == Dossier.id, Interest.person_id == person_id)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on Dossier that this actor may know of it.

    Members of the commission: all in which they have no interest; substitutes: of those, what lies before a meeting
    that they are called for. Whoever also works for the secretariat is kept out in
    that role of what is noted of them as a member.
    """
    if actor.role in COMMISSION:
        return and_(not_recused(actor), takes_part(actor.person_id, Dossier.meeting_id))
    return not_recused(actor)


def not_recused(actor: Actor) -> ColumnElement[bool]:
    """The condition on Dossier that nothing keeps this actor out of it; `visible_to` also asks for their seat.

    For what stays of a dossier with a meeting that it has left since, such as the minutes.
    """
    if actor.role in COMMISSION:
        return ~interested(actor.person_id or 0)
    return ~_noted(actor.person_id or 0) if actor.role == SECRETARIAT else false()


def members_now() -> list[Person]:
    """Everybody in the commission, the chair first, then by name. One query."""
    held = (
        select(Person)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Affiliation.role.in_(COMMISSION), Affiliation.ended_at.is_(None), Person.active)
        .order_by((Affiliation.role == Role.COMMISSION_CHAIR).desc(), Person.name, Person.id)
    )
    return list({person.id: person for person in db.session.scalars(held)}.values())


def chair_ids() -> set[int]:
    """The people who chair the commission now."""
    held = select(Affiliation.person_id).where(
        Affiliation.role == Role.COMMISSION_CHAIR, Affiliation.ended_at.is_(None)
    )
    return set(db.session.scalars(held))


def recused_from(dossier_ids: Collection[int], person_ids: Collection[int]) -> dict[int, set[int]]:
    """Of these people, who has an interest in each of these dossiers. One query."""
    found: dict[int, set[int]] = {dossier_id: set() for dossier_id in dossier_ids}
    asked = {"people": list(person_ids), "dossiers": list(dossier_ids)}
    for dossier_id, person_id in db.session.execute(_asking(clock.today()), asked):
        found[dossier_id].add(person_id)
    return found


@lru_cache(maxsize=2)
def _asking(today: date) -> Select[Any]:
    pairs = _pairs(bindparam("people", expanding=True), today)
    return select(pairs.c.dossier_id, pairs.c.person_id).where(
        pairs.c.dossier_id.in_(bindparam("dossiers", expanding=True))
    )


def around(trajectory_id: int) -> Around:
    """The organisations and people around a trajectory, as values; four queries."""
    own = db.session.get_one(Trajectory, trajectory_id).organisation_id
    exchange = (
        select(ExchangeMember.exchange_id)
        .where(ExchangeMember.trajectory_id == trajectory_id, ExchangeMember.standing)
        .scalar_subquery()
    )
    members = db.session.execute(
        select(Trajectory.id, Trajectory.organisation_id)
        .join(ExchangeMember, ExchangeMember.trajectory_id == Trajectory.id)
        .where(ExchangeMember.exchange_id == exchange)
    )
    organisations: dict[int, int] = {row.id: row.organisation_id for row in members}
    teams = db.session.execute(
        select(Visit.host_id, Visit.reviewing_id, TeamMember.person_id)
        .outerjoin(TeamMember, TeamMember.visit_id == Visit.id)
        .where(Visit.exchange_id == exchange)
    ).all()
    hosted = [row for row in teams if row.host_id == trajectory_id]
    people, in_conflict = _in_conflict(own, set(organisations.values()) | {own})
    return Around(
        organisation_id=own,
        reviewing={organisations[row.reviewing_id] for row in hosted if row.reviewing_id in organisations},
        others=set(organisations.values()) - {own},
        reviewing_team={row.person_id for row in hosted if row.person_id},
        other_teams={row.person_id for row in teams if row.person_id and row.host_id != trajectory_id},
        people_in_conflict=people,
        organisations_in_conflict=in_conflict,
    )


def _in_conflict(own: int, organisation_ids: Collection[int]) -> tuple[set[int], set[int]]:
    """Who by the register has a conflict that blocks today: people with one of these, organisations with `own`."""
    rows = db.session.execute(
        select(Conflict.person_id, Conflict.organisation_id, Conflict.other_organisation_id).where(
            blocking(clock.today()),
            or_(
                and_(Conflict.person_id.is_not(None), Conflict.organisation_id.in_(organisation_ids)),
                and_(Conflict.organisation_id == own, Conflict.other_organisation_id.is_not(None)),
                and_(Conflict.other_organisation_id == own, Conflict.direction == Direction.BOTH),
            ),
        )
    ).all()
    people = {row.person_id for row in rows if row.person_id}
    others = {one for row in rows if not row.person_id for one in (row.organisation_id, row.other_organisation_id)}
    return people, others - {own, None}


def interests_found(trajectory_id: int, person_ids: Collection[int]) -> dict[int, InterestKind]:
    """The nearest interest of each of these people that follows from what the system knows; five queries."""
    surroundings, ties = around(trajectory_id), _ties_of(person_ids)
    kinds = {
        person_id: interests.interest_of(person_id, ties.get(person_id, ()), surroundings, today=clock.today())
        for person_id in person_ids
    }
    return {person_id: kind for person_id, kind in kinds.items() if kind}


def _ties_of(person_ids: Collection[int]) -> dict[int, list[Tie]]:
    held = select(Affiliation.person_id, Affiliation.organisation_id, Affiliation.ended_at).where(
        Affiliation.person_id.in_(person_ids)
    )
    ties: dict[int, list[Tie]] = {}
    for person_id, organisation_id, ended_at in db.session.execute(held):
        if organisation_id is None:
            continue
        ended_on = clock.local(ended_at).date() if ended_at else None
        ties.setdefault(person_id, []).append(Tie(organisation_id, ended_on))
    return ties
