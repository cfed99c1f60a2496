"""An appeal is written, lodged, taken up or not, and taken back. The status of the label stays as it is meanwhile."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.appeals import mail
from peerreview.appeals.clocks import admissible_by, decide_by
from peerreview.appeals.lifecycle import APPEAL, EntryKind
from peerreview.appeals.models import Appeal, AppealDraft
from peerreview.appeals.queries.appeals import Chance, can_be_appealed, draft_of, running
from peerreview.appeals.services.record import keep_entries
from peerreview.commission.models import Decision
from peerreview.commission.queries.decisions import decision_with_names
from peerreview.commission.queries.letters import appeal_until
from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion

Files = Sequence[tuple[str, bytes]]


def save_appeal(chance: Chance, *, grounds: str, wish: str, version: int, by: Actor) -> AppealDraft:
    """Keep what is written of an appeal that was not lodged yet; only the organisation reads it.

    Raises NotNow once it was lodged, StaleVersion (with the other's texts) when a colleague wrote meanwhile.
    """
    with unit_of_work():
        decision_id = chance.decision.id
        _locked(decision_id)
        if running(decision_id):
            raise NotNow(_("Your appeal was already lodged."))
        draft, mine = draft_of(decision_id), {"grounds": grounds, "wish": wish}
        theirs = {"grounds": draft.grounds, "wish": draft.wish} if draft else {"grounds": "", "wish": ""}
        if draft and draft.version != version and theirs != mine:
            raise StaleVersion("", theirs=theirs, mine=mine)
        draft = draft or AppealDraft(decision_id=decision_id)
        if draft.id is None or theirs != mine:
            draft.grounds, draft.wish = grounds, wish
            draft.written_at, draft.written_by_id = clock.now(), by.person_id
            db.session.add(draft)
            db.session.flush()
    return draft


def lodge_appeal(decision: Decision, *, grounds: str, wish: str = "", files: Files = (), by: Actor) -> Appeal:
    """Lodge an appeal against a decision that is no full award; the executive's act, within the round's rule.

    The secretariat is told and has ten working days; nothing changes in the meantime. Raises NotNow too late and a
    second time (also at the same moment), Invalid without grounds, NotAllowed for anybody but the executive.
    """
    with unit_of_work():
        _locked(decision.id)
        whole = decision_with_names(decision.id)
        trajectory = whole.dossier.trajectory
        if by.role != Role.EXECUTIVE or not by.is_of(trajectory.organisation_id):
            raise NotAllowed(_("The executive signs an appeal."))
        _refuse_unless_open(whole)
        if not grounds.strip():
            raise Invalid(_("Write down why you disagree with the decision."))
        appeal = Appeal(
            decision_id=whole.id, organisation_id=trajectory.organisation_id, grounds=grounds.strip(),
            wish=wish.strip(), lodged_at=clock.now(), lodged_by_id=by.person_id,
            admissible_by=admissible_by(clock.today()), state_since=clock.now(),
        )  # fmt: skip
        db.session.add(appeal)
        db.session.flush()
        if draft := draft_of(whole.id):
            db.session.delete(draft)
        keep_entries(appeal, EntryKind.STATEMENT, "", files, by)
        audit.record("appeal.lodge", appeal, by=by, after={"decision_id": whole.id})
        mail.tell_lodged(appeal, trajectory.organisation.name)
        events.announce("appeal.lodged", appeal, by=by)
    return appeal


def _refuse_unless_open(decision: Decision) -> None:
    if decision.letter_sent_at is None or not can_be_appealed(decision):
        raise NotNow(_("Against this decision no appeal is possible."))
    if running(decision.id):
        raise NotNow(_("Your appeal was already lodged."))
    if appeal_until(decision) < clock.today():
        raise NotNow(_("The time to appeal is over. Call the secretariat when there is a reason."))


def admit_appeal(appeal: Appeal, *, by: Actor) -> None:
    """Take it up: a panel of three is formed, which decides within thirty working days; the organisation is told."""
    with unit_of_work():
        _refuse_unless(appeal, "admit")
        appeal.decide_by = decide_by(clock.today())
        audit.change_state(appeal, APPEAL, "admit", by=by)
        mail.tell_admitted(appeal)
        events.announce("appeal.admitted", appeal, by=by)


def reject_appeal(appeal: Appeal, *, reason: str, by: Actor) -> None:
    """Do not take it up, because of when, against what or by whom it was lodged; the organisation reads why."""
    if not reason.strip():
        raise Invalid(_("Write the reason down: the organisation reads it."))
    with unit_of_work():
        _refuse_unless(appeal, "reject")
        appeal.motivation, appeal.letter_sent_at = reason.strip(), clock.now()
        audit.change_state(appeal, APPEAL, "reject", by=by, reason=reason.strip()[:500])
        mail.tell_rejected(appeal)


def withdraw_appeal(appeal: Appeal, *, by: Actor) -> None:
    """The organisation takes its appeal back; the panel and the secretariat are told. Within its time it may lodge anew."""
    with unit_of_work():
        _refuse_unless(appeal, "withdraw")
        audit.change_state(appeal, APPEAL, "withdraw", by=by)
        mail.tell_withdrawn(appeal)


def _refuse_unless(appeal: Appeal, verb: str) -> None:
    """Hold the row; NotNow, in words for the person, when somebody was before them."""
    db.session.refresh(appeal, ["state", "version"], with_for_update=True)
    if not APPEAL.can(appeal.state, verb):
        raise NotNow(_("Somebody was before you: this appeal now stands otherwise."))


def _locked(decision_id: int) -> None:
    """Hold the decision, so that two who lodge at the same moment come one after the other."""
    db.session.execute(select(Decision.id).where(Decision.id == decision_id).with_for_update())
