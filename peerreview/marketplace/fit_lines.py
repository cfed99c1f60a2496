"""How another organisation fits us, in the few short lines of a list: what speaks most for it, and one thing against.

All that counts stands on the page of the offer (`words.points`). What others wish, block or declared is not told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext

from peerreview.core.i18n import told as _
from peerreview.marketplace.browse import Fitting, Viewer, score_of
from peerreview.marketplace.fit import Part
from peerreview.marketplace.words import AGAINST, FOR, UNKNOWN, Names, fte, joined, months, number

MOST_FOR, MOST_AGAINST = 3, 1
STRONG, WEAK = 60, 45  # points: what lies between says little
NEAR = 30  # minutes
ALIKE = 75  # percent: two sizes that one calls about the same


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `gain` is how much it counts, above 0 for and below 0 against."""

    sign: str
    text: str
    gain: int


def lines(viewer: Viewer, each: Fitting, names: Names, nearest: int | None = None) -> list[Line]:
    """At most three lines for it, the strongest first, then at most one against; `nearest` is whose distance is least."""
    found = [line for line in _all(viewer, each, names, nearest) if line.text]
    by_gain = sorted(found, key=lambda line: -abs(line.gain))
    return [line for line in by_gain if line.sign == FOR][:MOST_FOR] + [
        line for line in by_gain if line.sign == AGAINST
    ][:MOST_AGAINST]


def _all(viewer: Viewer, each: Fitting, names: Names, nearest: int | None) -> list[Line]:
    parts = score_of(viewer, each).parts
    found = [_learning(viewer, each, parts, names)]
    for part in parts:
        if part.name in SAY and part.weight and part.reason.code not in UNKNOWN:
            found.append(_line(part, SAY[part.name](part, viewer, each, names)))
    if each.minutes is not None:
        found.append(_travel(viewer, each, parts, nearest))
    return found


def _line(part: Part, text: str) -> Line:
    sign = _sign(part)
    gain = -50 if _unmet(part) else part.points - 50
    return Line(sign, text if sign else "", gain * part.weight)


def _sign(part: Part) -> str:
    """A wish of either that is not met counts against, however the other side looks at it."""
    if _unmet(part) or part.points <= WEAK:
        return AGAINST
    return FOR if part.points >= STRONG else ""


def _unmet(part: Part) -> bool:
    return bool(part.reason.params.get("asked_unmet"))


def _travel(viewer: Viewer, each: Fitting, parts: tuple[Part, ...], nearest: int | None) -> Line:
    weight = next(part.weight for part in parts if part.name == "travel")
    points = next(part.points for part in parts if part.name == "travel")
    minutes = each.minutes or 0
    if minutes > viewer.limit:
        limit = viewer.limit
        text = _("About %(minutes)s minutes; you go up to %(limit)s", minutes=minutes, limit=limit)
        return Line(AGAINST, text, -100 * max(weight, 1))
    if minutes > each.offer.candidate.max_travel_minutes:
        return Line(AGAINST, _("Farther than they want to travel"), -100 * max(weight, 1))
    if each.key == nearest:
        return Line(FOR, _("The nearest of all"), 50 * weight)
    if minutes <= NEAR:
        return Line(FOR, _("Near: about %(minutes)s minutes", minutes=minutes), (points - 50) * weight)
    text = _("About %(minutes)s minutes' travel", minutes=minutes)
    return Line(FOR if points >= STRONG else AGAINST if points <= WEAK else "", text, (points - 50) * weight)


def _learning(viewer: Viewer, each: Fitting, parts: tuple[Part, ...], names: Names) -> Line:
    """What both want to learn, in one line."""
    ours, theirs = (
        next(part for part in parts if part.name == "learning" and (part.side == viewer.candidate.key) == own)
        for own in (True, False)
    )
    met = {side: _met(part, names) for side, part in (("ours", ours), ("theirs", theirs))}
    weight = ours.weight + theirs.weight
    if met["ours"] and met["theirs"]:
        return Line(FOR, _("You can learn from each other"), 50 * weight)
    if met["ours"]:
        return Line(FOR, _("They can show you: %(what)s", what=joined(met["ours"])), 40 * weight)
    if met["theirs"]:
        return Line(FOR, _("You can show them: %(what)s", what=joined(met["theirs"])), 30 * weight)
    if ours.reason.code == "learning_unmet":
        return Line(AGAINST, _("They do not offer what you want to learn"), -30 * weight)
    return Line("", "", 0)


def _met(part: Part, names: Names) -> list[str]:
    codes: Any = part.reason.params.get("met", ())
    return [names.competencies.get(code, code) for code in codes]


def _work_fields(part: Part, viewer: Viewer, each: Fitting, names: Names) -> str:
    shared: Any = part.reason.params["shared"]
    if part.points >= STRONG and shared:
        return _("The same work: %(fields)s", fields=joined(names.fields.get(code, code) for code in shared))
    if part.points <= WEAK and not shared:
        return _("Other work than yours")
    return ""


def _size(part: Part, viewer: Viewer, each: Fitting, names: Names) -> str:
    theirs, ours, params = each.offer.candidate.fte, viewer.candidate.fte, part.reason.params
    sizes = {"theirs": number(theirs), "ours": fte(ours)}
    if _sign(part) == FOR:
        if viewer.candidate.key in _who(params, "asked_met"):
            return _("The size that you look for: %(theirs)s", theirs=fte(theirs))
        return _("About the same size: %(theirs)s and %(ours)s", **sizes) if _percent(params) >= ALIKE else ""
    if viewer.candidate.key in _who(params, "asked_unmet"):
        return _("Not the size that you look for: %(theirs)s", theirs=fte(theirs))
    if each.key in _who(params, "asked_unmet"):
        return _("They look for another size than yours")
    if theirs > ours:
        return _("Much larger: %(theirs)s and %(ours)s", **sizes)
    return _("Much smaller: %(theirs)s and %(ours)s", **sizes)


def _percent(params: Mapping[str, Any]) -> int:
    return int(params["percent"])


def _who(params: Mapping[str, Any], name: str) -> tuple[int, ...]:
    return tuple(params.get(name, ()))


def _experience(part: Part, viewer: Viewer, each: Fitting, names: Names) -> str:
    params, many = part.reason.params, each.offer.experienced_reviewers
    if _sign(part) == FOR:
        said = ngettext("%(num)s experienced reviewer", "%(num)s experienced reviewers", many)
        return str(said) if many else _("New to it: you can show them the way")
    if viewer.candidate.key in _who(params, "asked_unmet"):
        return _("Not the experience that you look for")
    if each.key in _who(params, "asked_unmet"):
        return _("They look for other experience than yours")
    return _("For them it is the first time, as for you") if not many else ""


def _months(part: Part, viewer: Viewer, each: Fitting, names: Names) -> str:
    ours, theirs = viewer.candidate.months, each.offer.candidate.months
    if not ours & theirs:
        return _("No month in common")
    shared = months(sorted(ours & theirs))
    if part.points >= STRONG:
        return _("Also in %(months)s", months=shared)
    return "" if ours <= theirs else _("Only %(months)s suits you both", months=shared)


def _novelty(part: Part, viewer: Viewer, each: Fitting, names: Names) -> str:
    if part.reason.code == "met_never" or part.points >= STRONG:
        return ""
    rounds: Any = part.reason.params["rounds"]
    return str(ngettext("You met in the last round too", "You met %(num)s rounds ago too", rounds))


def _wishes(part: Part, viewer: Viewer, each: Fitting, names: Names) -> str:
    return _("On your list") if viewer.candidate.key in _who(part.reason.params, "by") else ""


def _conflict(part: Part, viewer: Viewer, each: Fitting, names: Names) -> str:
    return _("You have a tie: it needs leave of the secretariat") if part.reason.code == "conflict_soft" else ""


SAY: dict[str, Callable[[Part, Viewer, Fitting, Names], str]] = {
    "work_fields": _work_fields,
    "size": _size,
    "experience": _experience,
    "months": _months,
    "novelty": _novelty,
    "wishes": _wishes,
    "conflict": _conflict,
}
