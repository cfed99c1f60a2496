"""What changes a review.

Facts announced, each with `by=`: "reports.released" (the exchange; all its reports at once), "review.released" (each
review of it), "review.fact_checked", "review.final" and "review.stopped" (the review). Heard: "visit.planned",
"visit.held", "exchange.dissolved", "worker.turn" and "day.began".
"""

from peerreview.reviews.services import postponing  # noqa: F401 - registers its movers
from peerreview.reviews.services.delivery import note_delivery, note_letters, note_opened
from peerreview.reviews.services.factcheck import (
    agree_with_rest,
    answer_finding,
    bring_document,
    close_fact_check,
    close_overdue_fact_checks,
    take_back_rest,
)
from peerreview.reviews.services.findings import put_finding_back, record_finding, record_findings
from peerreview.reviews.services.notes import (
    change_observation,
    delete_observation,
    note_observation,
    note_observations,
    place_observation,
    receive_observation,
)
from peerreview.reviews.services.observation_files import (
    add_observation_file,
    add_observation_files,
    delete_observation_file,
    note_with_files,
)
from peerreview.reviews.services.pdf import draft_pdf, report_pdf
from peerreview.reviews.services.ratings import give_rating, give_ratings, reveal
from peerreview.reviews.services.reader import ask_second_reader, give_advice, go_without_reader
from peerreview.reviews.services.release import draft, redraft, release_without_late
from peerreview.reviews.services.sources import follow_sentences, rest_sentences
from peerreview.reviews.services.start import plan_review, start_rating, stop_review
from peerreview.reviews.services.summary import put_summary_back, write_summary
from peerreview.reviews.services.verdicts import accept_answer, finalise, reject_answer

__all__ = [
    "accept_answer",
    "add_observation_file",
    "add_observation_files",
    "agree_with_rest",
    "answer_finding",
    "ask_second_reader",
    "bring_document",
    "change_observation",
    "close_fact_check",
    "close_overdue_fact_checks",
    "delete_observation",
    "delete_observation_file",
    "draft",
    "draft_pdf",
    "finalise",
    "follow_sentences",
    "give_advice",
    "give_rating",
    "give_ratings",
    "go_without_reader",
    "note_delivery",
    "note_letters",
    "note_observation",
    "note_observations",
    "note_opened",
    "note_with_files",
    "place_observation",
    "plan_review",
    "put_finding_back",
    "put_summary_back",
    "receive_observation",
    "record_finding",
    "record_findings",
    "redraft",
    "reject_answer",
    "release_without_late",
    "report_pdf",
    "rest_sentences",
    "reveal",
    "start_rating",
    "stop_review",
    "take_back_rest",
    "write_summary",
]
