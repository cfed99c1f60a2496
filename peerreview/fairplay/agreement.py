"""Krippendorff's alpha over what reviewers found before they spoke: how far they agree beyond what chance would give.

A unit is one norm of one review. Units that were rated alike are alike to alpha, so they come in as patterns: how many
reviewers gave each value of the scale, and how many units have that pattern. A value that is missing (not assessed)
counts for nobody. The method: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), by the library
`krippendorff`; the interval is a bootstrap over units (A. F. Hayes and K. Krippendorff, Communication Methods and
Measures 1, 2007), with a fixed seed so that a page that is read again says the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import krippendorff
import numpy as np
from numpy.typing import NDArray

from peerreview.fairplay.lifecycle import Verdict

Pattern = tuple[int, ...]
Level = Literal["nominal", "ordinal", "interval"]
LEAST = 5  # units; of fewer nothing is said
RELIABLE, TENTATIVE = 0.8, 0.667
SEED, DRAWS, INSIDE = 2011, 400, (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far reviewers agree over `units` norms that two or more of them rated.

    `same` is the share (0 to 1) of pairs of reviewers who gave the same value; `alpha` is ordinal, 1 for perfect and 0
    for no better than chance, with `low` and `high` around it in 95 of 100 draws. None where `verdict` says why not.
    """

    units: int
    verdict: Verdict
    same: float | None = None
    alpha: float | None = None
    nominal: float | None = None
    low: float | None = None
    high: float | None = None


def patterns_of(units: Iterable[Iterable[Any]], scale: Sequence[Any]) -> Counter[Pattern]:
    """The patterns of these units, each the values that its reviewers gave; what is not on the scale is missing."""
    found: Counter[Pattern] = Counter()
    for values in units:
        given = Counter(values)
        found[tuple(given[value] for value in scale)] += 1
    return found


def agreement(patterns: Mapping[Pattern, int], *, least: int = LEAST) -> Agreement:
    """Agreement on units with these patterns, or why nothing can be said: too few units, or only one value given."""
    counts, weights = _pairable(patterns)
    units = int(weights.sum())
    if units < least:
        return Agreement(units, Verdict.TOO_FEW)
    if (counts.sum(axis=0) > 0).sum() < 2:
        return Agreement(units, Verdict.ONE_VALUE, same=1.0)
    alpha = _alpha(counts, weights, "ordinal")
    low, high = _interval(counts, weights)
    return Agreement(
        units, verdict_on(alpha), _same(counts, weights), alpha, _alpha(counts, weights, "nominal"), low, high
    )


def alpha(patterns: Mapping[Pattern, int], level: Level = "ordinal") -> float | None:
    """Alpha of these patterns; None when no two reviewers rated the same, or when all gave one and the same value."""
    counts, weights = _pairable(patterns)
    if not len(counts) or (counts.sum(axis=0) > 0).sum() < 2:
        return None
    return _alpha(counts, weights, level)


def verdict_on(value: float) -> Verdict:
    """The word for this alpha."""
    return Verdict.AGREED if value >= RELIABLE else Verdict.FAIRLY if value >= TENTATIVE else Verdict.MIXED


def _pairable(patterns: Mapping[Pattern, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The patterns of two reviewers or more, in a fixed order, and how often each occurs."""
    kept = sorted((pattern, often) for pattern, often in patterns.items() if sum(pattern) > 1 and often > 0)
    if not kept:
        return np.zeros((0, 0), int), np.zeros(0, int)
    return np.array([pattern for pattern, _ in kept]), np.array([often for _, often in kept])


def _alpha(counts: NDArray[np.int64], weights: NDArray[np.int64], level: Level) -> float:
    every = np.repeat(counts, weights, axis=0)
    return float(krippendorff.alpha(value_counts=every, level_of_measurement=level))


def _coincidences(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each pattern, how many pairs of values it holds, as its share of the coincidence matrix."""
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(counts.shape[1])[None]
    shares: NDArray[np.float64] = pairs / (counts.sum(axis=1) - 1)[:, None, None]
    return shares


def _same(counts: NDArray[np.int64], weights: NDArray[np.int64]) -> float:
    together = np.tensordot(weights, _coincidences(counts), axes=1)
    return float(np.trace(together) / together.sum())


def _interval(counts: NDArray[np.int64], weights: NDArray[np.int64]) -> tuple[float | None, float | None]:
    """The middle 95 of 100 alphas of units drawn anew; None when most draws hold one value only."""
    units = int(weights.sum())
    drawn = np.random.default_rng(SEED).multinomial(units, weights / units, size=DRAWS)
    found = _alphas(counts, drawn)
    found = found[np.isfinite(found)]
    if len(found) < DRAWS / 2:
        return None, None
    low, high = np.percentile(found, INSIDE)
    return float(low), float(high)


def _alphas(counts: NDArray[np.int64], drawn: NDArray[np.int64]) -> NDArray[np.float64]:
    """The ordinal alpha of each row of weights: what the library computes, for all draws at once."""
    observed = np.tensordot(drawn, _coincidences(counts), axes=1)
    given = observed.sum(axis=1)
    every = given.sum(axis=1)
    upto = np.cumsum(given, axis=1)
    at = np.arange(counts.shape[1])
    low, high = np.minimum(at[:, None], at[None]), np.maximum(at[:, None], at[None])
    between = upto[:, high] - upto[:, low] + given[:, low]
    apart = (between - (given[:, :, None] + given[:, None, :]) / 2) ** 2
    by_chance = given[:, :, None] * given[:, None, :] / (every - 1)[:, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        result: NDArray[np.float64] = 1 - (observed * apart).sum(axis=(1, 2)) / (by_chance * apart).sum(axis=(1, 2))
    return result
