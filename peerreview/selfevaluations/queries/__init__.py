"""Questions about self-evaluations: what is visible for whom, how far it is, what was said before and beside it."""

from peerreview.selfevaluations.queries.account import AnswerView, account_for, answers_of, own_ratings_of
from peerreview.selfevaluations.queries.answers import (
    answer_for,
    colleagues_of,
    find_self_evaluation,
    lines_for,
    lines_of,
    progress_of,
    self_evaluation_for,
)
from peerreview.selfevaluations.queries.duties import WRITE, WRITERS, self_evaluations_waited_for
from peerreview.selfevaluations.queries.earlier import LastCycle, LastFinding, last_cycle_of, tells_last_finding
from peerreview.selfevaluations.queries.evidence import (
    EvidenceView,
    evaluation_of,
    evidence_for,
    evidence_of,
    evidence_seen_by,
    team_of,
    tells_team,
)
from peerreview.selfevaluations.queries.imports import Placed, import_for, last_import_of, texts_of
from peerreview.selfevaluations.queries.reflections import (
    account_of,
    evaluation_of_reflection,
    questions_open,
    reflection_for,
    reflections_of,
)
from peerreview.selfevaluations.queries.talk import (
    RemarkView,
    Said,
    evaluation_of_answer,
    listeners_of,
    open_remarks,
    remark_for,
    remarks_of,
)

__all__ = [
    "WRITE",
    "WRITERS",
    "AnswerView",
    "EvidenceView",
    "LastCycle",
    "LastFinding",
    "Placed",
    "RemarkView",
    "Said",
    "account_for",
    "account_of",
    "answer_for",
    "answers_of",
    "colleagues_of",
    "evaluation_of",
    "evaluation_of_answer",
    "evaluation_of_reflection",
    "evidence_for",
    "evidence_of",
    "evidence_seen_by",
    "find_self_evaluation",
    "import_for",
    "last_cycle_of",
    "last_import_of",
    "lines_for",
    "lines_of",
    "listeners_of",
    "open_remarks",
    "own_ratings_of",
    "progress_of",
    "questions_open",
    "reflection_for",
    "reflections_of",
    "remark_for",
    "remarks_of",
    "self_evaluation_for",
    "self_evaluations_waited_for",
    "team_of",
    "tells_last_finding",
    "tells_team",
    "texts_of",
]
