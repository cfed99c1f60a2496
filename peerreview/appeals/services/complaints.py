"""A complaint comes in, is acknowledged within five working days and answered within six weeks. It changes no decision."""

import secrets
from collections.abc import Sequence

from flask_babel import gettext as _

from peerreview.appeals import mail
from peerreview.appeals.clocks import acknowledge_by, answer_by
from peerreview.appeals.lifecycle import COMPLAINT, ComplaintState, EntryKind
from peerreview.appeals.models import Complaint
from peerreview.appeals.services.record import keep_entries
from peerreview.core import audit, clock, i18n
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow

Files = Sequence[tuple[str, bytes]]


def complain(*, name: str, email: str, text: str, language: str, by: Actor | None) -> Complaint:
    """Take a complaint in, from anybody; who wrote it gets a private link, the secretariat a letter without its words."""
    if not text.strip():
        raise Invalid(_("Write down what your complaint is about."))
    today = clock.today()
    complaint = Complaint(
        organisation_id=by.organisation_id if by else None, person_id=by.person_id if by else None, name=name.strip(),
        email=email.strip(), language=language, text=text.strip(), received_at=clock.now(),
        acknowledge_by=acknowledge_by(today), answer_by=answer_by(today), token=secrets.token_urlsafe(24),
        state_since=clock.now(),
    )  # fmt: skip
    with unit_of_work():
        db.session.add(complaint)
        db.session.flush()
        audit.record("complaint.receive", complaint, by=by or SYSTEM)
        with i18n.speaking(language):
            mail.confirm_complaint(complaint)
    return complaint


def acknowledge_complaint(complaint: Complaint, *, by: Actor) -> None:
    """Tell who complained that it is looked into."""
    with unit_of_work():
        _hold(complaint, "acknowledge")
        audit.change_state(complaint, COMPLAINT, "acknowledge", by=by)
        with i18n.speaking(complaint.language):
            mail.acknowledge_complaint(complaint)


def answer_complaint(complaint: Complaint, *, answer: str, by: Actor) -> None:
    """Answer by letter, once; whom the complaint is about reads of it what the answer tells, if it is sent to them.

    One that was not acknowledged yet is so with its answer.
    """
    if not answer.strip():
        raise Invalid(_("Write down the answer."))
    with unit_of_work():
        db.session.refresh(complaint, ["state", "version"], with_for_update=True)
        if complaint.state == ComplaintState.RECEIVED:
            audit.change_state(complaint, COMPLAINT, "acknowledge", by=by)
        _hold(complaint, "answer", anew=False)
        complaint.answer, complaint.answered_at, complaint.answered_by_id = answer.strip(), clock.now(), by.person_id
        audit.change_state(complaint, COMPLAINT, "answer", by=by)
        with i18n.speaking(complaint.language):
            mail.answer_complaint(complaint)


def withdraw_complaint(complaint: Complaint) -> None:
    """Who complained takes it back, by the private link."""
    with unit_of_work():
        _hold(complaint, "withdraw")
        audit.change_state(complaint, COMPLAINT, "withdraw", by=SYSTEM)


def add_to_complaint(
    complaint: Complaint, *, kind: EntryKind, text: str, files: Files = (), by: Actor | None = None
) -> None:
    """Add words or files to its record: a note of the secretariat, or more from who complained."""
    if not text.strip() and not files:
        raise Invalid(_("Write something down, or add a file."))
    with unit_of_work():
        db.session.refresh(complaint, ["state", "version"], with_for_update=True)
        if complaint.state not in (ComplaintState.RECEIVED, ComplaintState.ACKNOWLEDGED):
            raise NotNow(_("This complaint is closed."))
        keep_entries(complaint, kind, text.strip(), files, by or SYSTEM)
        audit.record("complaint.add", complaint, by=by or SYSTEM, after={"kind": kind, "files": len(files)})


def _hold(complaint: Complaint, verb: str, *, anew: bool = True) -> None:
    if anew:
        db.session.refresh(complaint, ["state", "version"], with_for_update=True)
    if not COMPLAINT.can(complaint.state, verb):
        raise NotNow(_("Somebody was before you: this complaint now stands otherwise."))
