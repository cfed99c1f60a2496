"""What changes the marketplace: offers written, published and taken back; what an organisation keeps, asks and wishes.

Facts announced, each with the proposal and `by=`: "proposal.accepted" (by all its members) and "proposal.withdrawn".
Heard: "day.began", "trajectory.held" and "trajectory.withdrawn".
"""

from peerreview.marketplace.services.answering import answer
from peerreview.marketplace.services.offers import (
    keep_offer,
    let_go_offer,
    make_offer,
    may_change,
    publish_offer,
    save_offer,
    withdraw_offer,
)
from peerreview.marketplace.services.proposals import (
    accept,
    decline,
    expire_due,
    leave,
    propose,
    save_answer,
    withdraw,
)
from peerreview.marketplace.services.wishes import block, move_wish, remove_wish, unblock, wish_for

__all__ = [
    "accept",
    "answer",
    "block",
    "decline",
    "expire_due",
    "keep_offer",
    "leave",
    "let_go_offer",
    "make_offer",
    "may_change",
    "move_wish",
    "propose",
    "publish_offer",
    "remove_wish",
    "save_answer",
    "save_offer",
    "unblock",
    "wish_for",
    "withdraw",
    "withdraw_offer",
]
