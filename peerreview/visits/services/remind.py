"""The secretariat asks again, now: who has not marked their half-days gets a letter, at most one a day."""

from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import NotAllowed
from peerreview.core.outbox import Letter
from peerreview.visits import mail, policy, queries
from peerreview.visits.mail.poll import REMINDER


def remind_waiting(exchange_ids: Iterable[int], *, by: Actor) -> int:
    """Write to everybody whose half-days one of these exchanges waits for; how many letters.

    Who got such a letter about this exchange today gets none. Each exchange with a letter has a line in the audit trail.
    """
    count = 0
    with unit_of_work():
        for exchange_id, poll in queries.polls_of(exchange_ids).items():
            if not policy.may_settle_dates(by, poll):
                raise NotAllowed("")
            exchange = queries.exchange_of(exchange_id)
            told = _told_today(exchange_id)
            people = [one for one in _people(poll.waiting) if one.email not in told]
            if not people:
                continue
            mail.remind_of_dates(exchange, queries.visits_of(exchange_id), people, poll.poll_by)
            audit.record("visit_poll.remind", exchange, by=by, after={"people": len(people)})
            count += len(people)
    return count


def _people(ids: Iterable[int]) -> list[Person]:
    return list(db.session.scalars(select(Person).where(Person.id.in_(list(ids)), Person.active).order_by(Person.id)))


def _told_today(exchange_id: int) -> set[str]:
    midnight = datetime.combine(clock.today(), time(), clock.AMSTERDAM)
    letters = select(Letter.recipient).where(
        Letter.kind == REMINDER,
        Letter.about_type == "exchange",
        Letter.about_id == exchange_id,
        Letter.queued_at >= midnight,
    )
    return set(db.session.scalars(letters))
