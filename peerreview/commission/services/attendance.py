"""A meeting as it goes: opened, who is there from when until when, which case is at hand, closed."""

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from peerreview.commission.lifecycle import MEETING, MeetingKind, MeetingState, MotionState
from peerreview.commission.models import Attendance, Meeting, MinutesItem
from peerreview.commission.policy import may_attend
from peerreview.commission.queries.seats import members_of
from peerreview.commission.queries.voting import motion_now
from peerreview.commission.services.meetings import move, refuse_unless, take_off_agenda, to_come, undecided_at
from peerreview.commission.services.minutes import draft_minutes
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow


def open_meeting(meeting: Meeting, *, by: Actor) -> None:
    """Open the meeting; a member of the commission who does so is noted as present."""
    with unit_of_work():
        move(meeting, MEETING, "open", by)
        db.session.add(MinutesItem(meeting_id=meeting.id, position=0, began_at=clock.now()))
        takes_part = {seat.person_id for seat in members_of(meeting.id)}
        if meeting.kind == MeetingKind.GATHERING and may_attend(by) and by.person_id in takes_part:
            note_attendance(meeting, person_id=by.person_id, present=True, by=by)


def note_attendance(meeting: Meeting, *, person_id: int | None, present: bool, online: bool = False, by: Actor) -> None:
    """Note that a member came to an open meeting (`online`: by a screen), or left it. Each coming and going stays.

    Who leaves no longer counts, nor does their vote on an open motion, until they are back.
    """
    with unit_of_work():
        refuse_unless(meeting.state == MeetingState.OPEN and meeting.kind == MeetingKind.GATHERING)
        if person_id not in {seat.person_id for seat in members_of(meeting.id)}:
            raise Invalid(_("Only who takes part in this meeting is noted."))
        now = select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.person_id == person_id)
        noted = db.session.scalars(now.where(Attendance.left_at.is_(None)).with_for_update()).one_or_none()
        if (noted is not None) == present and (noted is None or noted.online == online):
            return
        if noted is None:
            row = Attendance(meeting_id=meeting.id, person_id=person_id, noted_at=clock.now(), online=online)
            db.session.add(row)
        elif present:
            noted.online = online
        else:
            noted.left_at = clock.now()
        verb = "attendance.note" if present else "attendance.leave"
        audit.record(verb, meeting, by=by, after={"person_id": person_id} | ({"online": True} if online else {}))


def take_up_next(meeting: Meeting, *, by: Actor) -> bool:
    """Leave the case at hand and take up the next one that waits; answers whether there was one.

    Who does this may have an interest in the next case: it is taken up all the same, and another leads it.
    """
    with unit_of_work():
        refuse_unless(meeting.state == MeetingState.OPEN and meeting.kind == MeetingKind.GATHERING)
        _leave_case(meeting)
        waiting = to_come(meeting)
        if not waiting:
            return False
        own = select(MinutesItem).where(MinutesItem.meeting_id == meeting.id, MinutesItem.dossier_id == waiting[0].id)
        item = db.session.scalars(own).one_or_none() or MinutesItem(meeting_id=meeting.id, dossier_id=waiting[0].id)
        last = db.session.scalar(select(func.max(MinutesItem.position)).where(MinutesItem.meeting_id == meeting.id))
        item.position, item.began_at, item.ended_at = (last or 0) + 1, clock.now(), None
        db.session.add(item)
        audit.record("dossier.take_up", waiting[0], by=by)
    return True


def _leave_case(meeting: Meeting) -> None:
    at_hand = select(MinutesItem).where(
        MinutesItem.meeting_id == meeting.id, MinutesItem.dossier_id.is_not(None), MinutesItem.began_at.is_not(None),
        MinutesItem.ended_at.is_(None),
    )  # fmt: skip
    for item in db.session.scalars(at_hand):
        item.ended_at = clock.now()


def close_meeting(meeting: Meeting, *, by: Actor) -> None:
    """End the meeting: everybody has left, and its minutes are drafted from what happened.

    Dossiers without a decision wait for another meeting. Not while a motion is open or a decision is unsigned.
    """
    with unit_of_work():
        undecided = undecided_at(meeting)
        motions = [motion_now(dossier) for dossier in undecided]
        if any(motion and motion.state == MotionState.OPEN for motion in motions):
            raise NotNow(_("A voting is still open. Close it first."))
        if any(motion and motion.state == MotionState.CARRIED for motion in motions):
            raise NotNow(_("A decision still has to be written down and signed."))
        move(meeting, MEETING, "close", by)
        _leave_case(meeting)
        moment = clock.now()
        of_meeting = MinutesItem.meeting_id == meeting.id, MinutesItem.ended_at.is_(None)
        db.session.execute(update(MinutesItem).where(*of_meeting, MinutesItem.began_at.is_not(None)).values(
            ended_at=moment, version=MinutesItem.version + 1
        ))  # fmt: skip
        there = update(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.left_at.is_(None))
        db.session.execute(there.values(left_at=moment))
        draft_minutes(meeting, by=by)
        for dossier in undecided:
            take_off_agenda(dossier, by=by)
