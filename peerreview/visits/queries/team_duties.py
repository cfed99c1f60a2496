"""Who still has to sign that they are independent, and the objections that wait for the secretariat."""

from collections import defaultdict
from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from peerreview.accounts.lifecycle import Role
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.core.deadlines import OFFICE, Due, Hand, deadlines
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory
from peerreview.visits.lifecycle import COMING, ObjectionState
from peerreview.visits.models import TeamMember, TeamObjection, Visit

SIGN, OBJECTION = "visits.sign", "visits.objection"
SIGN_BEFORE = 5  # working days before the visit
DECIDE_WITHIN = 5  # working days after the objection
Reviewing = aliased(Trajectory)


@deadlines(SIGN, roles=(Role.REVIEWER.value,))
def signatures_waited_for() -> Iterator[Due]:
    """Of each visit with a day to come: who of its team has to sign. One query."""
    rows = db.session.execute(
        select(
            Visit.id, Visit.starts_at, Visit.state_since, Visit.host_id, Reviewing.round_id,
            Reviewing.organisation_id, Organisation.name, TeamMember.person_id,
        )
        .join(TeamMember, TeamMember.visit_id == Visit.id)
        .join(Reviewing, Reviewing.id == Visit.reviewing_id)
        .join(Organisation, Organisation.id == Reviewing.organisation_id)
        .where(Visit.state.in_(COMING), Visit.starts_at.is_not(None), TeamMember.independent_at.is_(None))
        .order_by(Visit.id, TeamMember.id)
    ).all()  # fmt: skip
    hands: dict[int, list[Hand]] = defaultdict(list)
    for row in rows:
        hands[row.id].append(Hand(Role.REVIEWER.value, row.organisation_id, row.person_id))
    for row in {row.id: row for row in rows}.values():
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


@deadlines(OBJECTION, roles=(Role.SECRETARIAT.value,))
def objections_waited_for() -> Iterator[Due]:
    """Each objection to somebody of a team, which the secretariat decides before the visit. One query.

    Whose road it is, is left out: the organisation that reviews may not know that there is one.
    """
    rows = db.session.execute(
        select(TeamObjection.id, TeamObjection.raised_at, Visit.id.label("visit_id"), Visit.starts_at)
        .add_columns(Trajectory.round_id)
        .join(Visit, Visit.id == TeamObjection.visit_id)
        .join(Trajectory, Trajectory.id == Visit.host_id)
        .where(TeamObjection.state == ObjectionState.RAISED)
        .order_by(TeamObjection.id)
    )
    for row in rows:
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
