"""A confirmed exchange gets visits with their teams; a dissolved one loses them."""

import pytest
from sqlalchemy import select, update

from peerreview.core import clock, events
from peerreview.core.db import db
from peerreview.core.errors import Refused
from peerreview.matching.lifecycle import ExchangeState
from peerreview.trajectories.models import OfferedReviewer
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import PlanState, VisitState
from peerreview.visits.models import PollDay, VisitPlan
from tests.factories.accounts import make_actor, make_person
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import agree_all, answer_all, make_scene

FEBRUARY = "2027-02-01 10:00"


@pytest.fixture
def heard(app):
    """The facts announced during the test, with the id of their subject."""
    seen, names = [], ["visit.planned", "visit.agreed", "visit.moved", "visit.cancelled", "visit.held"]
    added = {name: lambda subject, name=name, **_: seen.append((name, subject.id)) for name in names}
    for name, listener in added.items():
        events.on(name)(listener)
    yield seen
    for name, listener in added.items():
        events._listeners[name].remove(listener)


def test_each_member_of_a_ring_visits_the_next(app, at, heard):
    with at(FEBRUARY):
        scene = make_scene(3)
        legs = [(v.reviewing.organisation.name, v.host.organisation.name) for v in scene.visits]
        assert legs == [("Lindenhof", "Brugveld"), ("Brugveld", "Havenlicht"), ("Havenlicht", "Lindenhof")]
        assert {visit.state for visit in scene.visits} == {VisitState.POLLING}
        assert heard == [("visit.planned", visit.id) for visit in scene.visits]
        assert scene.exchange.state == ExchangeState.ACTIVE
        assert len({visit.uid for visit in scene.visits}) == 3


def test_the_team_is_who_was_offered_and_the_first_leads_when_nobody_was_marked(app, at):
    with at(FEBRUARY):
        round_ = make_round()
        trajectories = [make_trajectory(round_), make_trajectory(round_)]
        exchange = make_exchange(trajectories)
        db.session.execute(update(OfferedReviewer).values(lead=False))
        db.session.commit()
        events.announce("exchange.confirmed", exchange, by=make_actor("secretariat"))
        offered = db.session.scalars(select(OfferedReviewer.person_id).order_by(OfferedReviewer.id)).all()
        teams = [(m.person_id, m.lead) for visit in queries.visits_of(exchange.id) for m in visit.team]
        assert teams == [(person_id, n in (0, 2)) for n, person_id in enumerate(offered)]


def test_hearing_it_twice_makes_no_second_visits(app, at, outbox):
    with at(FEBRUARY):
        scene = make_scene()
        letters = len(outbox())
        services.plan_visits(scene.exchange, by=scene.secretariat)
        assert (len(scene.visits), len(outbox())) == (2, letters)


def test_a_member_with_one_reviewer_stops_the_confirmation(app, at):
    with at(FEBRUARY):
        round_ = make_round()
        alone = make_trajectory(round_, make_organisation("Alleen"), reviewers=[make_person()])
        exchange = make_exchange([alone, make_trajectory(round_)])
        with pytest.raises(Refused, match="Alleen"):
            services.plan_visits(exchange, by=make_actor("secretariat"))
        assert queries.visits_of(exchange.id) == []


def test_everybody_is_asked_once_in_their_language_with_what_concerns_them(app, at, outbox):
    with at(FEBRUARY):
        scene = make_scene(3)
        letters = {letter.recipient: letter for letter in outbox()}
        assert len(outbox()) == len(letters) == 9
        assert {letter.kind for letter in letters.values()} == {"visit.poll"}
        body = letters[scene.leads[0].email].body
        assert "Lindenhof bezoekt Brugveld" in body
        assert "Havenlicht bezoekt Lindenhof" not in body
        assert f"http://127.0.0.1:8000/exchanges/{scene.exchange.id}/dates" in body
        assert "maandag 15\u00a0februari" in body
        assert "Havenlicht bezoekt Lindenhof" in letters[scene.coordinators[0].email].body


def test_days_of_the_round_that_all_named_are_offered(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        days = list(db.session.scalars(select(PollDay.day).where(PollDay.exchange_id == scene.exchange.id)))
        assert len(days) == 20
        assert {day.weekday() for day in days} == {1, 3}


def test_a_dissolved_exchange_cancels_its_visits_and_its_open_plan(app, at, outbox, heard):
    with at(FEBRUARY):
        scene = make_scene()
        answer_all(scene)
        slots = queries.poll_of(scene.exchange.id).best_plans(clock.today())[0].slots
        services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
        letters = len(outbox())
        scene.exchange.reason = "Bezwaar gegrond"
        events.announce("exchange.dissolved", scene.exchange, by=scene.secretariat)
        assert {(v.state, v.reason) for v in scene.visits} == {(VisitState.CANCELLED, "Bezwaar gegrond")}
        assert db.session.scalars(select(VisitPlan.state)).all() == [PlanState.WITHDRAWN]
        assert len(outbox()) == letters  # nobody had an invitation
        assert [name for name, _id in heard][-2:] == ["visit.cancelled", "visit.cancelled"]
        assert queries.poll_of(scene.exchange.id) is None


def test_who_had_an_invitation_gets_it_taken_back(app, at, outbox):
    with at(FEBRUARY):
        scene = make_scene()
        agree_all(scene)
        before = len(outbox())
        events.announce("exchange.dissolved", scene.exchange, by=scene.secretariat)
        letters = outbox()[before:]
        assert {letter.kind for letter in letters} == {"visit.cancelled"}
        assert len(letters) == 6
        assert {letter.attachments[0]["type"] for letter in letters} == {"text/calendar; method=CANCEL; charset=UTF-8"}
        assert {visit.sequence for visit in scene.visits} == {1}


def test_a_visit_that_took_place_is_not_cancelled(app, at):
    with at(FEBRUARY):
        scene = make_scene()
        agree_all(scene)
    with at("2027-07-01 09:00"):
        services.hold_past_visits()
        events.announce("exchange.dissolved", scene.exchange, by=scene.secretariat)
        assert {visit.state for visit in scene.visits} == {VisitState.HELD}
