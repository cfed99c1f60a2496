"""The pages about visits: when people can, which days are chosen, the visits themselves, and private calendars."""

from peerreview.visits.routes import (
    answers,
    calendars,
    dates,
    holidays,
    lengths,
    moves,
    plans,
    round,
    team,
    visits,
    weeks,
)
from peerreview.visits.routes.blueprint import bp

__all__ = [
    "answers",
    "bp",
    "calendars",
    "dates",
    "holidays",
    "lengths",
    "moves",
    "plans",
    "round",
    "team",
    "visits",
    "weeks",
]
