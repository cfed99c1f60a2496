"""What the thresholds of the round say about the ratings of a report, and which earlier decisions look alike.

Both are advice; the commission decides. The thresholds are a conjunctive rule (R. M. Dawes, "Social selection based on
multidimensional criteria", Journal of Abnormal and Social Psychology 68, 1964): each number is held against its own
limit, and nothing makes up for another. Decisions are alike by caliper matching (W. G. Cochran and D. B. Rubin,
"Controlling bias in observational studies", Sankhya A 35, 1973): on each of four numbers they differ by no more than its
caliper; the nearest have the smallest sum of differences. No name, number or day of a dossier is needed for either.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from peerreview.commission.lifecycle import Outcome
from peerreview.reviews.lifecycle import BELOW, Rating
from peerreview.rounds.rules import BOUNDS, Rules

PARTLY, NOT, ESSENTIAL, OPEN = "partly", "not", "essential", "not_assessed"
LIMITS = ("most_partly", "most_not", "most_essential_below")  # the rules of a round that are thresholds
ENOUGH = 3  # so many decisions that look alike say something
SHOWN = 8

Rated = tuple[Rating | None, bool]  # a rating, and whether its norm is essential


@dataclass(frozen=True, slots=True)
class Threshold:
    """How many norms of one class there are, and how many at most."""

    which: str
    number: int
    most: int

    @property
    def passed(self) -> bool:
        return self.number > self.most


@dataclass(frozen=True, slots=True)
class Advice:
    """Every threshold with its number. `open` counts the norms that were not assessed: they are named, not weighed."""

    lines: tuple[Threshold, ...]
    open: int

    @property
    def passed(self) -> tuple[tuple[str, int, int], ...]:
        """The thresholds that were passed, each as (which, how many, how many at most); none: an award fits the rules."""
        return tuple((line.which, line.number, line.most) for line in self.lines if line.passed)

    @property
    def fits(self) -> bool:
        return not self.passed


def advise(ratings: Iterable[Rated], rules: Rules) -> Advice:
    """The advice for (rating, whether the norm is essential) of each norm, by the rules of the round."""
    rated = list(ratings)
    lines = (
        Threshold(PARTLY, sum(rating == Rating.PARTLY for rating, _ in rated), rules.most_partly),
        Threshold(NOT, sum(rating == Rating.NOT for rating, _ in rated), rules.most_not),
        Threshold(ESSENTIAL, sum(rating in BELOW for rating, key in rated if key), rules.most_essential_below),
    )
    return Advice(lines, sum(rating in (None, Rating.NOT_ASSESSED) for rating, _ in rated))


def supposed(
    rated: Mapping[str, Rated], rules: Rules, asked: Mapping[str, str]
) -> tuple[dict[str, Rated], Rules, list[str]]:
    """Ratings and rules as somebody supposes them, and the codes of the norms that differ; what makes no sense is left.

    `asked` has ratings by the code of a norm and limits by their name.
    """
    ratings = dict(rated)
    for code, (rating, essential) in rated.items():
        if asked.get(code) in set(Rating) and Rating(asked[code]) != (rating or Rating.NOT_ASSESSED):
            ratings[code] = (Rating(asked[code]), essential)
    limits = {name: int(asked[name]) for name in LIMITS if asked.get(name, "").isdecimal() and len(asked[name]) < 5}
    bounded = {name: min(limit, BOUNDS[name][1]) for name, limit in limits.items()}
    return ratings, replace(rules, **bounded), [code for code in rated if ratings[code] != rated[code]]


# --- Earlier decisions that look alike -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pattern:
    """How many norms are rated below "complies", of the essential ones and of the others."""

    essential_partly: int = 0
    essential_not: int = 0
    other_partly: int = 0
    other_not: int = 0

    def numbers(self) -> tuple[int, int, int, int]:
        return self.essential_partly, self.essential_not, self.other_partly, self.other_not


CALIPER = Pattern(essential_partly=1, essential_not=0, other_partly=3, other_not=1)


def pattern_of(ratings: Iterable[Rated]) -> Pattern:
    counted = Counter((rating, essential) for rating, essential in ratings)
    return Pattern(
        *(counted[rating, essential] for essential in (True, False) for rating in (Rating.PARTLY, Rating.NOT))
    )


def apart(one: Pattern, other: Pattern) -> int | None:
    """The sum of the differences; None when they are not alike."""
    differences = [abs(a - b) for a, b in zip(one.numbers(), other.numbers(), strict=True)]
    near = all(number <= most for number, most in zip(differences, CALIPER.numbers(), strict=True))
    return sum(differences) if near else None


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier decision without anything that says whose it is."""

    pattern: Pattern
    outcome: Outcome
    conditions: int


@dataclass(frozen=True)
class Precedents:
    """The decisions that look like one dossier, the nearest first."""

    found: tuple[Precedent, ...]

    def __len__(self) -> int:
        return len(self.found)

    @property
    def nearest(self) -> list[tuple[Precedent, int]]:
        """The nearest ones, each with how many there are that cannot be told from it."""
        return list(Counter(self.found).items())[:SHOWN]

    @cached_property
    def counts(self) -> Counter[Outcome]:
        return Counter(one.outcome for one in self.found)

    def departs(self, outcome: Outcome | None) -> bool:
        """Whether fewer than a third of enough decisions had this outcome. A deferral departs from nothing."""
        if outcome is None or outcome == Outcome.DEFERRED or len(self.found) < ENOUGH:
            return False
        return 3 * self.counts[outcome] < len(self.found)


def alike(own: Pattern, earlier: Iterable[Precedent]) -> Precedents:
    """Those of the earlier decisions that look like this pattern."""
    near = [(apart(own, one.pattern), one) for one in earlier]
    found = [(distance, one) for distance, one in near if distance is not None]
    order = list(Outcome)
    found.sort(key=lambda pair: (pair[0], order.index(pair[1].outcome), pair[1].pattern.numbers(), pair[1].conditions))
    return Precedents(tuple(one for _distance, one in found))
