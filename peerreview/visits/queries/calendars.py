"""Private calendar addresses, and the visits that stand in one's calendar."""

from datetime import timedelta

from sqlalchemy import and_, or_, select

from peerreview.accounts.lifecycle import OF_AN_ORGANISATION
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import DATED, VisitState
from peerreview.visits.models import CalendarFeed, Visit
from peerreview.visits.queries.visits import with_names

SHOWN_AS_CANCELLED = timedelta(days=30)


def feed_of(person_id: int | None) -> CalendarFeed | None:
    return db.session.scalars(select(CalendarFeed).where(CalendarFeed.person_id == person_id)).one_or_none()


def reader_of(token: str) -> Person | None:
    """Whose calendar has this secret address; None for an unknown or ended one, or when the account is closed."""
    reader = select(Person).join(CalendarFeed, CalendarFeed.person_id == Person.id)
    return db.session.scalars(reader.where(CalendarFeed.token == token, Person.active)).one_or_none()


def visits_in_calendar(person_id: int) -> list[Visit]:
    """The visits with a day in which an organisation takes part where this person holds a role now.

    So has who goes along with the team. One that was cancelled stays, as cancelled, for another month, so that
    calendars show that it ended.
    """
    own = select(Affiliation.organisation_id).where(
        Affiliation.person_id == person_id, Affiliation.ended_at.is_(None), Affiliation.role.in_(OF_AN_ORGANISATION)
    )
    of_own = select(Trajectory.id).where(Trajectory.organisation_id.in_(own))
    mine = or_(Visit.host_id.in_(of_own), Visit.reviewing_id.in_(of_own))
    lately = Visit.state_since > clock.now() - SHOWN_AS_CANCELLED
    ended = and_(Visit.state == VisitState.CANCELLED, Visit.starts_at.is_not(None), lately)
    shown = with_names().where(or_(Visit.state.in_(DATED), ended), mine).order_by(Visit.starts_at, Visit.id)
    return list(db.session.scalars(shown))
