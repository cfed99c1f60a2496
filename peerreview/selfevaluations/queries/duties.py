"""On whom a self-evaluation waits."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, case, func, select

from peerreview.accounts.lifecycle import Role
from peerreview.core.compound import Question as Asked
from peerreview.core.deadlines import Due, Hand, deadlines
from peerreview.organisations.models import Organisation
from peerreview.selfevaluations.lifecycle import Question
from peerreview.selfevaluations.models import Answer, Reflection, SelfEvaluation
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory

WRITE = "selfevaluations.write"
WRITERS = (Role.COORDINATOR.value, Role.CONTRIBUTOR.value, Role.EXECUTIVE.value)


def _unsigned() -> Asked:
    """A row for each part of a self-evaluation: what one person, or nobody, was given."""
    done = and_(Answer.rating.is_not(None), Answer.story != "")
    reflected = (
        select(func.count())
        .where(Reflection.self_evaluation_id == SelfEvaluation.id, Reflection.text != "")
        .correlate(SelfEvaluation)
        .scalar_subquery()
    )
    return (
        select(
            Trajectory.id, Trajectory.due_on, Trajectory.state_since, Trajectory.round_id,
            Trajectory.organisation_id, Organisation.name, Answer.assigned_to_id,
            func.sum(case((done, 0), else_=1)).label("left"), reflected.label("reflected"),
        )
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .join(SelfEvaluation, SelfEvaluation.trajectory_id == Trajectory.id)
        .join(Answer, Answer.self_evaluation_id == SelfEvaluation.id)
        .where(Trajectory.state == TrajectoryState.SELF_EVALUATING, Trajectory.due_on.is_not(None))
        .group_by(Trajectory.id, Organisation.id, SelfEvaluation.id, Answer.assigned_to_id)
    )  # fmt: skip


@deadlines(WRITE, roles=(*WRITERS, Role.SECRETARIAT.value), asks=(_unsigned,))
def self_evaluations_waited_for(unsigned: Iterable[Any]) -> Iterator[Due]:
    """Each self-evaluation that was not signed: while a norm or one of the five questions is open for the coordinator and
    the contributors who have an open norm in their name, after that for the executive who signs. The subject is the
    trajectory.
    """
    for id, group in groupby(unsigned, key=lambda row: row.id):
        parts = list(group)
        one, coordinator, contributor, executive = parts[0], *WRITERS
        open_parts = [part for part in parts if part.left]
        given = [part.assigned_to_id for part in open_parts if part.assigned_to_id]
        hands = [Hand(coordinator, one.organisation_id)]
        hands += [Hand(contributor, one.organisation_id, person_id) for person_id in given]
        written = not open_parts and one.reflected == len(Question)
        if written:
            hands = [Hand(executive, one.organisation_id)]
        title = _l("Sign the self-evaluation") if written else _l("Finish the self-evaluation")
        yield Due(
            WRITE, id, title, one.due_on, tuple(hands), f"/trajectories/{id}/self-evaluation", one.round_id,
            one.organisation_id, one.name, id, since=one.state_since,
        )  # fmt: skip
