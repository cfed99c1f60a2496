"""What was wished or agreed and did not come true in a rehearsal, and what stood in the way: a rule, or the others."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peerreview.marketplace.candidates import candidate_of, has_place
from peerreview.matching.rehearsal import FORBIDDEN, pairs_of
from peerreview.matching.rules import blocks

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish (`rank` 1 first) or an agreement (rank 0) of these organisations that is not in the result.

    `why` is absent (takes no part in this rehearsal), unplaced (no place on the map), rules (`blocks` say which),
    locked (one of them is kept in another group), costs (`cost` says what the whole would lose) or better (both have a
    partner that fits the whole better).
    """

    members: tuple[int, ...]
    rank: int
    why: str
    blocks: tuple[Row, ...] = ()
    cost: Row | None = None


def wishes_of(rows: Sequence[Row]) -> int:
    """How many organisations wished for somebody."""
    return sum(bool(row.get("wished")) for row in rows)


def granted(rows: Sequence[Row], result: Row) -> int:
    """How many organisations are together with somebody whom they wished for."""
    together = _together(result)
    return sum(any(int(key) in together.get(row["key"], ()) for key in row.get("wished", ())) for row in rows)


def unmet_wishes(rows: Sequence[Row], settings: Row, result: Row) -> Iterator[Unmet]:
    """Each wish that did not come true, of those that got none of their wishes first, then by rank."""
    together, by_key = _together(result), {row["key"]: row for row in rows}
    found = [
        (bool(wished & together.get(row["key"], set())), rank, row["key"], int(key))
        for row in rows
        if (wished := {int(key) for key in row.get("wished", ())})
        for key, rank in row["wished"].items()
        if int(key) not in together.get(row["key"], ())
    ]
    costs = {(one["member"], one["partner"]): one.get("cost") for g in result["groups"] for one in g["alternatives"]}
    for _granted, rank, key, other in sorted(found):
        yield _unmet((key, other), rank, by_key, settings, costs.get((key, other)) or costs.get((other, key)))


def unmet_agreements(rows: Sequence[Row], settings: Row, result: Row) -> Iterator[Unmet]:
    """Each group that agreed on the marketplace and is not in the result."""
    by_key = {row["key"]: row for row in rows}
    for members in result.get("dishonoured", ()):
        yield _unmet(tuple(members), 0, by_key, settings, None)


def _together(result: Row) -> dict[int, set[int]]:
    return {key: set(group["members"]) - {key} for group in result["groups"] for key in group["members"]}


def _unmet(members: tuple[int, ...], rank: int, rows: Mapping[int, Row], settings: Row, cost: Row | None) -> Unmet:
    if not set(members) <= set(rows):
        return Unmet(members, rank, "absent")
    if not all(has_place(rows[key]) for key in members):
        return Unmet(members, rank, "unplaced")
    if found := between(members, rows, settings["forbidden"]):
        return Unmet(members, rank, "rules", blocks=tuple(found))
    if any(set(members) & set(group) for group in settings["locked"]):
        return Unmet(members, rank, "locked")
    if cost and (cost["matched"] > 0 or cost["total"] > 0):
        return Unmet(members, rank, "costs", cost=cost)
    return Unmet(members, rank, "better")


def between(members: Sequence[int], rows: Mapping[int, Row], forbidden: Sequence[Sequence[int]] = ()) -> list[Row]:
    """The rules that stand between any two of these who would visit each other, each as {"code", "params"}."""
    apart = {(min(pair), max(pair)) for pair in forbidden}
    found: dict[str, Row] = {}
    for here, there in zip(members, (*members[1:], members[0]), strict=True):
        rules = blocks(candidate_of(rows[here]), candidate_of(rows[there]))
        found |= {f"{rule.code}{rule.params}": {"code": rule.code, "params": dict(rule.params)} for rule in rules}
    if apart & set(pairs_of(members)):
        found[FORBIDDEN] = {"code": FORBIDDEN, "params": {}}
    return list(found.values())
