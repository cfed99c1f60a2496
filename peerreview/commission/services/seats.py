"""Who is the vice-chair, who stands by as a substitute, and for which meeting a substitute is called."""

from flask_babel import gettext as _
from sqlalchemy import delete, select

from peerreview.commission import mail
from peerreview.commission.lifecycle import MeetingState, SeatKind
from peerreview.commission.models import CommissionSeat, Meeting, MeetingReply, SubstituteCall
from peerreview.commission.queries.seats import call_of, people, seat_of, seats
from peerreview.commission.services.meetings import ends_of, refuse_unless, undecided_at
from peerreview.commission.services.recusal import note_interests
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow


def give_seat(person_id: int, *, kind: SeatKind | None, by: Actor) -> None:
    """Make a member of the commission its vice-chair or a substitute; with None an ordinary member again.

    There is one vice-chair: who was it before is an ordinary member then. Who leads and who counts follows at once,
    also in a meeting that is open.
    """
    with unit_of_work():
        member = next((seat for seat in seats() if seat.person_id == person_id), None)
        if member is None:
            raise Invalid(_("Only members of the commission have a seat."))
        if member.chair:
            raise Invalid(_("The chair leads already. Give the chair's role to somebody else first."))
        if kind == SeatKind.VICE_CHAIR:
            before = select(CommissionSeat).where(CommissionSeat.kind == kind, CommissionSeat.person_id != person_id)
            for other in db.session.scalars(before):
                _end(other, by)
        seat = seat_of(person_id)
        if kind is None:
            if seat is not None:
                _end(seat, by)
            return
        seat = seat or CommissionSeat(person_id=person_id)
        seat.kind, seat.given_at = kind, clock.now()
        db.session.add(seat)
        db.session.flush()
        audit.record("seat.give", seat, by=by, after={"person_id": person_id, "kind": kind})


def _end(seat: CommissionSeat, by: Actor) -> None:
    audit.record("seat.end", seat, by=by, before={"person_id": seat.person_id, "kind": seat.kind})
    db.session.delete(seat)
    db.session.flush()


def call_substitute(meeting: Meeting, *, person_id: int, reason: str, by: Actor) -> None:
    """Call a substitute for a meeting: they read its dossiers from now on, count there, and get a letter.

    Raises NotNow once the meeting is over, Invalid for who is no substitute or without a reason.
    """
    if not reason.strip():
        raise Invalid(_("Write the reason down: the other reads it."))
    with unit_of_work():
        refuse_unless(meeting.state in (MeetingState.PLANNED, MeetingState.OPEN))
        stands_by = {seat.person_id for seat in seats(meeting.id) if seat.substitute and not seat.called}
        if person_id not in stands_by:
            raise Invalid(_("Choose a substitute who was not called yet."))
        call = SubstituteCall(meeting_id=meeting.id, person_id=person_id, reason=reason.strip(), called_at=clock.now())
        db.session.add(call)
        db.session.flush()
        audit.record("substitute.call", call, by=by, reason=call.reason, after={"person_id": person_id})
        for dossier in undecided_at(meeting):
            note_interests(dossier)
        meeting.sequence += bool(meeting.invited_at)
        mail.tell_called(meeting, people([person_id]), reason=call.reason, until=ends_of(meeting))


def end_call(meeting: Meeting, *, person_id: int, by: Actor) -> None:
    """A substitute is not needed after all; only before the meeting is opened. They are told."""
    with unit_of_work():
        call = call_of(meeting.id, person_id)
        if call is None or meeting.state != MeetingState.PLANNED:
            raise NotNow(_("This step was already done, or it is not its turn yet."))
        audit.record("substitute.end", call, by=by, before={"person_id": person_id})
        db.session.delete(call)
        own = delete(MeetingReply).where(MeetingReply.meeting_id == meeting.id, MeetingReply.person_id == person_id)
        db.session.execute(own)
        meeting.sequence += 1
        mail.tell_not_called(meeting, people([person_id]), until=ends_of(meeting))
