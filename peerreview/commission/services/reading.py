"""How far a member has read a dossier, for themselves; the chair is told only how many have read it."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from peerreview.commission.models import DossierReading
from peerreview.commission.policy import may_attend
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work


def open_dossier(dossier_id: int, *, by: Actor) -> DossierReading | None:
    """Note that a member opened a dossier, the first time; None for who is no member."""
    if not may_attend(by) or by.person_id is None:
        return None
    found = _reading(dossier_id, by)
    if found is not None:
        return found
    try:
        with unit_of_work():
            reading = DossierReading(dossier_id=dossier_id, person_id=by.person_id, opened_at=clock.now())
            db.session.add(reading)
            db.session.flush()
        return reading
    except IntegrityError:  # opened twice at the same moment
        return _reading(dossier_id, by)


def _reading(dossier_id: int, by: Actor) -> DossierReading | None:
    own = select(DossierReading).where(DossierReading.dossier_id == dossier_id)
    return db.session.scalars(own.where(DossierReading.person_id == by.person_id)).one_or_none()


def mark_read(dossier_id: int, *, read: bool, by: Actor) -> None:
    """A member says that they have read a dossier, or that they have not finished it."""
    with unit_of_work():
        reading = open_dossier(dossier_id, by=by)
        if reading is not None:
            reading.read_at = clock.now() if read else None
