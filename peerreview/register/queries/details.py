"""One organisation in the register: its certificates with all that its page says of them, and its own words."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from peerreview.certificates.models import Certificate
from peerreview.certificates.queries import partners_of
from peerreview.commission.models import Decision
from peerreview.core.db import db
from peerreview.register.lifecycle import PageState
from peerreview.register.models import PublicPage
from peerreview.trajectories.models import Trajectory

__all__ = ["details_of", "partners_of", "shown_page"]


def details_of(organisation_id: int) -> Sequence[Certificate]:
    """The certificates of an organisation, the newest first, with what the register says of each. Two questions."""
    newest = (Certificate.starts_on.desc(), Certificate.id.desc())
    return db.session.scalars(
        select(Certificate)
        .where(Certificate.organisation_id == organisation_id)
        .order_by(*newest)
        .options(
            joinedload(Certificate.organisation),
            joinedload(Certificate.trajectory).joinedload(Trajectory.framework_version),
            joinedload(Certificate.decision).joinedload(Decision.signed_by),
            selectinload(Certificate.changes),
        )
    ).all()


def shown_page(organisation_id: int) -> PublicPage | None:
    """The page of an organisation as visitors see it; None when it has none or hid it."""
    published = PublicPage.organisation_id == organisation_id, PublicPage.state == PageState.PUBLISHED
    return db.session.scalars(select(PublicPage).where(*published)).one_or_none()
