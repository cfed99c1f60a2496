"""What a finding still lacks before it can stand in a report: rule 3 of the product, and nothing else.

A rating below `complies` needs an observation and an improvement point, `complies` needs an observation, and
`not_assessed` needs a reason. The story is the team's own; a short norm may do without.
"""

from collections.abc import Sequence

from peerreview.reviews.lifecycle import BELOW, FactAnswer, Rating

RATING, OBSERVATION, IMPROVEMENT, REASON = (
    "rating",
    "observation",
    "improvement",
    "reason",
)


def missing(rating: Rating | None, *, observations: int, improvement: str, reason: str) -> tuple[str, ...]:
    """The codes of what lacks, in the order in which one writes it; empty when the finding is complete."""
    if rating is None:
        return (RATING,)
    if rating == Rating.NOT_ASSESSED:
        return () if reason.strip() else (REASON,)
    lacks: tuple[str, ...] = () if observations else (OBSERVATION,)
    if rating in BELOW and not improvement.strip():
        lacks += (IMPROVEMENT,)
    return lacks


DIFFERENCE, PARTIAL, AGREED = "difference", "partial", "agreed"


def differ(ratings: Sequence[Rating | None], members: int) -> str:
    """How the ratings of a team of `members` lie: they differ, not everybody rated, or all agree."""
    given = [rating for rating in ratings if rating is not None]
    if len(set(given)) > 1:
        return DIFFERENCE
    return AGREED if given and len(given) >= members else PARTIAL


WORDS, PROOF = "words", "proof"


def answer_lacks(answer: str, text: str, *, proof: bool) -> tuple[str, ...]:
    """What an answer of the host still lacks: an error its words and a source (`proof`), a comment its words."""
    if answer == FactAnswer.AGREE:
        return ()
    lacks: tuple[str, ...] = () if text.strip() else (WORDS,)
    return (*lacks, PROOF) if answer == FactAnswer.ERROR and not proof else lacks
