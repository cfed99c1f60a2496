"""School holidays, working weeks and other visits: kept, shown as a hint, weighed in plans, never an answer."""

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotAllowed
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import Half, Region
from peerreview.visits.models import SchoolHoliday, WorkingWeek
from peerreview.visits.regions import region_of
from peerreview.visits.services.holidays import published_holidays
from tests.factories.accounts import make_actor
from tests.factories.visits import agree_all, make_scene
from tests.visits.test_pages import dates, send, text

FEBRUARY = "2027-02-01 10:00"


@pytest.fixture
def scene(app, at):
    with at(FEBRUARY):
        yield make_scene()


@pytest.mark.parametrize(
    ("place", "province", "region"),
    [
        ("Zwolle", "Overijssel", Region.NORTH),
        ("Hattem", "Gelderland", Region.NORTH),
        ("Zutphen", "Gelderland", Region.MIDDLE),
        ("arnhem", "Gelderland", Region.SOUTH),
        ("Eemnes", "Utrecht", Region.NORTH),
        ("Zeewolde", "Flevoland", Region.MIDDLE),
        ("Breda", "Noord-Brabant", Region.SOUTH),
        ("Elst", "Utrecht", Region.MIDDLE),
        ("Elders", "", None),
    ],
)
def test_a_region_follows_the_province_but_for_some_places(place, province, region):
    assert region_of(place, province) == region


def test_the_published_holidays_are_whole_weeks_from_saturday_to_sunday():
    rows = published_holidays()
    assert Counter(region for region, *_rest in rows) == dict.fromkeys(Region, 15)
    assert {(first.weekday(), last.weekday()) for *_name, first, last in rows} == {(5, 6)}
    weeks = {"Herfstvakantie": 9, "Kerstvakantie": 16, "Voorjaarsvakantie": 9, "Meivakantie": 9, "Zomervakantie": 44}
    assert all((last - first).days + 1 == weeks[name] for _region, name, _en, first, last in rows)
    for region in Region:
        own = sorted((first, last) for one, _nl, _en, first, last in rows if one == region)
        assert all(last < first for (_first, last), (first, _last) in pairwise(own))


def test_loading_twice_adds_nothing_and_leaves_what_was_changed(app):
    own = services.add_school_holiday(
        Region.NORTH, name="Meivakantie", first_on=date(2027, 4, 26), last_on=date(2027, 5, 9), by=SYSTEM
    )
    assert services.load_school_holidays(by=SYSTEM) == len(published_holidays()) - 1
    assert services.load_school_holidays(by=SYSTEM) == 0
    in_may = [one for one in queries.school_holidays(date(2027, 5, 3), date(2027, 5, 9)) if one.region == Region.NORTH]
    assert in_may == [own]


def test_a_holiday_that_cannot_be_is_refused(app):
    day = date(2027, 4, 26)
    with pytest.raises(Invalid):
        services.add_school_holiday(Region.NORTH, name="x", first_on=day, last_on=date(2027, 4, 25), by=SYSTEM)
    services.add_school_holiday(Region.NORTH, name="x", first_on=day, last_on=day, by=SYSTEM)
    with pytest.raises(Invalid):
        services.add_school_holiday(Region.NORTH, name="y", first_on=day, last_on=day, by=SYSTEM)
    services.add_school_holiday(Region.SOUTH, name="y", first_on=day, last_on=day, by=SYSTEM)


def test_the_secretariat_keeps_the_list(scene, as_, get):
    client, page = as_(scene.secretariat), "/school-holidays"
    assert send(client, f"{page}/published", page).status_code == 303
    assert "Meivakantie 24 april tot en met 2 mei Verwijder" in text(get(scene.secretariat, page))
    wrong = send(client, page, region="north", name="Extra", first_on="2027-06-10", last_on="2027-06-01")
    assert (wrong.status_code, 'value="Extra"' in wrong.get_data(as_text=True)) == (422, True)
    assert (
        send(client, page, region="north", name="Extra", first_on="2027-06-01", last_on="2027-06-10").status_code == 303
    )
    extra = db.session.scalars(select(SchoolHoliday.id).where(SchoolHoliday.first_on == date(2027, 6, 1))).one()
    assert send(client, f"{page}/{extra}/removal", page).status_code == 303
    assert send(client, f"{page}/{extra}/removal", page).status_code == 404
    assert "Extra" not in get(scene.secretariat, page)


# --- The working week ---------------------------------------------------------------------------------------


def test_each_press_of_the_working_week_is_saved_once(scene, as_, get):
    me, page = scene.leads[0], "/working-week"
    for _ in range(2):
        assert send(as_(me), page, off="1-afternoon").status_code == 303
    assert db.session.scalars(select(WorkingWeek)).one().off == [[1, "afternoon"]]
    pressed = BeautifulSoup(get(me, page), "html.parser").select('[aria-pressed="true"]')
    assert [button["id"] for button in pressed] == ["off-1-afternoon"]
    assert send(as_(me), page, on="1-afternoon").status_code == 303
    assert queries.weeks_of([me.person_id]) == {me.person_id: frozenset()}


@pytest.mark.parametrize("fields", [{}, {"off": "7-morning"}, {"off": "1-night"}, {"on": "x"}])
def test_a_half_day_that_is_none_is_refused(scene, as_, fields):
    assert send(as_(scene.leads[0]), "/working-week", **fields).status_code == 422


def test_only_who_may_be_on_a_visit_has_a_working_week(scene):
    with pytest.raises(NotAllowed):
        services.set_off(1, Half.MORNING, off=True, by=make_actor("commission_member"))
    with pytest.raises(Invalid):
        services.set_off(5, Half.MORNING, off=True, by=scene.leads[0])


# --- Shown where days are marked, and weighed ---------------------------------------------------------------


def test_hints_stand_with_the_days_and_answer_nothing(scene, get):
    me = scene.leads[0]
    services.load_school_holidays(by=SYSTEM)
    services.set_off(1, Half.AFTERNOON, off=True, by=me)
    html = text(get(me, dates(scene)))
    assert "26 – 30 april week 17 Meivakantie bij jullie en bij Brugveld" in html
    assert "dinsdag 6 april ’s Middags werk je hier nooit" in html
    assert "0 van 20 dagen beantwoord" in html
    assert 'aria-pressed="true"' not in get(me, dates(scene)).split("working-week")[0]
    assert "werk je hier nooit" not in text(get(scene.leads[1], dates(scene)))


def test_another_visit_of_the_same_person_keeps_its_day_free(scene, get):
    slots = agree_all(scene)
    taken = {slot.day for slot in slots.values()}
    around = queries.poll_of(scene.exchange.id).around
    lead = scene.leads[0].person_id
    assert {day for one in around.visits[lead] for day in one.days} <= taken
    assert around.circumstances(scene.exchange.id).busy == {}
    assert around.circumstances(0).busy[lead] == frozenset(day for one in around.visits[lead] for day in one.days)


def test_a_plan_avoids_a_school_holiday_and_says_so_when_it_cannot(scene, get):
    days = queries.poll_of(scene.exchange.id).days
    for region in Region:
        services.add_school_holiday(region, name="Vakantie", first_on=days[0], last_on=days[9], by=SYSTEM)
    plan = queries.poll_of(scene.exchange.id).best_plans(date(2027, 2, 1))[0]
    assert all(slot.day > days[9] for slot in plan.slots.values())
    for region in Region:
        services.add_school_holiday(region, name="Vakantie", first_on=days[10], last_on=days[-1], by=SYSTEM)
    html = text(get(scene.coordinators[0], f"/exchanges/{scene.exchange.id}/plan"))
    assert "Schoolvakantie bij Lindenhof en Brugveld" in html or "Schoolvakantie bij Brugveld en Lindenhof" in html
