"""What differs between rehearsals, and what did not come true in one, in words; for the secretariat."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, ngettext

from peerreview.matching import trials, words
from peerreview.matching.comparison import Place
from peerreview.matching.unmet import Unmet
from peerreview.matching.words import Names, joined
from peerreview.rounds import words as rules_words
from peerreview.rounds.rules import Rules

Row = Mapping[str, Any]
MOST_NAMED = 12


def _(text: str, **values: Any) -> str:
    return str(gettext(text, **values))


def counted(now: int, then: int, number: int) -> str:
    """How much more or less a figure is than in rehearsal `number`."""
    if now == then:
        return _("as in rehearsal %(number)s", number=number)
    if now > then:
        return _("%(num)s more than in rehearsal %(number)s", num=now - then, number=number)
    return _("%(num)s fewer than in rehearsal %(number)s", num=then - now, number=number)


def was(text: str, now: int, then: int) -> str:
    """A figure with what it was, where that differs."""
    return text if now == then else _("%(figure)s, was %(num)s", figure=text, num=then)


def rule_lines(one: Rules, other: Rules) -> list[tuple[str, str, str]]:
    """Each rule that was tried otherwise: its name, and the value in one and in the other."""
    return [
        (str(rules_words.RULES[name][0]), valued(name, a), valued(name, b))
        for name, (a, b) in trials.differ(one, other).items()
    ]


def valued(name: str, value: int) -> str:
    """The value of one rule that matching asks about."""
    if name == "largest_ring":
        return {2: _("pairs only"), 3: _("rings of three"), 4: _("rings of three and four")}[value]
    if name == "best_worst_first":
        return _("first the weakest group") if value else _("first the total")
    return str(value)


def choice_lines(one: Row, other: Row, names: Names) -> list[tuple[str, str, str]]:
    """What was locked, forbidden or agreed in only one of two rehearsals: what, where the first and where the other."""
    labels = {
        "locked": _("Kept together"),
        "forbidden": _("Kept apart"),
        "accepted": _("Agreed on the marketplace"),
    }
    lines = []
    for name, label in labels.items():
        a, b = ({tuple(group) for group in settings.get(name, ())} for settings in (one, other))
        if a != b:
            lines.append((label, _named(sorted(a - b), names), _named(sorted(b - a), names)))
    return lines


def _named(groups: Sequence[Iterable[int]], names: Names) -> str:
    shown = "; ".join(joined(names.of(key) for key in group) for group in groups[:MOST_NAMED])
    more = len(groups) - MOST_NAMED
    if more > 0:
        return str(ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more, names=shown))
    return shown or "–"


def kind_of(kind: str) -> str:
    """What changed for one organisation."""
    return {
        "lost": _("has no partner any more"), "got": _("now has a partner"), "worse": _("fits less"),
        "better": _("fits better"), "other": _("another group, as good"), "gone": _("takes no part any more"),
        "new": _("takes part now"),
    }[kind]  # fmt: skip


def placed(place: Place | None, names: Names) -> str:
    """With whom somebody stands, in words."""
    return joined(names.of(key) for key in place.partners) if place else _("no partner")


def why_not(one: Unmet, names: Names) -> str:
    """What stood in the way of a wish or an agreement."""
    match one.why:
        case "absent":
            return _("takes no part in this rehearsal")
        case "unplaced":
            return _("no place on the map")
        case "rules":
            return "; ".join(words.block(each, names) for each in one.blocks)
        case "locked":
            return _("one of them is kept in another group")
        case "costs":
            return words.cost(one.cost)
    return _("allowed, but with other groups the whole fits better")


def ended(one: Row, result: Row, published: Iterable[Row], names: Names) -> str:
    """Why an exchange that was published ends in this rehearsal, and what comes of its members."""
    members = set(one["members"])
    groups = [group["members"] for group in result["groups"] if members & set(group["members"])]
    had_partner = {key for each in published for key in each["members"]}
    said = [_("Somebody objected to it.")] if one["objected"] else []
    said += [_("%(names)s become a group.", names=joined(names.of(key) for key in group)) for group in groups]
    if alone := members - {key for group in groups for key in group}:
        said.append(_("%(names)s are left without a partner.", names=_listed(alone, names)))
    if gain := {key for group in groups for key in group} - had_partner:
        called = _listed(gain, names)
        said.append(
            str(ngettext("So %(names)s has a partner.", "So %(names)s have a partner.", len(gain), names=called))
        )
    return " ".join(said)


def _listed(keys: Iterable[int], names: Names) -> str:
    return joined(names.of(key) for key in sorted(keys))
