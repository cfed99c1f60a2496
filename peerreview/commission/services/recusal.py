"""Interests: noted by the system, declared and withdrawn by members."""

from flask_babel import gettext as _
from sqlalchemy import delete, select

from peerreview.commission.lifecycle import DossierState, InterestKind, MotionState
from peerreview.commission.models import Dossier, Interest, Vote
from peerreview.commission.queries.recusal import interests_found, members_now
from peerreview.commission.queries.voting import motion_now
from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow


def note_interests(dossier: Dossier) -> None:
    """Note the interests of all present members that follow from what the system knows, and are not noted yet.

    It is called when a dossier is forwarded, put on an agenda and put to the vote. Nobody is let in by it: what was
    noted once stays, also when the tie has ended since.
    """
    with unit_of_work():
        noted = {row.person_id: row for row in _rows(dossier)}
        for person_id, kind in interests_found(dossier.trajectory_id, [p.id for p in members_now()]).items():
            if person_id not in noted:
                _note(dossier, person_id, kind, "", SYSTEM)
            elif noted[person_id].kind == InterestKind.DECLARED:
                noted[person_id].kind = kind  # known by the system now, so it can no longer be withdrawn


def _rows(dossier: Dossier) -> list[Interest]:
    return list(db.session.scalars(select(Interest).where(Interest.dossier_id == dossier.id)))


def _note(dossier: Dossier, person_id: int | None, kind: InterestKind, note: str, by: Actor) -> None:
    row = Interest(dossier_id=dossier.id, person_id=person_id, kind=kind, note=note, noted_at=clock.now())
    db.session.add(row)
    db.session.flush()
    audit.record("interest.note", row, by=by, after={"dossier_id": dossier.id, "person_id": person_id, "kind": kind})


def declare_interest(dossier: Dossier, *, note: str, by: Actor) -> None:
    """A member keeps out of a dossier: from now on it does not exist for them, and a vote of theirs is gone.

    Raises Invalid without a note, NotNow once a motion was carried or the dossier was decided.
    """
    if not note.strip():
        raise Invalid(_("Write in a few words what your interest is."))
    with unit_of_work():
        lock(dossier)
        motion = motion_now(dossier)
        if dossier.state == DossierState.DECIDED or (motion and motion.state == MotionState.CARRIED):
            raise NotNow(_("The commission has already voted on this dossier. Tell the chair about your interest."))
        if any(row.person_id == by.person_id for row in _rows(dossier)):
            return
        _note(dossier, by.person_id, InterestKind.DECLARED, note.strip(), by)
        if motion and motion.state == MotionState.OPEN:
            db.session.execute(delete(Vote).where(Vote.motion_id == motion.id, Vote.person_id == by.person_id))


def withdraw_interest(interest: Interest, *, by: Actor) -> None:
    """A member takes back their own declaration; only before a motion was put."""
    with unit_of_work():
        dossier = db.session.get_one(Dossier, interest.dossier_id)
        lock(dossier)
        if interest.kind != InterestKind.DECLARED or interest.person_id != by.person_id:
            raise NotNow(_("This interest cannot be withdrawn."))
        if motion_now(dossier):
            raise NotNow(_("The commission is already voting on it, so this can no longer be withdrawn."))
        audit.record("interest.withdraw", interest, by=by, before={"dossier_id": dossier.id, "note": interest.note})
        db.session.delete(interest)


def lock(dossier: Dossier) -> None:
    """Read the dossier anew and hold it until this act is done, so that no two acts on its voting run at once."""
    columns = ["state", "meeting_id", "deferred_once", "version"]
    db.session.refresh(dossier, columns, with_for_update={"of": Dossier})
