"""What is asked after a review, how it is answered, and in what words agreement is told. Fair play has no states."""

from enum import StrEnum

from peerreview.reviews.lifecycle import Rating

# The scale in its order; `not_assessed` is no place on it but a missing value.
SCALE = (Rating.NOT, Rating.PARTLY, Rating.COMPLIES)


class Question(StrEnum):
    """What the host says of the team."""

    PREPARED = "prepared"
    LISTENED = "listened"
    FAIR = "fair"
    USEFUL = "useful"


SCORES = (1, 2, 3, 4)


class Verdict(StrEnum):
    """How far reviewers agree, in one word. The limits .800 and .667 are Krippendorff's own (2004, p. 241)."""

    AGREED = "agreed"
    FAIRLY = "fairly"
    MIXED = "mixed"
    ONE_VALUE = "one_value"
    TOO_FEW = "too_few"


class Signal(StrEnum):
    """What stands out when two reports of an exchange lie side by side; a reason to read them, never a judgement."""

    ONLY_COMPLIES = "only_complies"
    IDENTICAL = "identical"
    ALIKE = "alike"
    SAME_TALLY = "same_tally"
