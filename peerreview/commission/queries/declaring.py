"""What a member still has to say about their interests, and who still has to vote in writing: duties with a day."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, exists, select

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.commission.lifecycle import DossierState, MeetingKind, MeetingState, MotionState
from peerreview.commission.models import Dossier, Meeting, Motion, NoInterest, Vote
from peerreview.commission.queries.recusal import interested
from peerreview.commission.queries.seats import takes_part
from peerreview.core import clock
from peerreview.core.compound import Question
from peerreview.core.deadlines import Due, Hand, deadlines

DECLARE, VOTE = "commission.declare", "commission.vote"
ROLES = tuple(role.value for role in (Role.COMMISSION_CHAIR, Role.COMMISSION_MEMBER))
REMIND = 2  # working days before a written procedure closes


def _takes_part() -> Any:
    """Pairs of a case on an agenda and a member who takes part in it."""
    return and_(
        Affiliation.role.in_(COMMISSION), Affiliation.ended_at.is_(None), takes_part(Person.id, Meeting.id),
        Dossier.state == DossierState.ON_AGENDA, ~interested(Person.id),
    )  # fmt: skip


def _undeclared() -> Question:
    """Each member who did not yet say of a case on a coming agenda whether they have an interest."""
    said = exists().where(
        NoInterest.dossier_id == Dossier.id, NoInterest.meeting_id == Meeting.id, NoInterest.person_id == Person.id
    )
    return (
        select(Meeting.id, Person.id.label("person_id"), Meeting.starts_at, Meeting.invited_at, Affiliation.role)
        .select_from(Meeting)
        .join(Dossier, Dossier.meeting_id == Meeting.id)
        .join(Person, Person.active)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Meeting.state == MeetingState.PLANNED, Meeting.invited_at.is_not(None), _takes_part(), ~said)
        .distinct()
    )


def _unvoted() -> Question:
    """Each member who did not yet vote on a motion of an open written procedure."""
    voted = exists().where(Vote.motion_id == Motion.id, Vote.person_id == Person.id)
    return (
        select(Meeting.id, Person.id.label("person_id"), Meeting.closes_at, Meeting.starts_at, Affiliation.role)
        .select_from(Meeting)
        .join(Dossier, Dossier.meeting_id == Meeting.id)
        .join(Motion, and_(Motion.dossier_id == Dossier.id, Motion.state == MotionState.OPEN))
        .join(Person, Person.active)
        .join(Affiliation, Affiliation.person_id == Person.id)
        .where(Meeting.state == MeetingState.OPEN, Meeting.kind == MeetingKind.WRITTEN, _takes_part(), ~voted)
        .distinct()
    )


@deadlines(DECLARE, VOTE, roles=ROLES, asks=(_undeclared, _unvoted))
def members_waited_for(undeclared: Iterable[Any], unvoted: Iterable[Any]) -> Iterator[Due]:
    """One duty for each meeting, in the hands of the members who still have to do it."""
    for id, rows in groupby(undeclared, attrgetter("id")):
        own = list(rows)
        day = clock.local(own[0].starts_at).date()
        title = _l("Say for each case of the meeting whether you have an interest")
        yield Due(DECLARE, id, title, day, _hands(own), f"/meetings/{id}/interests", since=own[0].invited_at)
    for id, rows in groupby(unvoted, attrgetter("id")):
        own = list(rows)
        day = clock.local(own[0].closes_at).date()
        title = _l("Vote in the written procedure of the commission")
        yield Due(
            VOTE, id, title, day, _hands(own), f"/meetings/{id}", since=own[0].starts_at, remind=REMIND
        )  # fmt: skip


def _hands(rows: Iterable[Any]) -> tuple[Hand, ...]:
    return tuple(Hand(row.role.value, None, row.person_id) for row in rows)
