"""How well two organisations fit as each other's reviewers, in points that can be explained.

Seven things count: little travelling, shared work fields, a like size, what each wants to learn and the other can show
(asked from both sides), a newcomer beside an experienced one, months in common, and not having met lately. Each gives 0
to 100 points and has a weight; all are whole numbers, so that equal is equal and the best match is exact. Reasons are
codes with parameters, which the pages put into words. What both lack (no work fields known, no wish) counts NEUTRAL.

Each rule is one function over measures that may be a number or a table of numbers: `score` explains one pair and
`totals` weighs all pairs at once, by the same rules.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from peerreview.matching.travel import Ints, Place, distance_km, distances_km, minutes_by_road

Params = Mapping[str, int | tuple[int, ...] | tuple[str, ...]]
Members = frozenset[int] | frozenset[str]

NEUTRAL = 50
NEAR_MINUTES, FAR_MINUTES = 15, 120
MOST_WEIGHT = 100
NEVER = 0


@dataclass(frozen=True)
class Candidate:
    """An organisation that looks for a partner in a round; `key` names it, also in `excluded` and `earlier_partners`.

    `wishes` are the competencies it wants to learn about, `strengths` those it can show; `months` (1-12) those in which
    it can visit and be visited; `earlier_partners` says how many rounds ago it last met whom (1 is the last round).
    """

    key: int
    name: str
    latitude: float
    longitude: float
    fte: float
    work_fields: frozenset[str]
    max_travel_minutes: int
    wishes: frozenset[str] = frozenset()
    strengths: frozenset[str] = frozenset()
    months: frozenset[int] = frozenset(range(1, 13))
    experienced: bool = False
    group: str | None = None
    excluded: frozenset[int] = frozenset()
    earlier_partners: Mapping[int, int] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        return self.latitude, self.longitude

    @property
    def size(self) -> int:
        """Tenths of an fte, whole, so that comparing sizes is exact."""
        return round(self.fte * 10)


@dataclass(frozen=True)
class Weights:
    """What each part counts for; `wish` counts once for either side. The defaults add up to 100."""

    travel: int = 30
    work_fields: int = 15
    size: int = 10
    wish: int = 15
    experience: int = 5
    months: int = 5
    novelty: int = 5

    def __post_init__(self) -> None:
        each = [getattr(self, part.name) for part in fields(self)]
        if not all(isinstance(weight, int) and 0 <= weight <= MOST_WEIGHT for weight in each) or not any(each):
            raise ValueError(f"weights are whole numbers from 0 to {MOST_WEIGHT}, at least one above 0: {self}")


@dataclass(frozen=True)
class Reason:
    """Why something got its points: a code and its parameters, for a page to put into words."""

    code: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One thing that counted: 0-100 points at a weight; `side` is the organisation that it is about, None for both."""

    name: str
    points: int
    weight: int
    reason: Reason
    side: int | None = None


@dataclass(frozen=True)
class Score:
    """How well two organisations fit, with all its parts."""

    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """Points times weights: what the solver maximises."""
        return sum(part.points * part.weight for part in self.parts)

    @property
    def percent(self) -> int:
        """The total as 0-100, for people; rounded half up."""
        weight = sum(part.weight for part in self.parts)
        return (2 * self.total + weight) // (2 * weight)


def score(a: Candidate, b: Candidate, weights: Weights) -> Score:
    """How a and b fit, explained; the other way round has the same total and the wishes in the other order."""
    return Score(
        (
            _travel(a, b, weights.travel),
            _work_fields(a, b, weights.work_fields),
            _size(a, b, weights.size),
            _wish(a, b, weights.wish),
            _wish(b, a, weights.wish),
            _experience(a, b, weights.experience),
            _months(a, b, weights.months),
            _novelty(a, b, weights.novelty),
        )
    )


def rounds_since_met(a: Candidate, b: Candidate) -> int:
    """How many rounds ago the two last met, by what either remembers; NEVER (0) if they did not."""
    return min((memory[key] for memory, key in _memories(a, b) if key in memory), default=NEVER)


def _travel(a: Candidate, b: Candidate, weight: int) -> Part:
    kilometres = distance_km(a.place, b.place)
    minutes, farthest = int(minutes_by_road(kilometres)), min(a.max_travel_minutes, b.max_travel_minutes)
    params = {"minutes": minutes, "kilometres": round(kilometres), "farthest": farthest}
    return Part("travel", int(travel_points(minutes)), weight, Reason("travel_minutes", params))


def _work_fields(a: Candidate, b: Candidate, weight: int) -> Part:
    shared, both = tuple(sorted(a.work_fields & b.work_fields)), len(a.work_fields) + len(b.work_fields)
    code = "work_fields_shared" if shared else "work_fields_differ" if both else "work_fields_unknown"
    return Part("work_fields", int(share_points(2 * len(shared), both)), weight, Reason(code, {"shared": shared}))


def _size(a: Candidate, b: Candidate, weight: int) -> Part:
    smaller, larger = sorted((a.size, b.size))
    points = int(share_points(smaller, larger))
    params = {"smaller": round(smaller / 10), "larger": round(larger / 10), "percent": points}
    return Part("size", points, weight, Reason("size_alike" if points >= 50 else "size_differs", params))


def _wish(seeker: Candidate, other: Candidate, weight: int) -> Part:
    met = tuple(sorted(seeker.wishes & other.strengths))
    unmet = tuple(sorted(seeker.wishes - other.strengths))
    code = "wish_met" if met else "wish_unmet" if unmet else "wish_none"
    points = int(share_points(len(met), len(seeker.wishes)))
    return Part("wish", points, weight, Reason(code, {"met": met, "unmet": unmet}), seeker.key)


def _experience(a: Candidate, b: Candidate, weight: int) -> Part:
    experienced = a.experienced + b.experienced
    code = ("experience_neither", "experience_mixed", "experience_both")[experienced]
    return Part("experience", int(experience_points(experienced)), weight, Reason(code))


def _months(a: Candidate, b: Candidate, weight: int) -> Part:
    shared = tuple(sorted(a.months & b.months))
    code = "months_shared" if shared else "months_none"
    return Part("months", int(months_points(len(shared))), weight, Reason(code, {"months": shared}))


def _novelty(a: Candidate, b: Candidate, weight: int) -> Part:
    rounds = rounds_since_met(a, b)
    reason = Reason("met_never") if rounds == NEVER else Reason("met_before", {"rounds": rounds})
    return Part("novelty", int(novelty_points(rounds)), weight, reason)


def _memories(a: Candidate, b: Candidate) -> tuple[tuple[Mapping[int, int], int], ...]:
    return (a.earlier_partners, b.key), (b.earlier_partners, a.key)


# The rules. Each takes numbers or tables of numbers and gives points.


def travel_points(minutes: Ints | int) -> Ints:
    """100 up to a quarter of an hour, then evenly down to 0 at two hours."""
    beyond = np.asarray(minutes) - NEAR_MINUTES
    return np.asarray(np.clip(100 - 100 * beyond // (FAR_MINUTES - NEAR_MINUTES), 0, 100))


def share_points(part: Ints | int, whole: Ints | int) -> Ints:
    """The part as a percentage of the whole, rounded down; NEUTRAL where there is no whole."""
    return np.where(np.asarray(whole) == 0, NEUTRAL, 100 * np.asarray(part) // np.maximum(whole, 1))


def experience_points(experienced: Ints | int) -> Ints:
    """One experienced beside one new is best, two experienced will do, two new have nobody to show them."""
    return np.take(np.array([0, 100, 60]), experienced)


def months_points(shared: Ints | int) -> Ints:
    """40 for each month in common: three leave room to choose."""
    return np.asarray(np.minimum(40 * np.asarray(shared), 100))


def novelty_points(rounds: Ints | int) -> Ints:
    """Never met is best; after the last round it takes five to be as good as new."""
    return np.where(np.asarray(rounds) == NEVER, 100, np.clip(25 * (np.asarray(rounds) - 1), 0, 100))


# The same for all pairs at once.


def totals(candidates: Sequence[Candidate], weights: Weights) -> Ints:
    """The table of `score(a, b, weights).total` for all candidates, in the order given."""
    sizes = np.array([each.size for each in candidates], dtype=np.int64)
    learning = _wishes_met(candidates)
    return (
        weights.travel * travel_points(minutes_between(candidates))
        + weights.work_fields * _work_fields_alike(candidates)
        + weights.size * share_points(np.minimum.outer(sizes, sizes), np.maximum.outer(sizes, sizes))
        + weights.wish * (learning + learning.T)
        + weights.experience * experience_points(_either(candidates))
        + weights.months * months_points(months_in_common(candidates))
        + weights.novelty * novelty_points(rounds_since(candidates))
    )


def minutes_between(candidates: Sequence[Candidate]) -> Ints:
    """The table of travel minutes."""
    return minutes_by_road(distances_km([each.place for each in candidates]))


def months_in_common(candidates: Sequence[Candidate]) -> Ints:
    """The table of how many months two candidates share."""
    return _in_common(candidates, lambda each: each.months, lambda each: each.months)


def rounds_since(candidates: Sequence[Candidate]) -> Ints:
    """The table of `rounds_since_met`."""
    row = {each.key: number for number, each in enumerate(candidates)}
    rounds = np.full((len(candidates), len(candidates)), NEVER, dtype=np.int64)
    for here, each in enumerate(candidates):
        for there in (row[key] for key in each.earlier_partners if key in row):
            rounds[here, there] = rounds[there, here] = rounds_since_met(each, candidates[there])
    return rounds


def _work_fields_alike(candidates: Sequence[Candidate]) -> Ints:
    shared = _in_common(candidates, lambda each: each.work_fields, lambda each: each.work_fields)
    counts = np.diagonal(shared)
    return share_points(2 * shared, np.add.outer(counts, counts))


def _wishes_met(candidates: Sequence[Candidate]) -> Ints:
    """Row: who seeks; column: who can show it."""
    met = _in_common(candidates, lambda each: each.wishes, lambda each: each.strengths)
    return share_points(met, np.array([[len(each.wishes)] for each in candidates], dtype=np.int64))


def _either(candidates: Sequence[Candidate]) -> Ints:
    experienced = np.array([each.experienced for each in candidates], dtype=np.int64)
    return np.asarray(np.add.outer(experienced, experienced))


def _in_common(
    candidates: Sequence[Candidate],
    rows: Callable[[Candidate], Members],
    columns: Callable[[Candidate], Members],
) -> Ints:
    """How many members the sets of two candidates share: a product of two tables of yes (1) and no (0)."""
    members = sorted({member for each in candidates for member in rows(each)}, key=str)
    has = _membership([rows(each) for each in candidates], members)
    return np.asarray(has @ _membership([columns(each) for each in candidates], members).T).astype(np.int64)


def _membership(sets: Sequence[Members], members: Sequence[int | str]) -> NDArray[np.float32]:
    """Small whole numbers as float32: exact, and the only kind for which numpy multiplies tables fast."""
    yes_no = [[member in each for member in members] for each in sets]
    return np.array(yes_no, dtype=np.float32).reshape(len(sets), len(members))
