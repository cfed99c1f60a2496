"""What is done with a self-evaluation."""

from peerreview.selfevaluations.services.answers import assign_norms, begin, save_answer
from peerreview.selfevaluations.services.evidence import (
    add_evidence,
    connect_evidence,
    delete_evidence,
    disconnect_evidence,
    open_evidence,
)
from peerreview.selfevaluations.services.imports import apply_import, discard_import, read_old_text, undo_import
from peerreview.selfevaluations.services.reflections import begin_reflections, save_reflection
from peerreview.selfevaluations.services.rewind import restore_answer, restore_reflection
from peerreview.selfevaluations.services.signing import reopen, submit
from peerreview.selfevaluations.services.talk import reopen_remark, settle_remark, write_remark

__all__ = [
    "add_evidence",
    "apply_import",
    "assign_norms",
    "begin",
    "begin_reflections",
    "connect_evidence",
    "delete_evidence",
    "discard_import",
    "disconnect_evidence",
    "open_evidence",
    "read_old_text",
    "reopen",
    "reopen_remark",
    "restore_answer",
    "restore_reflection",
    "save_answer",
    "save_reflection",
    "settle_remark",
    "submit",
    "undo_import",
    "write_remark",
]
