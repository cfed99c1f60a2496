"""A rehearsal laid out for the secretariat: its groups, who is left, what it comes to as a whole, and the map."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peerreview.matching import unmet, words
from peerreview.matching.rehearsal import has_place
from peerreview.matching.words import Names, Point
from peerreview.trajectories.models import Trajectory

Row = Mapping[str, Any]
Spot = tuple[float, float]
GROUP = re.compile(r"[0-9]{1,9}(?:-[0-9]{1,9}){1,3}")
MOST_CHOICES = 1000


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One proposed group: its members in review order, how far, how well, what to look at twice, why, and what
    else could be."""

    value: str
    members: tuple[Row, ...]
    kilometres: int
    minutes: int
    score: int
    care: str
    locked: bool
    reasons: tuple[tuple[str, tuple[Point, ...]], ...]
    others: tuple[str, ...]

    @property
    def names(self) -> str:
        return words.joined(row["name"] for row in self.members)


@dataclass(frozen=True, slots=True)
class Left:
    """One without a partner: why, which changes would give it one, and who came nearest with the trajectory to try."""

    row: Row
    why: str
    changes: tuple[tuple[str, Row], ...]
    nearest: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Sums:
    """What a rehearsal comes to as a whole.

    Kilometres are as the crow flies, one way. `wished` organisations named whom they would like, and `granted` of them
    are together with one of those; `learning` organisations want to learn something, `learnt` of them review one that
    can show it. `worst` is 0-100 of the weakest group that is not locked.
    """

    matched: int
    candidates: int
    pairs: int
    rings: int
    locked: int
    average_km: int
    farthest_km: int
    wished: int
    granted: int
    learning: int
    learnt: int
    worst: int
    total: int


def laid_out(rows: Sequence[Row], result: Row, names: Names, order: str) -> dict[str, Any]:
    """All that the page of a rehearsal shows."""
    by_key = {row["key"]: row for row in rows}
    dots, arcs = map_of(result, by_key)
    return {
        "groups": groups_of(result, by_key, names, order),
        "left": left_of(result, by_key, names),
        "trajectories": {row["key"]: row["trajectory"] for row in rows},
        "unplaced": [by_key[key] for key in result["unplaced"]],
        "sums": sums_of(result, rows),
        "dots": dots,
        "arcs": arcs,
    }


def sheet(rows: Sequence[Row], result: Row, names: Names) -> list[list[Any]]:
    """A rehearsal as rows for a spreadsheet: the groups, then who is left."""
    by_key = {row["key"]: row for row in rows}
    groups = [
        [
            number, " > ".join(row["name"] for row in group.members), " > ".join(row["place"] for row in group.members),
            group.kilometres, group.minutes, group.score, group.care, words.yes() if group.locked else "",
        ]
        for number, group in enumerate(groups_of(result, by_key, names), start=1)
    ]  # fmt: skip
    left = [(each.row, each.why) for each in left_of(result, by_key, names)]
    left += [(by_key[key], words.whereabouts(key, result)) for key in result["unplaced"]]
    return groups + [["", row["name"], row["place"], "", "", "", why, ""] for row, why in left]


def groups_of(result: Row, rows: Mapping[int, Row], names: Names, order: str = "weakest") -> list[GroupRow]:
    """The groups: the weakest, the farthest or the first in the alphabet on top."""
    found = [_group(group, rows, names) for group in result["groups"]]
    keys: dict[str, Any] = {
        "weakest": lambda group: (group.score, group.names),
        "distance": lambda group: (-group.kilometres, group.names),
        "name": lambda group: group.names.casefold(),
    }
    return sorted(found, key=keys.get(order, keys["weakest"]))


def _group(group: Row, rows: Mapping[int, Row], names: Names) -> GroupRow:
    travel = [part["params"] for leg in group["legs"] for part in leg["parts"] if part["name"] == "travel"]
    legs = group["legs"][:1] if group["kind"] == "pair" else group["legs"]
    return GroupRow(
        value="-".join(str(key) for key in group["members"]),
        members=tuple(rows[key] for key in group["members"]),
        kilometres=max((each["kilometres"] for each in travel), default=0),
        minutes=max((each["minutes"] for each in travel), default=0),
        score=group["score"] or 0,
        care=words.takes_care(group, names),
        locked=group["locked"],
        reasons=tuple(leg_reasons(leg, names) for leg in legs),
        others=tuple(words.next_best(one, names) for one in group["alternatives"] if "cost" in one),
    )


def leg_reasons(leg: Row, names: Names) -> tuple[str, tuple[Point, ...]]:
    """Between whom, and each reason."""
    return words.joined([names.of(leg["reviewer"]), names.of(leg["host"])]), tuple(words.points(leg, names))


def left_of(result: Row, rows: Mapping[int, Row], names: Names) -> list[Left]:
    """Who found no partner, by name."""
    found = [_left(one, rows, names) for one in result["unmatched"]]
    return sorted(found, key=lambda left: str(left.row["name"]).casefold())


def _left(one: Row, rows: Mapping[int, Row], names: Names) -> Left:
    partners = (rows[miss["partner"]]["trajectory"] for miss in one["closest"])
    nearest = tuple(zip(words.misses(one, names), partners, strict=True))
    changes = tuple((words.change(each, one["key"], names), each) for each in one.get("changes", ()))
    return Left(rows[one["key"]], words.left_over(one), changes, nearest)


def standing(alone: Sequence[Trajectory], result: Row | None) -> tuple[list[tuple[Trajectory, str]], ...]:
    """Who has no partner, in two lists: who stands in no group of the latest rehearsal and why, and who does with whom."""
    names = Names({each.organisation_id: each.organisation.name for each in alone})
    grouped = {key for group in (result or {}).get("groups", ()) for key in group["members"]}
    told = [(each, words.whereabouts(each.organisation_id, result, names)) for each in alone]
    left = [(each, why) for each, why in told if each.organisation_id not in grouped]
    return left, [(each, with_whom) for each, with_whom in told if each.organisation_id in grouped]


def sums_of(result: Row, rows: Sequence[Row]) -> Sums:
    """The figures of a rehearsal."""
    groups = result["groups"]
    legs = [leg for group in groups for leg in (group["legs"][:1] if group["kind"] == "pair" else group["legs"])]
    parts = [part for leg in legs for part in leg["parts"]]
    kilometres = [part["params"]["kilometres"] for part in parts if part["name"] == "travel"] or [0]
    scores = [group["score"] or 0 for group in groups if not group["locked"]]
    return Sums(
        matched=result["matched"],
        candidates=len(rows),
        pairs=sum(group["kind"] == "pair" for group in groups),
        rings=sum(group["kind"] == "ring" for group in groups),
        locked=sum(group["locked"] for group in groups),
        average_km=round(sum(kilometres) / len(kilometres)),
        farthest_km=max(kilometres),
        wished=unmet.wishes_of(rows),
        granted=unmet.granted(rows, result),
        learning=sum(bool(row["learning"]) for row in rows),
        learnt=_learnt(groups),
        worst=min(scores, default=0),
        total=result["total"],
    )


def _learnt(groups: Sequence[Row]) -> int:
    """How many visit somebody who can show what they want to learn."""
    legs = [leg for group in groups for leg in group["legs"]]
    sides = [(leg["reviewer"], part["side"], part["code"]) for leg in legs for part in leg["parts"] if part["side"]]
    return len({reviewer for reviewer, side, code in sides if side == reviewer and code == "learning_met"})


def map_of(result: Row, rows: Mapping[int, Row]) -> tuple[list[tuple[Any, ...]], list[tuple[Spot, Spot]]]:
    """The dots (groups in one colour, who is left by name) and the arcs that join each group."""
    dots: list[tuple[Any, ...]] = [
        (*_spot(rows[key]), "us") for group in result["groups"] for key in group["members"] if has_place(rows[key])
    ]
    dots += [(*_spot(rows[one["key"]]), "one", rows[one["key"]]["place"]) for one in result["unmatched"]]
    arcs = [arc for group in result["groups"] for arc in arcs_of([rows[key] for key in group["members"]])]
    return dots, arcs


def arcs_of(members: Sequence[Row]) -> list[tuple[Spot, Spot]]:
    """The arcs that join these in a circle; of a pair one; none to who has no place."""
    around = list(zip(members, [*members[1:], members[0]], strict=True))
    kept = around[:1] if len(members) == 2 else around
    return [(_spot(here), _spot(there)) for here, there in kept if has_place(here) and has_place(there)]


def _spot(row: Row) -> Spot:
    return float(row["latitude"]), float(row["longitude"])


# --- What the secretariat chose for a next rehearsal -----------------------------------------------------------------


def chosen_groups(values: Iterable[str]) -> list[tuple[int, ...]]:
    """The groups behind checkboxes ('12-40', '3-9-5'); what is no such thing is passed over."""
    right = [value for value in list(values)[:MOST_CHOICES] if GROUP.fullmatch(value)]
    return [tuple(int(key) for key in value.split("-")) for value in dict.fromkeys(right)]
