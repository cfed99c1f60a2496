"""A member goes through the agenda and says for each case whether they have an interest in it."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.commission.lifecycle import MeetingState
from peerreview.commission.models import Dossier, Meeting, NoInterest
from peerreview.commission.queries.recusal import visible_to
from peerreview.commission.services.meetings import refuse_unless
from peerreview.commission.services.recusal import declare_interest
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid


def declare(meeting: Meeting, answers: Mapping[int, str | None], *, by: Actor) -> None:
    """Note the answers by dossier: None for no interest, else what the interest is.

    Who has an interest keeps out of that dossier from now on; quorum and majority follow at once, and a vote of theirs
    on an open motion is gone. Raises Invalid for an interest without a word, and NotNow after the meeting.
    """
    if any(note is not None and not note.strip() for note in answers.values()):
        raise Invalid(_("Write in a few words what your interest is."))
    with unit_of_work():
        refuse_unless(meeting.state in (MeetingState.PLANNED, MeetingState.OPEN))
        mine = select(Dossier).where(Dossier.meeting_id == meeting.id, visible_to(by), Dossier.id.in_(answers))
        for dossier in list(db.session.scalars(mine.order_by(Dossier.position, Dossier.id))):
            note = answers[dossier.id]
            if note is None:
                _declare_none(dossier, meeting, by)
            else:
                declare_interest(dossier, note=note, by=by)


def _declare_none(dossier: Dossier, meeting: Meeting, by: Actor) -> None:
    said = select(NoInterest.id).where(
        NoInterest.dossier_id == dossier.id, NoInterest.meeting_id == meeting.id, NoInterest.person_id == by.person_id
    )
    if db.session.scalar(said) is None:
        row = NoInterest(dossier_id=dossier.id, meeting_id=meeting.id, person_id=by.person_id, declared_at=clock.now())
        db.session.add(row)
        db.session.flush()
        audit.record("interest.none", row, by=by, after={"dossier_id": dossier.id, "meeting_id": meeting.id})
