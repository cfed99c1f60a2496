"""What is done with a self-evaluation."""

from peerreview.selfevaluations.services.answers import assign_norms, begin, save_answer
from peerreview.selfevaluations.services.evidence import (
    add_evidence,
    add_source,
    connect_evidence,
    delete_evidence,
    disconnect_evidence,
)
from peerreview.selfevaluations.services.signing import reopen, submit

__all__ = [
    "add_evidence",
    "add_source",
    "assign_norms",
    "begin",
    "connect_evidence",
    "delete_evidence",
    "disconnect_evidence",
    "reopen",
    "save_answer",
    "submit",
]
