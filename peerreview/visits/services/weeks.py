"""A person says on which half-days they never work; for all exchanges, and never taken for an answer by itself."""

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed
from peerreview.visits import policy
from peerreview.visits.lifecycle import Half
from peerreview.visits.models import WorkingWeek
from peerreview.visits.queries.weeks import read_off
from peerreview.visits.surroundings import HalfDays

WORKDAYS = range(5)


def set_off(weekday: int, half: Half, *, off: bool, by: Actor) -> HalfDays:
    """Keep that the actor never works on this half-day of the week (0 for Monday), or does; all their half-days off.

    The same twice is once. It is not noted in the audit trail: it is a remark about oneself that decides nothing.
    """
    if weekday not in WORKDAYS:
        raise Invalid(_("Choose a day from Monday to Friday."))
    if not policy.may_keep_week(by) or by.person_id is None:
        raise NotAllowed(_("Only who may be on a visit keeps this."))
    with unit_of_work():
        # The person is locked, so that two presses of a new week do not both make it.
        db.session.execute(select(Person.id).where(Person.id == by.person_id).with_for_update())
        week = db.session.scalars(select(WorkingWeek).where(WorkingWeek.person_id == by.person_id)).one_or_none()
        if week is None:
            week = WorkingWeek(person_id=by.person_id, off=[])
            db.session.add(week)
        left = set(read_off(week.off))
        left = left | {(weekday, half)} if off else left - {(weekday, half)}
        week.off = [[day, part.value] for day, part in sorted(left, key=lambda one: (one[0], one[1] == Half.AFTERNOON))]
    return frozenset(left)
