"""Believable instances of any size: organisations in the towns of the Netherlands, the same for the same seed.

Where people live there are organisations; each will travel so far and no farther, has work fields, a size and something
to learn. The larger the instance, the nearer the neighbours that are considered, so that everybody keeps some 70 of
them, as the 550 of the real association have.
"""

import csv
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

PLACES = Path(__file__).parents[3] / "peerreview" / "organisations" / "places-nl.csv"
KM_NORTH, KM_EAST = 111.2, 68.5
NEAREST = 70


@cache
def _towns() -> Any:
    with PLACES.open() as file:
        rows = [
            (float(r["longitude"]) * KM_EAST, float(r["latitude"]) * KM_NORTH, int(r["population"]) + 500)
            for r in csv.DictReader(file)
        ]
    return np.array(rows)


def make_instance(n: int, seed: int = 1) -> dict[str, Any]:
    """Arrays of all legs: `place` (n x 2, km), `reviewer`, `host`, `score` (0..10000)."""
    rng = np.random.default_rng(seed)
    towns = _towns()
    town = rng.choice(len(towns), size=n, p=towns[:, 2] / towns[:, 2].sum())
    place = towns[town, :2] + rng.normal(0, 3.0, (n, 2))
    farthest = rng.choice([45.0, 60.0, 60.0, 75.0, 100.0], n) * max(0.3, (550 / n) ** 0.5)
    here, there, km = _neighbours(place, farthest)
    fields = rng.random((n, 8)) < 0.4
    size = np.exp(rng.normal(3.5, 0.8, n))
    wishes, strengths = rng.random((n, 10)) < 0.2, rng.random((n, 10)) < 0.3
    shared = (fields[here] & fields[there]).sum(1) / np.maximum((fields[here] | fields[there]).sum(1), 1)
    alike = np.minimum(size[here], size[there]) / np.maximum(size[here], size[there])
    learns = (wishes[here] & strengths[there]).sum(1) / np.maximum(wishes[here].sum(1), 1)
    near = np.clip(1 - km / 90, 0, 1)
    points = np.rint(100 * np.stack([near, shared, alike, learns])).astype(np.int64)
    score = np.array([35, 25, 15, 25]) @ points
    return {"place": place, "reviewer": here, "host": there, "score": score.astype(np.int64)}


def _neighbours(place: Any, farthest: Any) -> tuple[Any, Any, Any]:
    """All legs between two that will both travel that far, of either the nearest; a tenth is blocked by other rules."""
    n, cell = len(place), float(farthest.max())
    column = np.floor((place - place.min(0)) / cell).astype(np.int64)
    members: dict[tuple[int, int], list[int]] = {}
    for row, (x, y) in enumerate(column.tolist()):
        members.setdefault((x, y), []).append(row)
    pairs = []
    for (x, y), rows in sorted(members.items()):
        around = np.array([m for i in (-1, 0, 1) for j in (-1, 0, 1) for m in members.get((x + i, y + j), [])])
        for part in np.array_split(np.array(rows), 1 + len(rows) * len(around) // 2_000_000):
            km = np.hypot(*(place[part][:, None] - place[around][None]).transpose(2, 0, 1))
            km[(km > np.minimum(farthest[part][:, None], farthest[around][None])) | (part[:, None] == around)] = np.inf
            nearest = np.argsort(km, axis=1, kind="stable")[:, :NEAREST]
            i, j = np.nonzero(np.isfinite(np.take_along_axis(km, nearest, 1)))
            pairs.append(np.stack([part[i], around[nearest[i, j]]]))
    first, second = np.concatenate(pairs, axis=1)
    low, high = np.divmod(np.unique(np.minimum(first, second) * n + np.maximum(first, second)), n)
    open_ = (low * 7919 + high * 104729) % 10 > 0
    low, high = low[open_], high[open_]
    here, there = np.concatenate([low, high]), np.concatenate([high, low])
    return here, there, np.hypot(*(place[here] - place[there]).T)
