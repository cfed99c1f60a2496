"""Seats in the commission: vice-chair, substitutes, and who takes part in which meeting.

A substitute takes part only in the meetings they are called for; nothing else of the commission exists for them.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, and_, bindparam, exists, or_, select

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.commission.lifecycle import Coming, MeetingKind, SeatKind
from peerreview.commission.models import Attendance, CommissionSeat, Meeting, MeetingReply, SubstituteCall
from peerreview.commission.seats import Seat
from peerreview.core.db import db

Id = ColumnElement[int] | Any


def takes_part(person_id: Id, meeting_id: Id) -> ColumnElement[bool]:
    """The condition that this person is no substitute, or one who is called for this meeting."""
    stands_by = exists().where(CommissionSeat.person_id == person_id, CommissionSeat.kind == SeatKind.SUBSTITUTE)
    called = exists().where(SubstituteCall.person_id == person_id, SubstituteCall.meeting_id == meeting_id)
    return or_(~stands_by, called)


def seats(meeting_id: int | None = None) -> list[Seat]:
    """Everybody in the commission, the chair first, then the vice-chair, then by name; substitutes last. One query."""
    rows = db.session.execute(_asking(), {"meeting": meeting_id or 0})
    found: dict[int, Seat] = {}
    for person_id, name, role, since, kind, call, online, coming in rows:
        earlier = found.get(person_id)
        chair = role == Role.COMMISSION_CHAIR or (earlier is not None and earlier.chair)
        found[person_id] = Seat(
            person_id=person_id,
            name=name,
            chair=chair,
            vice=kind == SeatKind.VICE_CHAIR and not chair,
            substitute=kind == SeatKind.SUBSTITUTE and not chair,
            called=call is not None,
            since=min(since, earlier.since) if earlier else since,
            here=online is not None,
            online=bool(online),
            coming=coming,
        )
    return sorted(found.values(), key=lambda seat: (seat.substitute, not seat.chair, not seat.vice))


@cache
def _asking() -> Select[int, str, Role, datetime, SeatKind, int, bool, Coming]:
    at: BindParameter[int] = bindparam("meeting", type_=Integer)
    called = and_(SubstituteCall.person_id == Person.id, SubstituteCall.meeting_id == at)
    here = and_(Attendance.person_id == Person.id, Attendance.meeting_id == at, Attendance.left_at.is_(None))
    return (
        select(
            Person.id, Person.name, Affiliation.role, Affiliation.began_at, CommissionSeat.kind, SubstituteCall.id,
            Attendance.online, MeetingReply.coming,
        )
        .join(Affiliation, Affiliation.person_id == Person.id)
        .outerjoin(CommissionSeat, CommissionSeat.person_id == Person.id)
        .outerjoin(SubstituteCall, called)
        .outerjoin(Attendance, here)
        .outerjoin(MeetingReply, and_(MeetingReply.person_id == Person.id, MeetingReply.meeting_id == at))
        .where(Affiliation.role.in_(COMMISSION), Affiliation.ended_at.is_(None), Person.active)
        .order_by(Person.name, Person.id, Affiliation.began_at)
    )  # fmt: skip


def members_of(meeting_id: int) -> list[Seat]:
    """Who takes part in this meeting, in the same order. One query."""
    return [seat for seat in seats(meeting_id) if seat.takes_part]


def people_of(meeting_id: int) -> list[Person]:
    """The same as people to write to. Two queries."""
    return people([seat.person_id for seat in members_of(meeting_id)])


def people(person_ids: Sequence[int]) -> list[Person]:
    """These people, by name."""
    chosen = select(Person).where(Person.id.in_(person_ids), Person.active).order_by(Person.name, Person.id)
    return list(db.session.scalars(chosen))


def in_the_room(meeting: Meeting) -> list[Seat]:
    """Who takes part now: those who are there; in a written procedure everybody. One query."""
    members = members_of(meeting.id)
    return members if meeting.kind == MeetingKind.WRITTEN else [seat for seat in members if seat.here]


def seat_of(person_id: int) -> CommissionSeat | None:
    """The row that makes somebody a vice-chair or a substitute."""
    return db.session.scalars(select(CommissionSeat).where(CommissionSeat.person_id == person_id)).one_or_none()


def call_of(meeting_id: int, person_id: int) -> SubstituteCall | None:
    """The row that calls a substitute for a meeting."""
    own = select(SubstituteCall).where(SubstituteCall.meeting_id == meeting_id, SubstituteCall.person_id == person_id)
    return db.session.scalars(own).one_or_none()
