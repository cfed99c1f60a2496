"""Questions of the marketplace: who takes part, who fits whom (`candidates`), offers, wishes and proposals."""

from peerreview.marketplace.queries.candidates import remembers_meetings, rows_of
from peerreview.marketplace.queries.offers import (
    begin_with,
    content_of,
    is_saved,
    last_writer_of,
    offer_for,
    offer_of,
    offers_for,
    suggested_for,
    tells_own_ratings,
    titles,
)
from peerreview.marketplace.queries.participants import on_the_market, participants, participation_of

__all__ = [
    "begin_with",
    "content_of",
    "is_saved",
    "last_writer_of",
    "offer_for",
    "offer_of",
    "offers_for",
    "on_the_market",
    "participants",
    "participation_of",
    "remembers_meetings",
    "rows_of",
    "suggested_for",
    "tells_own_ratings",
    "titles",
]
