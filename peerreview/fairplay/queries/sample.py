"""The reviews that were drawn for a moderator, and those that may still be drawn: only released ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from peerreview.accounts.models import Person
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.fairplay.models import Sample
from peerreview.fairplay.queries.figures import Span
from peerreview.organisations.models import Organisation
from peerreview.reviews.models import Review
from peerreview.trajectories.models import Trajectory
from peerreview.visits.models import Visit

Host, Team = aliased(Trajectory, name="host"), aliased(Trajectory, name="team")
OfHost, OfTeam = aliased(Organisation, name="of_host"), aliased(Organisation, name="of_team")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line of the sample; `seed` is '' for a review that was added, with a reason."""

    id: int
    review_id: int
    host: str
    team: str
    seed: str
    place: int
    reason: str
    drawn_at: datetime
    remark: str
    reader: str | None
    read_at: datetime | None
    version: int


def _with_names(chosen: Any) -> Any:
    return (
        chosen.join(Visit, Visit.id == Review.visit_id)
        .join(Host, Host.id == Visit.host_id)
        .join(Team, Team.id == Visit.reviewing_id)
        .join(OfHost, OfHost.id == Host.organisation_id)
        .join(OfTeam, OfTeam.id == Team.organisation_id)
    )


def sample_of(round_id: int) -> list[Drawn]:
    """The sample of a round in the order in which it was drawn. One query."""
    columns = (
        Sample.id, Sample.review_id, OfHost.name, OfTeam.name, Sample.seed, Sample.place, Sample.reason,
        Sample.drawn_at, Sample.remark, Person.name, Sample.read_at, Sample.version,
    )  # fmt: skip
    chosen = _with_names(select(*columns).join(Review, Review.id == Sample.review_id))
    chosen = chosen.outerjoin(Person, Person.id == Sample.read_by_id).where(Sample.round_id == round_id)
    return [Drawn(*row) for row in db.session.execute(chosen.order_by(Sample.drawn_at, Sample.place, Sample.id))]


def sample_size(round_id: int | None) -> tuple[int, int]:
    """How many reviews were drawn (in this round, or in all), and how many of them were read."""
    counted = select(func.count(), func.count(Sample.read_at))
    if round_id is not None:
        counted = counted.where(Sample.round_id == round_id)
    size, read = db.session.execute(counted).one()
    return size, read


def drawable(round_id: int) -> list[tuple[int, str, str]]:
    """(review, host, reviewing organisation) of each released review of the round that was not drawn yet."""
    there = select(Sample.review_id).where(Sample.round_id == round_id)
    chosen = _with_names(select(Review.id, OfHost.name, OfTeam.name)).where(
        Review.id.in_(Span(round_id).reviews), Review.id.not_in(there)
    )
    return [tuple(row) for row in db.session.execute(chosen.order_by(OfHost.sort_name, Review.id))]


def sample_for(actor: Actor, sample_id: int) -> Sample | None:
    """One line of the sample; nobody but the secretariat knows of it."""
    return db.session.get(Sample, sample_id) if actor.role == SECRETARIAT else None
