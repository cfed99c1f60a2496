"""One letter a day for each person, at the hour that they chose: what is near, what is late, who is waited for.

What somebody was told is kept, so that each thing is told once before its day and once after it, however often and in
however many workers this runs. What is done is no longer open, so nobody hears of it again.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import SECRETARIAT, SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import Due
from peerreview.core.errors import Invalid
from peerreview.core.events import on
from peerreview.deadlines import mail, queries
from peerreview.deadlines.lifecycle import Stage
from peerreview.deadlines.models import DigestChoice, Reminder
from peerreview.deadlines.queries import Held, Told
from peerreview.deadlines.stages import is_escalated, late_first, stage_for_hands
from peerreview.rounds.rules import Rules

_looked: dict[str, tuple[date, int]] = {}  # the hour in which this process last looked


@dataclass(frozen=True, slots=True)
class News:
    """Something that one person would be told today."""

    due: Due
    stage: Stage
    person_id: int

    @property
    def key(self) -> Told:
        return (*self.due.key, self.person_id, self.stage, self.due.due_on)


@on("worker.turn")
def _each_turn(*, by: Actor) -> bool:
    """Look once in each hour; whether somebody was told something."""
    moment = clock.local(clock.now())
    now = (moment.date(), moment.hour)
    if _looked.get("at") == now:
        return False
    _looked["at"] = now
    return bool(remind_due(by))


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    remind_due(by)


def remind_due(by: Actor = SYSTEM) -> int:
    """Write each person whose hour has come what they were not told yet; on working days, one letter a day.

    Run it as often and in as many workers as you like. The number of letters.
    """
    today, moment = clock.today(), clock.local(clock.now())
    if not clock.is_working_day(today):
        return 0
    rules, held = queries.rules_of_rounds(), queries.held()
    news = news_of(queries.open_now(rules), rules, held, today)
    if not news:
        return 0
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    known, had = queries.told(min(one.due.due_on for one in news)), queries.told_today(midnight)
    fresh: dict[int, list[News]] = defaultdict(list)
    for one in news:
        if one.key not in known and one.person_id not in had:
            fresh[one.person_id].append(one)
    hours = queries.hours_of(fresh)
    ready = [person_id for person_id in fresh if moment.hour >= hours.get(person_id, queries.HOUR)]
    return sum(_tell(person_id, fresh[person_id], held, midnight) for person_id in sorted(ready))


def news_of(dues: Sequence[Due], rules: dict[int, Rules], held: Held, today: date) -> list[News]:
    """Everything that somebody is told today, told before or not."""
    found, default = [], Rules()
    office = held.people.get((SECRETARIAT, None), ())
    for due in dues:
        of_round = rules.get(due.round_id or 0, default)
        if stage := stage_for_hands(due, today, of_round):
            found += [News(due, stage, person_id) for person_id in held.who(due)]
        if is_escalated(due, today, of_round):
            found += [News(due, Stage.ESCALATED, person_id) for person_id in office]
    return found


def _tell(person_id: int, news: Sequence[News], held: Held, midnight: datetime) -> bool:
    """The letter of one person, in an act of its own; False when another worker was first."""
    with unit_of_work():
        person = queries.person_to_tell(person_id)
        if queries.told_today(midnight, person_id):
            return False
        known = queries.told(min(one.due.due_on for one in news), person_id)
        fresh = [one for one in news if one.key not in known]
        moment = clock.now()
        for one in fresh:
            kind, subject_id = one.due.key
            db.session.add(
                Reminder(
                    kind=kind, subject_id=subject_id, person_id=person_id, stage=one.stage, due_on=one.due.due_on,
                    told_at=moment,
                )
            )  # fmt: skip
        if fresh:
            mine = late_first(one.due for one in fresh if one.stage != Stage.ESCALATED)
            waited = late_first(one.due for one in fresh if one.stage == Stage.ESCALATED)
            mail.digest(
                person,
                [(due, held.role_for(due, person_id)) for due in mine],
                [(due, held.named(due)) for due in waited],
            )
    return bool(fresh)


def choose_hour(hour: int, *, by: Actor) -> None:
    """The hour (Dutch time, 0 to 23) from which this actor is told what waits for them."""
    if not 0 <= hour <= 23:
        raise Invalid(_("Choose an hour from 0 to 23."))
    with unit_of_work():
        queries.person_to_tell(by.person_id or 0)  # one after the other, so that there is one choice
        own = select(DigestChoice).where(DigestChoice.person_id == by.person_id)
        choice = db.session.scalars(own).one_or_none() or DigestChoice(person_id=by.person_id)
        before, choice.hour = choice.hour, hour
        db.session.add(choice)
        if before != hour:
            audit.record("digest.choose_hour", choice, by=by, before={"hour": before}, after={"hour": hour})
