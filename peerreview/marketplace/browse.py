"""Looking around on the market: what others offer as values, how each fits the viewer, filters, and the order.

The viewer is one organisation. What it sees depends on what others published and on what it knows itself: never on
what others wish, block or declared, so that nothing of that can be noticed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from peerreview.core.paging import Page
from peerreview.marketplace.fit import Candidate, Score, Weights, score
from peerreview.marketplace.fit_row import kilometres_to, percents
from peerreview.marketplace.travel import minutes_by_road

PAGE = 10
FAR = 10_000  # minutes: no distance is too far
MINUTES = (30, 45, 60, 90, 120)
SIZES: dict[str, tuple[float, float]] = {"small": (0, 25), "medium": (25, 75), "large": (75, 1_000_000)}  # fte, up to


@dataclass(frozen=True, slots=True)
class Listed:
    """Another's published offer. `kept` and `blocked` are of the viewer itself, for who may know that."""

    offer_id: int
    trajectory_id: int
    candidate: Candidate
    sort_name: str
    place: str
    placed: bool
    story: str
    experienced_reviewers: int
    kept: bool = False
    blocked: bool = False


@dataclass(frozen=True)
class Viewer:
    """Who looks around: its own row, whether it has a place on the map, and why it cannot meet whom, by organisation.

    `reasons` are words, of conflicts of interest that it knows of.
    """

    candidate: Candidate
    placed: bool
    trajectory_id: int
    framework_version_id: int
    weights: Weights
    reasons: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def limit(self) -> int:
        return self.candidate.max_travel_minutes


class Fitting(NamedTuple):
    """An offer as the viewer sees it: estimated travel (None when either has no place) and how well it fits, 0-100.

    `apart` says in words why the two cannot meet, as far as the viewer knows.
    """

    offer: Listed
    minutes: int | None
    kilometres: int | None
    percent: int
    apart: tuple[str, ...]

    @property
    def key(self) -> int:
        return self.offer.candidate.key

    @property
    def cannot(self) -> bool:
        return bool(self.apart) or self.offer.blocked


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list is narrowed to; empty means everything. `minutes` FAR is any distance, also an unknown one."""

    minutes: int = FAR
    work_field: str = ""
    size: str = ""
    month: int = 0
    seek: bool = False  # they want to learn what we can show
    bring: bool = False  # they can show what we want to learn
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a choice gives: the offers within reach in their order, how many more are farther away, who is nearest.

    `total` counts all offers, whatever was chosen; `nearest` is an organisation, of all of them too.
    """

    near: Sequence[Fitting]
    farther: int
    total: int
    nearest: int | None

    def page(self, number: int) -> Page:
        """One page of them; a number beyond the end gives the last page, below 1 the first."""
        count = len(self.near)
        number = min(max(1, number), max(1, -(-count // PAGE)))
        return Page(self.near[(number - 1) * PAGE : number * PAGE], number, PAGE, count)


def look_around(viewer: Viewer, offers: Sequence[Listed], chosen: Chosen) -> Found:
    """The offers that fit the choice, the best fitting first; equal ones by name.

    After them who cannot meet the viewer, then who has no place on the map: nobody knows how far that is, so a distance
    leaves it in.
    """
    placed = [each for each in offers if each.placed] if viewer.placed else []
    kilometres = kilometres_to(viewer.candidate, [each.candidate for each in placed])
    minutes = minutes_by_road(kilometres)
    nearest = placed[int(kilometres.argmin())].candidate.key if placed else None
    reach = zip(placed, minutes.tolist(), kilometres.tolist(), strict=True)
    wanted = [(each, far, km) for each, far, km in reach if _wanted(viewer, each, chosen)]
    near = [(each, far, km) for each, far, km in wanted if far <= chosen.minutes]
    elsewhere = [e for e in offers if not (e.placed and viewer.placed) and _wanted(viewer, e, chosen)]
    found = _near(viewer, near) + _somewhere(viewer, elsewhere)
    found.sort(key=lambda each: (_rank(viewer, each), -each.percent, each.offer.sort_name, each.key))
    return Found(found, len(wanted) - len(near), len(offers), nearest)


def fitting(viewer: Viewer, offers: Sequence[Listed]) -> Sequence[Fitting]:
    """All of these offers in the same order, however far."""
    return look_around(viewer, offers, Chosen()).near


def _rank(viewer: Viewer, each: Fitting) -> int:
    if viewer.placed and each.minutes is None:
        return 2
    return 1 if each.cannot else 0


def _near(viewer: Viewer, offers: Sequence[tuple[Listed, int, float]]) -> list[Fitting]:
    minutes = np.array([far for _each, far, _km in offers], dtype=np.int64)
    fits = percents(viewer.candidate, [each.candidate for each, _far, _km in offers], minutes, viewer.weights)
    rows = zip(offers, fits.tolist(), strict=True)
    return [Fitting(each, far, round(km), fit, _apart(viewer, each)) for (each, far, km), fit in rows]


def _somewhere(viewer: Viewer, offers: Sequence[Listed]) -> list[Fitting]:
    fits = percents(viewer.candidate, [each.candidate for each in offers], None, viewer.weights)
    return [
        Fitting(each, None, None, fit, _apart(viewer, each)) for each, fit in zip(offers, fits.tolist(), strict=True)
    ]


def _apart(viewer: Viewer, each: Listed) -> tuple[str, ...]:
    return viewer.reasons.get(each.candidate.key, ())


def _wanted(viewer: Viewer, each: Listed, chosen: Chosen) -> bool:
    us, them = viewer.candidate, each.candidate
    low, high = SIZES.get(chosen.size, (0, float("inf")))
    return (
        (not chosen.work_field or chosen.work_field in them.work_fields)
        and low <= them.fte < high
        and (not chosen.month or chosen.month in them.months)
        and (not chosen.seek or bool(them.learning & us.strengths))
        and (not chosen.bring or bool(us.learning & them.strengths))
        and (not chosen.kept or each.kept)
    )


def score_of(viewer: Viewer, each: Fitting) -> Score:
    """How the leg fits in which the viewer reviews the other; without travelling where that is not known."""
    found = score(viewer.candidate, each.offer.candidate, viewer.weights)
    return found if each.minutes is not None else Score(tuple(p for p in found.parts if p.name != "travel"))
