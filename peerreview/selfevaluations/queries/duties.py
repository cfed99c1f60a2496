"""On whom a self-evaluation waits."""

from collections.abc import Iterator
from itertools import groupby

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, case, func, select

from peerreview.accounts.lifecycle import Role
from peerreview.core.db import db
from peerreview.core.deadlines import Due, Hand, deadlines
from peerreview.organisations.models import Organisation
from peerreview.selfevaluations.models import Answer, SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

WRITE = "selfevaluations.write"
WRITERS = (Role.COORDINATOR.value, Role.CONTRIBUTOR.value, Role.EXECUTIVE.value)


@deadlines(WRITE, roles=(*WRITERS, Role.SECRETARIAT.value))
def self_evaluations_waited_for() -> Iterator[Due]:
    """Each self-evaluation that was not signed: while norms are open for the coordinator and the contributors who have
    one in their name, after that for the executive who signs. The subject is the trajectory. One query.
    """
    done = and_(Answer.rating.is_not(None), Answer.story != "")
    rows = db.session.execute(
        select(
            Trajectory.id, Trajectory.due_on, Trajectory.state_since, Trajectory.round_id,
            Organisation.id.label("organisation_id"), Organisation.name, Answer.assigned_to_id,
            func.sum(case((done, 0), else_=1)).label("left"),
        )
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(SelfEvaluation, SelfEvaluation.trajectory_id == Trajectory.id)
        .join(Answer, Answer.self_evaluation_id == SelfEvaluation.id)
        .where(Trajectory.state == TrajectoryState.SELF_EVALUATING, Trajectory.due_on.is_not(None))
        .group_by(Trajectory.id, Organisation.id, Answer.assigned_to_id)
        .order_by(Trajectory.id)
    ).all()  # fmt: skip
    for id, group in groupby(rows, key=lambda row: row.id):
        parts = list(group)
        one, coordinator, contributor, executive = parts[0], *WRITERS
        open_parts = [part for part in parts if part.left]
        given = [part.assigned_to_id for part in open_parts if part.assigned_to_id]
        hands = [Hand(coordinator, one.organisation_id)]
        hands += [Hand(contributor, one.organisation_id, person_id) for person_id in given]
        if not open_parts:
            hands = [Hand(executive, one.organisation_id)]
        title = _l("Finish the self-evaluation") if open_parts else _l("Sign the self-evaluation")
        yield Due(
            WRITE, id, title, one.due_on, tuple(hands), f"/trajectories/{id}/self-evaluation", one.round_id,
            one.organisation_id, one.name, id, since=one.state_since,
        )  # fmt: skip
