"""How two organisations fit, in words: each part of a score as a line for or against.

Two kinds of reader. The secretariat reads everything. A member reads about itself and its partner in the second person,
and never who wished for whom but itself, which conflicts were declared, nor how far another is willing to travel.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from babel.lists import format_list
from flask_babel import format_date, format_decimal, get_locale, ngettext

from peerreview.core.i18n import language, told

FOR, AGAINST, NEITHER = "for", "against", ""
UNKNOWN = frozenset({"work_fields_unknown", "learning_none", "wishes_unknown"})
HALF = 50


@dataclass(frozen=True)
class Names:
    """What organisations (by id), work fields, competencies and kinds of conflict (by code) are called."""

    organisations: Mapping[int, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    competencies: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: int | None) -> str:
        return self.organisations.get(key or 0, _("another organisation"))


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the reasons: for, against or neither; what it is about, how it is, and what to hold it against."""

    sign: str
    label: str
    value: str
    beside: str = ""


_ = told


def joined(items: Iterable[str]) -> str:
    """'a, b and c'."""
    return format_list(list(items), locale="en_GB" if language() == "en" else get_locale() or "nl")


def titles(codes: Iterable[str], called: Mapping[str, str]) -> str:
    """What these codes are called, in one line."""
    return ", ".join(called.get(code, code) for code in codes)


def months(numbers: Iterable[int]) -> str:
    """'april and may'."""
    return joined(_month(number, language()) for number in numbers)


@lru_cache(maxsize=64)
def _month(number: int, _language: str) -> str:
    return str(format_date(date(2001, number, 1), "LLLL"))


def fte(value: Any) -> str:
    """A size, without a needless decimal."""
    return _("%(number)s fte", number=number(value))


def number(value: Any) -> str:
    """A number with at most one decimal."""
    return _number(float(value), language())


@lru_cache(maxsize=4096)
def _number(value: float, _language: str) -> str:
    return str(format_decimal(value, format="#,##0.#"))


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
    found = [_point(part, names, us, there, limit) for part in leg["parts"] if part["weight"] and _told(part, us)]
    order = {FOR: 0, NEITHER: 1, AGAINST: 2}
    return sorted(found, key=lambda point: order[point.sign])


def _told(part: Mapping[str, Any], us: int | None) -> bool:
    """Whether to speak of it: only of a conflict that there is, and to a member only of its own wish."""
    match part["name"]:
        case "conflict":
            return us is None and bool(part["params"]["kinds"])
        case "wishes":
            return us in part["params"]["by"] if us is not None else part["code"] != "wishes_unknown"
    return True


def _point(part: Mapping[str, Any], names: Names, us: int | None, there: int | None, limit: int | None) -> Point:
    code, params, sign = part["code"], part["params"], sign_of(part)
    match part["name"]:
        case "travel":
            value = _("%(kilometres)s km, about %(minutes)s minutes", **params)
            return Point(sign, _("Travelling"), value, _("your limit is %(num)s minutes", num=limit) if limit else "")
        case "work_fields":
            shared = joined(names.fields.get(each, each) for each in params["shared"])
            lacking = _("not known") if code == "work_fields_unknown" else _("different work")
            beside = _asked(params, names, us) or (_("you share this") if shared and us else "")
            return Point(sign, _("Work"), shared or lacking, beside)
        case "size":
            larger, smaller = number(params["larger"]), number(params["smaller"])
            value = _("%(larger)s and %(smaller)s fte", larger=larger, smaller=smaller)
            alike = _("about alike") if code == "size_alike" else _("differs much")
            return Point(sign, _("Size"), value, _asked(params, names, us) or alike)
        case "learning":
            return _learning(part, names, us, there)
        case "experience":
            said = {"experience_neither": _("both are new"), "experience_mixed": _("experienced beside new"),
                    "experience_both": _("both are experienced")}  # fmt: skip
            return Point(sign, _("Reviewers"), said[code], _asked(params, names, us))
        case "months":
            many = len(params["months"])
            beside = ngettext("%(num)s month together", "%(num)s months together", many) if many else ""
            return Point(sign, _("Period"), months(params["months"]) or _("no month in common"), beside)
        case "wishes":
            # Of the points a part is what the other wishes: to a member its own wish simply counts for it.
            return Point(FOR if us is not None else sign, _("Wishes"), _wishes(part, names, us))
        case "conflict":
            return Point(AGAINST, _("Conflict of interest"), joined(names.kinds.get(k, k) for k in params["kinds"]))
    return Point(sign, _("Met before"), met(part))


def met(part: Mapping[str, Any]) -> str:
    if part["code"] == "met_never":
        return _("never")
    return str(ngettext("%(num)s round ago", "%(num)s rounds ago", part["params"]["rounds"]))


def _learning(part: Mapping[str, Any], names: Names, us: int | None, there: int | None) -> Point:
    """What one side wants to learn and whether the other can show it."""
    met, unmet = ([names.competencies.get(code, code) for code in part["params"][name]] for name in ("met", "unmet"))
    if us is not None and part["side"] == us:
        label = _("What you want to learn")
    else:
        label = _("What %(name)s wants to learn", name=names.of(part["side"]))
    shows_us = us is not None and part["side"] == us
    if not met:
        return Point(sign_of(part), label, _lacking(joined(unmet), us is None or shows_us) if unmet else _("no wish"))
    beside = _("%(name)s can show it", name=names.of(there)) if shows_us else _("you can show it") if us else ""
    return Point(sign_of(part), label, joined(met), beside)


def _lacking(wishes: str, by_partner: bool) -> str:
    """What somebody wants to learn and the other, or the reader, cannot show."""
    if by_partner:
        return _("not with this partner: %(wishes)s", wishes=wishes)
    return _("not with you: %(wishes)s", wishes=wishes)


def _asked(params: Mapping[str, Any], names: Names, us: int | None) -> str:
    """Whether the partner is as one of them asked for; '' when nobody asked."""
    if us is not None:
        met, unmet = (us in params.get(name, ()) for name in ("asked_met", "asked_unmet"))
        return _("as you asked") if met else _("not as you asked") if unmet else ""
    met_by, unmet_by = (joined(names.of(key) for key in params.get(name, ())) for name in ("asked_met", "asked_unmet"))
    said = [_("as %(names)s asked", names=met_by)] if met_by else []
    return "; ".join(said + ([_("not as %(names)s asked", names=unmet_by)] if unmet_by else []))


def _wishes(part: Mapping[str, Any], names: Names, us: int | None) -> str:
    """Who wished for whom; to a member only that it did so itself."""
    if us is not None:
        return _("they are on your list")
    if part["code"] == "wishes_both":
        return _("from both sides")
    by = joined(names.of(key) for key in part["params"]["by"])
    return _("of %(names)s", names=by) if by else _("none for each other")
