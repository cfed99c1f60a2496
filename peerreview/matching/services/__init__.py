"""What changes matching: rehearsals made, moved on from, published, taken back and thrown away; exchanges proposed,
answered, dissolved.

Facts announced, each with the exchange and `by=`: "exchange.confirmed" (all members accepted; its visits begin),
"exchange.dissolved" (its `reason` is written for the members) and "exchange.retracted" (its publication was taken back
before any answer). Heard: "trajectory.withdrawn", "trajectory.resumed",
"worker.turn" and "day.began".
"""

from peerreview.matching.services import postponing  # noqa: F401 - registers its movers
from peerreview.matching.services.adjustments import adjust, kept_and_ended
from peerreview.matching.services.answers import accept, dissolve, leave, object_to, take_back
from peerreview.matching.services.moves import move, rehearse_again, rules_against
from peerreview.matching.services.noticing import notice_conflicts
from peerreview.matching.services.proposals import checked_by_hand, propose_by_hand
from peerreview.matching.services.publication import (
    Plan,
    letters_of,
    may_retract,
    neutral_reason,
    plan_of,
    publish,
    retract,
)
from peerreview.matching.services.rehearsals import adopt_rules, discard, rehearse, replay
from peerreview.matching.services.searches import (
    begin_search,
    begin_searches,
    end_search,
    move_search,
    partner_day,
)
from peerreview.matching.services.working import cancel, make_next

__all__ = [
    "Plan",
    "accept",
    "adjust",
    "adopt_rules",
    "begin_search",
    "begin_searches",
    "cancel",
    "checked_by_hand",
    "discard",
    "dissolve",
    "end_search",
    "kept_and_ended",
    "leave",
    "letters_of",
    "make_next",
    "may_retract",
    "move",
    "move_search",
    "neutral_reason",
    "notice_conflicts",
    "object_to",
    "partner_day",
    "plan_of",
    "propose_by_hand",
    "publish",
    "rehearse",
    "rehearse_again",
    "replay",
    "retract",
    "rules_against",
    "take_back",
]
