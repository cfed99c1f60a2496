"""Planning a meeting or a written procedure, inviting to it, and its agenda."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, exists, func, select

from peerreview.commission import agenda, mail
from peerreview.commission.lifecycle import (
    DOSSIER,
    MEETING,
    Coming,
    DossierState,
    MeetingKind,
    MeetingState,
    MotionState,
)
from peerreview.commission.models import Dossier, Meeting, MeetingReply, MinutesItem
from peerreview.commission.queries.seats import members_of, people_of
from peerreview.commission.queries.voting import last_rules, motion_now
from peerreview.commission.services.recusal import lock, note_interests
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.core.lifecycle import Lifecycle

NOW = timedelta(minutes=10)  # a written procedure that begins "now" may have been typed a while ago


def refuse_unless(possible: bool) -> None:
    if not possible:
        raise NotNow(_("This step was already done, or it is not its turn yet."))


def move(subject: Meeting | Dossier, lifecycle: Lifecycle, verb: str, by: Actor, reason: str = "") -> None:
    """Do this move of the lifecycle, or say politely that it is not its turn."""
    refuse_unless(lifecycle.can(subject.state, verb))
    audit.change_state(subject, lifecycle, verb, by=by, reason=reason)


def _check(starts_at: datetime, closes_at: datetime | None, quorum: int) -> None:
    if starts_at <= clock.now() - (NOW if closes_at else timedelta(0)):
        raise Invalid(_("Choose a moment in the future."))
    if closes_at is not None and closes_at <= max(starts_at, clock.now()):
        raise Invalid(_("It closes after it has begun: choose a later day."))
    if quorum < 1:
        raise Invalid(_("At least one member must be needed to decide."))


def plan_meeting(
    *,
    starts_at: datetime,
    place: str = "",
    quorum: int,
    by: Actor,
    link: str = "",
    closes_at: datetime | None = None,
    rules: Mapping[str, Any] | None = None,
) -> Meeting:
    """Plan a meeting, or with `closes_at` a written procedure until then; nobody is told before `invite`.

    `rules` say how votes are counted (`quorum.VotingRules.stored`); not given, they are those of the meeting before.
    Raises Invalid for a moment that is past.
    """
    _check(starts_at, closes_at, quorum)
    with unit_of_work():
        meeting = Meeting(
            kind=MeetingKind.WRITTEN if closes_at else MeetingKind.GATHERING, starts_at=starts_at, closes_at=closes_at,
            place=place, link=link, quorum=quorum, state_since=clock.now(),
            rules=dict(last_rules() if rules is None else rules),
        )  # fmt: skip
        db.session.add(meeting)
        db.session.flush()
        audit.record("meeting.plan", meeting, by=by, after=_facts(meeting))
    return meeting


def _facts(meeting: Meeting) -> dict[str, Any]:
    facts = {name: getattr(meeting, name) for name in ("starts_at", "place", "link", "quorum", "rules", "closes_at")}
    return {name: value for name, value in facts.items() if value not in (None, "", {})}


def change_meeting(
    meeting: Meeting,
    *,
    starts_at: datetime,
    place: str,
    quorum: int,
    version: int,
    by: Actor,
    link: str = "",
    closes_at: datetime | None = None,
    rules: Mapping[str, Any] | None = None,
) -> None:
    """Another moment, place, quorum or way of counting for what is planned.

    Members who were invited are told when moment or place change: their calendars follow, and they are asked again
    whether they come. Raises StaleVersion when somebody else changed it after `version`.
    """
    refuse_unless(meeting.state == MeetingState.PLANNED)
    _check(starts_at, closes_at if meeting.kind == MeetingKind.WRITTEN else None, quorum)
    with unit_of_work():
        if meeting.version != version:
            raise StaleVersion("", theirs=(meeting.starts_at, meeting.place, meeting.quorum))
        before = _facts(meeting)
        was = (meeting.starts_at, meeting.place, meeting.link, meeting.closes_at)
        meeting.starts_at, meeting.place, meeting.link, meeting.quorum = starts_at, place, link, quorum
        if meeting.kind == MeetingKind.WRITTEN:
            meeting.closes_at = closes_at
        if rules is not None:
            meeting.rules = dict(rules)
        audit.record("meeting.change", meeting, by=by, before=before, after=_facts(meeting))
        if meeting.invited_at and was != (meeting.starts_at, meeting.place, meeting.link, meeting.closes_at):
            meeting.sequence += 1
            meeting.invited_at = clock.now()
            db.session.execute(delete(MeetingReply).where(MeetingReply.meeting_id == meeting.id))
            mail.tell_moved(meeting, people_of(meeting.id), until=ends_of(meeting))


def ends_of(meeting: Meeting) -> datetime:
    """Until when a calendar keeps this meeting free, with the cases that are on its agenda now."""
    if meeting.closes_at:
        return meeting.closes_at
    cases = db.session.scalar(select(func.count()).select_from(Dossier).where(Dossier.meeting_id == meeting.id)) or 0
    return agenda.kept_free(meeting.starts_at, cases)


# --- Invitations -----------------------------------------------------------------------------------------------------


def invite(meeting: Meeting, *, by: Actor) -> None:
    """Invite everybody who takes part, by a letter with a calendar entry. Raises Invalid when nobody does."""
    with unit_of_work():
        refuse_unless(meeting.state == MeetingState.PLANNED)
        readers = people_of(meeting.id)
        if not readers:
            raise Invalid(_("Nobody is in the commission yet. Invite its members first."))
        meeting.sequence += bool(meeting.invited_at)
        meeting.invited_at = clock.now()
        mail.invite(meeting, readers, until=ends_of(meeting))
        audit.record("meeting.invite", meeting, by=by, after={"letters": len(readers)})


def reply(meeting: Meeting, *, coming: Coming, note: str = "", by: Actor) -> None:
    """A member says whether they come, and how; the last word counts, until the meeting is over."""
    with unit_of_work():
        refuse_unless(
            meeting.kind == MeetingKind.GATHERING and meeting.state in (MeetingState.PLANNED, MeetingState.OPEN)
        )
        if by.person_id not in {seat.person_id for seat in members_of(meeting.id)}:
            raise NotAllowed(_("Only who takes part in this meeting answers."))
        own = select(MeetingReply).where(MeetingReply.meeting_id == meeting.id, MeetingReply.person_id == by.person_id)
        said = db.session.scalars(own).one_or_none() or MeetingReply(meeting_id=meeting.id, person_id=by.person_id)
        said.coming, said.note, said.answered_at = coming, note.strip(), clock.now()
        db.session.add(said)
        db.session.flush()
        audit.record("meeting.reply", meeting, by=by, after={"coming": coming})


def cancel_meeting(meeting: Meeting, *, reason: str, by: Actor) -> None:
    """The meeting does not take place; its dossiers wait for another one, and invited members are told."""
    if not reason.strip():
        raise Invalid(_("Write the reason down: the other reads it."))
    with unit_of_work():
        move(meeting, MEETING, "cancel", by, reason)
        until = ends_of(meeting)
        for dossier in undecided_at(meeting):
            take_off_agenda(dossier, by=by)
        if meeting.invited_at:
            meeting.sequence += 1
            mail.tell_cancelled(meeting, people_of(meeting.id), reason=reason, until=until)


# --- The agenda ------------------------------------------------------------------------------------------------------


def undecided_at(meeting: Meeting) -> list[Dossier]:
    """The dossiers on the agenda of this meeting that wait for a decision, in their order."""
    on_it = select(Dossier).where(Dossier.meeting_id == meeting.id, Dossier.state == DossierState.ON_AGENDA)
    return list(db.session.scalars(on_it.order_by(Dossier.position, Dossier.id)))


def to_come(meeting: Meeting) -> list[Dossier]:
    """Those of them that were not taken up yet."""
    begun = exists().where(
        MinutesItem.dossier_id == Dossier.id, MinutesItem.meeting_id == meeting.id, MinutesItem.began_at.is_not(None)
    )
    on_it = select(Dossier).where(Dossier.meeting_id == meeting.id, Dossier.state == DossierState.ON_AGENDA, ~begun)
    return list(db.session.scalars(on_it.order_by(Dossier.position, Dossier.id)))


def put_on_agenda(dossier: Dossier, meeting: Meeting, *, by: Actor) -> None:
    """Put a dossier last on the agenda of a planned meeting; interests are noted anew."""
    with unit_of_work():
        refuse_unless(meeting.state == MeetingState.PLANNED)
        move(dossier, DOSSIER, "put_on_agenda", by)
        last = db.session.scalar(select(func.max(Dossier.position)).where(Dossier.meeting_id == meeting.id))
        dossier.meeting_id, dossier.position = meeting.id, (last or 0) + 1
        note_interests(dossier)


def take_off_agenda(dossier: Dossier, *, by: Actor, reason: str = "") -> None:
    """Take a dossier off the agenda; it waits for another meeting. Not while its voting is open."""
    with unit_of_work():
        lock(dossier)
        motion = motion_now(dossier)
        if motion is not None and motion.state in (MotionState.OPEN, MotionState.CARRIED):
            raise NotNow(_("The commission is already voting on this dossier."))
        move(dossier, DOSSIER, "take_off_agenda", by, reason)
        dossier.meeting_id, dossier.position = None, 0


def move_on_agenda(dossier: Dossier, *, up: bool, by: Actor) -> None:
    """Change places with the case before (or after) this one; nothing happens at either end.

    While the meeting is open only cases that were not taken up yet can change places.
    """
    with unit_of_work():
        meeting = db.session.get(Meeting, dossier.meeting_id) if dossier.meeting_id else None
        if meeting is None or meeting.state not in (MeetingState.PLANNED, MeetingState.OPEN):
            raise NotNow(_("The order can only be changed before and during the meeting."))
        order = to_come(meeting)
        if dossier not in order:
            raise NotNow(_("This case was already taken up."))
        here = order.index(dossier)
        there = here + (-1 if up else 1)
        if not 0 <= there < len(order):
            return
        other = order[there]
        if dossier.position == other.position:  # two with one place: give all of them one of their own
            for position, case in enumerate(order, min(case.position for case in order)):
                case.position = position
        dossier.position, other.position = other.position, dossier.position
        audit.record("dossier.move", dossier, by=by, after={"position": dossier.position})
