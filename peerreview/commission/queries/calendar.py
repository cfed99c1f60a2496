"""The meetings that stand in a member's private calendar."""

from datetime import timedelta

from sqlalchemy import and_, exists, func, or_, select

from peerreview.accounts.lifecycle import COMMISSION
from peerreview.accounts.models import Affiliation
from peerreview.commission.lifecycle import MeetingKind, MeetingState
from peerreview.commission.models import Dossier, Meeting
from peerreview.commission.queries.seats import takes_part
from peerreview.core import clock
from peerreview.core.db import db

SHOWN_AFTER = timedelta(days=365)
SHOWN_AS_CANCELLED = timedelta(days=30)


def meetings_in_calendar(person_id: int) -> list[tuple[Meeting, int]]:
    """The meetings to which this person was invited, with their number of cases; none outside the commission.

    One that was cancelled stays for another month, so that calendars show that it ended. One query.
    """
    held = exists().where(
        Affiliation.person_id == person_id, Affiliation.role.in_(COMMISSION), Affiliation.ended_at.is_(None)
    )
    cases = select(func.count()).where(Dossier.meeting_id == Meeting.id).correlate(Meeting).scalar_subquery()
    lately = and_(Meeting.state == MeetingState.CANCELLED, Meeting.state_since > clock.now() - SHOWN_AS_CANCELLED)
    stands = and_(Meeting.state != MeetingState.CANCELLED, Meeting.starts_at > clock.now() - SHOWN_AFTER)
    shown = select(Meeting, cases).where(
        held, takes_part(person_id, Meeting.id), Meeting.kind == MeetingKind.GATHERING,
        Meeting.invited_at.is_not(None), or_(lately, stands),
    )  # fmt: skip
    return [(meeting, number) for meeting, number in db.session.execute(shown.order_by(Meeting.starts_at, Meeting.id))]
