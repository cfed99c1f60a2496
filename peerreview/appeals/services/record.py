"""The record of an appeal or a complaint: words and files are added, with who and when, and never changed."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select

from peerreview.appeals import mail, policy
from peerreview.appeals.lifecycle import AppealState, EntryKind
from peerreview.appeals.models import Appeal, Complaint, RecordEntry
from peerreview.appeals.queries.appeals import Case
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.core.storage import checksum, storage
from peerreview.core.uploads import checked

MOST_FILES = 20  # in one record
Files = Sequence[tuple[str, bytes]]


def add_to_record(case: Case, *, kind: EntryKind, text: str, files: Files = (), by: Actor) -> None:
    """Add words, files or both to the record of a running appeal.

    Raises NotAllowed for a kind that is not this reader's, Invalid for nothing and for a file that cannot be kept.
    """
    if kind not in policy.ADDS.get(case.view, ()):
        raise NotAllowed(_("This part of the record is written by others."))
    if not text.strip() and not files:
        raise Invalid(_("Write something down, or add a file."))
    with unit_of_work():
        appeal = case.appeal
        _refuse_when_over(appeal)
        keep_entries(appeal, kind, text.strip(), files, by)
        audit.record("appeal.add", appeal, by=by, after={"kind": kind, "files": len(files)})


def keep_entries(about: Appeal | Complaint, kind: EntryKind, text: str, files: Files, by: Actor) -> None:
    """One entry for the words, and one for each file; the same file twice is kept once."""
    of = "appeal_id" if isinstance(about, Appeal) else "complaint_id"
    fields = {of: about.id, "kind": kind, "added_at": clock.now(), "added_by_id": by.person_id}
    own = getattr(RecordEntry, of) == about.id
    if text:
        db.session.add(RecordEntry(text=text, **fields))
    for brought, content in files:
        name, media_type = checked(brought, content)
        digest = checksum(content)
        if db.session.scalars(select(RecordEntry.id).where(own, RecordEntry.checksum == digest)).first():
            continue
        if (db.session.scalar(select(func.count()).where(own, RecordEntry.key.is_not(None))) or 0) >= MOST_FILES:
            raise Invalid(_("There are twenty files in this record already."))
        entry = RecordEntry(
            file_name=name,
            media_type=media_type,
            size=len(content),
            checksum=digest,
            key=storage().put(content),
            **fields,
        )
        db.session.add(entry)
        db.session.flush()


def set_hearing(case: Case, *, at: datetime, place: str, by: Actor) -> None:
    """Say when and where the panel hears the organisation and the commission; all of them are told."""
    if not place.strip():
        raise Invalid(_("Write down where it is."))
    if at <= clock.now():
        raise Invalid(_("Choose a moment in the future."))
    with unit_of_work():
        appeal = case.appeal
        _refuse_when_over(appeal)
        if (appeal.hearing_at, appeal.hearing_place) == (at, place.strip()):
            return
        appeal.hearing_at, appeal.hearing_place = at, place.strip()
        audit.record("appeal.hearing", appeal, by=by, after={"at": at, "place": place.strip()})
        mail.tell_hearing(case)


def _refuse_when_over(appeal: Appeal) -> None:
    db.session.refresh(appeal, ["state", "version"], with_for_update=True)
    if appeal.state not in (AppealState.LODGED, AppealState.ADMITTED):
        raise NotNow(_("This appeal is closed."))
