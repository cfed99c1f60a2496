"""A visit with its day: invitations, moving, looking again, taking place, and what the trajectory does."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select

from peerreview.core import clock, events
from peerreview.core.access import SYSTEM
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.trajectories import services as trajectories
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import Half, VisitState
from peerreview.visits.planning import Slot
from tests.factories.visits import agree_all, answer_all, make_scene

FEBRUARY = "2027-02-01 10:00"
NEW_DAY = date(2027, 5, 12)


@pytest.fixture
def scene(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        agree_all(scene)
        yield scene


def host(visit):
    return db.session.get(Trajectory, visit.host_id)


def events_in(letters):
    calendars = [Calendar.from_ical(letter.attachments[0]["content"]) for letter in letters]
    return [(str(calendar["METHOD"]), calendar.walk("VEVENT")[0]) for calendar in calendars]


def move(
    visit, by, *, day=NEW_DAY, half=None, location="Brugveld, Zwolle", reason="De gastheer verhuist.", version=None
):
    version = visit.version if version is None else version
    services.move_visit(visit, slot=Slot(day, half), location=location, reason=reason, version=version, by=by)


def test_everybody_gets_an_invitation_with_day_place_and_people(scene, outbox):
    letters = [
        letter for letter in outbox() if letter.kind == "visit.invitation" and letter.about_id == scene.visits[0].id
    ]
    people = [scene.leads[0], scene.others[0], scene.coordinators[1]]
    assert [letter.recipient for letter in letters] == [who.email for who in people]
    assert letters[0].subject == "De dag staat vast: Lindenhof bezoekt Brugveld"
    for method, event in events_in(letters):
        assert method == "REQUEST"
        assert event["UID"] == scene.visits[0].uid
        assert event["SEQUENCE"] == 0
        assert event["LOCATION"] == "Brugveld, Zwolle"
        assert event["DTSTART"].dt.astimezone(UTC) == datetime(2027, 4, 6, 7, 30, tzinfo=UTC)
        assert event["DTEND"].dt.astimezone(UTC) == datetime(2027, 4, 6, 14, 30, tzinfo=UTC)
        assert {str(one) for one in event["ATTENDEE"]} == {f"mailto:{who.email}" for who in people}


def test_the_self_evaluation_is_due_42_days_before_the_visit(scene):
    assert [host(visit).due_on for visit in scene.visits] == [date(2027, 2, 23), date(2027, 2, 25)]


def test_a_self_evaluation_that_is_there_already_is_scheduled_at_once(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        for trajectory in scene.trajectories:
            trajectories.advance(trajectory, "submit_self_evaluation", by=scene.secretariat)
        agree_all(scene)
        assert [(host(v).state, host(v).due_on) for v in scene.visits] == [
            (TrajectoryState.SCHEDULED, date(2027, 4, 6)), (TrajectoryState.SCHEDULED, date(2027, 4, 8)),
        ]  # fmt: skip


def test_one_that_comes_later_is_scheduled_when_it_comes(scene):
    trajectory = host(scene.visits[0])
    trajectories.advance(trajectory, "submit_self_evaluation", by=scene.coordinators[1])
    events.announce("self_evaluation.submitted", trajectory, by=scene.coordinators[1])
    assert (trajectory.state, trajectory.due_on) == (TrajectoryState.SCHEDULED, date(2027, 4, 6))


def test_a_self_evaluation_before_any_day_waits(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        trajectory = scene.trajectories[0]
        trajectories.advance(trajectory, "submit_self_evaluation", by=scene.coordinators[0])
        events.announce("self_evaluation.submitted", trajectory, by=scene.coordinators[0])
        assert trajectory.state == TrajectoryState.SELF_EVALUATED


# --- Moving ------------------------------------------------------------------------------------------


def test_a_moved_visit_tells_everybody_and_calendars_follow(scene, outbox):
    visit, before = scene.visits[0], len(outbox())
    move(visit, scene.coordinators[1], half=Half.AFTERNOON)
    letters = outbox()[before:]
    assert [letter.kind for letter in letters] == ["visit.moved"] * 3
    assert all("De gastheer verhuist." in letter.body for letter in letters)
    for method, event in events_in(letters):
        assert (method, event["UID"], event["SEQUENCE"]) == ("REQUEST", visit.uid, 1)
        assert event["DTSTART"].dt.astimezone(UTC) == datetime(2027, 5, 12, 11, 30, tzinfo=UTC)
    assert host(visit).due_on == date(2027, 3, 31)


@pytest.mark.parametrize(
    "wrong",
    [
        {"day": date(2027, 2, 1)},
        {"day": date(2027, 5, 6)},
        {"day": date(2027, 5, 16)},
        {"day": date(2028, 2, 1)},
        {"day": date(2027, 4, 8)},
        {"day": date(2027, 4, 7)},
        {"reason": "  "},
        {"location": ""},
        {"day": date(2027, 4, 6)},
    ],
)
def test_a_visit_cannot_be_moved_wrongly(scene, wrong, outbox):
    before = len(outbox())
    with pytest.raises(Invalid) as refused:
        move(scene.visits[0], scene.coordinators[1], **wrong)
    assert len(refused.value.problems) == 1
    assert len(outbox()) == before


def test_the_second_of_two_movers_loses_politely(scene):
    visit = scene.visits[0]
    version = visit.version
    move(visit, scene.coordinators[1])
    with pytest.raises(StaleVersion):
        move(visit, scene.secretariat, day=date(2027, 5, 19), version=version)
    assert queries.slot_of(visit) == Slot(NEW_DAY)


def test_looking_for_a_new_day_takes_the_invitation_back_and_asks_again(scene, outbox):
    visit, before = scene.visits[0], len(outbox())
    services.poll_again(visit, reason="Brand.", by=scene.coordinators[1])
    letters = outbox()[before:]
    assert [letter.kind for letter in letters] == ["visit.cancelled"] * 3 + ["visit.poll"] * 3
    assert {(method, event["SEQUENCE"], str(event["STATUS"])) for method, event in events_in(letters[:3])} == {
        ("CANCEL", 1, "CANCELLED")
    }
    poll = queries.poll_of(scene.exchange.id)
    assert [v.id for v in poll.open_visits] == [visit.id]
    assert poll.done == frozenset()
    assert poll.poll_by == date(2027, 2, 15)


def test_the_new_day_keeps_its_distance_from_the_visit_that_stands_and_counts_as_newer(scene, outbox):
    visit, other = scene.visits
    services.poll_again(visit, reason="Brand.", by=scene.coordinators[1])
    participants = {scene.leads[0], scene.others[0], scene.coordinators[1]}
    for who in participants:
        services.finish_poll(queries.poll_of(scene.exchange.id), by=who)
    slots = queries.poll_of(scene.exchange.id).best_plans(clock.today())[0].slots
    assert abs((slots[visit.id].day - queries.slot_of(other).day).days) >= 2
    services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
    services.accept_plan(
        scene.exchange.id, plan_id=queries.pending_plan(scene.exchange.id).id, by=scene.coordinators[1]
    )
    letters = [letter for letter in outbox() if letter.kind == "visit.invitation"][-3:]
    assert {event["SEQUENCE"] for _method, event in events_in(letters)} == {2}


def test_only_a_visit_with_a_day_to_come_is_moved_or_polled_again(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        with pytest.raises(NotNow):
            move(scene.visits[0], scene.secretariat)
        with pytest.raises(NotNow):
            services.poll_again(scene.visits[0], reason="Zo maar.", by=scene.secretariat)
        with pytest.raises(NotNow):
            services.hold_visit(scene.visits[0], by=scene.secretariat)


# --- Taking place ------------------------------------------------------------------------------------------


def test_a_visit_is_held_from_its_day_on_and_once(scene, at):
    visit = scene.visits[0]
    with pytest.raises(NotNow):
        services.hold_visit(visit, by=scene.leads[0])
    with at("2027-04-06 16:00"):
        with pytest.raises(NotAllowed):
            services.hold_visit(visit, by=scene.others[0])
        services.hold_visit(visit, by=scene.leads[0])
        services.hold_visit(visit, by=scene.coordinators[1])
    moves = select(AuditEntry.person_id).where(AuditEntry.action == "visit.hold")
    assert db.session.scalars(moves).all() == [scene.leads[0].person_id]


def test_the_report_is_due_20_working_days_after_the_visit(scene, at):
    visit = scene.visits[0]
    trajectory = host(visit)
    trajectories.advance(trajectory, "submit_self_evaluation", by=scene.coordinators[1])
    events.announce("self_evaluation.submitted", trajectory, by=scene.coordinators[1])
    with at("2027-04-06 17:00"):
        services.hold_visit(visit, by=scene.coordinators[1])
    assert (trajectory.state, trajectory.due_on) == (TrajectoryState.VISITED, date(2027, 5, 5))


def test_the_next_day_visits_are_held_by_themselves(scene, at, outbox):
    with at("2027-04-06 23:30"):
        assert services.hold_past_visits() == 0
    with at("2027-04-07 00:30"):
        assert services.hold_past_visits() == 1
        assert services.hold_past_visits() == 0
    assert [visit.state for visit in scene.visits] == [VisitState.HELD, VisitState.AGREED]
    roles = select(AuditEntry.role).where(AuditEntry.action == "visit.hold")
    assert db.session.scalars(roles).all() == [SYSTEM.role]


def test_a_self_evaluation_after_its_visit_catches_up(scene, at):
    with at("2027-04-07 09:00"):
        services.hold_past_visits()
        trajectory = host(scene.visits[0])
        assert trajectory.state == TrajectoryState.SELF_EVALUATING
        trajectories.advance(trajectory, "submit_self_evaluation", by=scene.coordinators[1])
        events.announce("self_evaluation.submitted", trajectory, by=scene.coordinators[1])
        assert trajectory.state == TrajectoryState.VISITED


def test_a_pause_that_ends_brings_the_trajectory_to_its_visit(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        trajectory = scene.trajectories[1]
        trajectories.advance(trajectory, "submit_self_evaluation", by=scene.secretariat)
        trajectories.hold(trajectory, reason="Ziek", until=date(2027, 3, 1), by=scene.secretariat)
        answer_all(scene)
        one, two = (visit.id for visit in scene.visits)
        slots = {one: Slot(date(2027, 4, 6)), two: Slot(date(2027, 4, 8))}
        services.agree_dates(scene.exchange.id, slots=slots, reason="Afgesproken", by=scene.secretariat)
        assert trajectory.state == TrajectoryState.ON_HOLD
        trajectories.resume(trajectory, by=scene.secretariat)
        assert (trajectory.state, trajectory.due_on) == (TrajectoryState.SCHEDULED, date(2027, 4, 6))
