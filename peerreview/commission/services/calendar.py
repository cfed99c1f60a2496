"""Meetings stand in a member's private calendar, beside the visits; what is on their agenda never does."""

from collections.abc import Iterator

from peerreview.commission import agenda, mail
from peerreview.commission.queries.calendar import meetings_in_calendar
from peerreview.visits.invitations import Entry, also_in_calendars


@also_in_calendars
def meetings_of_a_member(person_id: int) -> Iterator[Entry]:
    """The meetings to which this person was invited, in the language now spoken."""
    for meeting, cases in meetings_in_calendar(person_id):
        yield mail.entry_of(meeting, agenda.kept_free(meeting.starts_at, cases))
