"""People mark their half-days, offer another day, and say that they have finished."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.visits import mail, policy, queries
from peerreview.visits.lifecycle import Can, Half
from peerreview.visits.models import Availability, PollAnswer, PollDay
from peerreview.visits.planning import MOST_DAYS
from peerreview.visits.poll import Poll


def open_poll(exchange_id: int, *, by: Actor) -> Poll:
    """The poll, locked until the act is over, for somebody who is asked. Raises NotNow, NotAllowed."""
    queries.exchange_of(exchange_id)
    poll = queries.poll_of(exchange_id)
    if poll is None or not poll.open_visits:
        raise NotNow(_("The days are fixed, so they can no longer be marked."))
    if not policy.may_mark(by, poll) or by.person_id not in poll.participants:
        raise NotAllowed(_("Only who goes on one of these visits marks half-days."))
    return poll


def mark_half_days(exchange_id: int, *, day: date, halves: Iterable[Half], can: Can, by: Actor) -> None:
    """Keep the actor's answer for these half-days of a day; a later answer replaces it.

    It is not noted in the audit trail: an answer to a poll decides nothing, and there are hundreds. Raises Invalid for a
    day that nobody is asked about.
    """
    with unit_of_work():
        poll = open_poll(exchange_id, by=by)
        if day not in poll.days_ahead(clock.today()):
            raise Invalid(_("This day is not one of those you can choose."))
        mine = select(Availability).where(
            Availability.exchange_id == exchange_id, Availability.person_id == by.person_id, Availability.day == day
        )
        marked = {mark.half: mark for mark in db.session.scalars(mine)}
        for half in halves:
            if half in marked:
                marked[half].can = can
            else:
                mark = Availability(exchange_id=exchange_id, person_id=by.person_id, day=day, half=half, can=can)
                db.session.add(mark)


def add_day(exchange_id: int, *, day: date, by: Actor) -> None:
    """Ask everybody about one more day. Raises Invalid when no visit can be on it; a day that is there stays one."""
    with unit_of_work():
        poll = open_poll(exchange_id, by=by)
        if day in poll.days:
            return
        if day <= clock.today():
            raise Invalid(_("Choose a day that is still to come."))
        if not poll.window[0] <= day <= poll.window[1]:
            raise Invalid(_("Choose a day in the weeks of the visits."))
        if not clock.is_working_day(day):
            raise Invalid(_("Choose a working day that is not a public holiday."))
        if len(poll.days_ahead(clock.today())) >= MOST_DAYS:
            raise Invalid(_("There are enough days to choose from."))
        added = PollDay(exchange_id=exchange_id, day=day, added_by_id=by.person_id)
        db.session.add(added)
        db.session.flush()
        audit.record("visit_poll.add_day", added, by=by, after={"day": day})


def finish_poll(exchange_id: int, *, by: Actor) -> None:
    """Note that the actor has marked all they wanted; the last one makes that the coordinators are told.

    Marks can still be changed. Raises Invalid when nothing was marked.
    """
    with unit_of_work():
        poll = open_poll(exchange_id, by=by)
        if by.person_id in poll.done:
            return
        if not any(person_id == by.person_id for person_id, _day, _half in poll.answers):
            raise Invalid(_("Mark at least one day first."))
        answer = PollAnswer(exchange_id=exchange_id, person_id=by.person_id, answered_at=clock.now())
        db.session.add(answer)
        db.session.flush()
        audit.record("visit_poll.answer", answer, by=by)
        if poll.waiting == (by.person_id,) and poll.plan is None:
            by_organisation = queries.coordinators_of(poll.organisations)
            everybody = [person for people in by_organisation.values() for person in people]
            mail.tell_all_answered(queries.exchange_of(exchange_id), everybody)
