"""The audit trail: who did what, when, in which role and why, in a chain that shows every later change.

Each entry carries the SHA-256 of its own content and of the entry before it; `audit_head` remembers the last one, so
that a row changed, removed or cut off at the end is found by `verify`. Entries are added while an act runs and written
just before its commit, in the order of the commits. The database itself refuses to change or delete them.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, BigInteger, Integer, String, Text, event, select
from sqlalchemy.orm import Mapped, mapped_column

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import Json, Model, UtcDateTime, db
from peerreview.core.lifecycle import Lifecycle

START = "0" * 64
FIELDS = (
    "id", "at", "person_id", "person_name", "role", "organisation_id", "action",
    "subject_type", "subject_id", "reason", "before", "after", "previous_hash",
)  # fmt: skip


class AuditEntry(Model):
    """One act. Never changed, never removed."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None]
    person_name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(60), index=True)
    subject_id: Mapped[int | None] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[Any] = mapped_column(Json, nullable=True)
    after: Mapped[Any] = mapped_column(Json, nullable=True)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    def digest(self) -> str:
        """The SHA-256 that belongs to this content; equal to `hash` unless somebody changed the row."""
        content = {name: getattr(self, name) for name in FIELDS}
        text = json.dumps(content, sort_keys=True, default=_plain, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class AuditHead(Model):
    """The one row that says where the chain ends; locked while entries are added, so that the chain never forks."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_id: Mapped[int] = mapped_column(BigInteger)
    last_hash: Mapped[str] = mapped_column(String(64))


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _json(value: Any) -> Any:
    return json.loads(json.dumps(value, default=_plain)) if value is not None else None


def record(action: str, subject: Any, *, by: Actor, reason: str = "", before: Any = None, after: Any = None) -> None:
    """Note an act on `subject` (a model with an id); it is written when the unit of work commits."""
    entry = AuditEntry(
        at=clock.now(),
        person_id=by.person_id,
        person_name=by.name,
        role=by.role,
        organisation_id=by.organisation_id,
        action=action,
        reason=reason,
        before=_json(before),
        after=_json(after),
    )
    db.session.info.setdefault("audit", []).append((entry, subject))


def change_state(subject: Any, lifecycle: Lifecycle, verb: str, *, by: Actor, reason: str = "") -> None:
    """Make one move of the table: the only way in which a `state` changes. Raises NotNow when it does not exist now."""
    before, after = subject.state, lifecycle.after(subject.state, verb)
    subject.state = after
    if hasattr(subject, "state_since"):
        subject.state_since = clock.now()
    moved = {"before": {"state": before}, "after": {"state": after}}
    record(f"{lifecycle.subject}.{verb}", subject, by=by, reason=reason, **moved)


def seal() -> None:
    """Write the noted acts at the end of the chain. Called by `unit_of_work` just before it commits."""
    noted = db.session.info.pop("audit", [])
    if not noted:
        return
    db.session.flush()
    head = db.session.execute(select(AuditHead).where(AuditHead.id == 1).with_for_update()).scalar_one_or_none()
    if head is None:
        head = AuditHead(id=1, last_id=0, last_hash=START)
        db.session.add(head)
    for entry, subject in noted:
        entry.id, entry.previous_hash = head.last_id + 1, head.last_hash
        entry.subject_type, entry.subject_id = subject.__tablename__, getattr(subject, "id", None)
        entry.hash = entry.digest()
        head.last_id, head.last_hash = entry.id, entry.hash
        db.session.add(entry)


def forget() -> None:
    """Drop acts that were noted but rolled back."""
    db.session.info.pop("audit", None)


def verify() -> Iterator[str]:
    """Each fault of the chain in words; nothing when it is whole. Reads the trail once, 1,000 rows at a time."""
    last_id, last_hash = 0, START
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)):
        if entry.id != last_id + 1:
            yield f"entries {last_id + 1} to {entry.id - 1} are missing"
        elif entry.previous_hash != last_hash:
            yield f"entry {entry.id} does not follow on entry {last_id}"
        if entry.digest() != entry.hash:
            yield f"entry {entry.id} was changed"
        last_id, last_hash = entry.id, entry.hash
    head = db.session.get(AuditHead, 1)
    if head and (head.last_id, head.last_hash) != (last_id, last_hash):
        yield f"the trail ends at entry {last_id}, but entry {head.last_id} was written"


GUARD_SQLITE = [
    f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
    for verb in ("UPDATE", "DELETE")
]
GUARD_POSTGRESQL = [
    "CREATE OR REPLACE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
    "CREATE TRIGGER audit_entry_guard BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only()",
]
for _dialect, _statements in (("sqlite", GUARD_SQLITE), ("postgresql", GUARD_POSTGRESQL)):
    for _statement in _statements:
        _ddl = DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect)
        event.listen(AuditEntry.__table__, "after_create", _ddl)
