"""What is asked of the database: the register as a whole, one organisation in it, pages that are written, followers."""

from peerreview.register.queries.details import details_of, partners_of, shown_page
from peerreview.register.queries.followers import (
    Told,
    anybody_behind,
    changes_after,
    follower_at,
    follower_with,
    followers_behind,
    last_change,
    name_of,
)
from peerreview.register.queries.pages import OwnPage, own_page, page_row, published_page, writer_of
from peerreview.register.queries.whole import forget, number_now, the_register

__all__ = [
    "OwnPage", "Told", "anybody_behind", "changes_after", "details_of", "follower_at", "follower_with", "followers_behind",
    "forget", "last_change", "name_of", "number_now", "own_page", "page_row", "partners_of", "published_page",
    "shown_page", "the_register", "writer_of",
]  # fmt: skip
