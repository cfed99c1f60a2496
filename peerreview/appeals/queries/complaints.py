"""Complaints: for the secretariat, and for who holds the private link. Nobody else finds or counts one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.appeals.lifecycle import ComplaintState, EntryKind
from peerreview.appeals.models import Complaint, RecordEntry
from peerreview.core.access import SECRETARIAT, Actor
from peerreview.core.db import db
from peerreview.core.paging import Page, paged

LARGEST = 2**31 - 1
C = ComplaintState


@dataclass(frozen=True)
class Told:
    """A complaint with what stands in its record, as far as this reader may read it."""

    complaint: Complaint
    record: Sequence[tuple[RecordEntry, str]]

    @property
    def open(self) -> bool:
        return self.complaint.state in (C.RECEIVED, C.ACKNOWLEDGED)

    @property
    def due_on(self) -> date:
        received = self.complaint.state == C.RECEIVED
        return self.complaint.acknowledge_by if received else self.complaint.answer_by


def complaint_for(actor: Actor, complaint_id: int) -> Told | None:
    """A complaint with its whole record, for the secretariat. Two queries."""
    if actor.role != SECRETARIAT or complaint_id > LARGEST:
        return None
    complaint = db.session.get(Complaint, complaint_id)
    return Told(complaint, _record(complaint, *EntryKind)) if complaint else None


def complaint_with(token: str) -> Told | None:
    """The complaint that this private link opens, with what its writer added. Two queries."""
    complaint = db.session.scalars(select(Complaint).where(Complaint.token == token)).one_or_none()
    return Told(complaint, _record(complaint, EntryKind.STATEMENT)) if complaint else None


def _record(complaint: Complaint, *kinds: EntryKind) -> Sequence[tuple[RecordEntry, str]]:
    rows = db.session.execute(
        select(RecordEntry, Person.name)
        .outerjoin(Person, Person.id == RecordEntry.added_by_id)
        .where(RecordEntry.complaint_id == complaint.id, RecordEntry.kind.in_(kinds))
        .order_by(RecordEntry.added_at, RecordEntry.id)
    ).all()
    return [(entry, name or "") for entry, name in rows]


def complaint_page(number: int) -> Page:
    """A page of all complaints, the open ones first, the oldest of them on top. Two queries."""
    chosen: Any = select(
        Complaint.id, Complaint.name, Complaint.state, Complaint.received_at, Complaint.acknowledge_by,
        Complaint.answer_by, Complaint.answered_at,
    ).order_by(Complaint.state.in_((C.ANSWERED, C.WITHDRAWN)), Complaint.received_at, Complaint.id)  # fmt: skip
    return paged(chosen, number)


def file_for(actor: Actor, complaint_id: int, entry_id: int) -> RecordEntry | None:
    """A file of the record of a complaint, for the secretariat."""
    told = complaint_for(actor, complaint_id)
    return next((entry for entry, _name in told.record if entry.id == entry_id and entry.key), None) if told else None
