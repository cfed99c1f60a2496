"""What the thresholds of the round say about the ratings of a report. It is advice; the commission decides."""

from collections.abc import Iterable
from dataclasses import dataclass

from peerreview.reviews.lifecycle import BELOW, Rating
from peerreview.rounds.rules import Rules

PARTLY, NOT, ESSENTIAL, OPEN = "partly", "not", "essential", "not_assessed"


@dataclass(frozen=True, slots=True)
class Advice:
    """The thresholds that were passed, each as (which, how many, how many at most); none: an award fits the rules.

    `open` counts the norms that were not assessed: they are named, not weighed.
    """

    passed: tuple[tuple[str, int, int], ...]
    open: int

    @property
    def fits(self) -> bool:
        return not self.passed


def advise(ratings: Iterable[tuple[Rating | None, bool]], rules: Rules) -> Advice:
    """The advice for (rating, whether the norm is essential) of each norm, by the rules of the round."""
    rated = list(ratings)
    numbers = (
        (PARTLY, sum(rating == Rating.PARTLY for rating, _ in rated), rules.most_partly),
        (NOT, sum(rating == Rating.NOT for rating, _ in rated), rules.most_not),
        (ESSENTIAL, sum(rating in BELOW for rating, key in rated if key), rules.most_essential_below),
    )
    not_assessed = sum(rating in (None, Rating.NOT_ASSESSED) for rating, _ in rated)
    return Advice(tuple(number for number in numbers if number[1] > number[2]), not_assessed)
