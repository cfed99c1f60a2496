"""People mark their half-days, offer another day, and say that they have finished."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.visits import mail, policy, queries
from peerreview.visits.agenda import Marks
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.models import Availability, PollAnswer, PollDay
from peerreview.visits.planning import MOST_DAYS
from peerreview.visits.poll import Poll


def _refuse_unasked(poll: Poll, by: Actor) -> None:
    """Raise NotNow when every visit has its day, NotAllowed for somebody who is not asked."""
    if not poll.open_visits:
        raise NotNow(_("The days are fixed, so they can no longer be marked."))
    if not policy.may_mark(by, poll) or by.person_id not in poll.participants:
        raise NotAllowed(_("Only who goes on one of these visits marks half-days."))


def mark_half_days(poll: Poll, *, day: date, halves: Iterable[Half], can: Can, by: Actor) -> Poll:
    """Keep the actor's answer for these half-days of a day; a later answer replaces it. The poll as it is then.

    It is not noted in the audit trail: an answer to a poll decides nothing, and there are hundreds. Raises Invalid for
    a day that nobody is asked about.
    """
    return mark_many(poll, {(day, half): can for half in halves}, by=by)


def mark_many(poll: Poll, marks: Marks, *, by: Actor) -> Poll:
    """The same for many half-days at once; None takes an answer away. All or nothing."""
    _refuse_unasked(poll, by)
    ahead, me = set(poll.days_ahead(clock.today())), by.person_id or 0
    if any(day not in ahead for day, _half in marks):
        raise Invalid(_("This day is not one of those you can choose."))
    with unit_of_work():
        queries.exchange_of(poll.exchange_id)
        mine = select(Availability).where(
            Availability.exchange_id == poll.exchange_id,
            Availability.person_id == by.person_id,
            Availability.day.in_({day for day, _half in marks}),
        )
        marked = {(mark.day, mark.half): mark for mark in db.session.scalars(mine)}
        for (day, half), can in marks.items():
            if mark := marked.get((day, half)):
                if can:
                    mark.can = can
                else:
                    db.session.delete(mark)
            elif can:
                db.session.add(
                    Availability(exchange_id=poll.exchange_id, person_id=by.person_id, day=day, half=half, can=can)
                )
    answers = {key: can for key, can in poll.answers.items() if key[0] != me or key[1:] not in marks}
    return replace(poll, answers={**answers, **{(me, *key): can for key, can in marks.items() if can}})


def add_day(poll: Poll, *, day: date, by: Actor) -> None:
    """Ask everybody about one more day. Raises Invalid when no visit can be on it; a day that is there stays one."""
    _refuse_unasked(poll, by)
    with unit_of_work():
        queries.exchange_of(poll.exchange_id)
        known = set(db.session.scalars(select(PollDay.day).where(PollDay.exchange_id == poll.exchange_id)))
        if day in known:
            return
        if day <= clock.today():
            raise Invalid(_("Choose a day that is still to come."))
        if not poll.window[0] <= day <= poll.window[1]:
            raise Invalid(_("Choose a day in the weeks of the visits."))
        if not clock.is_working_day(day):
            raise Invalid(_("Choose a working day that is not a public holiday."))
        if len([one for one in known if one > clock.today()]) >= MOST_DAYS:
            raise Invalid(_("There are enough days to choose from."))
        added = PollDay(exchange_id=poll.exchange_id, day=day, added_by_id=by.person_id)
        db.session.add(added)
        db.session.flush()
        audit.record("visit_poll.add_day", added, by=by, after={"day": day})


def finish_poll(poll: Poll, *, by: Actor) -> None:
    """Note that the actor has marked all they wanted; the last one makes that the coordinators are told.

    Marks can still be changed. Raises Invalid when nothing was marked.
    """
    _refuse_unasked(poll, by)
    if not any(person_id == by.person_id for person_id, _day, _half in poll.answers):
        raise Invalid(_("Mark at least one day first."))
    with unit_of_work():
        exchange = queries.exchange_of(poll.exchange_id)
        done = set(db.session.scalars(select(PollAnswer.person_id).where(PollAnswer.exchange_id == exchange.id)))
        if by.person_id in done:
            return
        answer = PollAnswer(exchange_id=exchange.id, person_id=by.person_id, answered_at=clock.now())
        db.session.add(answer)
        db.session.flush()
        audit.record("visit_poll.answer", answer, by=by)
        if {*done, by.person_id} >= set(poll.participants) and poll.plan is None:
            by_organisation = queries.coordinators_of(poll.organisations)
            mail.tell_all_answered(exchange, [person for people in by_organisation.values() for person in people])
