"""The pages about visits: when people can, which days are chosen, the visits themselves, and private calendars."""

from peerreview.visits.routes import calendars, dates, plans, visits
from peerreview.visits.routes.blueprint import bp

__all__ = ["bp", "calendars", "dates", "plans", "visits"]
