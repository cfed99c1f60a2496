"""What reviewers take home from a visit: for their own organisation only; to the host it does not exist."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged
from peerreview.fairplay.models import TakeHome
from peerreview.fairplay.policy import may_list_take_homes
from peerreview.frameworks.models import Norm
from peerreview.frameworks.outline import NormView
from peerreview.frameworks.queries import outline_of
from peerreview.organisations.models import Organisation
from peerreview.reviews.models import Review
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit

LARGEST = 2**31 - 1  # beyond it the database has no such number


@dataclass(frozen=True, slots=True)
class Taken:
    """A line of the list."""

    id: int
    review_id: int
    text: str
    noted_at: datetime
    person_id: int
    person: str
    host: str
    code: str | None
    title: Mapping[str, str] | None


def _lines(organisation_id: int | None) -> Any:
    columns = (
        TakeHome.id, TakeHome.review_id, TakeHome.text, TakeHome.noted_at, TakeHome.person_id, Person.name,
        Organisation.name, Norm.code, Norm.title,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Review, Review.id == TakeHome.review_id)
        .join(Visit, Visit.id == Review.visit_id)
        .join(Trajectory, Trajectory.id == Visit.host_id)
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(Person, Person.id == TakeHome.person_id)
        .outerjoin(Norm, Norm.id == TakeHome.norm_id)
        .where(TakeHome.organisation_id == organisation_id)
        .order_by(TakeHome.noted_at.desc(), TakeHome.id.desc())
    )


def take_home_page(actor: Actor, number: int = 1, *, size: int = 50) -> Page:
    """One page of what this actor's organisation takes home, the latest first. Two queries."""
    page = paged(_lines(actor.organisation_id), number, size=size)
    return Page([Taken(*row) for row in page.rows], page.number, page.size, page.total)


def take_homes_of(actor: Actor) -> list[Taken]:
    """All of it, for a file."""
    return [Taken(*row) for row in db.session.execute(_lines(actor.organisation_id))]


def own_take_homes(actor: Actor, review_id: int) -> list[Taken]:
    """What this actor noted with this review. One query."""
    mine = _lines(actor.organisation_id).where(TakeHome.review_id == review_id, TakeHome.person_id == actor.person_id)
    return [Taken(*row) for row in db.session.execute(mine)]


def take_home_for(actor: Actor, take_home_id: int) -> TakeHome | None:
    """One of them, for the own organisation; None for everybody else."""
    if not may_list_take_homes(actor) or not 0 < take_home_id <= LARGEST:
        return None
    chosen = select(TakeHome).where(TakeHome.id == take_home_id, TakeHome.organisation_id == actor.organisation_id)
    return db.session.scalars(chosen).one_or_none()


def norms_of_review(review_id: int) -> tuple[NormView, ...]:
    """The norms by which the host is reviewed."""
    chosen = select(Trajectory.framework_version_id).join(Visit, Visit.host_id == Trajectory.id)
    version_id = db.session.execute(chosen.join(Review, Review.visit_id == Visit.id).where(Review.id == review_id))
    return outline_of(version_id.scalar_one()).norms
