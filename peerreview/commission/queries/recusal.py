"""Who is kept out of a dossier. Every other query asks here, so that a dossier is hidden everywhere at once.

The condition looks at the rows of `interest` and also, live, at affiliations, review teams and the impartiality register:
somebody who joins the commission or an organisation later is kept out from that moment on. `interests.interest_of` is the
same rule as values.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import aliased

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

PersonId = ColumnElement[int] | Any

Own, Other = aliased(ExchangeMember), aliased(ExchangeMember)  # made once: an alias copies every column


def _recent() -> ColumnElement[bool]:
    """A role that is held now, or ended less than five years ago."""
    first = interests.years_before(clock.today()) + timedelta(days=1)
    return or_(
        Affiliation.ended_at.is_(None),
        Affiliation.ended_at >= datetime.combine(first, time(), clock.AMSTERDAM),
    )


def _noted(person_id: PersonId) -> ColumnElement[bool]:
    return exists().where(Interest.dossier_id == Dossier.id, Interest.person_id == person_id)


def interested(person_id: PersonId) -> ColumnElement[bool]:
    """The condition on Dossier that this person (an id, or a column with ids) has an interest in it."""
    return _interested(person_id, clock.today())


@lru_cache(maxsize=256)
def _interested(person_id: PersonId, today: date) -> ColumnElement[bool]:
    """The same as a condition that is made once a day: making it takes as long as asking."""
    near = select(Trajectory.organisation_id).where(
        or_(
            Trajectory.id == Dossier.trajectory_id,
            Trajectory.id.in_(
                select(Other.trajectory_id)
                .join(Own, Own.exchange_id == Other.exchange_id)
                .where(Own.standing, Own.trajectory_id == Dossier.trajectory_id)
                .correlate(Dossier)
            ),
        )
    )
    tied = exists().where(
        Affiliation.person_id == person_id, _recent(), Affiliation.organisation_id.in_(near.correlate(Dossier))
    )
    on_team = exists().where(
        TeamMember.person_id == person_id,
        TeamMember.visit_id == Visit.id,
        ExchangeMember.exchange_id == Visit.exchange_id,
        ExchangeMember.standing,
        ExchangeMember.trajectory_id == Dossier.trajectory_id,
    )
    return or_(_noted(person_id), tied, on_team, _registered(person_id, near))


def _registered(person_id: PersonId, near: Any) -> ColumnElement[bool]:
    """A conflict of interest that blocks today stands in the register: of the person, or of an organisation of theirs.

    Whom it is about is asked of the person alone, so that the database looks it up once and not for each dossier. Where
    the person is a column, each inner select says that it means the person of the whole question: of itself it would
    look no further than the select around it, and keep everybody out for what concerns one.
    """
    blocks = blocking(clock.today())
    own = select(Affiliation.organisation_id).where(Affiliation.person_id == person_id, _recent()).correlate(Person)
    of_person = select(Conflict.organisation_id).where(blocks, Conflict.person_id == person_id).correlate(Person)
    in_them = select(Conflict.organisation_id).where(blocks, Conflict.other_organisation_id.in_(own))
    mutual = select(Conflict.other_organisation_id).where(blocks, Conflict.organisation_id.in_(own), _mutual())
    about = select(Trajectory.organisation_id).where(Trajectory.id == Dossier.trajectory_id).correlate(Dossier)
    host = about.scalar_subquery()
    around_it = near.where(Trajectory.organisation_id.in_(of_person)).correlate(Dossier, Person)
    return or_(around_it.exists(), host.in_(in_them), host.in_(mutual))


def _mutual() -> ColumnElement[bool]:
    return Conflict.direction == Direction.BOTH


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
        return ~interested(actor.person_id)
    return ~_noted(actor.person_id) if actor.role == SECRETARIAT else false()


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
    pairs = (
        select(Dossier.id, Person.id)
        .select_from(Dossier)
        .join(Person, interested(Person.id))
        .where(Dossier.id.in_(dossier_ids), Person.id.in_(person_ids))
        .order_by(Dossier.id, Person.id)
    )
    found: dict[int, set[int]] = {dossier_id: set() for dossier_id in dossier_ids}
    for dossier_id, person_id in db.session.execute(pairs):
        found[dossier_id].add(person_id)
    return found


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
                and_(Conflict.other_organisation_id == own, _mutual()),
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
