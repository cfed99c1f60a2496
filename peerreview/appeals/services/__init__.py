"""The acts of appeals and complaints.

Facts announced: "appeal.lodged", "appeal.admitted" and "appeal.decided" (Appeal). A decision in place of another one
announces "decision.made" and "decision.sent" like any other.
"""

from peerreview.appeals.queries import duties as _duties  # noqa: F401 - registers its duties
from peerreview.appeals.services import consequences as _consequences  # noqa: F401 - hears what was decided
from peerreview.appeals.services.appeals import (
    admit_appeal,
    lodge_appeal,
    reject_appeal,
    save_appeal,
    withdraw_appeal,
)
from peerreview.appeals.services.complaints import (
    acknowledge_complaint,
    add_to_complaint,
    answer_complaint,
    complain,
    withdraw_complaint,
)
from peerreview.appeals.services.deciding import Judgement, agree, decide_appeal, outcome_document, write_outcome
from peerreview.appeals.services.panel import accept_seat, ask_for_panel, decline_seat, give_chair
from peerreview.appeals.services.record import add_to_record, set_hearing

__all__ = [
    "Judgement", "accept_seat", "acknowledge_complaint", "add_to_complaint", "add_to_record", "admit_appeal", "agree",
    "answer_complaint", "ask_for_panel", "complain", "decide_appeal", "decline_seat", "give_chair", "lodge_appeal",
    "outcome_document", "reject_appeal", "save_appeal", "set_hearing", "withdraw_appeal", "withdraw_complaint",
    "write_outcome",
]  # fmt: skip
