"""The codes of matching in words: why a group is proposed, what stands between two organisations, why one is left over.

Two kinds of reader. The secretariat reads everything. A member reads about itself and its partner in the second person,
and never which organisation excluded which, nor how far another is willing to travel.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from peerreview.marketplace.words import Names, Point, fte, joined, met, months, number, points, titles
from peerreview.matching.lifecycle import AnswerState, ExchangeState, RunState

__all__ = ["Names", "Point", "fte", "joined", "months", "number", "points", "titles"]

FAR_MINUTES, SMALL_PERCENT = 75, 34
LITTLE = 10  # points of one pair
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
    RunState.QUEUED: _l("Waits for its turn"),
    RunState.RUNNING: _l("Being made"),
    RunState.REHEARSED: _l("Rehearsal"),
    RunState.FAILED: _l("Went wrong"),
    RunState.CANCELLED: _l("Stopped"),
    RunState.PUBLISHED: _l("Published"),
    RunState.DISCARDED: _l("Thrown away"),
}
RULES = {
    "conflict": _l("a conflict of interest"),
    "needs_waiver": _l("a conflict of interest without a waiver"),
    "excluded": _l("rather not with each other"),
    "too_far": _l("too far"),
    "no_common_month": _l("no month in common"),
    "forbidden": _l("kept apart"),
}


def _(text: str, **values: Any) -> str:
    return str(gettext(text, **values))


def yes() -> str:
    return _("yes")


def takes_care(group: Mapping[str, Any], names: Names) -> str:
    """What to look at twice in this group, in a few words; '' when there is nothing."""
    parts = [part for leg in group["legs"] for part in leg["parts"] if part["weight"]]
    said = [_("ring of %(num)s", num=len(group["members"]))] if len(group["members"]) > 2 else []
    said += [_("against a rule: %(rule)s", rule=RULES[code]) for code in _codes(group["legs"])]
    said += [_("far")] if any(p["name"] == "travel" and p["params"]["minutes"] > FAR_MINUTES for p in parts) else []
    said += [_("no wish to learn comes true")] if not any(part["code"] == "learning_met" for part in parts) else []
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
            return _("too far for %(who)s (more than %(farthest)s minutes)", who=who, farthest=params["farthest"])
        case "excluded":
            return _("%(who)s would rather not", who=joined(names.of(key) for key in params["by"]))
        case "conflict" | "needs_waiver":
            kinds = joined(names.kinds.get(kind, kind) for kind in params["kinds"])
            return f"{RULES[found['code']]} ({kinds})"
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


def change(found: Mapping[str, Any], lonely: int, names: Names) -> str:
    """One thing that would give this organisation a group, and which; for the secretariat."""
    params, who = found["params"], names.of(found["who"] or None)
    then = _("Then %(group)s are a group.", group=joined(names.of(key) for key in found["group"]))
    match found["kind"]:
        case "travel":
            said = _("%(who)s travels %(minutes)s minutes instead of %(instead_of)s.", who=who, **params)
        case "month":
            said = _("%(who)s can also in %(month)s.", who=who, month=months([params["month"]]))
        case "waiver":
            kinds = joined(names.kinds.get(kind, kind) for kind in params["kinds"])
            said = _("A waiver with %(name)s: %(kinds)s.", name=names.of(params["with"]), kinds=kinds)
        case "exclusion":
            said = _("%(who)s agrees to meet %(about)s after all.", who=who, about=names.of(params["about"]))
        case "unforbid":
            said = _("%(name)s is no longer kept apart.", name=names.of(params["with"]))
        case "unlock":
            said = _("%(group)s are no longer locked.", group=joined(names.of(key) for key in params["members"]))
        case _:
            said = _("Rings of %(sizes)s may be made.", sizes=joined(str(size) for size in params["sizes"]))
    return f"{said} {then}"


def cost(found: Mapping[str, Any] | None) -> str:
    """What another partner would cost the whole, for the secretariat."""
    if found is None:
        return _("stands in a locked group")
    if found["matched"] > 0:
        return str(ngettext("then %(num)s more organisation has no partner",
                            "then %(num)s more organisations have no partner", found["matched"]))  # fmt: skip
    if found["percent"] <= 0:
        return _("then the whole fits just as well")
    if found["percent"] < LITTLE:
        return _("then the whole fits a little less well (%(points)s of the 100 points of one pair)",
                 points=found["percent"])  # fmt: skip
    return _("then the whole fits less well (%(points)s of the 100 points of one pair)", points=found["percent"])


def next_best(one: Mapping[str, Any], names: Names) -> str:
    """The next best partner of a member and what that would cost, for the secretariat."""
    who = {"member": names.of(one["member"]), "partner": names.of(one["partner"])}
    return _("%(member)s with %(partner)s: %(cost)s.", cost=cost(one.get("cost")), **who)


def whereabouts(key: int, result: Mapping[str, Any] | None, names: Names | None = None) -> str:
    """Why somebody has no partner now, or with whom it stands in the latest rehearsal; for the secretariat."""
    if result is None:
        return _("not rehearsed yet")
    if key in result["unplaced"]:
        return _("no place on the map")
    for one in result["unmatched"]:
        if one["key"] == key:
            return left_over(one)
    for group in result["groups"]:
        if key in group["members"]:
            return _(
                "with %(names)s", names=joined((names or Names()).of(each) for each in group["members"] if each != key)
            )
    return _("came after the latest rehearsal")


def alternative(explanation: Mapping[str, Any], us: int) -> tuple[str, str] | None:
    """The next best partner for this member (see `another`): its name, and how it compares; fit for a member to read."""
    one = next((each for each in explanation.get("another", ()) if each["member"] == us), None)
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
        return name, _("would suit you as well. The secretariat looks at what is best for everybody together.")
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
    return good, _("was your partner longer ago") if good else _("was your partner before (%(when)s)", when=met(theirs))
