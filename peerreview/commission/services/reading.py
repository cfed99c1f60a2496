"""How far a member has read a dossier, for themselves; the chair is told only how many have read it."""

from sqlalchemy import select

from peerreview.commission.models import Dossier, DossierReading
from peerreview.commission.policy import may_attend
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work


def open_dossier(dossier: Dossier, *, by: Actor) -> DossierReading | None:
    """Note that a member opened a dossier, the first time; None for who is no member. One query, later on."""
    if not may_attend(by) or by.person_id is None:
        return None
    own = select(DossierReading).where(
        DossierReading.dossier_id == dossier.id, DossierReading.person_id == by.person_id
    )
    reading = db.session.scalars(own).one_or_none()
    if reading is None:
        with unit_of_work():
            reading = DossierReading(dossier_id=dossier.id, person_id=by.person_id, opened_at=clock.now())
            db.session.add(reading)
            db.session.flush()
    return reading


def mark_read(dossier: Dossier, *, read: bool, by: Actor) -> None:
    """A member says that they have read a dossier, or that they have not finished it."""
    with unit_of_work():
        reading = open_dossier(dossier, by=by)
        if reading is not None:
            reading.read_at = clock.now() if read else None
