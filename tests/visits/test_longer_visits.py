"""Visits of more than a day, from the poll to the report: half-days that run on over the next working days."""

from datetime import UTC, date, timedelta

import pytest

from peerreview.core import clock, i18n
from peerreview.core.db import db
from peerreview.core.errors import Invalid
from peerreview.rounds.rules import Rules
from peerreview.trajectories.models import Trajectory
from peerreview.visits import queries, services, words
from peerreview.visits.forms import length_of, read_slots, slot_of, written
from peerreview.visits.hours import hours_of, slot_at
from peerreview.visits.lifecycle import Half
from peerreview.visits.planning import Slot, deadlines, slots_read
from tests.factories.visits import agree_all, answer_all, make_scene

THURSDAY = date(2027, 4, 22)
SUMMER_TIME = date(2027, 3, 25)  # a Thursday; the clock changes on Sunday 28 March


@pytest.fixture
def scene(app, at):
    """Brugveld visits Lindenhof, with 300 fte, for two days."""
    with at("2027-02-01 10:00"):
        yield make_scene(fte=(300, 58))


@pytest.mark.parametrize("day", [THURSDAY, SUMMER_TIME])
@pytest.mark.parametrize("half_days", range(1, 7))
def test_hours_over_days_and_slots_are_each_others_reverse(day, half_days):
    slot = Slot.of(day, half_days)
    starts_at, ends_at = hours_of(slot)
    assert slot_at(starts_at.astimezone(UTC), ends_at.astimezone(UTC)) == slot
    assert (starts_at.strftime("%H:%M"), ends_at.strftime("%H:%M")) == ("09:30", "12:30" if half_days % 2 else "16:30")
    assert (starts_at.date(), ends_at.date()) == (day, slot.last)


def test_a_choice_of_any_length_is_written_and_read_back():
    slots = {n: Slot.of(THURSDAY, n) for n in range(1, 7)} | {7: Slot(THURSDAY, Half.AFTERNOON)}
    assert read_slots(written(slots)) == slots
    assert [slot_of(THURSDAY, length_of(slot)) for slot in slots.values()] == list(slots.values())
    for wrong in ("1=2027-04-22/7", "1=2027-04-22/0", "1=2027-04-22/noon", "1=2027-04-22/-1"):
        assert read_slots(wrong) is None


def test_a_longer_visit_is_named_by_its_first_and_last_day(app):
    with app.test_request_context(), i18n.speaking("nl"):
        names = [words.slot_name(Slot.of(THURSDAY, n)).replace("\xa0", " ") for n in (4, 5)]
    assert names == [
        "donderdag 22 april 2027 tot en met vrijdag 23 april 2027",
        "donderdag 22 april 2027 tot en met maandag 26 april 2027, ochtend",
    ]


def test_people_are_asked_about_days_in_a_row_and_the_best_plan_takes_them(scene):
    poll = queries.poll_of(scene.exchange.id)
    assert [visit.half_days for visit in poll.visits] == [2, 4]
    assert all(clock.add_working_days(day, 1) in poll.days for day in poll.days[::2])
    slots = agree_all(scene)
    long = slots[scene.visits[1].id]
    assert (long.half_days, set(long.days) <= set(poll.days)) == (4, True)
    assert {visit.id: queries.slot_of(visit) for visit in scene.visits} == slots


def test_a_proposal_keeps_the_length_and_the_report_is_due_after_the_last_day(scene):
    answer_all(scene)
    slots = queries.poll_of(scene.exchange.id).best_plans(clock.today())[0].slots
    services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
    plan = queries.pending_plan(scene.exchange.id)
    assert slots_read(plan.slots) == slots
    services.accept_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[1])
    visit = scene.visits[1]
    first, last = slots[visit.id].days
    assert db.session.get(Trajectory, visit.host_id).due_on == first - timedelta(days=42)
    assert deadlines(first, Rules(), last).report_on == clock.add_working_days(last, Rules().draft_report_within)


def test_a_longer_visit_is_moved_only_to_where_each_of_its_days_can_be(scene):
    agree_all(scene)
    visit, by = scene.visits[1], scene.secretariat
    wrong = Slot.of(date(2027, 12, 31), 4)  # the second day lies after the end of the round
    with pytest.raises(Invalid):
        services.move_visit(visit, slot=wrong, location="Zutphen", reason="Ruimte.", version=visit.version, by=by)
    visit = scene.visits[1]
    over_kings_day = Slot.of(date(2027, 4, 26), 4)
    services.move_visit(visit, slot=over_kings_day, location="Zutphen", reason="Ruimte.", version=visit.version, by=by)
    assert queries.slot_of(scene.visits[1]).days == (date(2027, 4, 26), date(2027, 4, 28))
