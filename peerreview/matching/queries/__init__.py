"""Questions about matching: who looks for a partner (`candidates`), rehearsals (`runs`) and exchanges."""

from peerreview.matching.queries.candidates import (
    STILL_TO_MATCH,
    candidate_rows,
    parted_pairs,
    people_behind,
    wait_for_turn,
)
from peerreview.matching.queries.exchanges import (
    Waiting,
    answers_due,
    current_exchange_of,
    exchange_for,
    exchange_of,
    exchanges_in,
    partners_of,
    proposals_waiting,
    reviewers_of,
    standing_exchange_of,
    titles,
)
from peerreview.matching.queries.runs import last_run_of, run_for, run_of, runs_in, without_partner

__all__ = [
    "STILL_TO_MATCH",
    "Waiting",
    "answers_due",
    "candidate_rows",
    "current_exchange_of",
    "exchange_for",
    "exchange_of",
    "exchanges_in",
    "last_run_of",
    "parted_pairs",
    "partners_of",
    "people_behind",
    "proposals_waiting",
    "reviewers_of",
    "run_for",
    "run_of",
    "runs_in",
    "standing_exchange_of",
    "titles",
    "wait_for_turn",
    "without_partner",
]
