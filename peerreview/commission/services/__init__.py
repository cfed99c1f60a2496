"""The acts of the secretariat and the commission, from the check of a dossier to the letter with the decision.

Facts announced: "dossier.forwarded" (Dossier), "decision.made" (Decision: granted, granted_with_conditions or refused;
the trajectory is `decided`, or `refused`), "decision.deferred" (Decision: the dossier waits for another meeting),
"decision.sent" (Decision: its letters went), "condition.met" and "condition.not_met" (Condition), "conditions.settled"
(Decision: the last one was met or not).
"""

from peerreview.commission.queries import declaring as _declaring  # noqa: F401 - registers its duties
from peerreview.commission.queries import returning as _returning  # noqa: F401 - warns who signs up too early
from peerreview.commission.services import calendar as _calendar  # noqa: F401 - registers the meetings
from peerreview.commission.services import postponing  # noqa: F401 - registers its movers
from peerreview.commission.services.attendance import close_meeting, note_attendance, open_meeting, take_up_next
from peerreview.commission.services.conditions import (
    ask_condition_again,
    fail_condition,
    meet_condition,
    remove_condition_file,
    show_condition,
    write_condition,
)
from peerreview.commission.services.deciding import record_decision
from peerreview.commission.services.declaring import declare
from peerreview.commission.services.forwarding import ask_back, complete_trajectory, forward
from peerreview.commission.services.letters import read_letter, send_letters, send_together, signed_document
from peerreview.commission.services.meetings import (
    cancel_meeting,
    change_meeting,
    invite,
    move_on_agenda,
    plan_meeting,
    put_on_agenda,
    reply,
    take_off_agenda,
)
from peerreview.commission.services.minutes import approve_minutes, save_item
from peerreview.commission.services.questions import (
    answer_question,
    ask_question,
    ask_question_again,
    withdraw_question,
)
from peerreview.commission.services.reading import mark_read, open_dossier
from peerreview.commission.services.recusal import declare_interest, note_interests, withdraw_interest
from peerreview.commission.services.rules import set_rules
from peerreview.commission.services.seats import call_substitute, end_call, give_seat
from peerreview.commission.services.voting import (
    ConditionText,
    MotionText,
    cast_vote,
    close_motion,
    put_motion,
    withdraw_motion,
)
from peerreview.commission.services.written import ask_for_meeting, follow_the_clock, open_written

__all__ = [
    "ConditionText",
    "MotionText",
    "answer_question",
    "approve_minutes",
    "ask_back",
    "ask_condition_again",
    "ask_for_meeting",
    "ask_question",
    "ask_question_again",
    "call_substitute",
    "cancel_meeting",
    "cast_vote",
    "change_meeting",
    "close_meeting",
    "close_motion",
    "complete_trajectory",
    "declare",
    "declare_interest",
    "end_call",
    "fail_condition",
    "follow_the_clock",
    "forward",
    "give_seat",
    "invite",
    "mark_read",
    "meet_condition",
    "move_on_agenda",
    "note_attendance",
    "note_interests",
    "open_dossier",
    "open_meeting",
    "open_written",
    "plan_meeting",
    "put_motion",
    "put_on_agenda",
    "read_letter",
    "record_decision",
    "remove_condition_file",
    "reply",
    "save_item",
    "send_letters",
    "send_together",
    "set_rules",
    "show_condition",
    "signed_document",
    "take_off_agenda",
    "take_up_next",
    "withdraw_interest",
    "withdraw_motion",
    "withdraw_question",
    "write_condition",
]  # fmt: skip
