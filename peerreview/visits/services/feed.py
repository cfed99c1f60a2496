"""A person's private calendar address."""

import secrets

from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.visits import queries
from peerreview.visits.models import CalendarFeed


def renew_feed(*, by: Actor) -> CalendarFeed:
    """Give the actor a new secret calendar address; the old one, if any, ends at once."""
    with unit_of_work():
        feed = queries.feed_of(by.person_id)
        if feed is None:
            feed = CalendarFeed(person_id=by.person_id, token="", made_at=clock.now())
            db.session.add(feed)
        feed.token, feed.made_at = secrets.token_urlsafe(32), clock.now()
        db.session.flush()
        audit.record("calendar_feed.renew", feed, by=by)  # never the address itself
    return feed
