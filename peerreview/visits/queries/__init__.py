"""Questions about visits: which are visible, who takes part, what people answered, and on whom they wait."""

from peerreview.visits.queries.calendars import feed_of, reader_of, visits_in_calendar
from peerreview.visits.queries.holidays import by_region, holiday_for, school_holidays
from peerreview.visits.queries.invitations import (
    coming_visits_at,
    companions_on,
    hash_of,
    invitee_with,
    invitees_of,
    own_invitation_for,
    people_invited,
    read_team,
    substitutes_for,
)
from peerreview.visits.queries.lists import teams_of, visit_page, waited_for
from peerreview.visits.queries.people import coordinators_of, people_on
from peerreview.visits.queries.poll import pending_plan, poll_for, poll_of, polls_of, slot_of
from peerreview.visits.queries.round import exchanges_by_days
from peerreview.visits.queries.visits import (
    days_kept,
    exchange_of,
    members_of,
    past_visits,
    visit_at,
    visit_for,
    visit_with_names,
    visits_of,
    with_names,
)
from peerreview.visits.queries.weeks import weeks_of

__all__ = [
    "by_region",
    "coming_visits_at",
    "companions_on",
    "coordinators_of",
    "days_kept",
    "exchange_of",
    "exchanges_by_days",
    "feed_of",
    "hash_of",
    "holiday_for",
    "invitee_with",
    "invitees_of",
    "members_of",
    "own_invitation_for",
    "past_visits",
    "pending_plan",
    "people_invited",
    "people_on",
    "poll_for",
    "poll_of",
    "polls_of",
    "read_team",
    "reader_of",
    "school_holidays",
    "slot_of",
    "substitutes_for",
    "teams_of",
    "visit_at",
    "visit_for",
    "visit_page",
    "visit_with_names",
    "visits_in_calendar",
    "visits_of",
    "waited_for",
    "weeks_of",
    "with_names",
]
