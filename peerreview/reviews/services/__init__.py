"""What changes a review.

Facts announced, each with `by=`: "reports.released" (the exchange; all its reports at once), "review.released" (each
review of it), "review.fact_checked", "review.final" and "review.stopped" (the review). Heard: "visit.planned",
"visit.held" and "exchange.dissolved".
"""

from peerreview.reviews.services import postponing  # noqa: F401 - registers its movers
from peerreview.reviews.services.factcheck import (
    accept_answer,
    answer_finding,
    close_fact_check,
    close_overdue_fact_checks,
    finalise,
    reject_answer,
)
from peerreview.reviews.services.findings import record_finding, record_findings
from peerreview.reviews.services.notes import (
    change_observation,
    delete_observation,
    note_observation,
    note_observations,
    place_observation,
    receive_observation,
)
from peerreview.reviews.services.observation_files import add_observation_file, delete_observation_file
from peerreview.reviews.services.pdf import draft_pdf, report_pdf
from peerreview.reviews.services.ratings import give_rating, give_ratings, reveal
from peerreview.reviews.services.release import draft, redraft, release_without_late, write_summary
from peerreview.reviews.services.start import plan_review, start_rating, stop_review

__all__ = [
    "accept_answer",
    "add_observation_file",
    "answer_finding",
    "change_observation",
    "close_fact_check",
    "close_overdue_fact_checks",
    "delete_observation",
    "delete_observation_file",
    "draft",
    "draft_pdf",
    "finalise",
    "give_rating",
    "give_ratings",
    "note_observation",
    "note_observations",
    "place_observation",
    "plan_review",
    "receive_observation",
    "record_finding",
    "record_findings",
    "redraft",
    "reject_answer",
    "release_without_late",
    "report_pdf",
    "reveal",
    "start_rating",
    "stop_review",
    "write_summary",
]
