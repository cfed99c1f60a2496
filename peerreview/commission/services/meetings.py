"""Planning a meeting, its agenda, who is there, opening and closing it."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from peerreview.commission import mail
from peerreview.commission.lifecycle import DOSSIER, MEETING, DossierState, MeetingState
from peerreview.commission.models import Attendance, Dossier, Meeting
from peerreview.commission.queries.recusal import members_now
from peerreview.commission.services.recusal import lock, note_interests
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.lifecycle import Lifecycle


def _refuse_unless(possible: bool) -> None:
    if not possible:
        raise NotNow(_("This step was already done, or it is not its turn yet."))


def _move(subject: Meeting | Dossier, lifecycle: Lifecycle, verb: str, by: Actor, reason: str = "") -> None:
    _refuse_unless(lifecycle.can(subject.state, verb))
    audit.change_state(subject, lifecycle, verb, by=by, reason=reason)


def _check(starts_at: datetime, quorum: int) -> None:
    if starts_at <= clock.now():
        raise Invalid(_("Choose a moment in the future."))
    if quorum < 1:
        raise Invalid(_("At least one member must be needed to decide."))


def plan_meeting(*, starts_at: datetime, place: str, quorum: int, by: Actor) -> Meeting:
    """Plan a meeting; nobody is told before `invite`."""
    _check(starts_at, quorum)
    with unit_of_work():
        meeting = Meeting(starts_at=starts_at, place=place, quorum=quorum, state_since=clock.now())
        db.session.add(meeting)
        db.session.flush()
        audit.record("meeting.plan", meeting, by=by, after={"starts_at": starts_at, "quorum": quorum})
    return meeting


def change_meeting(meeting: Meeting, *, starts_at: datetime, place: str, quorum: int, version: int, by: Actor) -> None:
    """Another moment, place or quorum for a planned meeting; members who were invited are told.

    Raises StaleVersion when somebody else changed it after `version`.
    """
    _refuse_unless(meeting.state == MeetingState.PLANNED)
    _check(starts_at, quorum)
    with unit_of_work():
        if meeting.version != version:
            raise StaleVersion("", theirs=(meeting.starts_at, meeting.place, meeting.quorum))
        before = {"starts_at": meeting.starts_at, "place": meeting.place, "quorum": meeting.quorum}
        moved = (meeting.starts_at, meeting.place) != (starts_at, place)
        meeting.starts_at, meeting.place, meeting.quorum = starts_at, place, quorum
        audit.record(
            "meeting.change", meeting, by=by, before=before,
            after={"starts_at": starts_at, "place": place, "quorum": quorum},
        )  # fmt: skip
        if moved and meeting.invited_at:
            mail.tell_meeting(meeting, "moved")


def invite(meeting: Meeting, *, by: Actor) -> None:
    """Invite everybody in the commission by letter. Raises Invalid when nobody is in it."""
    with unit_of_work():
        _refuse_unless(meeting.state == MeetingState.PLANNED)
        if not mail.invite(meeting):
            raise Invalid(_("Nobody is in the commission yet. Invite its members first."))
        meeting.invited_at = clock.now()
        audit.record("meeting.invite", meeting, by=by)


def cancel_meeting(meeting: Meeting, *, reason: str, by: Actor) -> None:
    """The meeting does not take place; its dossiers wait for another one, and invited members are told."""
    if not reason.strip():
        raise Invalid(_("Write the reason down: the other reads it."))
    with unit_of_work():
        _move(meeting, MEETING, "cancel", by, reason)
        for dossier in _undecided(meeting):
            take_off_agenda(dossier, by=by)
        if meeting.invited_at:
            mail.tell_meeting(meeting, "cancelled", reason=reason)


def _undecided(meeting: Meeting) -> list[Dossier]:
    on_it = select(Dossier).where(Dossier.meeting_id == meeting.id, Dossier.state == DossierState.ON_AGENDA)
    return list(db.session.scalars(on_it.order_by(Dossier.position, Dossier.id)))


# --- The agenda ------------------------------------------------------------------------------------------------------


def put_on_agenda(dossier: Dossier, meeting: Meeting, *, by: Actor) -> None:
    """Put a dossier last on the agenda of a planned meeting; interests are noted anew."""
    with unit_of_work():
        _refuse_unless(meeting.state == MeetingState.PLANNED)
        _move(dossier, DOSSIER, "put_on_agenda", by)
        last = db.session.scalar(select(func.max(Dossier.position)).where(Dossier.meeting_id == meeting.id))
        dossier.meeting_id, dossier.position = meeting.id, (last or 0) + 1
        dossier.voting_open, dossier.result = False, {}
        note_interests(dossier)


def take_off_agenda(dossier: Dossier, *, by: Actor) -> None:
    """Take a dossier off the agenda; it waits for another meeting. Not while its voting is open."""
    with unit_of_work():
        lock(dossier)
        if dossier.voting_open or dossier.result.get("outcome"):
            raise NotNow(_("The commission is already voting on this dossier."))
        _move(dossier, DOSSIER, "take_off_agenda", by)
        dossier.meeting_id, dossier.position, dossier.result = None, 0, {}


def move_on_agenda(dossier: Dossier, *, up: bool, by: Actor) -> None:
    """Change places with the case before (or after) this one; nothing happens at either end."""
    with unit_of_work():
        meeting = db.session.get(Meeting, dossier.meeting_id) if dossier.meeting_id else None
        if meeting is None or meeting.state != MeetingState.PLANNED:
            raise NotNow(_("The order can only be changed before the meeting."))
        order = _undecided(meeting)
        here = order.index(dossier)
        there = here + (-1 if up else 1)
        if not 0 <= there < len(order):
            return
        order[here], order[there] = order[there], order[here]
        for position, case in enumerate(order, 1):
            case.position = position
        audit.record("dossier.move", dossier, by=by, after={"position": there + 1})


# --- The meeting itself ----------------------------------------------------------------------------------------------


def open_meeting(meeting: Meeting, *, by: Actor) -> None:
    """Open the meeting; a member of the commission who does so is noted as present."""
    with unit_of_work():
        _move(meeting, MEETING, "open", by)
        if by.person_id in {person.id for person in members_now()} and by.role != "secretariat":
            note_attendance(meeting, person_id=by.person_id, present=True, by=by)


def note_attendance(meeting: Meeting, *, person_id: int | None, present: bool, by: Actor) -> None:
    """Note that a member is, or is not, at an open meeting. Who leaves no longer counts, nor does their open vote."""
    with unit_of_work():
        _refuse_unless(meeting.state == MeetingState.OPEN)
        if person_id not in {person.id for person in members_now()}:
            raise Invalid(_("Only members of the commission are noted."))
        there = select(Attendance).where(Attendance.meeting_id == meeting.id, Attendance.person_id == person_id)
        noted = db.session.scalars(there).one_or_none() is not None
        if noted == present:
            return
        if present:
            db.session.add(Attendance(meeting_id=meeting.id, person_id=person_id, noted_at=clock.now()))
        else:
            gone = delete(Attendance).where(Attendance.meeting_id == meeting.id)
            db.session.execute(gone.where(Attendance.person_id == person_id))
        verb = "attendance.note" if present else "attendance.leave"
        audit.record(verb, meeting, by=by, after={"person_id": person_id})


def close_meeting(meeting: Meeting, *, by: Actor) -> None:
    """End the meeting; dossiers without a decision wait for another one. Not while a voting is open or unsigned."""
    with unit_of_work():
        undecided = _undecided(meeting)
        if any(dossier.voting_open for dossier in undecided):
            raise NotNow(_("A voting is still open. Close it first."))
        if any(dossier.result.get("outcome") for dossier in undecided):
            raise NotNow(_("A decision still has to be written down and signed."))
        _move(meeting, MEETING, "close", by)
        for dossier in undecided:
            take_off_agenda(dossier, by=by)
