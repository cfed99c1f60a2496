"""When a team may read what its host thought of it: a mirror, and no revenge.

Both sides of an exchange say what they thought of each other without having read the other. So a team reads the
feedback on itself when its own organisation has given its own, or when the time in which it could do so is over; from
that moment on nothing is changed any longer, and an organisation that could read gives none any more.
"""

from dataclasses import dataclass
from datetime import date, datetime

from peerreview.core import clock

WITHIN = 10  # working days


@dataclass(frozen=True, slots=True)
class Side:
    """One report with the host's feedback on it: when it became final (None: not yet), and when feedback was given."""

    final_at: datetime | None
    given_at: datetime | None


def opens_on(this: Side, other: Side | None) -> date | None:
    """The day from which the team of `this` may read the feedback on it; None while nobody can say.

    `other` is the report on the team's own organisation, by this host or, in a ring, by its own reviewers; None when
    there is none. At once when both were given; else ten working days after this was given and after the other report
    became final, so that nobody had less time than that.
    """
    if this.given_at is None:
        return None
    given_on = _day(this.given_at)
    if other is None:
        return clock.add_working_days(given_on, WITHIN)
    if other.given_at is not None:
        return max(given_on, _day(other.given_at))
    if other.final_at is None:
        return None
    return clock.add_working_days(max(given_on, _day(other.final_at)), WITHIN)


def is_open(this: Side, other: Side | None, today: date) -> bool:
    """Whether the team may read the feedback today."""
    on = opens_on(this, other)
    return on is not None and on <= today


def may_still_give(this: Side, other: Side | None, today: date, *, mutual: bool = True) -> bool:
    """Whether the host of `this` may give or change feedback today.

    Not before its report is final, not once the team can read it, and (`mutual`: the two reviewed each other; in a ring
    they did not) not after the host could read what this team's organisation thought of its own team.
    """
    if this.final_at is None or is_open(this, other, today):
        return False
    return not (mutual and this.given_at is None and other is not None and is_open(other, this, today))


def _day(moment: datetime) -> date:
    return clock.local(moment).date()
