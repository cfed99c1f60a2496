"""What is asked for fair play: figures over reports that were released, the sample, feedback, and what is taken home."""

from peerreview.fairplay.queries.feedback import (
    Averages,
    FeedbackPlace,
    averages,
    feedback_place_for,
    finished_without_feedback,
)
from peerreview.fairplay.queries.figures import (
    NormLine,
    PairLine,
    Span,
    agreement_per_norm,
    agreement_per_pair,
    likenesses,
    names_of_people,
    names_of_reviews,
)
from peerreview.fairplay.queries.sample import Drawn, drawable, sample_for, sample_of, sample_size
from peerreview.fairplay.queries.take_homes import (
    Taken,
    norms_of_review,
    own_take_homes,
    take_home_for,
    take_home_page,
    take_homes_of,
)

__all__ = [
    "Averages",
    "Drawn",
    "FeedbackPlace",
    "NormLine",
    "PairLine",
    "Span",
    "Taken",
    "agreement_per_norm",
    "agreement_per_pair",
    "averages",
    "drawable",
    "feedback_place_for",
    "finished_without_feedback",
    "likenesses",
    "names_of_people",
    "names_of_reviews",
    "norms_of_review",
    "own_take_homes",
    "sample_for",
    "sample_of",
    "sample_size",
    "take_home_for",
    "take_home_page",
    "take_homes_of",
]
