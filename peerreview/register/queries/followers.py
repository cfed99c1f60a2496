"""Who follows what, for writing to them alone: no page, list or count shows it to anybody."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select

from peerreview.certificates.models import Certificate, StatusChange
from peerreview.core.db import db
from peerreview.organisations.models import Organisation
from peerreview.register.lifecycle import FollowerState
from peerreview.register.models import Follower


class Told(NamedTuple):
    """A change of status, as a letter tells it."""

    id: int
    organisation_id: int
    name: str
    slug: str
    number: str
    status: str
    on: date
    ends_on: date


def follower_at(email: str, organisation_id: int | None) -> Follower | None:
    """Who follows this (or asked to) at this address."""
    about = Follower.organisation_id == organisation_id if organisation_id else Follower.organisation_id.is_(None)
    return db.session.scalars(select(Follower).where(Follower.email == email, about)).one_or_none()


def follower_with(token: str) -> Follower | None:
    """The follower whose letters have this link."""
    return db.session.scalars(select(Follower).where(Follower.token == token)).one_or_none()


def name_of(organisation_id: int | None) -> str:
    """The name of what is followed; empty for the whole register."""
    if organisation_id is None:
        return ""
    return db.session.scalar(select(Organisation.name).where(Organisation.id == organisation_id)) or ""


def last_change() -> int:
    """The number of the newest change of any status; 0 when there is none."""
    return db.session.scalar(select(func.max(StatusChange.id))) or 0


def followers_behind(last: int, most: int) -> Sequence[Follower]:
    """Followers who were not told of everything up to `last`, held so that no other worker tells them too."""
    behind = Follower.state == FollowerState.FOLLOWING, Follower.told_of_id < last
    held = select(Follower).where(*behind).order_by(Follower.id).limit(most).with_for_update(skip_locked=True)
    return db.session.scalars(held.execution_options(populate_existing=True)).all()


def anybody_behind() -> bool:
    """Whether a follower waits to be told something; one cheap question."""
    last = select(func.max(StatusChange.id)).scalar_subquery()
    behind = Follower.state == FollowerState.FOLLOWING, Follower.told_of_id < last
    return db.session.scalar(select(Follower.id).where(*behind).limit(1)) is not None


def changes_after(first: int, last: int, organisation_ids: Sequence[int | None]) -> Sequence[Told]:
    """The changes after `first` up to `last`, in order; of these organisations (None stands for all)."""
    statement = (
        select(
            StatusChange.id, Organisation.id, Organisation.name, Organisation.slug, Certificate.number,
            StatusChange.status, StatusChange.effective_on, Certificate.ends_on,
        )
        .join(Certificate, Certificate.id == StatusChange.certificate_id)
        .join(Organisation, Organisation.id == Certificate.organisation_id)
        .where(StatusChange.id > first, StatusChange.id <= last)
        .order_by(StatusChange.id)
    )  # fmt: skip
    if None not in organisation_ids:
        statement = statement.where(or_(Organisation.id.in_(organisation_ids)))
    return [Told(*row[:5], row[5].value, *row[6:]) for row in db.session.execute(statement)]
