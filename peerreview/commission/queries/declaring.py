"""What a member still has to say about their interests, and who still has to vote in writing: duties with a day.

Who has an interest in a case has no duty about it. That is asked apart, and only when there is such a duty: it depends on
the day of today, and the questions of all duties are made once.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, exists, select

from peerreview.accounts.lifecycle import COMMISSION, Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.commission.lifecycle import DossierState, MeetingKind, MeetingState, MotionState
from peerreview.commission.models import Dossier, Meeting, Motion, NoInterest, Vote
from peerreview.commission.queries.recusal import recused_from
from peerreview.commission.queries.seats import takes_part
from peerreview.core import clock
from peerreview.core.compound import Question
from peerreview.core.deadlines import Due, Hand, deadlines

DECLARE, VOTE = "commission.declare", "commission.vote"
ROLES = tuple(role.value for role in (Role.COMMISSION_CHAIR, Role.COMMISSION_MEMBER))
REMIND = 2  # working days before a written procedure closes


def _members_and_cases() -> Any:
    """Pairs of a member and a case on an agenda, of meetings in which the member takes part."""
    return and_(
        Affiliation.role.in_(COMMISSION), Affiliation.ended_at.is_(None), Person.active,
        takes_part(Person.id, Meeting.id), Dossier.state == DossierState.ON_AGENDA,
    )  # fmt: skip


def _undeclared() -> Question:
    """Each member who did not yet say of a case on a coming agenda whether they have an interest."""
    said = exists().where(
        NoInterest.dossier_id == Dossier.id, NoInterest.meeting_id == Meeting.id, NoInterest.person_id == Person.id
    )
    return (
        select(
            Meeting.id, Dossier.id.label("dossier_id"), Person.id.label("person_id"), Affiliation.role,
            Meeting.starts_at.label("due_at"), Meeting.invited_at.label("since"),
        )
        .join(Dossier, Dossier.meeting_id == Meeting.id)
        .join(Affiliation, Affiliation.role.in_(COMMISSION))
        .join(Person, Person.id == Affiliation.person_id)
        .where(Meeting.state == MeetingState.PLANNED, Meeting.invited_at.is_not(None), _members_and_cases(), ~said)
    )  # fmt: skip


def _unvoted() -> Question:
    """Each member who did not yet vote on a motion of an open written procedure."""
    voted = exists().where(Vote.motion_id == Motion.id, Vote.person_id == Person.id)
    return (
        select(
            Meeting.id, Dossier.id.label("dossier_id"), Person.id.label("person_id"), Affiliation.role,
            Meeting.closes_at.label("due_at"), Meeting.starts_at.label("since"),
        )
        .join(Dossier, Dossier.meeting_id == Meeting.id)
        .join(Motion, and_(Motion.dossier_id == Dossier.id, Motion.state == MotionState.OPEN))
        .join(Affiliation, Affiliation.role.in_(COMMISSION))
        .join(Person, Person.id == Affiliation.person_id)
        .where(Meeting.state == MeetingState.OPEN, Meeting.kind == MeetingKind.WRITTEN, _members_and_cases(), ~voted)
    )  # fmt: skip


@deadlines(DECLARE, VOTE, roles=ROLES, asks=(_undeclared, _unvoted))
def members_waited_for(undeclared: Sequence[Any], unvoted: Sequence[Any]) -> Iterator[Due]:
    """One duty for each meeting, in the hands of the members who still have to do it. At most one query."""
    rows = [*undeclared, *unvoted]
    recused = recused_from({row.dossier_id for row in rows}, {row.person_id for row in rows}) if rows else {}

    def free(some: Iterable[Any]) -> list[Any]:
        return [row for row in some if row.person_id not in recused[row.dossier_id]]

    for id, own in groupby(free(undeclared), key=lambda row: int(row.id)):
        title = _l("Say for each case of the meeting whether you have an interest")
        yield _due(DECLARE, id, title, list(own), f"/meetings/{id}/interests", None)
    for id, own in groupby(free(unvoted), key=lambda row: int(row.id)):
        title = _l("Vote in the written procedure of the commission")
        yield _due(VOTE, id, title, list(own), f"/meetings/{id}", REMIND)


def _due(kind: str, id: int, title: Any, rows: Sequence[Any], link: str, remind: int | None) -> Due:
    hands = dict.fromkeys(Hand(row.role.value, None, row.person_id) for row in rows)
    day = clock.local(rows[0].due_at).date()
    return Due(kind, id, title, day, tuple(hands), link, since=rows[0].since, remind=remind)
