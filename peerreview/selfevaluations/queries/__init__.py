"""Questions about self-evaluations: what is visible for whom, how far it is, what was said before."""

from peerreview.selfevaluations.queries.account import AnswerView, answers_of, own_ratings_of
from peerreview.selfevaluations.queries.answers import (
    answer_for,
    colleagues_of,
    lines_for,
    lines_of,
    progress_of,
    self_evaluation_for,
)
from peerreview.selfevaluations.queries.duties import WRITE, WRITERS, self_evaluations_waited_for
from peerreview.selfevaluations.queries.earlier import earlier_answer
from peerreview.selfevaluations.queries.evidence import (
    EvidenceView,
    evaluation_of,
    evidence_for,
    evidence_of,
    evidence_seen_by,
    team_of,
    tells_team,
)

__all__ = [
    "WRITE",
    "WRITERS",
    "AnswerView",
    "EvidenceView",
    "answer_for",
    "answers_of",
    "colleagues_of",
    "earlier_answer",
    "evaluation_of",
    "evidence_for",
    "evidence_of",
    "evidence_seen_by",
    "lines_for",
    "lines_of",
    "own_ratings_of",
    "progress_of",
    "self_evaluation_for",
    "self_evaluations_waited_for",
    "team_of",
    "tells_team",
]
