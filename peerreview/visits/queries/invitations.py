"""Who is invited to a visit: who should be there now, who has an invitation, and whose link this is."""

import hashlib
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import COMING, Part
from peerreview.visits.models import Companion, Invitee, TeamMember, Visit
from peerreview.visits.queries.people import coordinators_of
from peerreview.visits.queries.visits import visit_for

GOES_ALONG = (Part.TRAINEE, Part.OBSERVER)  # a substitute is only asked when they step in


def people_invited(visit: Visit) -> list[Person]:
    """Who should get the invitation now: the team, who goes along, the host's coordinators; nobody twice. 3 queries.

    Closed accounts get none.
    """
    team = select(Person).join(TeamMember, TeamMember.person_id == Person.id).where(TeamMember.visit_id == visit.id)
    people = list(db.session.scalars(team.where(Person.active).order_by(TeamMember.id)))
    people += companions_on(visit.id)
    people += coordinators_of([visit.host.organisation_id])[visit.host.organisation_id]
    return list({person.id: person for person in people}.values())


def read_team(visit: Visit) -> None:
    """Let the visit have the team that it has now, also when the act that runs has just changed it."""
    now = select(TeamMember).where(TeamMember.visit_id == visit.id).options(joinedload(TeamMember.person))
    set_committed_value(visit, "team", list(db.session.scalars(now.order_by(TeamMember.id))))


def companions_on(visit_id: int) -> list[Person]:
    """The trainees and observers of this visit."""
    return _beside(visit_id, GOES_ALONG)


def substitutes_for(visit_id: int) -> list[Person]:
    """Who stands by to take somebody's place in the team."""
    return _beside(visit_id, (Part.SUBSTITUTE,))


def _beside(visit_id: int, parts: Sequence[Part]) -> list[Person]:
    beside = select(Person).join(Companion, Companion.person_id == Person.id)
    mine = Companion.visit_id == visit_id, Companion.part.in_(parts), Person.active
    return list(db.session.scalars(beside.where(*mine).order_by(Companion.id)))


def invitees_of(visit_id: int) -> list[Invitee]:
    """Everybody who ever got the invitation for this visit, with the person, in the order in which they got it."""
    ever = select(Invitee).where(Invitee.visit_id == visit_id).options(joinedload(Invitee.person))
    return list(db.session.scalars(ever.order_by(Invitee.id)))


def hash_of(token: str) -> str:
    """What is kept of the token of a link: SHA-256 suffices, because the token itself is 256 bits of chance."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitee_with(token: str, *, lock: bool = False) -> Invitee | None:
    """Whose newest letter carried this token, with the person; None when it was used, replaced or never was.

    `lock` keeps a second answer with the same token waiting until the first is written.
    """
    whose = select(Invitee).where(Invitee.token_hash == hash_of(token), Invitee.uninvited_at.is_(None))
    whose = whose.options(joinedload(Invitee.person, innerjoin=True))
    return db.session.scalars(whose.with_for_update(of=Invitee) if lock else whose).one_or_none()


def own_invitation_for(actor: Actor, visit_id: int) -> Invitee | None:
    """The actor's own invitation for a visit that they may know; None when they have none."""
    if visit_for(actor, visit_id) is None:
        return None
    own = select(Invitee).where(Invitee.visit_id == visit_id, Invitee.person_id == actor.person_id)
    own = own.where(Invitee.uninvited_at.is_(None)).options(joinedload(Invitee.person))
    return db.session.scalars(own).one_or_none()


def coming_visits_at(organisation_ids: Iterable[int]) -> list[int]:
    """The ids of visits with a day to come at these organisations."""
    at = select(Visit.id).join(Trajectory, Trajectory.id == Visit.host_id)
    at = at.where(Trajectory.organisation_id.in_(list(organisation_ids)), Visit.state.in_(COMING))
    return list(db.session.scalars(at.order_by(Visit.id)))
