"""Conditions of an award: the organisation shows for each norm that it is met, the commission looks at that norm alone.

Facts announced: "condition.met" and "condition.not_met" (Condition), and "conditions.settled" (Decision) with the last of
them.
"""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from peerreview.commission.lifecycle import CONDITION, ConditionState
from peerreview.commission.mail import conditions as mail
from peerreview.commission.models import Condition, ConditionFile, Decision
from peerreview.commission.queries.conditions import SETTLED, SHOW, Shown, is_replaced, shown_with
from peerreview.core import audit, clock, events, history
from peerreview.core.access import Actor
from peerreview.core.db import after_commit, db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.core.storage import checksum, storage
from peerreview.core.uploads import checked

MOST_FILES = 10  # with one condition
Files = Sequence[tuple[str, bytes]]


def write_condition(condition: Condition, *, text: str, version: int, by: Actor, files: Files = ()) -> None:
    """Keep what the organisation says of it, and files, without sending it to the commission yet.

    Raises NotNow once it was shown, StaleVersion (with both texts) when a colleague wrote meanwhile, Invalid for a file
    that cannot be kept.
    """
    with unit_of_work():
        _locked(condition)
        if condition.state != ConditionState.OPEN:
            raise NotNow(_("The commission already has what you showed."))
        if condition.version != version and condition.shown != text.strip():
            raise StaleVersion("", theirs=condition.shown, mine=text)
        condition.shown = text.strip()
        for name, content in files:
            _keep_file(condition, name, content, by)
        audit.record("condition.write", condition, by=by)


def _keep_file(condition: Condition, file_name: str, content: bytes, by: Actor) -> None:
    """The same file brought twice is kept once."""
    name, media_type = checked(file_name, content)
    digest, own = checksum(content), ConditionFile.condition_id == condition.id
    if db.session.scalars(select(ConditionFile.id).where(own, ConditionFile.checksum == digest)).first():
        return
    if (db.session.scalar(select(func.count()).select_from(ConditionFile).where(own)) or 0) >= MOST_FILES:
        raise Invalid(_("You have ten files with this condition already. Remove one first."))
    file = ConditionFile(
        condition_id=condition.id, file_name=name, media_type=media_type, size=len(content), checksum=digest,
        key=storage().put(content), added_at=clock.now(),
    )  # fmt: skip
    db.session.add(file)
    db.session.flush()
    audit.record("condition.add_file", condition, by=by, after={"file": name, "size": len(content)})


def remove_condition_file(file: ConditionFile, *, by: Actor) -> None:
    """Take a file back, with its bytes; only while the commission does not have it."""
    key = file.key
    with unit_of_work():
        condition = db.session.get_one(Condition, file.condition_id)
        _locked(condition)
        if condition.state != ConditionState.OPEN:
            raise NotNow(_("The commission already has what you showed."))
        before = {"file": file.file_name, "sha256": file.checksum}
        audit.record("condition.remove_file", condition, by=by, before=before)
        db.session.delete(file)
        after_commit(f"storage.{key}", lambda: storage().delete(key))


def show_condition(condition: Condition, *, text: str, version: int, by: Actor, files: Files = ()) -> None:
    """Send what shows that the condition is met to the commission; who of it checks gets a letter.

    Raises Invalid without a word and without a file; else as `write_condition`.
    """
    with unit_of_work():
        write_condition(condition, text=text, version=version, by=by, files=files)
        shown = _shown(condition)
        if not condition.shown and not shown.files:
            raise Invalid(_("Write down how you meet it, or add a file that shows it."))
        condition.shown_at = clock.now()
        audit.change_state(condition, CONDITION, "show", by=by)
        mail.tell_shown(shown)


def meet_condition(condition: Condition, *, verdict: str = "", by: Actor) -> None:
    """The commission finds that the condition is met; the certificate and the register say so."""
    _judge(condition, "meet", verdict, by)


def fail_condition(condition: Condition, *, verdict: str, by: Actor) -> None:
    """The commission finds that the condition is not met; also when nothing was shown and its day has passed."""
    if not verdict.strip():
        raise Invalid(_("Write down why: the organisation reads it."))
    if condition.state == ConditionState.OPEN and condition.due_on >= clock.today():
        raise NotNow(_("The organisation still has time to show it."))
    _judge(condition, "fail", verdict, by)


def ask_condition_again(condition: Condition, *, verdict: str, due_on: date, by: Actor) -> None:
    """Ask for more, by another day; what was shown until now stays in the history."""
    if not verdict.strip():
        raise Invalid(_("Write down why: the organisation reads it."))
    if due_on <= clock.today():
        raise Invalid(_("Choose a day in the future."))
    _judge(condition, "ask_again", verdict, by, due_on)


def _judge(condition: Condition, verb: str, verdict: str, by: Actor, due_on: date | None = None) -> None:
    with unit_of_work():
        _locked(condition)
        shown = _shown(condition)
        if by.person_id not in shown.checkers:
            raise NotAllowed(_("The chair says whether a condition is met, or who stands in for the chair."))
        if not CONDITION.can(condition.state, verb):
            raise NotNow(_("Somebody was before you: this condition now stands otherwise."))
        if verb == "ask_again":
            _keep_round(condition, verdict, by)
        condition.verdict, condition.checked_at, condition.checked_by_id = verdict.strip(), clock.now(), by.person_id
        condition.due_on = due_on or condition.due_on
        audit.change_state(condition, CONDITION, verb, by=by, reason=verdict.strip()[:500])
        db.session.flush()
        mail.tell_checked(shown)
        _announce(condition, shown.decision, by)


def _keep_round(condition: Condition, verdict: str, by: Actor) -> None:
    moment = condition.shown_at.isoformat() if condition.shown_at else ""
    history.keep(condition, {"text": condition.shown, "answer": verdict.strip(), "shown": moment}, by=by, apart=True)


def _announce(condition: Condition, decision: Decision, by: Actor) -> None:
    if condition.state not in SETTLED:
        return
    events.announce(f"condition.{condition.state.value}", condition, by=by)
    own = select(Condition.id).where(Condition.decision_id == decision.id, Condition.state.not_in(SETTLED))
    if not db.session.scalars(own).first():
        events.announce("conditions.settled", decision, by=by)


@mover(SHOW)
def move_condition_day(condition_id: int, due_on: date, *, by: Actor, reason: str) -> None:
    """Give the organisation another day to show it."""
    with unit_of_work():
        condition = db.session.get_one(Condition, condition_id)
        _locked(condition)
        before, condition.due_on = condition.due_on, due_on
        moved = {"before": {"due_on": before}, "after": {"due_on": due_on}}
        audit.record("condition.move", condition, by=by, reason=reason, **moved)


def _shown(condition: Condition) -> Shown:
    return shown_with(condition, db.session.get_one(Decision, condition.decision_id))


def _locked(condition: Condition) -> None:
    """Raises NotNow when another decision came in the place of the one that set it."""
    db.session.refresh(condition, with_for_update=True)
    if is_replaced(db.session.get_one(Decision, condition.decision_id)):
        raise NotNow(_("Another decision came in its place. This condition asks nothing any longer."))
