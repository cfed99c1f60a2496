"""What is asked about reviews: which ones, their observations and ratings, their findings, and the report of them."""

from peerreview.reviews.queries.findings import (
    FindingRow,
    ReviewedFinding,
    finding_for,
    findings_of,
    incomplete,
)
from peerreview.reviews.queries.heard import heard_on
from peerreview.reviews.queries.notes import (
    Noted,
    ReviewedNorm,
    functions_of,
    norm_for,
    observation_counts,
    observation_for,
    observations_of,
    own_account,
)
from peerreview.reviews.queries.ratings import (
    finished_members,
    how_ratings_lay,
    is_finished,
    own_rating,
    own_ratings,
    revealed_ratings,
)
from peerreview.reviews.queries.report import (
    compose,
    fact_checks_of,
    latest_version,
    open_verdicts,
    report_content,
    version_numbered,
    versions_of,
)
from peerreview.reviews.queries.reviews import (
    ReviewRow,
    named,
    outline_of_review,
    review_for,
    review_page,
    reviews_of_exchange,
    with_names,
)
from peerreview.reviews.queries.road import road_facts

__all__ = [
    "FindingRow",
    "Noted",
    "ReviewRow",
    "ReviewedFinding",
    "ReviewedNorm",
    "compose",
    "fact_checks_of",
    "finding_for",
    "findings_of",
    "finished_members",
    "functions_of",
    "heard_on",
    "how_ratings_lay",
    "incomplete",
    "is_finished",
    "latest_version",
    "named",
    "norm_for",
    "observation_counts",
    "observation_for",
    "observations_of",
    "open_verdicts",
    "outline_of_review",
    "own_account",
    "own_rating",
    "own_ratings",
    "report_content",
    "revealed_ratings",
    "review_for",
    "review_page",
    "reviews_of_exchange",
    "road_facts",
    "version_numbered",
    "versions_of",
    "with_names",
]
