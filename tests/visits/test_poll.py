"""Marking half-days, offering another day, being done, and choosing the days together."""

from datetime import date

import pytest
from sqlalchemy import func, select

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import Can, Half, PlanState, VisitState
from peerreview.visits.models import Availability, PollAnswer, VisitPlan
from peerreview.visits.planning import Slot
from tests.factories.visits import agree_all, answer_all, make_scene

FEBRUARY = "2027-02-01 10:00"
BOTH = [Half.MORNING, Half.AFTERNOON]
FRIDAY = date(2027, 4, 9)


@pytest.fixture
def scene(app, at):
    with at(FEBRUARY):
        yield make_scene()


def poll_of(scene):
    return queries.poll_of(scene.exchange.id)


def best(scene):
    return poll_of(scene).best_plans(clock.today())[0].slots


def test_a_later_answer_replaces_an_earlier_one(scene):
    me, day = scene.leads[0], poll_of(scene).days[0]
    services.mark_half_days(poll_of(scene), day=day, halves=BOTH, can=Can.YES, by=me)
    services.mark_half_days(poll_of(scene), day=day, halves=[Half.AFTERNOON], can=Can.NO, by=me)
    assert poll_of(scene).answers == {
        (me.person_id, day, Half.MORNING): Can.YES,
        (me.person_id, day, Half.AFTERNOON): Can.NO,
    }
    assert db.session.scalar(select(func.count()).select_from(Availability)) == 2


@pytest.mark.parametrize("day", [FRIDAY, date(2027, 2, 1), date(2031, 1, 1)])
def test_only_days_that_are_asked_about_can_be_marked(scene, day):
    with pytest.raises(Invalid):
        services.mark_half_days(poll_of(scene), day=day, halves=BOTH, can=Can.YES, by=scene.leads[0])


def test_who_does_not_go_on_a_visit_marks_nothing(scene):
    stranger = Actor(scene.secretariat.person_id, "x", "reviewer", scene.trajectories[0].organisation_id)
    with pytest.raises(NotAllowed):
        services.mark_half_days(poll_of(scene), day=poll_of(scene).days[0], halves=BOTH, can=Can.YES, by=stranger)


def test_anybody_who_takes_part_may_add_a_day_once(scene):
    services.add_day(poll_of(scene), day=FRIDAY, by=scene.others[1])
    services.add_day(poll_of(scene), day=FRIDAY, by=scene.leads[0])
    assert FRIDAY in poll_of(scene).days
    assert len(poll_of(scene).days) == 21


@pytest.mark.parametrize(
    "day", [date(2027, 1, 20), date(2027, 3, 30), date(2027, 4, 10), date(2027, 5, 6), date(2027, 7, 6)]
)
def test_a_day_on_which_no_visit_can_be_is_not_added(scene, day):
    with pytest.raises(Invalid):
        services.add_day(poll_of(scene), day=day, by=scene.leads[0])


def test_done_counts_once_and_needs_a_mark(scene):
    me = scene.leads[0]
    with pytest.raises(Invalid):
        services.finish_poll(poll_of(scene), by=me)
    services.mark_half_days(poll_of(scene), day=poll_of(scene).days[0], halves=BOTH, can=Can.YES, by=me)
    services.finish_poll(poll_of(scene), by=me)
    services.finish_poll(poll_of(scene), by=me)
    assert db.session.scalar(select(func.count()).select_from(PollAnswer)) == 1
    assert me.person_id not in poll_of(scene).waiting
    assert len(poll_of(scene).waiting) == 5


def test_the_last_answer_tells_the_coordinators(scene, outbox):
    answer_all(scene)
    letters = [letter for letter in outbox() if letter.kind == "visit.all_answered"]
    assert [letter.recipient for letter in letters] == [who.email for who in scene.coordinators]


def test_a_tally_names_who_cannot(scene):
    day, (one, two) = poll_of(scene).days[0], scene.leads
    services.mark_half_days(poll_of(scene), day=day, halves=BOTH, can=Can.YES, by=one)
    services.mark_half_days(poll_of(scene), day=day, halves=[Half.MORNING], can=Can.NO, by=two)
    tally = poll_of(scene).tally(day)
    assert (tally.yes, tally.no, len(tally.unknown), tally.of) == ((one.person_id,), (two.person_id,), 4, 6)


# --- Choosing ------------------------------------------------------------------------------------------


def test_days_are_chosen_when_all_answered_or_the_time_is_over(scene, at):
    with pytest.raises(NotNow):
        services.propose_plan(scene.exchange.id, slots=best(scene), by=scene.coordinators[0])
    with at("2027-02-16 09:00"):
        services.propose_plan(scene.exchange.id, slots=best(scene), by=scene.coordinators[0])
        assert poll_of(scene).plan.agreed_by == (scene.coordinators[0].organisation_id,)


def test_a_proposal_goes_to_the_other_coordinators_once(scene, outbox):
    answer_all(scene)
    slots = best(scene)
    for _ in range(2):
        services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
    letters = [letter for letter in outbox() if letter.kind == "visit.plan_proposed"]
    assert [letter.recipient for letter in letters] == [scene.coordinators[1].email]
    assert "dinsdag 6\u00a0april" in letters[0].body
    with pytest.raises(Refused):
        services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[1])


def test_visits_get_their_days_when_the_last_organisation_agrees(app, at, outbox):
    with at(FEBRUARY):
        scene = make_scene(3)
        answer_all(scene)
        slots = best(scene)
        services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
        plan = queries.pending_plan(scene.exchange.id)
        services.accept_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[1])
        services.accept_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[1])
        assert {visit.state for visit in scene.visits} == {VisitState.POLLING}
        services.accept_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[2])
        services.accept_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[2])
        assert {visit.id: queries.slot_of(visit) for visit in scene.visits} == slots
        assert {visit.state for visit in scene.visits} == {VisitState.AGREED}
        assert len([letter for letter in outbox() if letter.kind == "visit.invitation"]) == 9


def test_a_no_needs_its_reason_and_makes_room_for_another_plan(scene, outbox):
    answer_all(scene)
    services.propose_plan(scene.exchange.id, slots=best(scene), by=scene.coordinators[0])
    plan = queries.pending_plan(scene.exchange.id)
    with pytest.raises(Invalid):
        services.decline_plan(scene.exchange.id, plan_id=plan.id, reason=" ", by=scene.coordinators[1])
    services.decline_plan(scene.exchange.id, plan_id=plan.id, reason="Dan is er studiedag.", by=scene.coordinators[1])
    told = [letter for letter in outbox() if letter.kind == "visit.plan_declined"]
    assert {letter.recipient for letter in told} == {who.email for who in scene.coordinators}
    assert all("Dan is er studiedag." in letter.body for letter in told)
    with pytest.raises(NotNow):
        services.accept_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[1])
    services.propose_plan(scene.exchange.id, slots=best(scene), by=scene.coordinators[1])
    states = db.session.scalars(select(VisitPlan.state).order_by(VisitPlan.id)).all()
    assert states == [PlanState.DECLINED, PlanState.PROPOSED]


def test_only_who_proposed_takes_it_back(scene):
    answer_all(scene)
    services.propose_plan(scene.exchange.id, slots=best(scene), by=scene.coordinators[0])
    plan = queries.pending_plan(scene.exchange.id)
    with pytest.raises(NotAllowed):
        services.withdraw_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[1])
    services.withdraw_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[0])
    assert poll_of(scene).plan is None


def test_days_that_cannot_be_are_refused_with_every_reason(scene):
    answer_all(scene)
    one, two = (visit.id for visit in scene.visits)
    with pytest.raises(Invalid) as refused:
        services.propose_plan(
            scene.exchange.id,
            slots={one: Slot(date(2027, 4, 10)), two: Slot(date(2027, 4, 11))},
            by=scene.coordinators[0],
        )
    assert len(refused.value.problems) == 2
    for slots in ({}, {one: Slot(date(2027, 4, 6))}, {one: Slot(date(2027, 4, 9)), two: Slot(date(2027, 4, 16))}):
        with pytest.raises(Invalid):
            services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])


def test_a_plan_whose_day_came_too_close_is_not_agreed(scene, at):
    answer_all(scene)
    services.propose_plan(scene.exchange.id, slots=best(scene), by=scene.coordinators[0])
    plan = queries.pending_plan(scene.exchange.id)
    with at("2027-04-07 09:00"), pytest.raises(Invalid):
        services.accept_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[1])
    assert {visit.state for visit in scene.visits} == {VisitState.POLLING}


def test_the_secretariat_may_fix_the_days_with_a_reason(scene):
    one, two = (visit.id for visit in scene.visits)
    slots = {one: Slot(FRIDAY), two: Slot(date(2027, 7, 6))}  # one outside the weeks of the visits
    with pytest.raises(Invalid):
        services.agree_dates(scene.exchange.id, slots=slots, reason="", by=scene.secretariat)
    with pytest.raises(NotAllowed):
        services.agree_dates(scene.exchange.id, slots=slots, reason="Ziek", by=scene.coordinators[0])
    services.agree_dates(scene.exchange.id, slots=slots, reason="Niemand koos.", by=scene.secretariat)
    assert {visit.id: queries.slot_of(visit) for visit in scene.visits} == slots
    moves = select(AuditEntry.reason).where(AuditEntry.action == "visit.agree")
    assert set(db.session.scalars(moves)) == {"Niemand koos."}


def test_nothing_is_marked_or_proposed_once_the_days_are_fixed(scene):
    slots, day = agree_all(scene), poll_of(scene).days[0]
    with pytest.raises(NotNow):
        services.mark_half_days(poll_of(scene), day=day, halves=BOTH, can=Can.NO, by=scene.leads[0])
    with pytest.raises(NotNow):
        services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
    with pytest.raises(NotNow):
        services.agree_dates(scene.exchange.id, slots=slots, reason="Toch", by=scene.secretariat)


def test_a_small_host_is_visited_for_half_a_day(app, at):
    with at(FEBRUARY):
        scene = make_scene(fte=(8, 58))
        slots = agree_all(scene)
        at_brugveld, at_lindenhof = scene.visits
        assert slots[at_brugveld.id].half is None
        assert slots[at_lindenhof.id].half == Half.MORNING
        hours = [clock.local(moment).strftime("%H:%M") for moment in (at_lindenhof.starts_at, at_lindenhof.ends_at)]
        assert hours == ["09:30", "12:30"]
