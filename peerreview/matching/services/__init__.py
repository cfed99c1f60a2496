"""What changes matching: rehearsals made, published and thrown away; exchanges proposed, answered, dissolved.

Facts announced, each with the exchange and `by=`: "exchange.confirmed" (all members accepted; its visits begin) and
"exchange.dissolved" (its `reason` is written for the members). Heard: "trajectory.withdrawn".
"""

from peerreview.matching.services.answers import accept, dissolve, leave, object_to, remind_unanswered, take_back
from peerreview.matching.services.proposals import checked_by_hand, propose_by_hand, publish
from peerreview.matching.services.rehearsals import discard, rehearse, replay

__all__ = [
    "accept",
    "checked_by_hand",
    "discard",
    "dissolve",
    "leave",
    "object_to",
    "propose_by_hand",
    "publish",
    "rehearse",
    "remind_unanswered",
    "replay",
    "take_back",
]
