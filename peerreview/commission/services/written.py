"""A written procedure: opened on its day, closed on its moment or as soon as all have voted, without anybody's hand.

The worker does both, and closes the procedure itself when nothing of it waits any more. Any member may ask for a
meeting instead: then the case stops here, and waits for an agenda.
"""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.commission import mail
from peerreview.commission.lifecycle import MeetingKind, MeetingState, MotionState
from peerreview.commission.models import Dossier, Meeting, MinutesItem, Motion
from peerreview.commission.queries.seats import people_of
from peerreview.commission.queries.voting import motion_now, room_of, rules_of, voters
from peerreview.commission.services.attendance import close_meeting, open_meeting
from peerreview.commission.services.meetings import ends_of, take_off_agenda, undecided_at
from peerreview.commission.services.recusal import lock
from peerreview.commission.services.voting import close_motion, stop_motion
from peerreview.core import audit, clock, i18n
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.core.events import on


def open_written(meeting: Meeting, *, by: Actor) -> None:
    """Begin a written procedure; members who were not invited yet get the letter now. Raises Invalid without cases."""
    with unit_of_work():
        if not undecided_at(meeting):
            raise Invalid(_("Put at least one dossier on the agenda first."))
        open_meeting(meeting, by=by)
        if meeting.invited_at is None:
            meeting.invited_at = clock.now()
            mail.invite(meeting, people_of(meeting.id), until=ends_of(meeting))


def ask_for_meeting(dossier: Dossier, *, reason: str, by: Actor) -> None:
    """Stop the written procedure for this case: its open motion is taken back unread, and it waits for a meeting.

    The reason stays in the minutes. Raises NotAllowed for who takes no part, NotNow once a motion was carried.
    """
    if not reason.strip():
        raise Invalid(_("Write the reason down: the other reads it."))
    with unit_of_work():
        lock(dossier)
        meeting = db.session.get(Meeting, dossier.meeting_id) if dossier.meeting_id else None
        if meeting is None or meeting.kind != MeetingKind.WRITTEN or meeting.state != MeetingState.OPEN:
            raise NotNow(_("No written procedure on this case is open."))
        if by.person_id not in room_of(dossier).able:
            raise NotAllowed(_("You take no part in this case."))
        motion = motion_now(dossier)
        if motion is not None and motion.state == MotionState.OPEN:
            stop_motion(motion, by=by)
        own = select(MinutesItem).where(MinutesItem.meeting_id == meeting.id, MinutesItem.dossier_id == dossier.id)
        item = db.session.scalars(own).one_or_none() or MinutesItem(meeting_id=meeting.id, dossier_id=dossier.id)
        said = _("%(name)s asked to discuss this at a meeting: %(reason)s", name=by.name, reason=reason.strip())
        item.text, item.position = str(said), dossier.position
        db.session.add(item)
        audit.record("dossier.ask_for_meeting", dossier, by=by, reason=reason.strip())
        take_off_agenda(dossier, by=by, reason=reason.strip())
        mail.tell_put_to_a_meeting(meeting, people_with(Role.SECRETARIAT), name=by.name)


@on("worker.turn")
def follow_the_clock(*, by: Actor = SYSTEM) -> bool:
    """Open or close one thing whose moment has come; answers whether there was one. One query when there is none."""
    moment = clock.now()
    if not (waiting := _running(moment)):
        return False
    with unit_of_work(), i18n.speaking(i18n.default_language()):
        return any(_follow(meeting, moment, by) for meeting in waiting)


def _running(moment: datetime) -> list[Meeting]:
    """Written procedures that are open, or planned for a moment that has come."""
    begun = and_(Meeting.state == MeetingState.PLANNED, Meeting.starts_at <= moment)
    written = select(Meeting).where(Meeting.kind == MeetingKind.WRITTEN, or_(Meeting.state == MeetingState.OPEN, begun))
    return list(db.session.scalars(written.order_by(Meeting.starts_at, Meeting.id)))


def _follow(meeting: Meeting, moment: datetime, by: Actor) -> bool:
    if meeting.state == MeetingState.PLANNED:
        if not undecided_at(meeting):
            return False
        open_written(meeting, by=by)
        return True
    over = meeting.closes_at is not None and meeting.closes_at <= moment
    motions = [motion for dossier in undecided_at(meeting) if (motion := motion_now(dossier))]
    for motion in motions:
        if motion.state == MotionState.OPEN and (over or _everybody_voted(meeting, motion)):
            close_motion(motion, by=by)
            return True
    waits = any(motion.state in (MotionState.OPEN, MotionState.CARRIED) for motion in motions)
    if (over and not waits) or not undecided_at(meeting):
        close_meeting(meeting, by=by)
        return True
    return False


def _everybody_voted(meeting: Meeting, motion: Motion) -> bool:
    dossier = db.session.get_one(Dossier, motion.dossier_id)
    able = room_of(dossier).able
    return rules_of(meeting).early and bool(able) and able <= voters(dossier)
