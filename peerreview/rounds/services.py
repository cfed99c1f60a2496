"""Making a round, changing its days and rules, and moving it from draft to closed.

Facts announced, with the round and `by=`: "round.opened", "round.signup_closed", "round.signup_reopened",
"round.started", "round.closed".
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.frameworks.lifecycle import VersionState
from peerreview.frameworks.models import FrameworkVersion
from peerreview.rounds import lengths, mail
from peerreview.rounds.dates import Dates, moved, moved_back, out_of_order
from peerreview.rounds.lengths import Length
from peerreview.rounds.lifecycle import ROUND, RoundState
from peerreview.rounds.models import Round
from peerreview.rounds.rules import Rules, changed, out_of_bounds


def make_round(name: str, *, framework_version_id: int, dates: Dates, rules: Rules, by: Actor) -> Round:
    """Prepare a round; nobody but the secretariat sees it until it is opened. Raises Invalid with what is wrong."""
    _check(dates, rules)
    _check_name(name)
    _check_version(framework_version_id)
    round_ = Round(
        name=name.strip(),
        framework_version_id=framework_version_id,
        rules_data=rules.stored(),
        state_since=clock.now(),
        **dates.by_name(),
    )
    with unit_of_work():
        db.session.add(round_)
        db.session.flush()
        audit.record("round.make", round_, by=by, after={"name": round_.name} | _plain(dates.by_name()))
    return round_


def dates_of(round_: Round) -> Dates:
    """The days of a round as values."""
    return Dates(
        round_.signup_opens_on, round_.signup_closes_on, round_.visits_from, round_.visits_until, round_.closes_on
    )


def edit_round(
    round_: Round,
    *,
    name: str,
    framework_version_id: int,
    dates: Dates,
    rules: Rules,
    version: int,
    by: Actor,
    reason: str = "",
) -> None:
    """Change a round. A draft freely; later its days only to a later day, its rules from now on, and with a reason.

    Raises StaleVersion when somebody else changed it after `version`, Invalid with what is wrong.
    """
    if round_.version != version:
        raise StaleVersion("")
    _check(dates, rules)
    _check_name(name, round_)
    days, new_rules = moved(dates_of(round_), dates), changed(round_.rules, rules)
    if round_.state != RoundState.DRAFT:
        _check_later(round_, dates, framework_version_id, reason)
    elif framework_version_id != round_.framework_version_id:
        _check_version(framework_version_id)
    before: dict[str, Any] = {name: old for name, (old, _new) in (days | new_rules).items()}
    after: dict[str, Any] = {name: new for name, (_old, new) in (days | new_rules).items()}
    if round_.name != name.strip():
        before["name"], after["name"] = round_.name, name.strip()
    with unit_of_work():
        round_.name, round_.framework_version_id, round_.rules_data = name.strip(), framework_version_id, rules.stored()
        for day, value in dates.by_name().items():
            setattr(round_, day, value)
        audit.record("round.edit", round_, by=by, reason=reason, before=_plain(before), after=_plain(after))


def set_visit_lengths(round_: Round, *, table: Sequence[Length], by: Actor) -> None:
    """Set how long visits are; for visits that are made from now on. Raises Invalid with what is wrong."""
    sentences = {
        "no_last": _("Say how long a visit is to every organisation that is larger."),
        "not_rising": _("Each size is larger than the one above it."),
        "too_many": _("There are more rows than the table has room for."),
        "impossible": _("A visit takes 1 to 6 half-days."),
        "shrinking": _("A larger organisation does not get a shorter visit."),
        "parts_longer": _("A visit to parts of an organisation is not longer than one to all of it."),
    }
    if round_.state == RoundState.CLOSED:
        raise NotNow(_("This round is closed, so it can no longer be changed."))
    if faults := lengths.faults_of(table):
        raise Invalid(_("The lengths cannot be kept like this."), [sentences[fault] for fault in faults])
    with unit_of_work():
        before, round_.visit_lengths = round_.visit_lengths, lengths.stored_lengths(table)
        audit.record(
            "round.set_visit_lengths", round_, by=by, before={"rows": before}, after={"rows": round_.visit_lengths}
        )


def _check_later(round_: Round, dates: Dates, framework_version_id: int, reason: str) -> None:
    if round_.state == RoundState.CLOSED:
        raise NotNow(_("This round is closed, so it can no longer be changed."))
    if framework_version_id != round_.framework_version_id:
        raise Invalid(_("The framework of a round that has begun cannot be changed."), ["framework_version_id"])
    if back := moved_back(dates_of(round_), dates):
        raise Invalid(_("A day that was announced can only move to a later day."), back)
    if not reason.strip():
        raise Invalid(_("Say why you change a round that has begun."), ["reason"])


def _check(dates: Dates, rules: Rules) -> None:
    if wrong := out_of_order(dates):
        raise Invalid(_("The days of the round do not follow each other."), wrong)
    if wrong := out_of_bounds(rules):
        raise Invalid(_("A rule has a value that cannot be right."), wrong)


def _check_name(name: str, round_: Round | None = None) -> None:
    others = select(Round.id).where(Round.name == name.strip())
    if round_ is not None:
        others = others.where(Round.id != round_.id)
    if not name.strip():
        raise Invalid(_("Give the round a name."), ["name"])
    if db.session.scalars(others).first():
        raise Invalid(_("There is a round with this name already."), ["name"])


def _check_version(framework_version_id: int) -> None:
    version = db.session.get(FrameworkVersion, framework_version_id)
    if version is None or version.state != VersionState.PUBLISHED:
        raise Invalid(_("Choose a framework that is published."), ["framework_version_id"])


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _move(round_: Round, verb: str, fact: str, *, by: Actor, reason: str = "") -> None:
    if not ROUND.can(round_.state, verb):
        raise NotNow(_("This step was already done, or it is not its turn yet."))
    with unit_of_work():
        audit.change_state(round_, ROUND, verb, by=by, reason=reason)
        events.announce(fact, round_, by=by)


def open_round(round_: Round, *, by: Actor, tell: bool = False) -> int:
    """Open for sign-up from its first day on; with `tell`, every coordinator gets a letter. The number of letters."""
    if round_.state == RoundState.DRAFT and round_.signup_closes_on < clock.today():
        raise Invalid(_("The last day for signing up is over. Choose a later day first."))
    with unit_of_work():
        _move(round_, "open", "round.opened", by=by)
        return mail.tell_opened(round_) if tell else 0


def close_signup(round_: Round, *, by: Actor) -> None:
    """No more sign-ups: matching begins. What was returned can still be signed again."""
    _move(round_, "close_signup", "round.signup_closed", by=by)


def reopen_signup(round_: Round, *, until: date, reason: str, by: Actor) -> None:
    """Take sign-ups again, until a day from today on and before the visits."""
    if not reason.strip():
        raise Invalid(_("Say why you change a round that has begun."), ["reason"])
    if not max(clock.today(), round_.signup_closes_on) <= until <= round_.visits_from:
        raise Invalid(_("Choose a day that is not over and not after the first visits."), ["until"])
    with unit_of_work():
        _move(round_, "reopen_signup", "round.signup_reopened", by=by, reason=reason)
        round_.signup_closes_on = until


def start_round(round_: Round, *, by: Actor) -> None:
    """Matching is over: the exchanges visit each other."""
    _move(round_, "start", "round.started", by=by)


def close_round(round_: Round, *, by: Actor) -> None:
    """End the season; its trajectories keep their own state."""
    _move(round_, "close", "round.closed", by=by)
