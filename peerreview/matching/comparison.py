"""Two rehearsals of one round beside each other: who gains, who loses, and which groups are the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from peerreview.marketplace.candidates import candidate_of, has_place
from peerreview.marketplace.fit import Weights, score
from peerreview.matching.trials import lowest_first

Row = Mapping[str, Any]
Kind = Literal["got", "lost", "better", "worse", "other", "new", "gone"]
KINDS: tuple[Kind, ...] = ("lost", "got", "worse", "better", "other", "gone", "new")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one organisation stands in a rehearsal: with whom, how well that fits (0-100), and how far at most."""

    partners: tuple[int, ...]
    percent: int
    kilometres: int


@dataclass(frozen=True, slots=True)
class Change:
    """One organisation that stands elsewhere in the second rehearsal; without a place it has no partner there."""

    key: int
    kind: Kind
    before: Place | None
    after: Place | None

    @property
    def difference(self) -> int:
        return (self.after.percent if self.after else 0) - (self.before.percent if self.before else 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Who stands elsewhere, the hardest hit first; and the groups that are in both, that ended, and that are new."""

    changes: tuple[Change, ...]
    same: tuple[tuple[int, ...], ...]
    ended: tuple[tuple[int, ...], ...]
    begun: tuple[tuple[int, ...], ...]

    def of(self, *kinds: Kind) -> list[Change]:
        return [change for change in self.changes if change.kind in kinds]


def compared(before: Row, after: Row, were: Sequence[Row], are: Sequence[Row], weights: Weights) -> Comparison:
    """Compare two results; `were` and `are` are the rows of who took part, and `weights` measure how well both fit."""
    places, groups = (
        (places_of(before, were, weights), places_of(after, are, weights)),
        (groups_of(before), groups_of(after)),
    )
    there = {row["key"] for row in were}, {row["key"] for row in are}
    changes = [
        Change(key, kind, places[0].get(key), places[1].get(key))
        for key in sorted(there[0] | there[1])
        if (kind := _kind(key, places, there))
    ]
    return Comparison(
        tuple(sorted(changes, key=lambda each: (KINDS.index(each.kind), each.difference, each.key))),
        same=tuple(sorted(groups[0] & groups[1])),
        ended=tuple(sorted(groups[0] - groups[1])),
        begun=tuple(sorted(groups[1] - groups[0])),
    )


def _kind(key: int, places: tuple[dict[int, Place], ...], there: tuple[set[int], ...]) -> Kind | None:
    before, after = places[0].get(key), places[1].get(key)
    if key not in there[0] or key not in there[1]:
        return "new" if key in there[1] else "gone"
    if before is None or after is None:
        return None if before is after else "got" if after else "lost"
    if before.partners == after.partners:
        return None
    more = after.percent - before.percent
    return "better" if more > 0 else "worse" if more < 0 else "other"


def groups_of(result: Row) -> set[tuple[int, ...]]:
    """The groups of a result, each from its lowest member on."""
    return {lowest_first(group["members"]) for group in result["groups"]}


def places_of(result: Row, rows: Sequence[Row], weights: Weights) -> dict[int, Place]:
    """Where each organisation stands that is in a group, and how well that fits by these weights."""
    candidates = {row["key"]: candidate_of(row) for row in rows if has_place(row)}

    def place(key: int, group: Row) -> Place:
        legs = [leg for leg in group["legs"] if key in (leg["reviewer"], leg["host"])]
        scores = [score(candidates[leg["reviewer"]], candidates[leg["host"]], weights) for leg in legs]
        travel = [part.reason.params["kilometres"] for each in scores for part in each.parts if part.name == "travel"]
        here = group["members"].index(key)
        around = (*group["members"][here + 1 :], *group["members"][:here])
        percent = round(sum(each.percent for each in scores) / len(scores)) if scores else 0
        return Place(around, percent, max((int(km) for km in travel if isinstance(km, int)), default=0))

    return {key: place(key, group) for group in result["groups"] for key in group["members"]}
