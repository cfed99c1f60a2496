"""The codes of matching in words: why a group is proposed, what stands between two organisations, why one is left over.

Two kinds of reader. The secretariat reads everything. A member reads about itself and its partner in the second person,
and never which organisation excluded which, nor how far another is willing to travel.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.lists import format_list
from flask_babel import format_date, format_decimal, get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l

from peerreview.matching.lifecycle import AnswerState, ExchangeState, RunState

FOR, AGAINST, NEITHER = "for", "against", ""
UNKNOWN = frozenset({"work_fields_unknown", "wish_none"})
HALF = 50
FAR_MINUTES, SMALL_PERCENT = 75, 34
# What a member may hear of an alternative: nothing of what others wish for, offer or exclude.
COMPARED = ("travel", "work_fields", "size", "novelty")

EXCHANGE_STATES = {
    ExchangeState.PROPOSED: _l("Proposed"),
    ExchangeState.CONFIRMED: _l("Confirmed"),
    ExchangeState.ACTIVE: _l("Under way"),
    ExchangeState.COMPLETED: _l("Completed"),
    ExchangeState.DISSOLVED: _l("Ended early"),
}
ANSWERS = {
    AnswerState.PENDING: _l("No answer yet"),
    AnswerState.ACCEPTED: _l("Agrees"),
    AnswerState.OBJECTED: _l("Objects"),
}
RUN_STATES = {
    RunState.REHEARSED: _l("Rehearsal"),
    RunState.PUBLISHED: _l("Published"),
    RunState.DISCARDED: _l("Thrown away"),
}
RULES = {
    "same_group": _l("the same group"),
    "excluded": _l("rather not with each other"),
    "too_far": _l("too far"),
    "no_common_month": _l("no month in common"),
    "met_last_round": _l("met in the last round"),
    "forbidden": _l("kept apart"),
}


@dataclass(frozen=True)
class Names:
    """What organisations (by id), work fields and competencies (by code) are called in the language of the reader."""

    organisations: Mapping[int, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    competencies: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: int | None) -> str:
        return self.organisations.get(key or 0, _("another organisation"))


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the reasons: for, against or neither; what it is about, how it is, and what to hold it against."""

    sign: str
    label: str
    value: str
    beside: str = ""


def _(text: str, **values: Any) -> str:
    return str(gettext(text, **values))


def joined(items: Iterable[str]) -> str:
    """'a, b and c'."""
    return format_list(list(items), locale=get_locale() or "nl")


def titles(codes: Iterable[str], called: Mapping[str, str]) -> str:
    """What these codes are called, in one line."""
    return ", ".join(called.get(code, code) for code in codes)


def yes() -> str:
    return _("yes")


def months(numbers: Iterable[int]) -> str:
    """'april and may'."""
    return joined(str(format_date(date(2001, number, 1), "LLLL")) for number in numbers)


def fte(value: Any) -> str:
    """A size, without a needless decimal."""
    return _("%(number)s fte", number=format_decimal(float(value), format="#,##0.#"))


def sign_of(part: Mapping[str, Any]) -> str:
    """Whether this part speaks for or against."""
    if part["code"] in UNKNOWN:
        return NEITHER
    return FOR if part["points"] >= HALF else AGAINST


def points(
    leg: Mapping[str, Any],
    names: Names,
    *,
    us: int | None = None,
    limit: int | None = None,
) -> list[Point]:
    """The reasons of one leg, what counts for it first; for a reader of `us`, which travels `limit` minutes at most."""
    there = next((key for key in (leg["host"], leg["reviewer"]) if key != us), None)
    found = [_point(part, names, us, there, limit) for part in leg["parts"] if part["weight"]]
    order = {FOR: 0, NEITHER: 1, AGAINST: 2}
    return sorted(found, key=lambda point: order[point.sign])


def _point(part: Mapping[str, Any], names: Names, us: int | None, there: int | None, limit: int | None) -> Point:
    code, params, sign = part["code"], part["params"], sign_of(part)
    match part["name"]:
        case "travel":
            value = _("%(kilometres)s km, about %(minutes)s minutes", **params)
            return Point(sign, _("Travelling"), value, _("your limit is %(num)s minutes", num=limit) if limit else "")
        case "work_fields":
            shared = joined(names.fields.get(each, each) for each in params["shared"])
            lacking = _("not known") if code == "work_fields_unknown" else _("different work")
            return Point(sign, _("Work"), shared or lacking, _("you share this") if shared and us else "")
        case "size":
            value = _("%(larger)s and %(smaller)s fte", larger=params["larger"], smaller=params["smaller"])
            return Point(sign, _("Size"), value, _("about alike") if sign == FOR else _("differs much"))
        case "wish":
            return _wish(part, names, us, there)
        case "experience":
            said = {"experience_neither": _("both are new"), "experience_mixed": _("experienced beside new"),
                    "experience_both": _("both are experienced")}  # fmt: skip
            return Point(sign, _("Reviewers"), said[code])
        case "months":
            number = len(params["months"])
            beside = ngettext("%(num)s month together", "%(num)s months together", number) if number else ""
            return Point(sign, _("Period"), months(params["months"]) or _("no month in common"), beside)
    return Point(sign, _("Met before"), _met(part))


def _met(part: Mapping[str, Any]) -> str:
    if part["code"] == "met_never":
        return _("never")
    return str(ngettext("%(num)s round ago", "%(num)s rounds ago", part["params"]["rounds"]))


def _wish(part: Mapping[str, Any], names: Names, us: int | None, there: int | None) -> Point:
    """What one side wants to learn and whether the other can show it."""
    met, unmet = ([names.competencies.get(code, code) for code in part["params"][name]] for name in ("met", "unmet"))
    if us is not None and part["side"] == us:
        label = _("What you want to learn")
    else:
        label = _("What %(name)s wants to learn", name=names.of(part["side"]))
    value = joined(met) or (_("not yet: %(wishes)s", wishes=joined(unmet)) if unmet else _("no wish"))
    if not met:
        return Point(sign_of(part), label, value)
    shows_us = us is not None and part["side"] == us
    beside = _("%(name)s can show it", name=names.of(there)) if shows_us else _("you can show it") if us else ""
    return Point(sign_of(part), label, value, beside)


def takes_care(group: Mapping[str, Any], names: Names) -> str:
    """What to look at twice in this group, in a few words; '' when there is nothing."""
    parts = [part for leg in group["legs"] for part in leg["parts"] if part["weight"]]
    said = [_("ring of %(num)s", num=len(group["members"]))] if len(group["members"]) > 2 else []
    said += [_("against a rule: %(rule)s", rule=RULES[code]) for code in _codes(group["legs"])]
    said += [_("far")] if any(p["name"] == "travel" and p["params"]["minutes"] > FAR_MINUTES for p in parts) else []
    said += [_("no wish comes true")] if not any(part["code"] == "wish_met" for part in parts) else []
    sizes = [part for part in parts if part["name"] == "size" and part["params"]["percent"] < SMALL_PERCENT]
    said += [_("much larger and much smaller")] if sizes else []
    said += [_("met before")] if any(part["code"] == "met_before" for part in parts) else []
    return "; ".join(said)


def _codes(legs: Iterable[Mapping[str, Any]]) -> list[str]:
    return sorted({block["code"] for leg in legs for block in leg["blocks"]})


def block(found: Mapping[str, Any], names: Names) -> str:
    """One rule that stands between two organisations, for the secretariat only."""
    params = found["params"]
    match found["code"]:
        case "too_far":
            who = joined(names.of(key) for key in params["by"])
            return _("the limit is %(farthest)s minutes (%(who)s)", who=who, farthest=params["farthest"])
        case "excluded":
            return _("%(who)s would rather not", who=joined(names.of(key) for key in params["by"]))
    return str(RULES[found["code"]])


def left_over(one: Mapping[str, Any]) -> str:
    """Why an organisation found no partner, in numbers, for the secretariat."""
    counts = [_("%(rule)s: %(num)s", rule=RULES[code], num=count) for code, count in one["blocked"].items()]
    if one["allowed"]:
        counts.append(_("could, but found another: %(num)s", num=one["allowed"]))
    return "; ".join(counts) or _("nobody else looks for a partner")


def misses(one: Mapping[str, Any], names: Names) -> list[str]:
    """Who came nearest to being its partner and what stands between, for the secretariat."""
    return [_miss(miss, names) for miss in one["closest"]]


def _miss(miss: Mapping[str, Any], names: Names) -> str:
    name, between = names.of(miss["partner"]), [block(each, names) for each in miss["blocks"]]
    if not between:
        return _("%(name)s (%(minutes)s minutes) has another partner.", name=name, minutes=miss["minutes"])
    return _(
        "%(name)s (%(minutes)s minutes): %(between)s.", name=name, minutes=miss["minutes"], between="; ".join(between)
    )


def whereabouts(key: int, result: Mapping[str, Any] | None) -> str:
    """Why somebody has no partner now, by the latest rehearsal; for the secretariat."""
    if result is None:
        return _("not rehearsed yet")
    if key in result["unplaced"]:
        return _("no place on the map")
    for one in result["unmatched"]:
        if one["key"] == key:
            return left_over(one)
    if any(key in group["members"] for group in result["groups"]):
        return _("stands in the latest rehearsal")
    return _("came after the latest rehearsal")


def alternative(explanation: Mapping[str, Any], us: int) -> tuple[str, str] | None:
    """The next best partner for this member: its name, and why it is not the one, fit for a member to read."""
    one = next((each for each in explanation.get("alternatives", ()) if each["member"] == us), None)
    if one is None:
        return None
    present = [leg for leg in explanation["legs"] if us in (leg["host"], leg["reviewer"])]
    ours, theirs = _by_name(present[:1]), _by_name([one])
    said = [_compared(name, ours[name], theirs[name]) for name in COMPARED if name in ours and name in theirs]
    better, worse = [text for good, text in said if good and text], [text for good, text in said if not good and text]
    name = str(explanation["who"][str(one["partner"])]["name"])
    if better and worse:
        return name, _("%(better)s, but %(worse)s.", better=joined(better), worse=joined(worse))
    if worse:
        return name, f"{joined(worse)}."
    if one["difference"] > 0:
        return name, _("would suit you as well, but then others find no good partner.")
    return name, _("suits you less, all things together.")


def _by_name(scores: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {part["name"]: part for score in scores for part in score["parts"] if part["weight"]}


def _compared(name: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the other is better in this, and in which words; '' when they are about alike."""
    more = theirs["points"] - ours["points"]
    if abs(more) < 10:
        return True, ""
    good = more > 0
    match name:
        case "travel":
            km = theirs["params"]["kilometres"]
            return good, _("is nearer (%(km)s km)", km=km) if good else _("is farther away (%(km)s km)", km=km)
        case "work_fields":
            return good, _("shares more of your work") if good else _("shares less of your work")
        case "size":
            return good, _("is more like you in size") if good else _("differs more in size")
    return good, _("was your partner longer ago") if good else _(
        "was your partner before (%(when)s)", when=_met(theirs)
    )
