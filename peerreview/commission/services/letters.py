"""The letters with decisions: read, added to, and sent together; each with a signed document that never changes.

A document takes time to make, so it is made before the act that sends it begins; the act then looks whether the
decision is still the one that was read. Nothing is sent twice, and of letters that go together all go or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from peerreview.commission import mail
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.models import Decision
from peerreview.commission.queries.decisions import decision_with_names
from peerreview.commission.queries.letters import decision_document, letter_language
from peerreview.commission.queries.letters_behind import behind
from peerreview.commission.services.questions import ask_what_is_missing
from peerreview.core import audit, clock, events, i18n
from peerreview.core.access import Actor
from peerreview.core.association import the_association
from peerreview.core.db import db, unit_of_work
from peerreview.core.documents import render
from peerreview.core.errors import Invalid, NotNow, Refused, StaleVersion
from peerreview.core.storage import checksum, storage


def read_letter(decision: Decision, *, letter: str, version: int, by: Actor) -> None:
    """The chair has read the letter, and adds a paragraph or takes one away. Until it is sent it may be done again.

    Raises StaleVersion when somebody else wrote meanwhile, NotNow when it was sent.
    """
    with unit_of_work():
        _locked(decision)
        if decision.letter_sent_at is not None:
            raise NotNow(_("The letters were already sent."))
        if decision.version != version:
            raise StaleVersion("", theirs=decision.letter, mine=letter)
        before, decision.letter, decision.letter_read_at = decision.letter, letter.strip(), clock.now()
        audit.record("decision.read_letter", decision, by=by, after={"changed": before != decision.letter})


def send_letters(decision: Decision, *, by: Actor) -> int:
    """Send one decision to the organisation's coordinators and executives, who can read it from then on; once.

    Who sends a single letter has it before them, so it counts as read. The number of letters. Raises Invalid when the
    organisation has nobody to write to.
    """
    return _send([decision], by)


def send_together(decisions: Sequence[Decision], *, by: Actor) -> int:
    """Send all these letters, or none of them; the number of letters to people. Each must have been read.

    Raises NotNow when one was already sent or not read, also by somebody else at the same moment.
    """
    if not decisions:
        raise NotNow(_("There is no letter to send, or the letters were already sent."))
    if any(decision.letter_read_at is None for decision in decisions):
        raise NotNow(_("A letter was not read yet. First the chair reads it."))
    return _send(decisions, by)


@dataclass(frozen=True, slots=True)
class _Made:
    """The document of a decision as it was at this version, in the storage."""

    decision_id: int
    version: int
    key: str
    checksum: str


def _send(decisions: Sequence[Decision], by: Actor) -> int:
    if any(decision.letter_sent_at is not None for decision in decisions):
        raise NotNow(_("The letters were already sent."))
    made: list[_Made] = []
    try:
        for decision_id in sorted(decision.id for decision in decisions):
            made.append(_document(decision_id))
        with unit_of_work():
            return sum(_send_one(one, by) for one in made)
    except BaseException:
        for one in made:
            storage().delete(one.key)
        raise


def _document(decision_id: int) -> _Made:
    """Make the signed document and keep it."""
    decision = decision_with_names(decision_id)
    told = behind([decision])[decision_id]
    language = letter_language(told.readers)
    with i18n.speaking(language):
        content = render("decision", decision_document(decision, the_association(), told), language=language)
    return _Made(decision_id, decision.version, storage().put(content), checksum(content))


def _send_one(made: _Made, by: Actor) -> int:
    decision = db.session.get_one(Decision, made.decision_id)
    _locked(decision)
    if decision.letter_sent_at is not None:
        raise NotNow(_("The letters were already sent."))
    if decision.version != made.version:
        raise StaleVersion("")
    decision.letter_sent_at = clock.now()
    decision.letter_read_at = decision.letter_read_at or decision.letter_sent_at
    decision.file_key, decision.file_checksum = made.key, made.checksum
    db.session.flush()
    whole = decision_with_names(decision.id)
    number = mail.send_decision(whole, behind([whole])[whole.id].readers)
    if not number:
        raise Invalid(_("This organisation has no coordinator or executive to write to."))
    after = {"letters": number, "sha256": made.checksum}
    audit.record("decision.send_letters", decision, by=by, after=after)
    if decision.outcome == Outcome.DEFERRED:
        ask_what_is_missing(decision, by=by)
    events.announce("decision.sent", decision, by=by)
    return number


def signed_document(decision: Decision) -> bytes:
    """The document that was sent. Raises Refused when it is no longer the one that was signed."""
    content = storage().get(decision.file_key) if storage().exists(decision.file_key) else b""
    if checksum(content) != decision.file_checksum:
        raise Refused(_("This document is not the one that was signed. Call the secretariat."))
    return content


def _locked(decision: Decision) -> None:
    columns = ["letter", "letter_read_at", "letter_sent_at", "version"]
    db.session.refresh(decision, columns, with_for_update={"of": Decision})
