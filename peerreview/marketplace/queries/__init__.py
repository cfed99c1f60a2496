"""Questions of the marketplace: who takes part, who fits whom (`candidates`), offers, wishes and proposals."""

from peerreview.marketplace.queries.candidates import remembers_meetings, rows_of
from peerreview.marketplace.queries.participants import on_the_market, participants, participation_of

__all__ = ["on_the_market", "participants", "participation_of", "remembers_meetings", "rows_of"]
