"""The states of a review, the rating scale, and the host's and the lead's words in the fact check."""

from enum import StrEnum

from peerreview.core.lifecycle import Lifecycle, Move


class ReviewState(StrEnum):
    PREPARING = "preparing"
    RATING = "rating"
    CONSENSUS = "consensus"
    DRAFTED = "drafted"
    RELEASED = "released"
    FACT_CHECKED = "fact_checked"
    FINAL = "final"
    STOPPED = "stopped"


R = ReviewState
REVIEW = Lifecycle(
    "review",
    ReviewState,
    Move("start_rating", {R.PREPARING}, R.RATING),
    Move("reveal", {R.RATING}, R.CONSENSUS),
    Move("draft", {R.CONSENSUS}, R.DRAFTED),
    Move("redraft", {R.DRAFTED}, R.CONSENSUS),
    Move("release", {R.DRAFTED}, R.RELEASED),
    Move("check_facts", {R.RELEASED}, R.FACT_CHECKED),
    Move("finalise", {R.FACT_CHECKED}, R.FINAL),
    Move("stop", {R.PREPARING, R.RATING, R.CONSENSUS, R.DRAFTED}, R.STOPPED),
)
WRITTEN = (R.RELEASED, R.FACT_CHECKED, R.FINAL)
READ_ALONG = (R.FACT_CHECKED, R.FINAL)  # when a second reader, who was not on the visit, may read it too


class Rating(StrEnum):
    COMPLIES = "complies"
    PARTLY = "partly"
    NOT = "not"
    NOT_ASSESSED = "not_assessed"


BELOW = (Rating.PARTLY, Rating.NOT)


class Source(StrEnum):
    """How one knows: told in an interview, seen on a walk round the site, seen while shadowing, or read."""

    HEARD = "heard"
    SEEN = "seen"
    SHADOWED = "shadowed"
    READ = "read"


class FactAnswer(StrEnum):
    AGREE = "agree"
    ERROR = "error"
    COMMENT = "comment"


class Verdict(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


FACT_VERDICT = Lifecycle(
    "fact_check_answer",
    Verdict,
    Move("accept", {Verdict.PENDING}, Verdict.ACCEPTED),
    Move("reject", {Verdict.PENDING}, Verdict.REJECTED),
)


class Advice(StrEnum):
    """What a second reader, who was not on the visit, thinks of an answer of the host."""

    TAKE_OVER = "take_over"
    LEAVE = "leave"
