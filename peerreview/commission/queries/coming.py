"""What waits for a member of the commission: the meetings and written procedures that come, or that are open now."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby

from sqlalchemy import Select, and_, select

from peerreview.commission.lifecycle import DossierState, MeetingKind, MeetingState, MotionState
from peerreview.commission.models import Dossier, Meeting, Motion, Vote
from peerreview.commission.queries.recusal import visible_to
from peerreview.commission.queries.seats import takes_part
from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db


@dataclass(frozen=True, slots=True)
class ComingMeeting:
    """A meeting, with how many dossiers this member reads for it; those in which they have an interest are not in it.

    `due_at` is when it begins, of a written procedure when it closes. `no_motion` counts the dossiers of an open one on
    which nobody can vote yet.
    """

    meeting_id: int
    written: bool
    due_at: datetime
    dossiers: int
    voted: int
    open_votes: int
    no_motion: int


def coming_meetings(actor: Actor) -> list[ComingMeeting]:
    """Those that are planned or open and in which this member takes part, what is due first on top. One query."""
    rows = db.session.execute(_asking(actor, clock.today())).all()
    found = []
    for meeting_id, group in groupby(rows, key=lambda row: row.id):
        of_meeting = list(group)
        first, cases = of_meeting[0], [row for row in of_meeting if row.dossier_id]
        counts = (sum(getattr(row, name) for row in cases) for name in ("voted", "asked", "bare"))
        written = first.kind == MeetingKind.WRITTEN
        due_at = first.closes_at if written and first.closes_at else first.starts_at
        found.append(ComingMeeting(meeting_id, written, due_at, len(cases), *counts))
    return sorted(found, key=lambda meeting: (meeting.due_at, meeting.meeting_id))


@lru_cache(maxsize=64)
def _asking(actor: Actor, _today: date) -> Select[int, MeetingKind, datetime, datetime | None, int, bool, bool, bool]:
    """The meetings with the cases that wait there; made once a day for each, for making it takes as long as asking."""
    motion = select(Motion.id).where(Motion.dossier_id == Dossier.id, Motion.meeting_id == Dossier.meeting_id)
    own = select(Vote.motion_id).where(Vote.person_id == actor.person_id)
    voted, asked = (
        motion.where(Motion.id.in_(own)),
        motion.where(Motion.state == MotionState.OPEN, Motion.id.not_in(own)),
    )
    waiting = and_(Dossier.meeting_id == Meeting.id, Dossier.state == DossierState.ON_AGENDA, visible_to(actor))
    return (
        select(
            Meeting.id, Meeting.kind, Meeting.starts_at, Meeting.closes_at, Dossier.id.label("dossier_id"),
            voted.exists().label("voted"), asked.exists().label("asked"),
            and_(Meeting.state == MeetingState.OPEN, ~motion.exists()).label("bare"),
        )
        .outerjoin(Dossier, waiting)
        .where(Meeting.state.in_((MeetingState.PLANNED, MeetingState.OPEN)), takes_part(actor.person_id, Meeting.id))
        .order_by(Meeting.id)
    )  # fmt: skip
