"""Who still has to sign that they are independent, and the objections that wait for the secretariat."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.core import clock
from peerreview.core.compound import Question
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import COMING, ObjectionState
from peerreview.visits.models import TeamMember, TeamObjection, Visit

SIGN, OBJECTION = "visits.sign", "visits.objection"
SIGN_BEFORE = 5  # working days before the visit
DECIDE_WITHIN = 5  # working days after the objection
Reviewing = aliased(Trajectory)


def _unsigned() -> Question:
    return (
        select(
            Visit.id, TeamMember.id.label("member_id"), Visit.starts_at, Visit.state_since, Visit.host_id,
            Reviewing.round_id, Reviewing.organisation_id, Organisation.name, TeamMember.person_id,
        )
        .join(TeamMember, TeamMember.visit_id == Visit.id)
        .join(Reviewing, Reviewing.id == Visit.reviewing_id)
        .join(Organisation, Organisation.id == Reviewing.organisation_id)
        .where(Visit.state.in_(COMING), Visit.starts_at.is_not(None), TeamMember.independent_at.is_(None))
    )  # fmt: skip


@deadlines(SIGN, roles=(Role.REVIEWER.value,), asks=(_unsigned,))
def signatures_waited_for(unsigned: Sequence[Any]) -> Iterator[Due]:
    """Of each visit with a day to come: who of its team has to sign."""
    hands: dict[int, list[Hand]] = defaultdict(list)
    for row in unsigned:
        hands[row.id].append(Hand(Role.REVIEWER.value, row.organisation_id, row.person_id))
    for row in {row.id: row for row in unsigned}.values():
        yield Due(
            SIGN,
            row.id,
            _l("Sign that you are independent"),
            clock.add_working_days(clock.local(row.starts_at).date(), -SIGN_BEFORE),
            tuple(hands[row.id]),
            f"/visits/{row.id}/team",
            round_id=row.round_id,
            organisation_id=row.organisation_id,
            holder=row.name,
            trajectory_id=row.host_id,
            since=row.state_since,
        )


def _objections() -> Question:
    return (
        select(TeamObjection.id, TeamObjection.raised_at, TeamObjection.visit_id, Visit.starts_at, Trajectory.round_id)
        .join(Visit, Visit.id == TeamObjection.visit_id)
        .join(Trajectory, Trajectory.id == Visit.host_id)
        .where(TeamObjection.state == ObjectionState.RAISED)
    )


@deadlines(OBJECTION, roles=(Role.SECRETARIAT.value,), asks=(_objections,))
def objections_waited_for(objections: Sequence[Any]) -> Iterator[Due]:
    """Each objection to somebody of a team, which the secretariat decides before the visit.

    Whose road it is, is left out: the organisation that reviews may not know that there is one.
    """
    for row in objections:
        due_on = clock.add_working_days(clock.local(row.raised_at).date(), DECIDE_WITHIN)
        if row.starts_at is not None:
            due_on = min(due_on, clock.add_working_days(clock.local(row.starts_at).date(), -1))
        yield Due(
            OBJECTION,
            row.id,
            _l("Decide about an objection to somebody of a team"),
            due_on,
            OFFICE,
            f"/visits/{row.visit_id}/team",
            round_id=row.round_id,
            since=row.raised_at,
        )
