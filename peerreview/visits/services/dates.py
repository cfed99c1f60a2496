"""A visit gets its day, gets another one, loses it, and takes place; its host's trajectory follows."""

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM, Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.core.events import announce, on
from peerreview.impartiality import queries as register
from peerreview.impartiality import services as impartiality
from peerreview.impartiality.queries import Standing
from peerreview.trajectories import services as trajectories
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits import mail, planning, policy, queries
from peerreview.visits.hours import hours_of
from peerreview.visits.lifecycle import COMING, DATED, VISIT, VisitState
from peerreview.visits.models import PollAnswer, Visit
from peerreview.visits.planning import Slot
from peerreview.visits.services.arrange import offer_days, people_by_visit
from peerreview.visits.services.invitations import invite_everybody, tell_moved, uninvite_everybody

WRITING = (TrajectoryState.ACCEPTED, TrajectoryState.SELF_EVALUATING)


def agree_visit(visit: Visit, *, slot: Slot, by: Actor, reason: str = "") -> None:
    """Give a visit its day: invitations go out and the host's trajectory gets its date. Announces "visit.agreed".

    Whether the day can be is for the caller to ask. Called inside the act that agrees all visits of an exchange.
    """
    with unit_of_work():
        planned_at = visit.state_since
        audit.change_state(visit, VISIT, "agree", by=by, reason=reason)
        host = visit.host.organisation
        visit.location = visit.location or f"{host.name}, {host.place}"
        visit.starts_at, visit.ends_at = hours_of(slot)
        if visit.sequence:  # an earlier invitation was taken back: this one must count as newer
            visit.sequence += 1
        _follow(visit, by=by)
        invite_everybody(visit)
        if new := interests_since(visit, planned_at):
            mail.tell_interests(visit, new)
        announce("visit.agreed", visit, by=by)


def interests_since(visit: Visit, planned_at: datetime) -> list[Standing]:
    """The conflicts of interest that block this visit on its day, and did not when it was planned.

    Between the two organisations, and of the people of the team with the host. One is new when it was noted later, or
    when its leave held then and does not on the day.
    """
    if visit.starts_at is None:
        return []
    sides = [visit.host.organisation_id, visit.reviewing.organisation_id]
    impartiality.detect(sides)
    then = {one.conflict_id for one in _blocking(visit, clock.local(planned_at).date()) if one.since <= planned_at}
    now = _blocking(visit, clock.local(visit.starts_at).date())
    return [one for one in now if one.conflict_id not in then]


def _blocking(visit: Visit, day: date) -> list[Standing]:
    host, team = visit.host.organisation_id, [member.person_id for member in visit.team]
    between = register.between([host, visit.reviewing.organisation_id], day)
    of_team = register.of_persons(team, [host], day)
    every = [one for found in (between, of_team) for standing in found.values() for one in standing]
    return [one for one in every if one.blocks and one.towards in (None, host)]


def move_visit(visit: Visit, *, slot: Slot, location: str, reason: str, version: int, by: Actor) -> None:
    """Give a visit another day or place: a new sequence, everyone told, deadlines moved. Announces "visit.moved".

    Raises StaleVersion when it changed after `version`, Invalid when nothing changes, the reason is missing or the day
    cannot be, NotNow when it has no day or took place.
    """
    with unit_of_work():
        queries.exchange_of(visit.exchange_id)
        db.session.refresh(visit, ["version", "state", "starts_at", "ends_at"])
        if not VISIT.can(visit.state, "move"):
            raise NotNow(_("Only a visit that is still to come can be moved."))
        if visit.version != version:
            raise StaleVersion(_("Somebody else changed this visit just before you. Look at its day first."))
        refuse_move(visit, slot=slot, location=location, reason=reason)
        before, planned_at = {"starts_at": visit.starts_at, "location": visit.location}, visit.state_since
        visit.starts_at, visit.ends_at = hours_of(slot)
        visit.location, visit.reason = location, reason
        visit.sequence += 1
        audit.change_state(visit, VISIT, "move", by=by, reason=reason)
        after = {"starts_at": visit.starts_at, "location": visit.location}
        audit.record("visit.set_day", visit, by=by, before=before, after=after)
        _follow(visit, by=by)
        tell_moved(visit, reason=reason)
        if new := interests_since(visit, planned_at):
            mail.tell_interests(visit, new)
        announce("visit.moved", visit, by=by)


def refuse_move(visit: Visit, *, slot: Slot, location: str, reason: str) -> None:
    """Raise Invalid, with everything that is wrong, when a visit cannot be moved so."""
    poll = queries.poll_of(visit.exchange_id)
    own = next((one for one in poll.visits if one.id == visit.id), None) if poll else None
    if poll is None or own is None:
        raise NotNow(_("Only a visit that is still to come can be moved."))
    others = [(leg, day) for leg, day in poll.fixed if leg.visit_id != visit.id]
    faults = planning.faults_of(
        [(own.leg, slot)],
        fixed=others,
        window=(clock.today(), poll.closes_on),
        today=clock.today(),
        gap=poll.rules.gap_calendar_days_between_visits,
        busy=poll.circumstances.busy,
    )
    sentences = {
        "past": _("Choose a day that is still to come."),
        "not_a_working_day": _("Choose a working day that is not a public holiday."),
        "outside_window": _("Choose a day before the end of the round."),
        "busy": _("Somebody is on another visit on that day."),
        "same_day": _("Somebody would be on two visits on one day."),
        "too_close": _("Two visits of one organisation would be too close together."),
    }
    problems = [sentences[fault] for fault in faults]
    if not location.strip():
        problems.append(_("Say where the visit is."))
    if not reason.strip():
        problems.append(_("Say why the visit is moved; everybody on it reads this."))
    if slot == queries.slot_of(visit) and location == visit.location:
        problems.append(_("This is the day and the place it has already."))
    if problems:
        raise Invalid(_("The visit cannot be moved like this."), problems)


def poll_again(visit: Visit, *, reason: str, by: Actor) -> None:
    """Take the day back and ask everybody anew when they can; calendars lose the visit. Announces "visit.polling"."""
    if not reason.strip():
        raise Invalid(_("Say why a new day is needed; everybody on the visit reads this."))
    with unit_of_work():
        exchange = queries.exchange_of(visit.exchange_id)
        db.session.refresh(visit, ["version", "state"])
        if not VISIT.can(visit.state, "poll_again"):
            raise NotNow(_("Only a visit that is still to come can get a new day."))
        visit.sequence += 1
        visit.reason = reason
        audit.change_state(visit, VISIT, "poll_again", by=by, reason=reason)
        uninvite_everybody(visit, reason=reason)
        visit.starts_at = visit.ends_at = None
        visit.poll_by = clock.add_working_days(clock.today(), visit.host.round.rules.poll_within)
        db.session.execute(delete(PollAnswer).where(PollAnswer.exchange_id == exchange.id))
        members = {one.reviewing_id: one.reviewing for one in queries.visits_of(exchange.id)}
        offer_days(exchange, list(members.values()), visit.half_days)
        mail.ask_for_dates(exchange, [visit], people_by_visit([visit]))
        announce("visit.polling", visit, by=by)


def hold_visit(visit: Visit, *, by: Actor) -> None:
    """Note that the visit took place, from its day on; its report is now due. Announces "visit.held", once."""
    with unit_of_work():
        if visit.state == VisitState.HELD:
            return
        if not VISIT.can(visit.state, "hold") or visit.starts_at is None:
            raise NotNow(_("This visit has no day, so it cannot have taken place."))
        if clock.today() < clock.local(visit.starts_at).date():
            raise NotNow(_("The visit is still to come. You can say this from its day on."))
        if by is not SYSTEM and not policy.may_hold_visit(by, visit):
            raise NotAllowed(_("Only the lead reviewer, the host and the secretariat say that a visit took place."))
        audit.change_state(visit, VISIT, "hold", by=by)
        _follow(visit, by=by)
        announce("visit.held", visit, by=by)


@on("day.began")
def _each_day(day: date, *, by: Actor) -> None:
    hold_past_visits(by)


def hold_past_visits(by: Actor = SYSTEM) -> int:
    """Mark each visit whose day is past as held, each as an act of its own; how many. For the worker, once a day."""
    midnight = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    past = queries.past_visits(midnight)
    for visit_id in past:
        visit = queries.visit_with_names(visit_id)
        hold_visit(visit, by=by)
    return len(past)


# --- The host's trajectory -------------------------------------------------------------------------------------------


@on("self_evaluation.submitted")
@on("trajectory.resumed")
def follow_visit(trajectory: Trajectory, *, by: Actor) -> None:
    """When a self-evaluation comes after its visit got a day (or a pause ends), the trajectory catches up with it."""
    visit = queries.visit_at(trajectory.id)
    if visit is not None and visit.state in DATED:
        _follow(visit, by=by)


def _follow(visit: Visit, *, by: Actor) -> None:
    """Bring the host's trajectory to where its visit is, with the day by which the next thing is due."""
    slot, trajectory = queries.slot_of(visit), visit.host
    if slot is None:
        return
    day, fixes = slot.day, planning.deadlines(slot.day, trajectory.round.rules, slot.last)
    if trajectory.state in WRITING and visit.state in COMING:
        trajectories.move_deadline(trajectory, due_on=max(fixes.self_evaluation_on, clock.today()), by=by, tell=False)
    elif trajectory.state == TrajectoryState.SELF_EVALUATED:
        trajectories.advance(trajectory, "schedule", by=by, due_on=day)
    elif trajectory.state == TrajectoryState.SCHEDULED and visit.state in COMING:
        trajectories.move_deadline(trajectory, due_on=day, by=by, tell=False)
    if trajectory.state == TrajectoryState.SCHEDULED and visit.state == VisitState.HELD:
        trajectories.advance(trajectory, "visit", by=by, due_on=fixes.report_on)
