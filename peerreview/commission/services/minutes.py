"""The minutes: drafted from what happened, written on by who led the meeting, approved by the chair."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from peerreview.accounts.lifecycle import COMMISSION
from peerreview.commission import words
from peerreview.commission.lifecycle import Choice, Coming, MeetingKind, MotionState
from peerreview.commission.models import Decision, Meeting, MinutesItem, Motion, Vote
from peerreview.commission.queries import minutes as queries
from peerreview.commission.queries.recusal import recused_from
from peerreview.commission.queries.seats import members_of
from peerreview.commission.seats import Seat
from peerreview.core import audit, clock, history
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotAllowed, NotNow, StaleVersion
from peerreview.core.i18n import clock_time


def draft_minutes(meeting: Meeting, *, by: Actor) -> None:
    """Write down what happened, in the language now spoken; what somebody wrote in a piece already stays before it.

    A piece about a dossier never says why somebody kept out of it. Called when the meeting is closed.
    """
    motions, decisions = queries.motions_at(meeting), queries.decisions_at(meeting)
    dissents, there = queries.dissents_at(meeting), queries.attendances_at(meeting)
    seats = members_of(meeting.id)
    pieces = {item.dossier_id: item for item in queries.items_at(meeting)}
    opening = pieces.pop(None, None) or _new(meeting, None, 0)
    _add(opening, _opening(meeting, there, seats))
    last = max((item.position for item in pieces.values()), default=0)
    for dossier_id in motions.keys() | decisions.keys():
        if dossier_id not in pieces:
            last += 1
            pieces[dossier_id] = _new(meeting, dossier_id, last)
    dossier_ids = [dossier_id for dossier_id in pieces if dossier_id]
    recused = recused_from(dossier_ids, [seat.person_id for seat in seats])
    names = {seat.person_id: seat.name for seat in seats}
    for dossier_id in dossier_ids:
        item, own = pieces[dossier_id], motions.get(dossier_id, [])
        out = [
            names[row.id] for row in there if row.id in recused[dossier_id] and row.id in names and _during(row, item)
        ]
        lines = _left(list(dict.fromkeys(out))) + _motions(own, dissents, names) + _decision(decisions.get(dossier_id))
        _add(item, lines)
    if meeting.kind == MeetingKind.GATHERING:
        _new(meeting, None, last + 1)
    db.session.flush()
    audit.record("minutes.draft", meeting, by=by, after={"pieces": len(pieces) + 1})


def _new(meeting: Meeting, dossier_id: int | None, position: int) -> MinutesItem:
    item = MinutesItem(meeting_id=meeting.id, dossier_id=dossier_id, position=position, heading="", text="")
    db.session.add(item)
    return item


def _add(item: MinutesItem, lines: Sequence[str]) -> None:
    item.text = "\n\n".join(part for part in (item.text, *lines) if part)


def _during(attendance: Any, item: MinutesItem) -> bool:
    """Whether somebody was at the meeting while this case was at hand, so that they had to leave the room."""
    if item.began_at is None:
        return False
    ended = item.ended_at or item.began_at
    return bool(attendance.noted_at <= ended and (attendance.left_at is None or attendance.left_at >= item.began_at))


def _left(names: Sequence[str]) -> list[str]:
    return [str(_("Took no part, and left the meeting meanwhile: %(names)s.", names=", ".join(names)))] if names else []


def _opening(meeting: Meeting, there: Sequence[Any], seats: Sequence[Seat]) -> list[str]:
    """Who was there from when until when, who was not, and who stood in."""
    if meeting.kind == MeetingKind.WRITTEN:
        took_part = ", ".join(seat.name for seat in seats)
        return [str(_("Written procedure. Took part: %(names)s.", names=took_part))] if seats else []
    times: dict[str, list[str]] = {}
    for row in there:
        span = _span(row.noted_at, row.left_at) + (" " + _("online") if row.online else "")
        times.setdefault(row.name, []).append(span)
    chairs = {seat.name for seat in seats if seat.chair}
    present = [
        f"{name}{' (' + _('chair') + ')' if name in chairs else ''}, {'; '.join(spans)}"
        for name, spans in times.items()
    ]
    absent = [seat.name for seat in seats if seat.name not in times]
    said = [seat.name for seat in seats if seat.name in absent and seat.coming == Coming.ABSENT]
    lines = [_("Present:") + "\n" + "\n".join(f"- {line}" for line in present)] if present else []
    if said:
        lines.append(_("Absent with notice: %(names)s.", names=", ".join(said)))
    if without := [name for name in absent if name not in said]:
        lines.append(_("Absent: %(names)s.", names=", ".join(without)))
    if stood_in := [seat.name for seat in seats if seat.substitute]:
        lines.append(_("Called as a substitute: %(names)s.", names=", ".join(stood_in)))
    return [str(line) for line in lines]


def _span(since: datetime, until: datetime | None) -> str:
    return f"{clock_time(since)} – {clock_time(until)}" if until else clock_time(since)


def _motions(motions: Sequence[Motion], dissents: dict[int, list[Vote]], names: dict[int, str]) -> list[str]:
    """Each motion with its count, and the dissents that members asked to note; nothing of a withdrawn one but that."""
    lines = []
    for motion in motions:
        outcome = str(words.OUTCOMES[motion.outcome])
        if motion.state == MotionState.WITHDRAWN:
            lines.append(_("Motion %(number)s (%(outcome)s) was withdrawn.", number=motion.number, outcome=outcome))
            continue
        tally = motion.result.get("tally", {})
        count = _(
            "for %(yes)s, against %(no)s, abstained %(abstained)s", yes=tally.get(Choice.FOR, 0),
            no=tally.get(Choice.AGAINST, 0), abstained=tally.get(Choice.ABSTAIN, 0),
        )  # fmt: skip
        lines.append(
            _("Motion %(number)s: %(outcome)s.", number=motion.number, outcome=outcome)
            + " "
            + _("Put by %(name)s.", name=names.get(motion.put_by_id or 0, "–"))
            + f" {count[:1].upper()}{count[1:]}. "
            + _fell(motion)
        )
        lines += [
            _("%(name)s sees it differently: %(text)s", name=vote.person.name, text=vote.motivation)
            for vote in dissents.get(motion.id, ())
        ]
    return [str(line) for line in lines]


def _fell(motion: Motion) -> str:
    """How a closed motion fell."""
    if motion.state == MotionState.VOID:
        counting, quorum = motion.result.get("counting", 0), motion.result.get("quorum", 0)
        return str(_("Void: %(some)s took part, and %(all)s are needed.", some=counting, all=quorum))
    return str(_("Carried.") if motion.state == MotionState.CARRIED else _("Lost."))


def _decision(decision: Decision | None) -> list[str]:
    if decision is None:
        return [str(_("No decision: the dossier waits for another meeting."))]
    outcome = str(words.OUTCOMES[decision.outcome])
    lines = [_("Decision: %(outcome)s.", outcome=outcome), decision.motivation]
    return [str(line) for line in (*lines, decision.departure) if line]


# --- Writing and approving --------------------------------------------------------------------------------------------


def save_item(
    item: MinutesItem, *, text: str, heading: str = "", version: int, by: Actor, autosave: bool = False
) -> None:
    """Write in a piece of the minutes; what stood there stays in its history.

    Raises NotNow after they were approved, StaleVersion with both texts when somebody else was first.
    """
    with unit_of_work():
        meeting = db.session.get_one(Meeting, item.meeting_id)
        db.session.refresh(item, ["text", "heading", "version"], with_for_update={"of": MinutesItem})
        _refuse_approved(meeting)
        if item.version != version:
            raise StaleVersion(item.text, theirs=item.text)
        heading = heading.strip()[:200] if item.dossier_id is None else ""
        if (text, heading) == (item.text, item.heading):
            return
        before = {"heading": item.heading, "text": item.text}
        item.text, item.heading = text, heading
        db.session.flush()
        history.keep(item, {"heading": heading, "text": text}, by=by, before=before, apart=not autosave)
        audit.record("minutes.write", item, by=by, after={"meeting_id": meeting.id})


def approve_minutes(meeting: Meeting, *, by: Actor) -> None:
    """The chair, or the vice-chair, approves the minutes: nobody writes in them any more."""
    with unit_of_work():
        _refuse_approved(meeting)
        mine = next((seat for seat in members_of(meeting.id) if seat.person_id == by.person_id), None)
        if by.role not in COMMISSION or mine is None or not (mine.chair or mine.vice):
            raise NotAllowed(_("The chair approves the minutes."))
        meeting.approved_at, meeting.approved_by_id = clock.now(), by.person_id
        audit.record("minutes.approve", meeting, by=by)


def _refuse_approved(meeting: Meeting) -> None:
    if meeting.approved_at is not None:
        raise NotNow(_("These minutes were approved, so nobody writes in them any more."))
