"""The acts of the secretariat and the commission, from the check of a dossier to the letter with the decision.

Facts announced: "dossier.forwarded" (Dossier), "decision.made" (Decision: granted, granted_with_conditions or refused;
the trajectory is `decided`, or `refused`), "decision.deferred" (Decision: the dossier waits for another meeting).
"""

from peerreview.commission.services import postponing  # noqa: F401 - registers its movers
from peerreview.commission.services.deciding import record_decision, send_letters
from peerreview.commission.services.forwarding import ask_back, complete_trajectory, forward
from peerreview.commission.services.meetings import (
    cancel_meeting,
    change_meeting,
    close_meeting,
    invite,
    move_on_agenda,
    note_attendance,
    open_meeting,
    plan_meeting,
    put_on_agenda,
    take_off_agenda,
)
from peerreview.commission.services.questions import (
    answer_question,
    ask_question,
    ask_question_again,
    withdraw_question,
)
from peerreview.commission.services.recusal import declare_interest, note_interests, withdraw_interest
from peerreview.commission.services.voting import (
    ConditionText,
    MotionText,
    cast_vote,
    close_motion,
    put_motion,
    withdraw_motion,
)

__all__ = [
    "answer_question", "ask_question", "ask_question_again", "withdraw_question",
    "ConditionText", "MotionText",
    "ask_back", "cancel_meeting", "cast_vote", "change_meeting", "close_meeting", "close_motion", "complete_trajectory",
    "declare_interest", "forward", "invite", "move_on_agenda", "note_attendance", "note_interests", "open_meeting",
    "plan_meeting", "put_motion", "put_on_agenda", "record_decision", "send_letters", "take_off_agenda",
    "withdraw_interest", "withdraw_motion",
]  # fmt: skip
