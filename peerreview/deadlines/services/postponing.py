"""Giving a duty a later day, with a reason: written where the day lives, kept, and told to whoever can act."""

from dataclasses import replace
from datetime import date, timedelta

from flask_babel import gettext as _

from peerreview.core import audit, clock, i18n
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import Due, may_move, mover_of
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.deadlines import mail, policy, queries
from peerreview.deadlines.models import Postponement

FARTHEST = timedelta(days=366)


def as_it_was(due: Due, day: date | None) -> Due:
    """The duty as a page showed it, with the day that stood there then (None: with its present day)."""
    return replace(due, due_on=day) if day else due


def refuse_postponement(due: Due, *, to: date, reason: str) -> None:
    """Raise Invalid with the fields that are wrong: a later working day that is still to come, and a reason."""
    if not reason.strip():
        raise Invalid(_("Write the reason down: who must act reads it."), ["reason"])
    if to <= due.due_on or to < clock.today():
        raise Invalid(_("Choose a day after %(day)s that is still to come.", day=i18n.day(due.due_on)), ["on"])
    if not clock.is_working_day(to):
        raise Invalid(_("Choose a working day that is not a public holiday."), ["on"])
    if to > clock.today() + FARTHEST:
        raise Invalid(_("Choose a day within a year."), ["on"])


def postpone(due: Due, *, to: date, reason: str, by: Actor) -> None:
    """Give this duty another day, and with it what has the same day for a reason of its feature.

    Everybody who can act on one that moved is told, but who postponed it. Raises StaleVersion when its day changed since
    `due` was read, NotNow when it is done meanwhile, Invalid as `refuse_postponement`.
    """
    if not policy.may_postpone(by, due) or not may_move(due.kind):
        raise NotAllowed(_("Only the secretariat postpones a deadline."))
    refuse_postponement(due, to=to, reason=reason)
    family = due.kind.split(".")[0]
    with unit_of_work():
        rules = queries.rules_of_rounds()
        before = {one.key: one for one in queries.open_now(rules, family=family)}
        if due.key not in before:
            raise NotNow(_("This was done meanwhile, so it needs no other day."))
        if (there := before[due.key].due_on) != due.due_on:
            raise StaleVersion(_("A colleague chose %(day)s just before you.", day=i18n.day(there)), theirs=there)
        mover_of(due.kind)(due.subject_id, to, by=by, reason=reason.strip())
        db.session.flush()
        after = {one.key: one for one in queries.open_now(rules, family=family)}
        for key, moved in after.items():
            if key in before and before[key].due_on != moved.due_on:
                _keep(moved, before[key].due_on, reason.strip(), by)


def _keep(due: Due, was: date, reason: str, by: Actor) -> None:
    row = Postponement(
        kind=due.kind, subject_id=due.subject_id, from_on=was, to_on=due.due_on, reason=reason, by_id=by.person_id,
        at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    audit.record(
        "deadline.postpone", row, by=by, reason=reason, before={"kind": due.kind, "due_on": was},
        after={"subject": due.subject_id, "due_on": due.due_on},
    )  # fmt: skip
    people = [one for one in queries.people(queries.held().who(due)) if one.id != by.person_id]
    mail.tell_postponed(people, due, before=was, reason=reason, about=row)
