"""What moves a trajectory: signing up, the secretariat's answer, pausing, withdrawing, and the later steps of the road.

Facts announced, each with the trajectory and `by=`: "trajectory.submitted", "trajectory.accepted" (after it was pinned
to its framework version and the self-evaluation began), "trajectory.held", "trajectory.resumed", "trajectory.withdrawn".
"""

from dataclasses import fields
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import inspect, select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.queries import people_with
from peerreview.core import audit, clock, events
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import mover
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.organisations.models import (
    Organisation,
    WorkField,
    organisation_work_field,
)
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from peerreview.trajectories import mail, queries
from peerreview.trajectories.lifecycle import TRAJECTORY, TrajectoryState
from peerreview.trajectories.models import Exclusion, OfferedReviewer, Trajectory
from peerreview.trajectories.signup import SignUp, missing, with_one_lead

S = TrajectoryState
EDITABLE = (S.DRAFT, S.RETURNED)
QUIET = timedelta(minutes=10)


def advance(
    trajectory: Trajectory,
    verb: str,
    *,
    by: Actor,
    reason: str = "",
    due_on: date | None = None,
) -> None:
    """Make one move of the trajectory's table and set the day by which the next thing is due (None: no such day).

    It checks the lifecycle and nothing else, and announces nothing: who may do it, and what follows, is for the feature
    that calls it. Raises NotNow, in words for the person, when the move does not exist now.
    """
    if not TRAJECTORY.can(trajectory.state, verb):
        raise NotNow(_("This step was already done, or it is not its turn yet."))
    with unit_of_work():
        audit.change_state(trajectory, TRAJECTORY, verb, by=by, reason=reason)
        trajectory.due_on = due_on


def _begin(verb: str, trajectory: Trajectory, reason: str = "") -> None:
    if not TRAJECTORY.can(trajectory.state, verb):
        raise NotNow(_("This step was already done, or it is not its turn yet."))
    if verb in ("return", "reject", "hold", "withdraw") and not reason.strip():
        raise Invalid(_("Write the reason down: the other reads it."))


# --- Signing up ------------------------------------------------------------------------------------------------------


def sign_up(round_: Round, *, by: Actor) -> Trajectory:
    """Begin a draft for the actor's organisation in this round, with what we know of it; the same one when it is there."""
    if by.organisation_id is None:
        raise NotAllowed(_("Only a member organisation signs up."))
    with unit_of_work():
        there = db.session.scalars(
            select(Trajectory).where(
                Trajectory.organisation_id == by.organisation_id,
                Trajectory.round_id == round_.id,
            )
        ).one_or_none()
        if there:
            return there
        if not is_open(round_):
            raise NotNow(_("This round is not open for signing up."))
        trajectory = _draft(round_, by.organisation_id)
        db.session.add(trajectory)
        db.session.flush()
        audit.record("trajectory.sign_up", trajectory, by=by, after={"round": round_.name})
    return trajectory


def is_open(round_: Round) -> bool:
    """Whether an organisation can sign up today."""
    return round_.state == RoundState.OPEN and round_.signup_opens_on <= clock.today() <= round_.signup_closes_on


def _draft(round_: Round, organisation_id: int) -> Trajectory:
    organisation = db.session.get_one(Organisation, organisation_id)
    known = (
        select(WorkField)
        .join(organisation_work_field)
        .where(organisation_work_field.c.organisation_id == organisation_id)
    )
    return Trajectory(
        round_id=round_.id,
        organisation_id=organisation_id,
        framework_version_id=round_.framework_version_id,
        state_since=clock.now(),
        due_on=round_.signup_closes_on,
        fte=organisation.fte,
        work_fields=list(db.session.scalars(known)),
    )


def save_sign_up(
    trajectory: Trajectory,
    *,
    sign_up: SignUp,
    version: int,
    by: Actor,
    autosave: bool = False,
) -> None:
    """Keep the sign-up as it stands, complete or not.

    Raises StaleVersion when somebody else saved after `version` (theirs: what stands there), NotNow when it was signed
    meanwhile, Invalid when a reviewer or organisation is not one that may be named.
    """
    _load(trajectory)
    if trajectory.state not in EDITABLE:
        raise NotNow(_("The sign-up was signed, so it can no longer be changed."))
    if trajectory.version != version:
        raise StaleVersion("", theirs=queries.signed(trajectory), mine=sign_up)
    sign_up = with_one_lead(sign_up)
    before = queries.signed(trajectory)
    changed = [f.name for f in fields(SignUp) if getattr(before, f.name) != getattr(sign_up, f.name)]
    if not changed:
        return
    _refuse_strangers(trajectory, sign_up)
    with unit_of_work():
        for name in set(changed) - {"work_field_ids", "reviewers", "exclusions"}:
            value = getattr(sign_up, name)
            setattr(trajectory, name, list(value) if isinstance(value, tuple) else value)
        _set_lists(trajectory, sign_up)
        db.session.flush()
        if trajectory.version == version:  # only its lists changed: the next writer must notice that too
            _touch(trajectory)
        if not (autosave and _noted_lately(trajectory, by)):
            audit.record("trajectory.save", trajectory, by=by, after={"fields": changed})


def _load(trajectory: Trajectory) -> None:
    """Read what was offered, when this trajectory came without it."""
    if {"reviewers", "exclusions", "work_fields"} & inspect(trajectory).unloaded:
        queries.with_sign_up(trajectory.id)


def _touch(trajectory: Trajectory) -> None:
    trajectory.version += 1


def _refuse_strangers(trajectory: Trajectory, sign_up: SignUp) -> None:
    """Only reviewers of the own organisation are offered, and no organisation excludes itself."""
    own = {person.id for person in people_with(Role.REVIEWER, trajectory.organisation_id)}
    own |= {offered.person_id for offered in trajectory.reviewers}
    excluded = {organisation_id for organisation_id, _reason in sign_up.exclusions}
    known = set(db.session.scalars(select(Organisation.id).where(Organisation.id.in_(excluded)))) if excluded else set()
    if not {offered.person_id for offered in sign_up.reviewers} <= own:
        raise Invalid(_("Choose reviewers from the people of your own organisation."))
    if excluded - known or trajectory.organisation_id in excluded:
        raise Invalid(_("Choose another organisation from the list."))


def _set_lists(trajectory: Trajectory, sign_up: SignUp) -> None:
    fields_chosen = select(WorkField).where(WorkField.id.in_(sign_up.work_field_ids)).order_by(WorkField.position)
    if {field.id for field in trajectory.work_fields} != sign_up.work_field_ids:
        trajectory.work_fields = list(db.session.scalars(fields_chosen))
    rows = {offered.person_id: offered for offered in trajectory.reviewers}
    for offered in sign_up.reviewers:
        row = rows.get(offered.person_id) or OfferedReviewer(person_id=offered.person_id)
        row.experienced, row.lead = offered.experienced, offered.lead
        rows[offered.person_id] = row
    chosen = [offered.person_id for offered in sign_up.reviewers]
    trajectory.reviewers = [rows[person_id] for person_id in chosen]
    kept = {exclusion.organisation_id: exclusion for exclusion in trajectory.exclusions}
    for organisation_id, reason in sign_up.exclusions:
        exclusion = kept.get(organisation_id) or Exclusion(organisation_id=organisation_id)
        exclusion.reason = reason
        kept[organisation_id] = exclusion
    trajectory.exclusions = [kept[organisation_id] for organisation_id in dict(sign_up.exclusions)]


def _noted_lately(trajectory: Trajectory, by: Actor) -> bool:
    """Whether the trail already says that this person was writing: one note for ten minutes of autosaving."""
    last = db.session.execute(
        select(audit.AuditEntry.action, audit.AuditEntry.person_id, audit.AuditEntry.at)
        .where(audit.AuditEntry.subject_type == Trajectory.__tablename__)
        .where(audit.AuditEntry.subject_id == trajectory.id)
        .order_by(audit.AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    lately = clock.now() - QUIET
    return bool(last and last.action == "trajectory.save" and last.person_id == by.person_id and last.at > lately)


def missing_in(trajectory: Trajectory) -> list[str]:
    """The fields that stand between this sign-up and a signature."""
    _load(trajectory)
    return missing(
        queries.signed(trajectory),
        minimum_reviewers=queries.round_of(trajectory).rules.minimum_reviewers,
    )


def discard(trajectory: Trajectory, *, by: Actor) -> None:
    """Throw away a sign-up that nobody signed yet; the organisation may begin another one."""
    if trajectory.state != S.DRAFT or trajectory.submitted_at is not None:
        raise NotNow(_("This sign-up was signed. Withdraw it instead."))
    with unit_of_work():
        audit.record(
            "trajectory.discard",
            trajectory,
            by=by,
            before={"round": queries.round_of(trajectory).name},
        )
        db.session.delete(trajectory)


def ask_signature(trajectory: Trajectory, *, by: Actor) -> None:
    """Ask the organisation's executives by letter to sign. Raises Invalid when nobody has that role."""
    _begin("submit", trajectory)
    with unit_of_work():
        if not mail.ask_signature(trajectory, by=by):
            raise Invalid(_("Nobody in your organisation can sign yet. Invite an executive first."))
        audit.record("trajectory.ask_signature", trajectory, by=by)


def submit(trajectory: Trajectory, *, by: Actor) -> None:
    """Sign and send: only the executive, only complete, only while the round takes sign-ups (or it was returned)."""
    if by.role != Role.EXECUTIVE:
        raise NotAllowed(_("Only the executive signs the sign-up."))
    _begin("submit", trajectory)
    if trajectory.state == S.DRAFT and not is_open(queries.round_of(trajectory)):
        raise NotNow(_("This round is not open for signing up."))
    if lacking := missing_in(trajectory):
        number = len(lacking)
        raise Invalid(
            ngettext(
                "One thing is still missing.",
                "%(num)s things are still missing.",
                number,
            ),
            problems=lacking,
        )
    with unit_of_work():
        due = clock.add_working_days(clock.today(), queries.round_of(trajectory).rules.accept_within)
        advance(trajectory, "submit", by=by, due_on=due)
        trajectory.submitted_at, trajectory.submitted_by_id, trajectory.reason = (
            clock.now(),
            by.person_id,
            "",
        )
        mail.tell_submitted(trajectory, by=by)
        events.announce("trajectory.submitted", trajectory, by=by)


# --- The secretariat's answer ----------------------------------------------------------------------------------------


def self_evaluation_due(round_: Round) -> date:
    """Until there is a visit: so many days before the first possible one, but never within ten working days from now."""
    before = timedelta(days=round_.rules.self_evaluation_calendar_days_before_visit)
    return max(round_.visits_from - before, clock.add_working_days(clock.today(), 10))


def accept(trajectory: Trajectory, *, by: Actor) -> None:
    """Take the organisation into the round, pin the framework version of this moment, and begin the self-evaluation."""
    _begin("accept", trajectory)
    with unit_of_work():
        advance(trajectory, "accept", by=by)
        trajectory.framework_version_id = queries.round_of(trajectory).framework_version_id
        advance(
            trajectory,
            "start_self_evaluation",
            by=by,
            due_on=self_evaluation_due(queries.round_of(trajectory)),
        )
        mail.tell(trajectory, "accepted")
        events.announce("trajectory.accepted", trajectory, by=by)


def return_sign_up(trajectory: Trajectory, *, reason: str, by: Actor) -> None:
    """Give the sign-up back with what must change; the organisation has as long as the secretariat has to answer."""
    _begin("return", trajectory, reason)
    with unit_of_work():
        due = clock.add_working_days(clock.today(), queries.round_of(trajectory).rules.accept_within)
        advance(trajectory, "return", by=by, reason=reason, due_on=due)
        trajectory.reason = reason
        mail.tell(trajectory, "returned", reason=reason)


def reject(trajectory: Trajectory, *, reason: str, by: Actor) -> None:
    """Refuse the sign-up for good in this round."""
    _begin("reject", trajectory, reason)
    with unit_of_work():
        advance(trajectory, "reject", by=by, reason=reason)
        trajectory.reason = reason
        mail.tell(trajectory, "rejected", reason=reason)


# --- Aside: pausing, withdrawing, another date ------------------------------------------------------------------------


def latest_pause(round_: Round) -> date:
    """The last day until which a trajectory may be paused from today: a number of months of the round's rules."""
    months = clock.today().month - 1 + round_.rules.hold_months
    first = date(clock.today().year + months // 12, months % 12 + 1, 1)
    return first + timedelta(days=min(clock.today().day, 28) - 1)


def hold(trajectory: Trajectory, *, reason: str, until: date, by: Actor) -> None:
    """Pause until a day, at most as long as the round's rules allow; nothing is due meanwhile."""
    _begin("hold", trajectory, reason)
    if not clock.today() < until <= latest_pause(queries.round_of(trajectory)):
        months = queries.round_of(trajectory).rules.hold_months
        raise Invalid(
            _(
                "Choose a day from tomorrow on, at most %(months)s months ahead.",
                months=months,
            )
        )
    with unit_of_work():
        trajectory.held_from, trajectory.hold_until, trajectory.reason = (
            trajectory.state,
            until,
            reason,
        )
        advance(trajectory, "hold", by=by, reason=reason, due_on=until)
        mail.tell(trajectory, "held", reason=reason)
        events.announce("trajectory.held", trajectory, by=by)


def resume(trajectory: Trajectory, *, by: Actor, due_on: date | None = None, reason: str = "") -> None:
    """Go on from the state in which it was paused, with a new day for what comes next."""
    if trajectory.state != S.ON_HOLD or trajectory.held_from is None:
        raise NotNow(_("This trajectory is not paused."))
    if due_on and due_on < clock.today():
        raise Invalid(_("Choose today or a later day."))
    with unit_of_work():
        advance(
            trajectory,
            f"resume_{trajectory.held_from}",
            by=by,
            reason=reason,
            due_on=due_on,
        )
        trajectory.held_from = trajectory.hold_until = None
        trajectory.reason = ""
        mail.tell(trajectory, "resumed", reason=reason)
        events.announce("trajectory.resumed", trajectory, by=by)


def withdraw(trajectory: Trajectory, *, reason: str, by: Actor) -> None:
    """End the trajectory at the wish of the organisation; its exchange, if any, hears of it by the announcement."""
    _begin("withdraw", trajectory, reason)
    with unit_of_work():
        trajectory.held_from = trajectory.held_from or trajectory.state
        advance(trajectory, "withdraw", by=by, reason=reason)
        trajectory.reason, trajectory.hold_until = reason, None
        mail.tell_withdrawn(trajectory, reason=reason)
        events.announce("trajectory.withdrawn", trajectory, by=by)


def move_deadline(
    trajectory: Trajectory,
    *,
    due_on: date,
    by: Actor,
    reason: str = "",
    tell: bool = True,
) -> None:
    """Give what is due now another day. Later features use it when the visit's day is known (then `tell=False`)."""
    before = trajectory.due_on
    if due_on == before:
        return
    with unit_of_work():
        trajectory.due_on = due_on
        audit.record(
            "trajectory.move_deadline", trajectory, by=by, reason=reason,
            before={"due_on": before}, after={"due_on": due_on},
        )  # fmt: skip
        if tell:
            mail.tell(trajectory, "deadline_moved", reason=reason)


def postpone(trajectory_id: int, due_on: date, *, by: Actor, reason: str) -> None:
    """Give what is due now another day without a letter: who postpones writes to whoever must act."""
    move_deadline(db.session.get_one(Trajectory, trajectory_id), due_on=due_on, by=by, reason=reason, tell=False)


for _kind in (queries.CHANGE, queries.ACCEPT):
    mover(_kind)(postpone)
