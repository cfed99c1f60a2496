"""Questions of the marketplace: who fits whom (`candidates`), offers, wishes and proposals."""

from peerreview.marketplace.queries.candidates import remembers_meetings, rows_of

__all__ = ["remembers_meetings", "rows_of"]
