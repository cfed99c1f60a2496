"""Writing, signing and reopening an improvement plan.

The plan is open from the final report (state `reported`) until the executive signs; then the trajectory is `planned`.
When the secretariat asks it back it is open again, and signing it anew leaves the trajectory where it is.
"""

from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.core.events import on
from peerreview.frameworks.queries import outline_of
from peerreview.improvement import mail, queries
from peerreview.improvement.models import Action, Plan
from peerreview.improvement.planning import Step
from peerreview.reviews.models import Review
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import round_of
from peerreview.trajectories.services import advance, move_deadline, postpone
from peerreview.visits.models import Visit

QUIET = timedelta(minutes=10)


def _refuse_unless_open(trajectory: Trajectory) -> None:
    if not queries.is_open(trajectory, queries.plan_of(trajectory.id)):
        raise NotNow(_("The plan was signed, so it can no longer be changed."))


def add_action(trajectory: Trajectory, *, step: Step, by: Actor) -> Action:
    """Add an action about a norm of the trajectory's framework; more than one about the same norm is fine."""
    if step.norm_id not in outline_of(trajectory.framework_version_id).by_id:
        raise Invalid(_("Choose a norm from the list."))
    with unit_of_work():
        _refuse_unless_open(trajectory)
        action = Action(trajectory_id=trajectory.id, norm_id=step.norm_id, updated_at=clock.now())
        _write(action, step, by)
        db.session.add(action)
        db.session.flush()
        audit.record("action.add", action, by=by, after={"norm_id": step.norm_id})
    return action


def save_action(action: Action, *, step: Step, version: int, by: Actor, autosave: bool = False) -> None:
    """Keep an action as it stands, complete or not.

    Raises StaleVersion when somebody else saved after `version` (theirs: what stands there), NotNow once it was signed.
    """
    with unit_of_work():
        _refuse_unless_open(_trajectory_of(action))
        if action.version != version:
            raise StaleVersion("", theirs=queries.step_of(action), mine=step)
        if queries.step_of(action) == step:
            return
        _write(action, step, by)
        if not (autosave and _noted_lately(action, by)):
            audit.record("action.save", action, by=by)


def _write(action: Action, step: Step, by: Actor) -> None:
    action.what, action.owner, action.due_on = step.what, step.owner, step.due_on
    action.expected_effect = step.expected_effect
    action.updated_by_id, action.updated_at = by.person_id, clock.now()


def _trajectory_of(action: Action) -> Trajectory:
    return db.session.get_one(Trajectory, action.trajectory_id)


def _noted_lately(action: Action, by: Actor) -> bool:
    """Whether the trail already says that this person was writing: one note for ten minutes of autosaving."""
    last = db.session.execute(
        select(AuditEntry.action, AuditEntry.person_id, AuditEntry.at)
        .where(AuditEntry.subject_type == Action.__tablename__, AuditEntry.subject_id == action.id)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return bool(last and last.person_id == by.person_id and last.at > clock.now() - QUIET)


def remove_action(action: Action, *, by: Actor) -> None:
    """Take an action out of an open plan; the audit trail keeps what it was about."""
    with unit_of_work():
        _refuse_unless_open(_trajectory_of(action))
        audit.record("action.remove", action, by=by, before={"norm_id": action.norm_id, "what": action.what[:200]})
        db.session.delete(action)


def ask_signature(trajectory: Trajectory, *, by: Actor) -> None:
    """Ask the organisation's executives by letter to sign. Raises Invalid when nobody has that role."""
    with unit_of_work():
        _refuse_unless_open(trajectory)
        if not mail.ask_signature(trajectory, by=by):
            raise Invalid(_("Nobody in your organisation can sign yet. Invite an executive first."))
        audit.record("plan.ask_signature", trajectory, by=by)


def sign_plan(trajectory: Trajectory, *, by: Actor) -> None:
    """Sign a complete plan: the trajectory is `planned` and the secretariat checks it within the round's working days.

    A plan without findings below `complies` may be empty. Raises NotAllowed for anybody but the executive, Invalid with
    the norms that still need an action, NotNow when it was signed already.
    """
    if by.role != Role.EXECUTIVE or not by.is_of(trajectory.organisation_id):
        raise NotAllowed(_("Only the executive signs the improvement plan."))
    with unit_of_work():
        _refuse_unless_open(trajectory)
        if lacking := queries.plan_view(trajectory).missing:
            raise Invalid(
                ngettext("One norm still needs an action.", "%(num)s norms still need an action.", len(lacking)),
                problems=[line.norm.code for line in lacking],
            )
        plan = queries.plan_of(trajectory.id) or Plan(trajectory_id=trajectory.id)
        plan.signed_at, plan.signed_by_id, plan.asked_back = clock.now(), by.person_id, ""
        db.session.add(plan)
        due = clock.add_working_days(clock.today(), round_of(trajectory).rules.completeness_within)
        if trajectory.state == TrajectoryState.REPORTED:
            advance(trajectory, "plan", by=by, due_on=due)
        else:
            move_deadline(trajectory, due_on=due, by=by, tell=False)
        db.session.flush()
        audit.record("plan.sign", plan, by=by, after={"actions": len(queries.actions_of(trajectory.id))})
        mail.tell_signed(trajectory, by=by)


def reopen_plan(trajectory: Trajectory, *, reason: str, due_on: date, by: Actor) -> None:
    """Give a signed plan back with what is missing; for the commission's secretariat, which checks completeness."""
    if not reason.strip():
        raise Invalid(_("Write the reason down: the other reads it."))
    if trajectory.state != TrajectoryState.PLANNED:
        raise NotNow(_("This step was already done, or it is not its turn yet."))
    with unit_of_work():
        plan = queries.plan_of(trajectory.id) or Plan(trajectory_id=trajectory.id)
        plan.signed_at = plan.signed_by_id = None
        plan.asked_back = reason
        db.session.add(plan)
        db.session.flush()
        move_deadline(trajectory, due_on=due_on, by=by, reason=reason, tell=False)
        audit.record("plan.ask_back", plan, by=by, reason=reason)
        mail.tell_asked_back(trajectory, reason=reason)


@on("review.final")
def set_day_of_plan(review: Review, *, by: Actor, **_details: object) -> None:
    """When the report is final, the plan is due in the round's number of working days, unless a day was set before."""
    visit = db.session.get_one(Visit, review.visit_id)
    trajectory = db.session.get_one(Trajectory, visit.host_id)
    if trajectory.state == TrajectoryState.REPORTED and trajectory.due_on is None:
        due = clock.add_working_days(clock.today(), round_of(trajectory).rules.plan_within)
        move_deadline(trajectory, due_on=due, by=by, tell=False)


mover(queries.PLAN)(postpone)
