"""What waits for a member of the commission: the meeting that comes next, or that is open now."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Select, and_, select

from peerreview.commission.lifecycle import DossierState, MeetingState, MotionState
from peerreview.commission.models import Dossier, Meeting, Motion, Vote
from peerreview.commission.queries.recusal import visible_to
from peerreview.commission.queries.seats import takes_part
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """A meeting, with how many dossiers this member reads for it; those in which they have an interest are not in it."""

    meeting_id: int
    starts_at: datetime
    place: str
    dossiers: int
    voted: int
    open_votes: int


def next_meeting(actor: Actor) -> NextMeeting | None:
    """The first meeting that is planned or open and in which this member takes part. One query."""
    rows = db.session.execute(_asking(actor, clock.today())).all()
    if not rows:
        return None
    cases = [row for row in rows if row.dossier_id]
    voted, asked = sum(row.voted for row in cases), sum(row.asked for row in cases)
    return NextMeeting(rows[0].id, rows[0].starts_at, rows[0].place, len(cases), voted, asked)


@lru_cache(maxsize=64)
def _asking(actor: Actor, _today: date) -> Select[int, datetime, str, int, bool, bool]:
    """The meeting with the cases that wait there; made once a day for each, for making it takes as long as asking."""
    motion = select(Motion.id).where(Motion.dossier_id == Dossier.id, Motion.meeting_id == Dossier.meeting_id)
    own = select(Vote.motion_id).where(Vote.person_id == actor.person_id)
    voted, asked = (
        motion.where(Motion.id.in_(own)),
        motion.where(Motion.state == MotionState.OPEN, Motion.id.not_in(own)),
    )
    near = (
        select(Meeting.id)
        .where(Meeting.state.in_((MeetingState.PLANNED, MeetingState.OPEN)), takes_part(actor.person_id, Meeting.id))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(1)
    )
    waiting = and_(Dossier.meeting_id == Meeting.id, Dossier.state == DossierState.ON_AGENDA, visible_to(actor))
    return (
        select(
            Meeting.id, Meeting.starts_at, Meeting.place, Dossier.id.label("dossier_id"),
            voted.exists().label("voted"), asked.exists().label("asked"),
        )
        .outerjoin(Dossier, waiting)
        .where(Meeting.id == near.scalar_subquery())
    )  # fmt: skip
