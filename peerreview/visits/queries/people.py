"""Who belongs on a visit."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core.db import db
from peerreview.visits.models import Visit


def coordinators_of(organisation_ids: Iterable[int]) -> dict[int, list[Person]]:
    """The coordinators of these organisations, each in the order in which they came. One query."""
    rows = db.session.execute(
        select(Affiliation.organisation_id, Person)
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.organisation_id.in_(list(organisation_ids)), Affiliation.role == Role.COORDINATOR)
        .where(Affiliation.ended_at.is_(None), Person.active)
        .order_by(Affiliation.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for organisation_id, person in rows:
        found[organisation_id or 0].append(person)
    return found


def people_on(visit: Visit) -> list[Person]:
    """Who should be there: the team (which must be loaded), then the host's coordinators; nobody twice."""
    hosts = coordinators_of([visit.host.organisation_id])[visit.host.organisation_id]
    return list({person.id: person for person in [*(member.person for member in visit.team), *hosts]}.values())
