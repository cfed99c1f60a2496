"""A rehearsal as plain values that last: what goes in, what comes out, and for the same in always the same out.

The input has one row for each organisation that looks for a partner, as `row_of` lists its names; the settings hold the
weights, the groups to keep and the pairs to keep apart. Organisations are named by their id. Someone without a place on
the map cannot be matched, because nobody knows how far it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from itertools import combinations
from typing import Any

from peerreview.marketplace.candidates import Row, candidate_of, has_place, row_of
from peerreview.marketplace.fit import Weights, plain, values_of
from peerreview.matching.board import FORBIDDEN, Terms
from peerreview.matching.changes import Change
from peerreview.matching.engine.solution import LOCKED
from peerreview.matching.explanation import Alternative, Group, Leg, NearMiss, Progress, Unmatched
from peerreview.matching.rules import Block
from peerreview.matching.solver import solve

Pair = tuple[int, int]
LARGEST_GROUP = 4

__all__ = [
    "FORBIDDEN",
    "answer",
    "explained",
    "has_place",
    "pairs_of",
    "row_of",
    "settings_of",
    "terms_from",
    "weights_from",
]


def weights_from(rules: Mapping[str, int]) -> Weights:
    """The weights among a round's rules. ValueError when none is above 0."""
    names = {"conflict": "conflict_cost"}
    return Weights(**{each.name: int(rules[names.get(each.name, f"weight_{each.name}")]) for each in fields(Weights)})


def settings_of(
    weights: Weights,
    locked: Iterable[Sequence[int]],
    forbidden: Iterable[Pair],
    *,
    accepted: Iterable[Sequence[int]] = (),
    promised: Iterable[tuple[Sequence[int], int]] = (),
    rings: Iterable[int] = (3,),
    ring_price: int = 0,
    fair: bool = False,
) -> dict[str, Any]:
    """What a rehearsal is told, in one fixed order (see `board.Terms`)."""
    return {
        "weights": asdict(weights),
        "locked": sorted(list(group) for group in locked),
        "forbidden": sorted([list(pair) for pair in {(min(pair), max(pair)) for pair in forbidden}]),
        "accepted": sorted(list(group) for group in accepted),
        "promised": [{"members": list(group), "price": price} for group, price in sorted(promised)],
        "rings": sorted(rings),
        "ring_price": ring_price,
        "fair": fair,
    }


def terms_from(settings: Mapping[str, Any]) -> Terms:
    """The terms that the settings hold."""
    return Terms(
        locked=tuple(tuple(group) for group in settings["locked"]),
        accepted=tuple(tuple(group) for group in settings["accepted"]),
        promised=tuple((tuple(each["members"]), each["price"]) for each in settings["promised"]),
        rings=frozenset(settings["rings"]),
        ring_price=settings["ring_price"],
        fair=settings["fair"],
    )


def answer(
    rows: Sequence[Row],
    settings: Mapping[str, Any],
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """The groups for this input, who is left and why, all with their reasons.

    ValueError when a group to keep cannot be: a stranger, somebody in two groups, or a pair to be kept apart.
    `progress` hears (step, done, of); Cancelled is raised once `cancelled` says so.
    """
    result = solve(
        [candidate_of(row) for row in rows if has_place(row)],
        Weights(**settings["weights"]),
        forbidden=[(here, there) for here, there in settings["forbidden"]],
        terms=terms_from(settings),
        progress=progress,
        cancelled=cancelled,
    )
    return {
        "groups": [_group(group) for group in result.groups],
        "unmatched": [_unmatched(one) for one in result.unmatched],
        "unplaced": sorted(row["key"] for row in rows if not has_place(row)),
        "matched": result.matched,
        "total": result.total,
        "worst": result.worst,
        "dishonoured": [list(keys) for keys in result.dishonoured],
        "broken": [{"members": list(keys), "price": price} for keys, price in result.broken],
        "method": result.method,
    }


def explained(rows: Sequence[Row], weights: Weights) -> dict[str, Any]:
    """One group made by hand, in this review order, with its reasons; without them when somebody has no place."""
    members = [row["key"] for row in rows]
    if not all(has_place(row) for row in rows):
        kind = "pair" if len(members) == 2 else "ring"
        bare = {"kind": kind, "members": members, "origin": LOCKED, "locked": True}
        return {**bare, "score": None, "legs": [], "alternatives": []}
    terms = Terms(locked=(tuple(members),))
    (group,) = solve([candidate_of(row) for row in rows], weights, terms=terms).groups
    return _group(group)


def pairs_of(members: Iterable[int]) -> list[Pair]:
    """All pairs among these, each in ascending order."""
    return list(combinations(sorted(members), 2))


def _group(group: Group) -> dict[str, Any]:
    return {
        "kind": group.kind,
        "members": list(group.members),
        "origin": group.origin,
        "locked": group.locked,
        "total": group.total,
        "score": group.score,
        "legs": [_leg(leg) for leg in group.legs],
        "alternatives": [_alternative(one) for one in group.alternatives],
    }


def _leg(leg: Leg) -> dict[str, Any]:
    return {"reviewer": leg.reviewer, "host": leg.host, **values_of(leg.score), "blocks": _blocks(leg.blocks)}


def _alternative(one: Alternative) -> dict[str, Any]:
    about = {"member": one.member, "partner": one.partner, "difference": one.difference}
    return {**about, "cost": asdict(one.cost) if one.cost else None, **values_of(one.score)}


def _unmatched(one: Unmatched) -> dict[str, Any]:
    return {
        "key": one.key,
        "blocked": one.blocked,
        "allowed": one.allowed,
        "closest": [_miss(miss) for miss in one.closest],
        "changes": [_change(change) for change in one.changes],
    }


def _miss(miss: NearMiss) -> dict[str, Any]:
    about = {"partner": miss.partner, "minutes": miss.minutes, "percent": miss.percent}
    return {**about, "blocks": _blocks(miss.blocks)}


def _change(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "who": change.who, "group": list(change.group), "params": change.params}


def _blocks(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [{"code": block.code, "params": plain(block.params)} for block in blocks]
