"""Who is to be told that a certificate ends, who began anew already, and what goes along to the next trajectory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased, joinedload

from peerreview.certificates.models import Certificate
from peerreview.certificates.queries.certificates import STANDING
from peerreview.core.db import db
from peerreview.improvement.models import Action
from peerreview.improvement.queries import findings_below, review_of_host
from peerreview.reviews.models import Finding
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

S = TrajectoryState
NOT_BEGUN = (S.DRAFT, S.RETURNED, S.REJECTED, S.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the last reviewers found below `complies`, and the actions of the last plan, each with its norm."""

    findings: Sequence[Finding]
    actions: Sequence[Action]


def renewed() -> ColumnElement[bool]:
    """Whether the organisation of a certificate signed a newer sign-up than the one that led to it."""
    newer = aliased(Trajectory)
    return exists(
        select(newer.id)
        .where(newer.organisation_id == Certificate.organisation_id, newer.id > Certificate.trajectory_id)
        .where(newer.state.not_in(NOT_BEGUN))
        .correlate(Certificate)
    )


def newest() -> ColumnElement[bool]:
    """Whether a certificate is the last of its organisation."""
    other = aliased(Certificate)
    later = and_(other.organisation_id == Certificate.organisation_id, other.id > Certificate.id)
    return ~exists(select(other.id).where(later).correlate(Certificate))


def to_announce(today: date, until: date) -> Sequence[tuple[Certificate, bool]]:
    """(certificate, whether they signed up already) of each that runs, ends by `until`, and was not announced yet."""
    rows = (
        select(Certificate, renewed())
        .where(Certificate.renewal_announced_at.is_(None), Certificate.state.in_(STANDING))
        .where(Certificate.ends_on.between(today, until), newest())
        .options(joinedload(Certificate.organisation))
        .order_by(Certificate.id)
    )
    return [(certificate, began) for certificate, began in db.session.execute(rows).all()]


def latest_of(organisation_id: int) -> Certificate | None:
    """The last certificate that this organisation got."""
    mine = select(Certificate).where(Certificate.organisation_id == organisation_id)
    return db.session.scalars(mine.order_by(Certificate.id.desc()).limit(1)).one_or_none()


def carried_by(certificate: Certificate) -> Carried:
    """What goes along from the road that led to this certificate. Three queries."""
    actions = (
        select(Action)
        .where(Action.trajectory_id == certificate.trajectory_id)
        .options(joinedload(Action.norm))
        .order_by(Action.id)
    )
    review = review_of_host(certificate.trajectory_id)
    return Carried(findings_below(review), db.session.scalars(actions).all())
