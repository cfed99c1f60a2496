"""The system looks for conflicts in what it knows: raised once, ended when the facts are gone, never against a pin."""

from collections.abc import Iterable, Iterator
from datetime import date

from flask_babel import gettext as _

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.events import on
from peerreview.impartiality import detection
from peerreview.impartiality.detection import KINDS_OF_FACTS, Found
from peerreview.impartiality.kinds import MEANINGS, end_of_facts, is_over
from peerreview.impartiality.lifecycle import CONFLICT, ConflictKind, ConflictState, Source
from peerreview.impartiality.models import Conflict
from peerreview.impartiality.queries import parties, register
from peerreview.impartiality.queries.checks import MANY


def detect(organisation_ids: Iterable[int] | None = None, *, by: Actor = SYSTEM) -> int:
    """Lay what the system knows about these organisations (None: all) beside what it found before; how many are new.

    Run it as often as you like, also inside another unit of work. What was dismissed stays so; what ended comes back
    when its facts do.
    """
    wanted = None if organisation_ids is None else set(organisation_ids)
    if wanted is not None and not wanted:
        return 0
    with unit_of_work():
        register.wait_for_turn()
        facts = {one.fingerprint: one for one in _facts(wanted)}
        known = register.detected(wanted)
        raised = _raise([one for name, one in facts.items() if name not in known], by)
        for name, conflict in known.items():
            if name in facts:
                _renew(conflict, facts[name], by)
            elif conflict.state == ConflictState.STANDING and _is_asked(conflict, wanted):
                _end(conflict, _("What the system saw is no longer so."), by)
    return raised


def _facts(wanted: set[int] | None) -> Iterator[Found]:
    narrow = wanted if wanted is not None and len(wanted) <= MANY else None
    for one in detection.in_groups(parties.groups()):
        if wanted is None or one.organisations & wanted:
            yield one
    for one in detection.of_people(parties.ties(narrow), clock.today()):
        if wanted is None or one.organisations & wanted:
            yield one


def _is_asked(conflict: Conflict, wanted: set[int] | None) -> bool:
    return wanted is None or bool({conflict.organisation_id, conflict.other_organisation_id} & wanted)


def note_detected(
    kind: ConflictKind,
    pairs: Iterable[tuple[int, int]],
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    by: Actor = SYSTEM,
) -> int:
    """Note facts that a later feature knows (who reviewed each other) between these pairs of organisations; how many.

    `starts_on` names the occasion: the same kind, pair and day is raised once, and once dismissed never again; another
    day is another fact. Without an end it gets the usual one of its kind, counted from the start.
    """
    if kind in KINDS_OF_FACTS:
        raise ValueError(f"{kind} is found from our own facts")
    until = end_of_facts(kind, starts_on, ends_on, clock.today())
    occasion = starts_on.isoformat() if starts_on else ""
    found = {
        one.fingerprint: one
        for a, b in pairs
        for one in [detection.between(kind, a, b, occasion=occasion, starts_on=starts_on, ends_on=until)]
    }
    if not found:
        return 0
    with unit_of_work():
        register.wait_for_turn()
        known = register.with_fingerprints(found)
        for name, conflict in known.items():
            _renew(conflict, found[name], by)
        return _raise([one for name, one in found.items() if name not in known], by)


def _raise(found: Iterable[Found], by: Actor) -> int:
    """Write down what is new."""
    moment = clock.now()
    conflicts = [
        Conflict(
            kind=one.kind,
            severity=MEANINGS[one.kind].severity,
            direction=one.direction,
            organisation_id=one.organisation_id,
            other_organisation_id=one.other_organisation_id,
            person_id=one.person_id,
            source=Source.DETECTED,
            fingerprint=one.fingerprint,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            noted_at=moment,
            state_since=moment,
        )
        for one in found
    ]
    db.session.add_all(conflicts)
    db.session.flush()
    for conflict in conflicts:
        audit.record("conflict.detect", conflict, by=by, after={"fingerprint": conflict.fingerprint})
    return len(conflicts)


def _renew(conflict: Conflict, found: Found, by: Actor) -> None:
    """Its facts are there: it counts again when it had ended, with the dates that they have now."""
    if conflict.state == ConflictState.DISMISSED:
        return
    if (conflict.starts_on, conflict.ends_on) != (found.starts_on, found.ends_on):
        before = {"starts_on": conflict.starts_on, "ends_on": conflict.ends_on}
        conflict.starts_on, conflict.ends_on = found.starts_on, found.ends_on
        after = {"starts_on": conflict.starts_on, "ends_on": conflict.ends_on}
        audit.record("conflict.renew", conflict, by=by, before=before, after=after)
    if conflict.state == ConflictState.ENDED and not is_over(conflict, clock.today()):
        conflict.reason = _("What the system saw is so again.")
        audit.change_state(conflict, CONFLICT, "reinstate", by=by, reason=conflict.reason)


def _end(conflict: Conflict, reason: str, by: Actor) -> None:
    conflict.reason = reason
    audit.change_state(conflict, CONFLICT, "end", by=by, reason=reason)


def end_what_is_over(*, by: Actor = SYSTEM) -> int:
    """End what does not count any more because its end is past; how many."""
    with unit_of_work():
        over = [conflict for conflict in register.with_an_end() if is_over(conflict, clock.today())]
        for conflict in over:
            _end(conflict, _("Its end is past."), by)
    return len(over)


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    end_what_is_over(by=by)
    detect(by=by)
