"""What the secretariat decides about a conflict, and leave for a soft one. Never by somebody of one of its parties."""

from datetime import date

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.impartiality import mail, policy, queries
from peerreview.impartiality.lifecycle import (
    CONFLICT,
    WAIVER,
    ConflictState,
    Severity,
    Source,
)
from peerreview.impartiality.models import Conflict, Waiver
from peerreview.impartiality.queries import register


def dismiss(conflict: Conflict, *, reason: str, by: Actor) -> None:
    """Pin it as "no conflict", for a reason; the system does not raise it again. Who asked to look again gets a letter."""
    with unit_of_work():
        conflict = _now(conflict, by)
        asked = register.asked_again(conflict)
        _move(conflict, "dismiss", reason, by, _("This does not count any more, so there is nothing to pin."))
        mail.tell_looked_again(conflict, asked)


def end(conflict: Conflict, *, reason: str, by: Actor) -> None:
    """Say that it is over. What the system found ends by itself, when what it saw is no longer so: that is refused."""
    with unit_of_work():
        conflict = _now(conflict, by)
        if conflict.source == Source.DETECTED:
            raise NotNow(_("The system ends this by itself. Is it wrong? Then pin it as no conflict."))
        asked = register.asked_again(conflict)
        _move(conflict, "end", reason, by, _("This does not count any more."))
        mail.tell_looked_again(conflict, asked)


def reinstate(conflict: Conflict, *, reason: str, by: Actor) -> None:
    """Let it count again after it was dismissed or ended."""
    with unit_of_work():
        _move(_now(conflict, by), "reinstate", reason, by, _("This counts already."))


def _now(conflict: Conflict, by: Actor) -> Conflict:
    """The conflict as it is now, for somebody of the secretariat who is no party to it."""
    if not policy.may_decide(by):
        raise NotAllowed(_("Only the secretariat does this."))
    now = queries.conflict_of(conflict.id)
    if now is None:
        raise NotNow(_("This is no longer there."))
    db.session.refresh(now, ["state", "severity", "version"], with_for_update={"of": Conflict})
    parties = {now.organisation_id, now.other_organisation_id} - {None}
    if by.person_id == now.person_id or queries.tied_to(by.person_id, parties):
        raise NotAllowed(_("You belong to one of the two, or did so in the last five years. Let a colleague do this."))
    return now


def _move(conflict: Conflict, verb: str, reason: str, by: Actor, refusal: str) -> None:
    if not reason.strip():
        raise Invalid(_("Write why: it stays in the register."))
    if not CONFLICT.can(conflict.state, verb):
        raise NotNow(refusal)
    conflict.reason = reason.strip()
    audit.change_state(conflict, CONFLICT, verb, by=by, reason=conflict.reason)


def set_severity(conflict: Conflict, *, severity: Severity, reason: str, by: Actor) -> None:
    """Make it hard or soft, for a reason. Leave that was given does nothing while it is hard."""
    if not reason.strip():
        raise Invalid(_("Write why: it stays in the register."))
    with unit_of_work():
        conflict = _now(conflict, by)
        if conflict.severity == severity:
            return
        before, conflict.severity = conflict.severity, severity
        change = {"before": {"severity": before}, "after": {"severity": severity}}
        audit.record("conflict.set_severity", conflict, by=by, reason=reason.strip(), **change)


def waive(conflict: Conflict, *, reason: str, ends_on: date, by: Actor) -> Waiver:
    """Give leave to go on in spite of a soft conflict, until a day and for a reason. The same leave twice is one.

    Raises NotNow for a hard one, one that does not count, or when there is leave already; Invalid without a reason or
    for a day that is past; NotAllowed for somebody of one of the two parties.
    """
    if not reason.strip():
        raise Invalid(_("Write why: it stays in the register."))
    if ends_on < clock.today():
        raise Invalid(_("Choose today or a later day."))
    with unit_of_work():
        conflict = _now(conflict, by)
        if conflict.severity != Severity.SOFT:
            raise NotNow(_("This rules out, so there is no leave for it."))
        if conflict.state != ConflictState.STANDING:
            raise NotNow(_("This does not count any more, so it needs no leave."))
        if held := conflict.leave_on(clock.today()):
            if (held.reason, held.ends_on) == (reason.strip(), ends_on):
                return held
            raise NotNow(_("There is leave already. Take that back first."))
        waiver = Waiver(
            conflict_id=conflict.id,
            reason=reason.strip(),
            approved_by_id=by.person_id,
            approved_at=clock.now(),
            ends_on=ends_on,
            state_since=clock.now(),
        )
        db.session.add(waiver)
        db.session.flush()
        about = {"conflict_id": conflict.id, "ends_on": ends_on}
        audit.record("waiver.grant", waiver, by=by, reason=waiver.reason, after=about)
    return waiver


def revoke(waiver: Waiver, *, reason: str, by: Actor) -> None:
    """Take leave back, for a reason; the soft conflict stands in the way again."""
    if not policy.may_decide(by):
        raise NotAllowed(_("Only the secretariat does this."))
    if not reason.strip():
        raise Invalid(_("Write why: it stays in the register."))
    with unit_of_work():
        db.session.refresh(waiver, ["state", "version"], with_for_update={"of": Waiver})
        if not WAIVER.can(waiver.state, "revoke"):
            raise NotNow(_("This leave was taken back already."))
        audit.change_state(waiver, WAIVER, "revoke", by=by, reason=reason.strip())
