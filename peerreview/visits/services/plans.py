"""Days are chosen together: an organisation (or the secretariat) proposes, each other one agrees or says why not."""

from collections.abc import Mapping

from flask_babel import gettext as _

from peerreview.accounts.models import Person
from peerreview.core import audit, clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused
from peerreview.visits import mail, policy, queries
from peerreview.visits.lifecycle import VISIT_PLAN, PlanState
from peerreview.visits.models import VisitPlan
from peerreview.visits.planning import Slot, slots_read, slots_written
from peerreview.visits.poll import SECRETARIAT_ITSELF, Poll
from peerreview.visits.services.dates import agree_visit


def propose_plan(exchange_id: int, *, slots: Mapping[int, Slot], by: Actor) -> None:
    """Propose days for every visit that has none (`slots` by visit); the others' coordinators get a letter.

    The secretariat may propose as well, at any time; then every organisation has to agree. The same proposal sent twice
    is one. Raises NotNow before everybody answered or the time for it is over, Refused when another proposal waits for
    an answer, Invalid when these days cannot be.
    """
    with unit_of_work():
        poll = _poll(exchange_id, by=by, settles=True)
        own = by.organisation_id or SECRETARIAT_ITSELF
        if poll.plan:
            if poll.plan.slots == dict(slots) and own == poll.plan.agreed_by[0]:
                return
            raise Refused(_("There is a proposal already. Answer that one first."))
        if not poll.can_be_chosen(clock.today()) and not policy.may_settle_dates(by, poll):
            raise NotNow(_("Not everybody has answered yet. You can choose when they have, or when the time is over."))
        _refuse_impossible(poll, slots)
        if any(slot.day not in poll.days for slot in slots.values()):
            raise Invalid(_("Choose days that everybody was asked about."))
        plan = VisitPlan(
            exchange_id=exchange_id,
            state_since=clock.now(),
            slots=slots_written(slots),
            agreed_by=[own],
            proposed_by_id=by.person_id,
        )
        db.session.add(plan)
        db.session.flush()
        audit.record("visit_plan.propose", plan, by=by, after={"slots": plan.slots})
        others = _coordinators(poll, but=by.organisation_id)
        mail.propose_plan(plan, queries.exchange_of(exchange_id), queries.visits_of(exchange_id), others, by=by)


def accept_plan(exchange_id: int, *, plan_id: int, by: Actor) -> None:
    """Agree for the actor's organisation; when all have, the visits get their days. Twice is once."""
    with unit_of_work():
        poll = _poll(exchange_id, by=by, done_with=plan_id)
        plan = _pending(poll, plan_id, by=by)
        if plan is None:
            return
        plan.agreed_by = [*plan.agreed_by, by.organisation_id or 0]
        audit.record("visit_plan.accept", plan, by=by, after={"agreed_by": plan.agreed_by})
        if set(plan.agreed_by) >= set(poll.organisations):
            slots = slots_read(plan.slots)
            _refuse_impossible(poll, slots)  # the day may have come closer than allowed since it was proposed
            audit.change_state(plan, VISIT_PLAN, "agree", by=by)
            _agree(poll, slots, by=by)


def decline_plan(exchange_id: int, *, plan_id: int, reason: str, by: Actor) -> None:
    """Say no for the actor's organisation, with the reason, which all coordinators read; another plan can be chosen."""
    if not reason.strip():
        raise Invalid(_("Say why these days do not suit you."))
    with unit_of_work():
        poll = _poll(exchange_id, by=by)
        plan = queries.pending_plan(exchange_id)
        if plan is None or plan.id != plan_id:
            raise NotNow(_("This proposal is no longer open."))
        plan.reason = reason
        audit.change_state(plan, VISIT_PLAN, "decline", by=by, reason=reason)
        visits, everybody = queries.visits_of(exchange_id), _coordinators(poll)
        if poll.plan and poll.plan.of_secretariat and plan.proposed_by:
            everybody.append(plan.proposed_by)
        mail.decline_plan(plan, queries.exchange_of(exchange_id), visits, everybody, reason=reason, by=by)


def withdraw_plan(exchange_id: int, *, plan_id: int, by: Actor) -> None:
    """Take the own organisation's proposal (or the secretariat's own) back, so that another can be made."""
    with unit_of_work():
        _poll(exchange_id, by=by, settles=True)
        plan = queries.pending_plan(exchange_id)
        if plan is None or plan.id != plan_id:
            raise NotNow(_("This proposal is no longer open."))
        if plan.agreed_by[0] != (by.organisation_id or SECRETARIAT_ITSELF):
            raise NotAllowed(_("Only the organisation that proposed these days can take them back."))
        audit.change_state(plan, VISIT_PLAN, "withdraw", by=by)


def agree_dates(exchange_id: int, *, slots: Mapping[int, Slot], reason: str, by: Actor) -> None:
    """The secretariat fixes the days without the coordinators, for a reason; a waiting proposal is withdrawn.

    Days may lie outside the round's weeks of visits, but not after its end. Raises Invalid when these days cannot be.
    """
    if not reason.strip():
        raise Invalid(_("Write down why the secretariat chooses the days."))
    with unit_of_work():
        exchange = queries.exchange_of(exchange_id)
        poll = queries.poll_of(exchange.id)
        if poll is None or not poll.open_visits:
            raise NotNow(_("The days are fixed already."))
        if not policy.may_settle_dates(by, poll):
            raise NotAllowed(_("Only the secretariat fixes days without the coordinators."))
        _refuse_impossible(poll, slots, anywhere=True)
        if plan := queries.pending_plan(exchange_id):
            audit.change_state(plan, VISIT_PLAN, "withdraw", by=by, reason=reason)
        _agree(poll, slots, by=by, reason=reason)


def _poll(exchange_id: int, *, by: Actor, done_with: int | None = None, settles: bool = False) -> Poll:
    """The poll, locked, for a coordinator of a member, or with `settles` for the secretariat too.

    `done_with` is a plan after which it may be closed already.
    """
    queries.exchange_of(exchange_id)
    poll = queries.poll_of(exchange_id)
    if poll is None or not (policy.may_choose_dates(by, poll) or (settles and policy.may_settle_dates(by, poll))):
        raise NotAllowed(_("Only the coordinators choose the days."))
    if not poll.open_visits and done_with is None:
        raise NotNow(_("The days are fixed already."))
    return poll


def _pending(poll: Poll, plan_id: int, *, by: Actor) -> VisitPlan | None:
    """The plan that waits for this organisation; None when it said yes before. Raises NotNow when it is closed."""
    plan = db.session.get(VisitPlan, plan_id)
    if plan is None or plan.exchange_id != poll.exchange_id:
        raise NotNow(_("This proposal is no longer open."))
    if by.organisation_id in plan.agreed_by:
        return None
    if plan.state != PlanState.PROPOSED:
        raise NotNow(_("This proposal is no longer open."))
    return plan


def _refuse_impossible(poll: Poll, slots: Mapping[int, Slot], *, anywhere: bool = False) -> None:
    """Raise Invalid with each reason why these days cannot be; `anywhere` in the round will do for the secretariat."""
    window = (clock.today(), poll.closes_on) if anywhere else None
    sentences = {
        "incomplete": _("Choose a day for every visit."),
        "past": _("Choose days that are still to come."),
        "not_a_working_day": _("Choose working days that are not public holidays."),
        "outside_window": _("Choose days in the weeks of the visits."),
        "busy": _("Somebody is on another visit on that day."),
        "same_day": _("Somebody would be on two visits on one day."),
        "too_close": _("Two visits of one organisation would be too close together."),
    }
    if faults := poll.faults_of(slots, clock.today(), window):
        raise Invalid(_("These days cannot be chosen."), [sentences[fault] for fault in faults])


def _coordinators(poll: Poll, but: int | None = None) -> list[Person]:
    by_organisation = queries.coordinators_of(id for id in poll.organisations if id != but)
    return [person for people in by_organisation.values() for person in people]


def _agree(poll: Poll, slots: Mapping[int, Slot], *, by: Actor, reason: str = "") -> None:
    for visit in queries.visits_of(poll.exchange_id):
        if visit.id in slots:
            agree_visit(visit, slot=slots[visit.id], by=by, reason=reason)
