"""What changes the marketplace: offers written, published and taken back; what an organisation keeps and asks."""

from peerreview.marketplace.services.offers import (
    keep_offer,
    let_go_offer,
    make_offer,
    may_change,
    publish_offer,
    save_offer,
    withdraw_offer,
)

__all__ = [
    "keep_offer",
    "let_go_offer",
    "make_offer",
    "may_change",
    "publish_offer",
    "save_offer",
    "withdraw_offer",
]
