"""How well two organisations fit as each other's reviewers, in points that can be explained.

Nine things count: little travelling, shared work fields, a like size, what each wants to learn and the other can show,
a newcomer beside an experienced one, months in common, not having met lately, whom each wished for, and no conflict of
interest that asks for care. Where an organisation asks for another kind of partner (its work, its size, experience),
that counts on its side instead. Each gives 0 to 100 points and has a weight; all are whole numbers, so that equal is
equal and the best match is exact. Reasons are codes with parameters, which the pages put into words. What both lack (no
work fields known, nothing to learn, no wishes) counts NEUTRAL.

A score is that of one leg: who reviews learns most of it, who is reviewed learns too. Both legs of a pair together
count what both learn alike; in a ring it matters who visits whom.

`score` explains one leg; `fit_tables.totals` weighs all legs at once, by the same rules (`points`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from peerreview.marketplace.lifecycle import ExperienceWish, SizeWish
from peerreview.marketplace.points import (
    NEUTRAL,
    NEVER,
    experience_points,
    mean_points,
    months_points,
    novelty_points,
    share_points,
    size_points,
    travel_points,
    wish_points,
)
from peerreview.marketplace.travel import Place, distance_km, minutes_by_road

Params = Mapping[str, int | float | tuple[int, ...] | tuple[str, ...]]

MOST_WEIGHT = 100


@dataclass(frozen=True)
class Candidate:
    """An organisation that looks for a partner in a round; `key` names it, also in the fields that hold keys.

    `learning` are the competencies it wants to learn about, `strengths` those it can show; `months` (1-12) those in
    which it can visit and be visited; `earlier_partners` says how many rounds ago it last met whom (1 is the last
    round). `wished` holds whom it would like, with the rank (1 first). `excluded` are those that it must not meet;
    `conflicts`, `unwaived` and `cautions` the kinds of conflict of interest that stand with whom: hard ones, soft ones
    without a waiver, and soft ones that were waived.
    """

    key: int
    name: str
    latitude: float
    longitude: float
    fte: float
    work_fields: frozenset[str]
    max_travel_minutes: int
    learning: frozenset[str] = frozenset()
    strengths: frozenset[str] = frozenset()
    months: frozenset[int] = frozenset(range(1, 13))
    experienced: bool = False
    partner_fields: frozenset[str] = frozenset()
    partner_size: SizeWish = SizeWish.ANY
    partner_experience: ExperienceWish = ExperienceWish.ANY
    wished: Mapping[int, int] = field(default_factory=dict)
    excluded: frozenset[int] = frozenset()
    conflicts: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    unwaived: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    cautions: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
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
    """What each part counts for; `learning` counts once for either side. The defaults add up to 150."""

    travel: int = 30
    work_fields: int = 15
    size: int = 10
    learning: int = 15
    experience: int = 5
    months: int = 5
    novelty: int = 5
    wishes: int = 20
    conflict: int = 15

    def __post_init__(self) -> None:
        each = [getattr(self, part.name) for part in fields(self)]
        if not all(isinstance(weight, int) and 0 <= weight <= MOST_WEIGHT for weight in each) or not any(each):
            raise ValueError(f"weights are whole numbers from 0 to {MOST_WEIGHT}, at least one above 0: {self}")

    @property
    def learning_as_host(self) -> int:
        """Who is reviewed learns a quarter of what both legs of a pair count."""
        return self.learning // 2

    @property
    def learning_as_reviewer(self) -> int:
        return 2 * self.learning - self.learning_as_host

    @property
    def whole(self) -> int:
        """What a leg with 100 points for everything weighs."""
        return sum(int(getattr(self, part.name)) for part in fields(self)) + self.learning


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


def score(reviewer: Candidate, host: Candidate, weights: Weights) -> Score:
    """How the leg fits in which the reviewer visits the host, explained."""
    a, b = reviewer, host
    return Score(
        (
            _travel(a, b, weights.travel),
            _work_fields(a, b, weights.work_fields),
            _size(a, b, weights.size),
            _learning(a, b, weights.learning_as_reviewer),
            _learning(b, a, weights.learning_as_host),
            _experience(a, b, weights.experience),
            _months(a, b, weights.months),
            _novelty(a, b, weights.novelty),
            _wishes(a, b, weights.wishes),
            _conflict(a, b, weights.conflict),
        )
    )


def values_of(found: Score) -> dict[str, Any]:
    """A score as plain values that last: {"percent", "parts": [{"name", "points", "weight", "side", "code",
    "params"}]}."""
    parts = [
        {
            "name": part.name,
            "points": part.points,
            "weight": part.weight,
            "side": part.side,
            "code": part.reason.code,
            "params": plain(part.reason.params),
        }
        for part in found.parts
    ]
    return {"percent": found.percent, "parts": parts}


def plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with lists for tuples, as JSON has them."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in params.items()}


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
    alike = int(share_points(2 * len(shared), both))
    asked = {side.key: _fields_asked(side, other) for side, other in ((a, b), (b, a)) if side.partner_fields}
    points = int(mean_points(asked.get(a.key, alike), asked.get(b.key, alike)))
    return Part("work_fields", points, weight, Reason(code, {"shared": shared, **_answered(asked)}))


def _fields_asked(side: Candidate, other: Candidate) -> int:
    return int(share_points(len(side.partner_fields & other.work_fields), len(side.partner_fields)))


def _size(a: Candidate, b: Candidate, weight: int) -> Part:
    smaller, larger = sorted((a.size, b.size))
    alike = int(share_points(smaller, larger))
    asked = {
        side.key: int(size_points(side.size, other.size, side.partner_size))
        for side, other in ((a, b), (b, a))
        if side.partner_size != SizeWish.ANY
    }
    points = int(mean_points(asked.get(a.key, alike), asked.get(b.key, alike)))
    params: Params = {"smaller": smaller / 10, "larger": larger / 10, "percent": alike, **_answered(asked)}
    return Part("size", points, weight, Reason("size_alike" if alike >= NEUTRAL else "size_differs", params))


def _learning(seeker: Candidate, other: Candidate, weight: int) -> Part:
    met = tuple(sorted(seeker.learning & other.strengths))
    unmet = tuple(sorted(seeker.learning - other.strengths))
    code = "learning_met" if met else "learning_unmet" if unmet else "learning_none"
    points = int(share_points(len(met), len(seeker.learning)))
    return Part("learning", points, weight, Reason(code, {"met": met, "unmet": unmet}), seeker.key)


def _experience(a: Candidate, b: Candidate, weight: int) -> Part:
    experienced = a.experienced + b.experienced
    code = ("experience_neither", "experience_mixed", "experience_both")[experienced]
    mixed = int(experience_points(experienced))
    asked = {
        side.key: 100 * int(other.experienced == (side.partner_experience == ExperienceWish.EXPERIENCED))
        for side, other in ((a, b), (b, a))
        if side.partner_experience != ExperienceWish.ANY
    }
    points = int(mean_points(asked.get(a.key, mixed), asked.get(b.key, mixed)))
    return Part("experience", points, weight, Reason(code, _answered(asked)))


def _answered(asked: Mapping[int, int]) -> dict[str, tuple[int, ...]]:
    """Who asked for something of its partner and gets it, and who does not; nothing when nobody asked."""
    if not asked:
        return {}
    met = tuple(sorted(key for key, points in asked.items() if points >= NEUTRAL))
    return {"asked_met": met, "asked_unmet": tuple(sorted(set(asked) - set(met)))}


def _months(a: Candidate, b: Candidate, weight: int) -> Part:
    shared = tuple(sorted(a.months & b.months))
    code = "months_shared" if shared else "months_none"
    return Part("months", int(months_points(len(shared))), weight, Reason(code, {"months": shared}))


def _novelty(a: Candidate, b: Candidate, weight: int) -> Part:
    rounds = rounds_since_met(a, b)
    reason = Reason("met_never") if rounds == NEVER else Reason("met_before", {"rounds": rounds})
    return Part("novelty", int(novelty_points(rounds)), weight, reason)


def _wishes(a: Candidate, b: Candidate, weight: int) -> Part:
    by = tuple(sorted(side.key for side, other in ((a, b), (b, a)) if other.key in side.wished))
    code = ("wishes_none" if a.wished or b.wished else "wishes_unknown", "wishes_one", "wishes_both")[len(by)]
    points = mean_points(_wish_of(a, b), _wish_of(b, a))
    return Part("wishes", int(points), weight, Reason(code, {"by": by}))


def _wish_of(side: Candidate, other: Candidate) -> int:
    return int(wish_points(side.wished.get(other.key, 0), bool(side.wished)))


def _conflict(a: Candidate, b: Candidate, weight: int) -> Part:
    kinds = tuple(sorted({*a.cautions.get(b.key, ()), *b.cautions.get(a.key, ())}))
    reason = Reason("conflict_soft" if kinds else "conflict_none", {"kinds": kinds})
    return Part("conflict", 0 if kinds else 100, weight, reason)


def _memories(a: Candidate, b: Candidate) -> tuple[tuple[Mapping[int, int], int], ...]:
    return (a.earlier_partners, b.key), (b.earlier_partners, a.key)
