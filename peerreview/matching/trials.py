"""What the secretariat tries out: other weights and rules than those of the round, and what a price is in points.

A rehearsal keeps in its settings what it was told; `rules_of` reads that back as rules, so that the next one can start
from it and the round can take it over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from peerreview.marketplace.fit import Weights
from peerreview.matching.rehearsal import pairs_of
from peerreview.rounds.rules import Rules

WEIGHTS = tuple("conflict_cost" if each.name == "conflict" else f"weight_{each.name}" for each in fields(Weights))
TRIED = (*WEIGHTS, "largest_ring", "ring_cost", "best_worst_first")
# What a move may cost others: more than any other pair could win, so that as few groups as possible change.
KEEP = 10

Group = Sequence[int]


def weights_in(settings: Mapping[str, Any]) -> Weights:
    """The weights that a rehearsal used; those that it does not know count as by default."""
    known = {each.name for each in fields(Weights)}
    return Weights(**{name: value for name, value in settings["weights"].items() if name in known})


def rules_of(settings: Mapping[str, Any], rules: Rules) -> Rules:
    """The rules of the round with what this rehearsal tried instead; what it does not know stays as it is."""
    weights = settings.get("weights", {})
    tried = {name: weights.get(each.name) for name, each in zip(WEIGHTS, fields(Weights), strict=True)}
    if "rings" in settings:
        whole = weights_in(settings).whole
        tried["largest_ring"] = max(settings["rings"], default=2)
        tried["ring_cost"] = settings["ring_price"] // (3 * whole)
        tried["best_worst_first"] = int(settings.get("moved", settings)["fair"])
    return replace(rules, **{name: value for name, value in tried.items() if value is not None})


def differ(one: Rules, other: Rules) -> dict[str, tuple[int, int]]:
    """Each rule that matching asks about and in which these two differ, with both values."""
    return {name: (getattr(one, name), getattr(other, name)) for name in TRIED
            if getattr(one, name) != getattr(other, name)}  # fmt: skip


def terms_of(rules: Rules, weights: Weights) -> dict[str, Any]:
    """Which rings may be made, at what price, and whether the worst group comes first; as `settings_of` takes it.

    A ring must be better by so many percent for each of its members; that price is counted for a ring of three.
    """
    rings = tuple(range(3, rules.largest_ring + 1))
    return {"rings": rings, "ring_price": 3 * rules.ring_cost * weights.whole, "fair": bool(rules.best_worst_first)}


def price_of(members: int, percent: int, weights: Weights) -> int:
    """So many percent of an exchange with this many members that fits perfectly, in points."""
    return members * percent * weights.whole


def promise_cost(settings: Mapping[str, Any]) -> int | None:
    """What it costs in this rehearsal to break a published exchange, in percent of one; None when none was promised."""
    published = {tuple(one["members"]) for one in settings.get("published", ())}
    promised = [each for each in settings.get("promised", ()) if tuple(each["members"]) in published]
    whole = weights_in(settings).whole
    return next((each["price"] // (len(each["members"]) * whole) for each in promised), None)


def keep_price(members: int, weights: Weights) -> int:
    """What it costs to change a group that a move by hand leaves alone."""
    return price_of(members, 100 * KEEP, weights)


def lowest_first(group: Group) -> tuple[int, ...]:
    """The same group in review order from its lowest member on, by which groups compare."""
    start = group.index(min(group))
    return (*group[start:], *group[:start])


def contradict(locked: Iterable[Group], forbidden: Iterable[tuple[int, int]]) -> bool:
    """Whether somebody is to be in two groups, or a group to be kept together and apart."""
    groups = [tuple(group) for group in locked]
    members = [key for group in groups for key in group]
    together = {pair for group in groups for pair in pairs_of(group)}
    return len(members) != len(set(members)) or bool(together & {(min(pair), max(pair)) for pair in forbidden})


def grown(groups: Iterable[Group], who: int, partner: int, *, join: bool) -> tuple[int, ...]:
    """The group that comes of putting `who` with `partner`: the two as a pair, or `who` added to the other's group."""
    theirs = next((tuple(group) for group in groups if partner in group), (partner,))
    return (*theirs, who) if join and who not in theirs else (partner, who)
