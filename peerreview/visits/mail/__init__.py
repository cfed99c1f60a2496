"""Letters about visits: when people can, a plan to answer, invitations that follow each change, and interests."""

from peerreview.visits.mail.interests import tell_interests, tell_left_out
from peerreview.visits.mail.invitations import (
    invite,
    take_back,
    tell_cancelled,
    tell_declined,
    tell_moved,
    tell_team_changed,
)
from peerreview.visits.mail.poll import ask_for_dates, decline_plan, propose_plan, remind_of_dates, tell_all_answered
from peerreview.visits.mail.writing import entry_of, organiser, title_of

__all__ = [
    "ask_for_dates",
    "decline_plan",
    "entry_of",
    "invite",
    "organiser",
    "propose_plan",
    "remind_of_dates",
    "take_back",
    "tell_all_answered",
    "tell_cancelled",
    "tell_declined",
    "tell_interests",
    "tell_left_out",
    "tell_moved",
    "tell_team_changed",
    "title_of",
]
