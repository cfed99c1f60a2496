"""Which reviews there are, for whom, and in what order.

Before its release a review does not exist for the host: the condition stands in the query itself, so that unknown and
sealed are one and the same answer, found by the same statement.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, false, inspect, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.frameworks.outline import Outline
from peerreview.frameworks.queries import outline_of
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import READ_ALONG, WRITTEN, ReviewState
from peerreview.reviews.models import Review
from peerreview.reviews.policy import HOSTS
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import TeamMember, Visit

LARGEST = 2**31 - 1  # beyond it the database has no such number
Host, Reviewing = (
    aliased(Trajectory, name="host"),
    aliased(Trajectory, name="reviewing"),
)


ME: BindParameter[int]
US: BindParameter[int]
ME, US = bindparam("person_id"), bindparam("organisation_id")  # who asks, and for which organisation


def visible_to(role: str) -> ColumnElement[bool]:
    """The condition on Review (joined with Visit, Host and Reviewing) for what somebody in this role may know of."""
    if role == Role.SECRETARIAT:
        return true()
    if role == Role.REVIEWER:
        member = exists().where(TeamMember.visit_id == Visit.id, TeamMember.person_id == ME)
        reads_along = and_(Review.second_reader_id == ME, Review.state.in_(READ_ALONG))
        return and_(Reviewing.organisation_id == US, or_(member, reads_along))
    if role in HOSTS:
        return and_(Review.state.in_(WRITTEN), Host.organisation_id == US)
    return false()


def asked_by(actor: Actor) -> dict[str, int | None]:
    """The parameters of `visible_to`."""
    return {"person_id": actor.person_id, "organisation_id": actor.organisation_id}


def with_names(chosen: Select[Review]) -> Select[Review]:
    """Load also whose review it is: visit, both organisations, the round and the team."""
    visit = joinedload(Review.visit)
    people = (Person.name, Person.email, Person.language)
    names = (Organisation.name, Organisation.place, Organisation.kvk)
    return chosen.options(
        visit.joinedload(Visit.host).joinedload(Trajectory.organisation).load_only(*names),
        visit.joinedload(Visit.host).joinedload(Trajectory.round),
        visit.joinedload(Visit.reviewing).joinedload(Trajectory.organisation).load_only(*names),
        visit.joinedload(Visit.exchange),
        visit.selectinload(Visit.team).joinedload(TeamMember.person).load_only(*people),
    )


@cache
def _one_for(role: str) -> Select[Review]:
    """One review as this role finds it; built once, because building it costs more than asking it."""
    return with_names(
        select(Review)
        .join(Visit, Visit.id == Review.visit_id)
        .join(Host, Host.id == Visit.host_id)
        .join(Reviewing, Reviewing.id == Visit.reviewing_id)
        .where(visible_to(role), Review.id == bindparam("review_id"))
    )


def review_for(actor: Actor, review_id: int) -> Review | None:
    """The review with its visit, organisations, round and team, or None when this actor may not know of it."""
    if not 0 < review_id <= LARGEST:
        return None
    return db.session.scalars(_one_for(actor.role), asked_by(actor) | {"review_id": review_id}).one_or_none()


def named(review: Review) -> Review:
    """The same review with its names loaded, also when it came without them; no query when it has them."""

    def lacks(row: Any, *names: str) -> bool:
        return bool(set(names) & inspect(row).unloaded)

    visit = None if lacks(review, "visit") else review.visit
    if (
        visit is None
        or lacks(visit, "host", "reviewing", "exchange", "team")
        or lacks(visit.host, "organisation", "round")
        or lacks(visit.reviewing, "organisation")
        or any(lacks(member, "person") for member in visit.team)
    ):
        db.session.scalars(with_names(select(Review)).where(Review.id == review.id)).one()
    return review


def outline_of_review(review: Review) -> Outline:
    """The norms by which the host is reviewed; the review needs its visit and host loaded."""
    return outline_of(review.visit.host.framework_version_id)


def reviews_of_exchange(exchange_id: int, *, stopped: bool = False) -> list[Review]:
    """Every review of the exchange, with names; those that were stopped only when asked for."""
    chosen = select(Review).join(Visit, Visit.id == Review.visit_id).where(Visit.exchange_id == exchange_id)
    if not stopped:
        chosen = chosen.where(Review.state != ReviewState.STOPPED)
    return list(db.session.scalars(with_names(chosen).order_by(Review.id)))


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A line of a list."""

    id: int
    state: ReviewState
    due_on: date | None
    host: str
    team: str
    starts_at: datetime | None
    released_at: datetime | None
    reads_along: bool | None = False  # whether the reader is its second reader

    @property
    def late(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today() and self.state != ReviewState.FINAL


def review_page(actor: Actor, number: int = 1, *, size: int = 25) -> Page:
    """One page of the reviews that this actor may know of: what is due first on top. Two queries."""
    host_name, team_name = aliased(Organisation), aliased(Organisation)
    chosen: Any = (
        select(
            Review.id,
            Review.state,
            Review.due_on,
            host_name.name,
            team_name.name,
            Visit.starts_at,
            Review.released_at,
            (Review.second_reader_id == ME).label("reads_along"),
        )
        .select_from(Review)
        .join(Visit, Visit.id == Review.visit_id)
        .join(Host, Host.id == Visit.host_id)
        .join(Reviewing, Reviewing.id == Visit.reviewing_id)
        .join(host_name, host_name.id == Host.organisation_id)
        .join(team_name, team_name.id == Reviewing.organisation_id)
        .where(visible_to(actor.role))
        .order_by(
            Review.state.in_((ReviewState.FINAL, ReviewState.STOPPED)),
            Review.due_on.is_(None),
            Review.due_on,
            Review.id,
        )
    )
    page = paged(chosen.params(asked_by(actor)), number, size=size)
    return Page([ReviewRow(*row) for row in page.rows], page.number, page.size, page.total)
