"""What stands in a plan: each finding below `complies` beside its actions, and who signed it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from peerreview.accounts.lifecycle import Role
from peerreview.core.access import Actor
from peerreview.core.compound import Question
from peerreview.core.db import db
from peerreview.core.deadlines import Due, Hand, deadlines
from peerreview.frameworks.outline import NormView
from peerreview.frameworks.queries import outline_of
from peerreview.improvement import planning
from peerreview.improvement.models import Action, Plan
from peerreview.improvement.planning import Step
from peerreview.improvement.policy import HAS_PLAN, may_read_plan
from peerreview.organisations.models import Organisation
from peerreview.reviews.lifecycle import BELOW, Rating, ReviewState
from peerreview.reviews.models import Finding, Review
from peerreview.reviews.queries import FindingRow
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import trajectory_for
from peerreview.visits.models import Visit


@dataclass(frozen=True, slots=True)
class Line:
    """One norm of the plan: the finding below `complies` (no rating: the organisation chose it itself), its actions."""

    norm: NormView
    rating: Rating | None
    improvement: str
    actions: tuple[Action, ...]

    @property
    def covered(self) -> bool:
        return bool(self.actions) and not planning.half_written(step_of(action) for action in self.actions)


@dataclass(frozen=True)
class PlanView:
    """The plan as a page shows it: `not` before `partly` before the own choices, and norms without an action last."""

    trajectory: Trajectory
    plan: Plan | None
    lines: tuple[Line, ...]

    @property
    def open(self) -> bool:
        return is_open(self.trajectory, self.plan)

    @cached_property
    def missing(self) -> tuple[Line, ...]:
        """The norms that still need an action, or more of one."""
        return tuple(line for line in self.lines if not line.covered)

    @property
    def below(self) -> int:
        return sum(line.rating is not None for line in self.lines)

    @property
    def actions(self) -> int:
        return sum(len(line.actions) for line in self.lines)


def step_of(action: Action) -> Step:
    """An action as values."""
    return Step(action.norm_id, action.what, action.owner, action.due_on, action.expected_effect)


def is_open(trajectory: Trajectory, plan: Plan | None) -> bool:
    """Whether the plan can be written: from the final report until it is signed, and again when it was asked back."""
    if trajectory.state == TrajectoryState.REPORTED:
        return True
    return trajectory.state == TrajectoryState.PLANNED and plan is not None and plan.signed_at is None


def planned_trajectory_for(actor: Actor, trajectory_id: int) -> Trajectory | None:
    """A trajectory that has come as far as its plan, for its own people and the secretariat."""
    trajectory = trajectory_for(actor, trajectory_id)
    if trajectory is None or not may_read_plan(actor, trajectory):
        return None
    return trajectory if (trajectory.held_from or trajectory.state) in HAS_PLAN else None


def action_for(actor: Actor, trajectory_id: int, action_id: int) -> Action | None:
    """An action with its trajectory and who wrote it last, for who may read that plan."""
    if planned_trajectory_for(actor, trajectory_id) is None:
        return None
    one = select(Action).where(Action.id == action_id, Action.trajectory_id == trajectory_id)
    return db.session.scalars(one.options(joinedload(Action.trajectory), joinedload(Action.updated_by))).one_or_none()


def plan_of(trajectory_id: int) -> Plan | None:
    """The plan with who signed it; None while nobody has signed."""
    one = select(Plan).where(Plan.trajectory_id == trajectory_id).options(joinedload(Plan.signed_by))
    return db.session.scalars(one).one_or_none()


def actions_of(trajectory_id: int) -> list[Action]:
    """The actions of a plan in the order in which they were made."""
    return list(db.session.scalars(select(Action).where(Action.trajectory_id == trajectory_id).order_by(Action.id)))


def review_of_host(trajectory_id: int) -> Review | None:
    """The review of which this trajectory is the host: a final one before others, then the latest."""
    hosted = (
        select(Review)
        .join(Visit, Visit.id == Review.visit_id)
        .where(Visit.host_id == trajectory_id)
        .order_by((Review.state == ReviewState.FINAL).desc(), Review.id.desc())
        .limit(1)
    )
    return db.session.scalars(hosted).one_or_none()


def findings_below(review: Review | None) -> Sequence[Finding]:
    """The findings rated `partly` or `not` of a final review; none before that (rule 1 of the product)."""
    if review is None or review.state != ReviewState.FINAL:
        return []
    return db.session.scalars(select(Finding).where(Finding.review_id == review.id, Finding.rating.in_(BELOW))).all()


def plan_view(trajectory: Trajectory, findings: Iterable[Finding | FindingRow] | None = None) -> PlanView:
    """The whole plan; four queries beside the framework's, or two with the findings of the final review at hand."""
    norms = outline_of(trajectory.framework_version_id).by_id
    actions = actions_of(trajectory.id)
    if findings is None:
        findings = findings_below(review_of_host(trajectory.id))
    below = {finding.norm_id: finding for finding in findings if finding.rating in BELOW}

    def line(norm_id: int) -> Line:
        finding = below.get(norm_id)
        own = tuple(action for action in actions if action.norm_id == norm_id)
        return Line(norms[norm_id], finding.rating if finding else None, finding.improvement if finding else "", own)

    first = sorted(below, key=lambda norm_id: (below[norm_id].rating != Rating.NOT, norms[norm_id].position))
    chosen = sorted({action.norm_id for action in actions} - set(below), key=lambda norm_id: norms[norm_id].position)
    return PlanView(
        trajectory, plan_of(trajectory.id), tuple(sorted(map(line, [*first, *chosen]), key=lambda one: not one.actions))
    )


def uncovered_norms(trajectory: Trajectory, review: Review | None) -> tuple[NormView, ...]:
    """The norms below `complies` without a complete action: what stands between the plan and the commission."""
    norms = outline_of(trajectory.framework_version_id).by_id
    below = [finding.norm_id for finding in findings_below(review)]
    steps = [step_of(action) for action in actions_of(trajectory.id)]
    return tuple(norms[norm_id] for norm_id in planning.uncovered(below, steps))


# --- What waits for whom ---------------------------------------------------------------------------------------------

PLAN = "improvement.plan"


def _unsigned() -> Question:
    acted = select(Action.norm_id).where(Action.trajectory_id == Trajectory.id).correlate(Trajectory)
    bare = (
        select(Finding.id)
        .join(Review, Review.id == Finding.review_id)
        .join(Visit, Visit.id == Review.visit_id)
        .where(Visit.host_id == Trajectory.id, Review.state == ReviewState.FINAL)
        .where(Finding.rating.in_(BELOW), Finding.norm_id.not_in(acted))
        .correlate(Trajectory)
        .exists()
    )
    asked_back = and_(Trajectory.state == TrajectoryState.PLANNED, Plan.id.is_not(None), Plan.signed_at.is_(None))
    return (
        select(
            Trajectory.id, Trajectory.due_on, Trajectory.state_since, Trajectory.round_id, Trajectory.organisation_id,
            Organisation.name, bare.label("bare"),
        )
        .join(Organisation, Organisation.id == Trajectory.organisation_id)
        .outerjoin(Plan, Plan.trajectory_id == Trajectory.id)
        .where(or_(Trajectory.state == TrajectoryState.REPORTED, asked_back), Trajectory.due_on.is_not(None))
    )  # fmt: skip


@deadlines(PLAN, roles=(Role.COORDINATOR.value, Role.EXECUTIVE.value, Role.SECRETARIAT.value), asks=(_unsigned,))
def plans_waited_for(unsigned: Iterable[Any]) -> Iterator[Due]:
    """Each plan that was not signed (anew): for the coordinator while a norm has no action, then for the executive.

    The subject is the trajectory.
    """
    for id, day, since, round_id, organisation_id, name, lacking in unsigned:
        role = Role.COORDINATOR if lacking else Role.EXECUTIVE
        title = _l("Write the improvement plan") if lacking else _l("Sign the improvement plan")
        yield Due(
            PLAN, id, title, day, (Hand(role.value, organisation_id),), f"/trajectories/{id}/plan", round_id,
            organisation_id, name, id, since=since,
        )  # fmt: skip
