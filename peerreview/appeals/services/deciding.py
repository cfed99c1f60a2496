"""The panel decides: it writes, every member agrees, the chair signs, and the letter goes in the same act.

The document takes time to make, so it is made before that act begins; the act then looks whether the text is still the
one that was agreed on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from peerreview.appeals import mail
from peerreview.appeals.lifecycle import APPEAL, AppealOutcome, AppealState
from peerreview.appeals.models import Appeal
from peerreview.appeals.queries.appeals import Case, case_with, superseded
from peerreview.appeals.queries.letters import appeal_document
from peerreview.appeals.services.consequences import replace_decision, send_back
from peerreview.appeals.services.panel import forget_agreement, refuse_unless_free
from peerreview.commission.lifecycle import Outcome
from peerreview.commission.queries.letters import letter_language
from peerreview.commission.queries.letters_behind import behind
from peerreview.commission.services import ConditionText
from peerreview.core import audit, clock, events, i18n
from peerreview.core.access import Actor
from peerreview.core.association import the_association
from peerreview.core.db import db, unit_of_work
from peerreview.core.documents import render
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused, StaleVersion
from peerreview.core.storage import checksum, storage
from peerreview.frameworks.queries import outline_of

O = AppealOutcome  # noqa: E741 - as the tables of states do
NEW = (O.AMENDED, O.REVERSED)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the panel does with the decision and why; `instead` and `conditions` when another one comes in its place."""

    outcome: AppealOutcome
    motivation: str
    instead: Outcome | None = None
    conditions: Sequence[ConditionText] = ()


def write_outcome(case: Case, judgement: Judgement, *, version: int, by: Actor) -> None:
    """Write what the panel decides; who agreed before has to agree again. Every member may write.

    Raises StaleVersion (with both texts) when another member wrote meanwhile, Invalid for a judgement that cannot be.
    """
    with unit_of_work():
        appeal = _held(case.appeal)
        motivation = judgement.motivation.strip()
        if appeal.version != version:
            raise StaleVersion("", theirs=appeal.motivation, mine=motivation)
        now = case_with(appeal)
        _check(now, judgement)
        new = judgement.outcome in NEW
        appeal.outcome, appeal.motivation = judgement.outcome, motivation
        appeal.instead = judgement.instead if new else None
        appeal.conditions = [
            {"norm": one.norm, "what": one.what.strip(), "by": one.by.isoformat()}
            for one in (judgement.conditions if new and judgement.instead == Outcome.GRANTED_WITH_CONDITIONS else ())
        ]
        forget_agreement(now)
        audit.record("appeal.write", appeal, by=by)


def _check(case: Case, judgement: Judgement) -> None:
    if not case.complete:
        raise NotNow(_("First three people sit on the panel, one of them in the chair."))
    if not judgement.motivation.strip():
        raise Invalid(_("Write down why the panel decides this."))
    if judgement.outcome not in NEW:
        return
    was, instead = case.decision.outcome, judgement.instead
    if instead in (None, Outcome.DEFERRED):
        raise Invalid(_("Choose which decision comes in its place."))
    if (instead == was) != (judgement.outcome == O.AMENDED):
        raise Invalid(_("Amended keeps the outcome and changes its terms; reversed gives another outcome."))
    if instead != Outcome.GRANTED_WITH_CONDITIONS:
        return
    known = outline_of(case.trajectory.framework_version_id).by_code
    if not judgement.conditions:
        raise Invalid(_("Write down at least one condition."))
    for one in judgement.conditions:
        if one.norm not in known or not one.what.strip() or one.by <= clock.today():
            raise Invalid(_("A condition has a norm, what must be done, and a day in the future."))


def agree(case: Case, *, version: int, by: Actor) -> None:
    """Say yes to the text as it was read. Raises StaleVersion when it changed since, NotNow when there is none."""
    with unit_of_work():
        appeal = _held(case.appeal)
        if appeal.version != version:
            raise StaleVersion("", theirs=appeal.motivation)
        now = case_with(appeal)
        seat = next((seat for seat in now.panel if seat.person_id == by.person_id), None)
        if seat is None:
            raise NotAllowed(_("You do not sit on this panel."))
        if appeal.outcome is None:
            raise NotNow(_("There is no text yet to agree with."))
        if not seat.agrees:
            seat.agrees = True
            audit.record("panel.agree", appeal, by=by, after={"person_id": seat.person_id})


def decide_appeal(case: Case, *, by: Actor) -> int:
    """The chair signs: the letter with its document goes to the organisation, and what follows happens at once.

    Amended or reversed makes a decision in place of the first, with all its consequences for trajectory and certificate;
    sent back puts the dossier before the commission again, with nothing changed until then. The number of letters.
    Announces "appeal.decided". Raises NotNow before every member agreed, and the second time.
    """
    agreed = case_with(case.appeal)
    _refuse_unless_agreed(agreed, by)
    content, version = outcome_document(agreed, signer=by.name), agreed.appeal.version
    key = storage().put(content)
    try:
        with unit_of_work():
            return _decide(case.appeal, version, key, checksum(content), by)
    except BaseException:
        storage().delete(key)
        raise


def _decide(appeal: Appeal, version: int, key: str, digest: str, by: Actor) -> int:
    _held(appeal)
    if appeal.version != version:
        raise StaleVersion("")
    case = case_with(appeal)
    _refuse_unless_agreed(case, by)
    refuse_unless_free(case, [seat.person_id for seat in case.panel])
    moment = clock.now()
    appeal.decided_at = appeal.letter_sent_at = moment
    appeal.signed_by_id, appeal.file_key, appeal.file_checksum = by.person_id, key, digest
    audit.change_state(appeal, APPEAL, "decide", by=by, reason=str(appeal.outcome))
    if appeal.outcome in NEW:
        replace_decision(case, by=by)
    elif appeal.outcome == O.SENT_BACK:
        send_back(case, by=by)
    db.session.flush()
    number = mail.send_outcome(case, behind([case.decision])[case.decision.id].readers)
    audit.record("appeal.send_letter", appeal, by=by, after={"letters": number, "sha256": digest})
    events.announce("appeal.decided", appeal, by=by)
    return number


def _refuse_unless_agreed(case: Case, by: Actor) -> None:
    appeal = case.appeal
    if appeal.state != AppealState.ADMITTED:
        raise NotNow(_("The panel has already decided."))
    if not any(seat.chair and seat.person_id == by.person_id for seat in case.panel):
        raise NotAllowed(_("Who chairs the panel signs."))
    if not case.agreed:
        raise NotNow(_("First every member of the panel agrees with the text."))
    if appeal.outcome in (*NEW, O.SENT_BACK) and superseded(case.decision):
        raise NotNow(_("The commission has decided on this dossier again since. Only this is possible: it stands."))


def outcome_document(case: Case, *, signer: str) -> bytes:
    """The letter as PDF: as it was signed, or as it would be signed now."""
    appeal = case.appeal
    if appeal.file_key:
        content = storage().get(appeal.file_key) if storage().exists(appeal.file_key) else b""
        if checksum(content) != appeal.file_checksum:
            raise Refused(_("This document is not the one that was signed. Call the secretariat."))
        return content
    told = behind([case.decision])[case.decision.id]
    language = letter_language(told.readers)
    with i18n.speaking(language):
        data = appeal_document(case, the_association(), told.executives, signer)
        return render("decision", data, language=language)


def _held(appeal: Appeal) -> Appeal:
    db.session.refresh(appeal, with_for_update=True)
    if appeal.state != AppealState.ADMITTED:
        raise NotNow(_("The panel has already decided."))
    return appeal
