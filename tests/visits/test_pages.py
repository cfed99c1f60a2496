"""The pages about visits: who sees what, wrong input, double sends, and no page that asks the database too much."""

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from icalendar import Calendar
from sqlalchemy import func, select, update

from config import settings
from peerreview import create_app
from peerreview.accounts.models import Affiliation, Person
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.core.outbox import Letter
from peerreview.extensions import limiter
from peerreview.organisations.models import Organisation
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import Can, VisitState
from peerreview.visits.models import Availability, CalendarFeed, VisitPlan
from tests.factories.accounts import make_actor
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.visits import agree_all, answer_all, make_scene

FEBRUARY = "2027-02-01 10:00"


@pytest.fixture
def scene(app, at):
    with at(FEBRUARY):
        yield make_scene()


@pytest.fixture
def agreed(scene):
    agree_all(scene)
    return scene


def send(client, path, page=None, **fields):
    """Send a form as the page that shows it would: with its token and its hidden fields."""
    html = client.get(page or path).get_data(as_text=True)
    token = BeautifulSoup(html, "html.parser").find("input", {"name": "csrf_token"})
    return client.post(path, data={"csrf_token": token["value"] if token else "", **fields})


def dates(scene):
    return f"/exchanges/{scene.exchange.id}/dates"


def plan(scene):
    return f"/exchanges/{scene.exchange.id}/plan"


def text(html):
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


# --- When can you? ------------------------------------------------------------------------------------------


def test_everybody_on_a_visit_is_asked_and_can_answer_without_javascript(scene, as_, get):
    me, day = scene.leads[0], queries.poll_of(scene.exchange.id).days[0]
    html = get(me, dates(scene))
    assert "Wanneer kun je?" in html
    assert "We zoeken 2 dagen: Wij bij Brugveld (Zwolle); Brugveld bij ons (Zutphen)." in text(html)
    answer = send(as_(me), f"{dates(scene)}/{day}", dates(scene), both="no")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{dates(scene)}#d-{day}")
    pressed = BeautifulSoup(get(me, dates(scene)), "html.parser").select('[aria-pressed="true"]')
    assert [button["id"] for button in pressed if "both" in button["id"]] == [f"c-{day}-both-no"]
    assert "0 van 6" in text(get(scene.coordinators[1], dates(scene)))
    assert "Joost van Lindenhof kan niet" in text(get(scene.coordinators[1], dates(scene)))


def test_htmx_gets_the_day_and_the_best_days_only(scene, as_, queries):
    client, path = as_(scene.leads[0]), dates(scene)
    day = date(2027, 4, 6)
    token = BeautifulSoup(client.get(path).data, "html.parser").find("input", {"name": "csrf_token"})["value"]
    headers = {"HX-Request": "true", "X-CSRFToken": token}
    with queries() as seen:
        answer = client.post(f"{path}/{day}", data={"morning": "yes"}, headers=headers)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert len(seen) <= 12, "\n".join(seen)
    assert '<div id="best" hx-swap-oob="innerHTML">' in html
    assert '<div id="progress" hx-swap-oob="innerHTML">' in html
    assert '<div hx-swap-oob="innerHTML:#strip-2027-04-05">' in html
    assert "<html" not in html
    pressed = BeautifulSoup(html, "html.parser").select('[aria-pressed="true"]')
    assert [button["id"] for button in pressed] == [f"c-{day}-morning-yes"]
    assert db.session.scalars(select(Availability.can)).all() == [Can.YES]


@pytest.mark.parametrize(
    ("day", "fields", "status"),
    [
        ("2027-04-06", {"both": "perhaps"}, 422),
        ("2027-04-06", {}, 422),
        ("2027-04-09", {"both": "yes"}, 422),
        ("2027-13-41", {"both": "yes"}, 404),
        ("nonsense!!", {"both": "yes"}, 404),
    ],
)
def test_a_wrong_mark_is_refused_kindly(scene, as_, day, fields, status):
    assert send(as_(scene.leads[0]), f"{dates(scene)}/{day}", dates(scene), **fields).status_code == status


def test_a_wrong_day_comes_back_with_what_was_typed(scene, as_):
    for typed in ("2027-04-10", "13 april", ""):
        answer = send(as_(scene.leads[0]), f"{dates(scene)}/days", dates(scene), day=typed)
        assert answer.status_code == 422
        field = BeautifulSoup(answer.get_data(as_text=True), "html.parser").find(id="day")
        assert (field.get("value") or "", field["aria-invalid"]) == (typed, "true")


def test_an_added_day_stands_in_the_list_also_when_sent_twice(scene, as_, get):
    for _ in range(2):
        answer = send(as_(scene.leads[0]), f"{dates(scene)}/days", dates(scene), day="2027-04-09")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{dates(scene)}#d-2027-04-09")
    assert get(scene.leads[1], dates(scene)).count('id="d-2027-04-09"') == 1


def test_a_holiday_falls_out_and_says_so(scene, get):
    assert "dinsdag 27 april Koningsdag: valt af" in text(get(scene.leads[0], dates(scene)))


def test_who_is_done_sees_that(scene, as_, get):
    me, day = scene.leads[0], queries.poll_of(scene.exchange.id).days[0]
    assert send(as_(me), f"{dates(scene)}/done", dates(scene)).status_code == 422
    services.mark_half_days(queries.poll_of(scene.exchange.id), day=day, halves=["morning"], can=Can.YES, by=me)
    for _ in range(2):
        assert send(as_(me), f"{dates(scene)}/done", dates(scene)).status_code == 303
    assert "Je bent klaar" in get(me, dates(scene))


def test_others_of_the_members_look_but_cannot_mark(scene, as_, get):
    executive = make_actor("executive", db.session.get(Organisation, scene.coordinators[0].organisation_id))
    for who in (executive, scene.secretariat):
        html = get(who, dates(scene))
        assert "aria-pressed" not in html
        assert as_(who).get(dates(scene)).status_code == 200
        assert send(as_(who), f"{dates(scene)}/2027-04-06", "/calendar", both="yes").status_code in (403, 303)


STRANGERS = ["coordinator", "reviewer", "executive", "contributor"]


@pytest.mark.parametrize("role", STRANGERS)
def test_for_other_organisations_nothing_of_it_exists(agreed, as_, get, role):
    stranger = make_actor(role, make_organisation("Elders"))
    visit = agreed.visits[0].id
    for path in (
        dates(agreed),
        plan(agreed),
        f"/visits/{visit}",
        f"/visits/{visit}/visit.ics",
        f"/visits/{visit}/move",
    ):
        assert as_(stranger).get(path).status_code == 404
    assert "Lindenhof" not in get(stranger, "/visits")
    assert "0 bezoeken." in get(stranger, "/visits")


@pytest.mark.parametrize("role", ["commission_member", "oversight", "administrator"])
def test_other_roles_see_no_visits(agreed, as_, role):
    other = make_actor(role)
    assert as_(other).get("/visits").status_code == 403
    assert as_(other).get("/calendar").status_code == (200 if role == "commission_member" else 403)  # its meetings
    assert as_(other).get(dates(agreed)).status_code == 404
    assert as_(other).get(f"/visits/{agreed.visits[0].id}").status_code == 404


def test_unknown_ids_are_404_and_visitors_sign_in(agreed, as_):
    client = as_(agreed.coordinators[0])
    for path in ("/exchanges/999/dates", "/exchanges/999/plan", "/visits/999", "/visits/999/move"):
        assert client.get(path).status_code == 404
        assert as_(None).get(path).status_code == 303


def test_an_exchange_without_visits_has_no_poll(app, at, as_):
    with at(FEBRUARY):
        assert as_(make_actor("secretariat")).get(f"/exchanges/{make_exchange().id}/dates").status_code == 404


# --- Which days? ------------------------------------------------------------------------------------------


def test_coordinators_propose_and_agree(scene, as_, get):
    answer_all(scene)
    one, two = scene.coordinators
    html = get(one, plan(scene))
    first = BeautifulSoup(html, "html.parser").select('input[type="radio"]')
    assert len(first) == 3
    assert "Het beste plan Wij bij Brugveld dinsdag 6 april" in text(html)
    for _ in range(2):
        assert send(as_(one), plan(scene), plan=first[0]["value"]).status_code == 303
    assert "Jullie organisatie is akkoord" in get(one, plan(scene))
    assert "We wachten op het antwoord van: Brugveld." in text(get(one, dates(scene)))
    assert "Samira van Lindenhof stelde dagen voor. Passen die jullie?" in text(get(two, dates(scene)))
    assert "Een voorstel van Samira van Lindenhof wacht op: Brugveld." in text(get(scene.secretariat, plan(scene)))
    html = get(two, plan(scene))
    assert "Passen deze dagen jullie?" in html
    accept = BeautifulSoup(html, "html.parser").find("form", action=re.compile("accept"))["action"]
    for _ in range(2):
        assert send(as_(two), accept, plan(scene)).status_code == 303
    assert {visit.state for visit in scene.visits} == {VisitState.AGREED}
    assert "De dagen staan vast" in get(one, plan(scene))
    assert "Elk bezoek heeft zijn dag" in get(scene.leads[0], dates(scene))


@pytest.mark.parametrize(
    "value", ["", "x", "1=2", "1=2027-04-06;2=2027-04-07", "1=2027-04-10;2=2027-04-11/never", "other"]
)
def test_a_plan_that_is_none_comes_back(scene, as_, value):
    answer_all(scene)
    answer = send(as_(scene.coordinators[0]), plan(scene), plan=value)
    assert answer.status_code == 422
    assert "pr-errors" in answer.get_data(as_text=True)


def test_too_early_a_choice_is_refused_and_says_when(scene, as_, get):
    assert "Dit zijn de beste plannen tot nu toe" in get(scene.coordinators[0], plan(scene))
    value = ";".join(
        f"{id}={slot.day}" for id, slot in queries.poll_of(scene.exchange.id).best_plans(clock.today())[0].slots.items()
    )
    answer = send(as_(scene.coordinators[0]), plan(scene), dates(scene), plan=value)
    assert answer.status_code == 409
    assert "Nog niet iedereen heeft geantwoord" in answer.get_data(as_text=True)


def test_a_no_without_reason_comes_back_and_a_late_no_keeps_its_text(scene, as_):
    answer_all(scene)
    slots = queries.poll_of(scene.exchange.id).best_plans(clock.today())[0].slots
    services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
    id = db.session.scalars(select(VisitPlan.id)).one()
    client = as_(scene.coordinators[1])
    assert send(client, f"{plan(scene)}/decline", plan(scene), plan_id=id, reason="").status_code == 422
    services.withdraw_plan(scene.exchange.id, plan_id=id, by=scene.coordinators[0])
    answer = send(client, f"{plan(scene)}/decline", dates(scene), plan_id=id, reason="Dan is er studiedag.")
    assert answer.status_code == 409
    assert "Dan is er studiedag." in answer.get_data(as_text=True)
    assert send(client, f"{plan(scene)}/{id}/accept", dates(scene)).status_code == 409


def test_only_coordinators_and_the_secretariat_choose(scene, as_):
    for who in (scene.leads[0], scene.others[1]):
        assert as_(who).get(plan(scene)).status_code == 403
        assert send(as_(who), plan(scene), dates(scene), plan="x").status_code == 403
        assert send(as_(who), f"{plan(scene)}/1/accept", dates(scene)).status_code == 403


def test_the_secretariat_fixes_other_days_with_a_reason(scene, as_, get):
    one, two = (visit.id for visit in scene.visits)
    days = {f"day_{one}": "2027-04-09", f"day_{two}": "2027-04-16", f"length_{two}": "afternoon"}
    without = send(as_(scene.secretariat), plan(scene), plan="other", **days)
    assert without.status_code == 422
    assert BeautifulSoup(without.get_data(as_text=True), "html.parser").find(id=f"day_{one}")["value"] == "2027-04-09"
    assert send(as_(scene.secretariat), plan(scene), plan="other", reason="Haast", **days).status_code == 303
    assert [queries.slot_of(visit).half for visit in scene.visits] == [None, "afternoon"]
    assert send(as_(scene.secretariat), plan(scene), "/visits", plan="other", reason="Haast", **days).status_code in (
        303,
        409,
    )


# --- Visits ------------------------------------------------------------------------------------------


def test_a_visit_shows_day_place_people_and_what_is_fixed(agreed, get):
    html = text(get(agreed.leads[0], f"/visits/{agreed.visits[0].id}"))
    parts = [
        "Wij bij Brugveld",
        "dinsdag 6 april",
        "9.30 – 16.30",
        "Brugveld, Zwolle",
        "Joost van Lindenhof Teamleider",
    ]
    parts += ["23 februari zelfevaluatie klaar", "23 maart programma klaar", "5 mei rapport geschreven"]
    assert [part for part in parts if part not in html] == []


def test_moving_shows_what_changes_before_it_is_done(agreed, as_):
    visit, client = agreed.visits[0], as_(agreed.coordinators[1])
    path = f"/visits/{visit.id}/move"
    fields = {"version": visit.version, "day": "2027-05-12", "length": "", "location": "Zwolle", "reason": "Verhuizing"}
    look = send(client, path, **fields)
    assert look.status_code == 200
    assert "31 maart" in text(look.get_data(as_text=True))
    assert queries.slot_of(agreed.visits[0]).day == date(2027, 4, 6)
    seen = BeautifulSoup(look.get_data(as_text=True), "html.parser").find(id="seen")["value"]
    assert (
        send(client, path, **{**fields, "seen": seen, "day": "2027-05-19"}).status_code == 200
    )  # another day: look first
    assert send(client, path, **{**fields, "seen": seen}).status_code == 303
    assert queries.slot_of(agreed.visits[0]).day == date(2027, 5, 12)
    again = send(client, path, **{**fields, "seen": seen})
    assert again.status_code == 409
    assert "Verhuizing" in again.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).where(Letter.kind == "visit.moved")) == 3


@pytest.mark.parametrize(
    "wrong", [{"day": "2027-04-10"}, {"day": "x"}, {"reason": ""}, {"location": ""}, {"length": "night"}]
)
def test_a_wrong_move_comes_back_with_its_text(agreed, as_, wrong):
    visit = agreed.visits[0]
    fields = {"version": visit.version, "day": "2027-05-12", "length": "", "location": "Zwolle", "reason": "Verhuizing"}
    answer = send(as_(agreed.coordinators[1]), f"/visits/{visit.id}/move", **(fields | wrong))
    assert answer.status_code == 422
    if "reason" not in wrong:
        assert "Verhuizing" in answer.get_data(as_text=True)


def test_who_may_not_move_or_hold_is_told_so(agreed, as_, at):
    at_brugveld = agreed.visits[0].id
    for who in (agreed.coordinators[0], agreed.leads[0], agreed.leads[1]):
        assert as_(who).get(f"/visits/{at_brugveld}/move").status_code == 403
        assert send(as_(who), f"/visits/{at_brugveld}/poll-again", "/calendar", reason="x").status_code == 403
    for who in (agreed.coordinators[0], agreed.others[0], agreed.leads[1]):
        assert send(as_(who), f"/visits/{at_brugveld}/hold", "/calendar").status_code == 403


def test_asking_again_needs_a_reason_and_happens_once(agreed, as_, get):
    path = f"/visits/{agreed.visits[0].id}"
    client = as_(agreed.coordinators[1])
    assert send(client, f"{path}/poll-again", path, reason="").status_code == 422
    assert send(client, f"{path}/poll-again", path, reason="Brand").status_code == 303
    again = send(client, f"{path}/poll-again", "/calendar", reason="Brand in de keuken")
    assert again.status_code == 409
    assert "Brand in de keuken" in again.get_data(as_text=True)
    assert "Dit bezoek heeft nog geen dag." in get(agreed.leads[0], path)


def test_the_lead_says_that_it_took_place_on_the_day(agreed, as_, get, at):
    path = f"/visits/{agreed.visits[0].id}"
    assert "Het bezoek is geweest" not in get(agreed.leads[0], path)
    assert send(as_(agreed.leads[0]), f"{path}/hold", "/calendar").status_code == 409
    with at("2027-04-06 17:00"):
        assert "Het bezoek is geweest" in get(agreed.leads[0], path)
        for _ in range(2):
            assert send(as_(agreed.leads[0]), f"{path}/hold", "/calendar").status_code == 303
    assert agreed.visits[0].state == VisitState.HELD


def test_names_with_markup_stay_text(agreed, get):
    db.session.execute(update(Person).where(Person.id == agreed.leads[0].person_id).values(name="<b>Joost</b>"))
    db.session.commit()
    for path in ("/visits", f"/visits/{agreed.visits[0].id}"):
        html = get(agreed.others[0], path)
        assert "&lt;b&gt;Joost&lt;/b&gt;" in html
        assert "<b>Joost</b>" not in html


def test_lists_say_on_whom_a_visit_waits(scene, get):
    assert "wacht op Joost van Lindenhof, Merel van Lindenhof, Joost van Brugveld, Merel van Brugveld, Samira" in text(
        get(scene.secretariat, "/visits")
    )
    answer_all(scene)
    assert "wacht op Brugveld en Lindenhof" in text(get(scene.secretariat, "/visits"))
    slots = queries.poll_of(scene.exchange.id).best_plans(clock.today())[0].slots
    services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
    html = text(get(scene.secretariat, "/visits?state=polling"))
    assert "wacht op Brugveld" in html
    assert "wacht op Lindenhof" not in html
    assert "0 bezoeken." in text(get(scene.secretariat, "/visits?state=held"))
    assert "2 bezoeken." in text(get(scene.secretariat, "/visits?state=nonsense&page=-3"))


@pytest.mark.parametrize("page", ["list", "visit", "dates", "plan"])
def test_pages_ask_the_database_as_much_with_two_members_as_with_four(app, at, as_, queries, page):
    with at(FEBRUARY):
        for members in (2, 4):
            names = tuple(f"{name} {members}" for name in ("Lindenhof", "Brugveld", "Havenlicht", "Polderhart"))
            scene = make_scene(members, names=names)
            paths = {
                "list": "/visits",
                "visit": f"/visits/{scene.visits[0].id}",
                "dates": dates(scene),
                "plan": plan(scene),
            }
            client = as_(scene.coordinators[0])
            client.get("/visits")
            with queries() as seen:
                assert client.get(paths[page]).status_code == 200
            seen.expect({"list": 10, "visit": 7, "dates": 9, "plan": 9}[page])


def test_the_secretariats_list_asks_as_much_with_one_exchange_as_with_three(app, at, as_, queries):
    with at(FEBRUARY):
        client = as_(make_actor("secretariat"))
        for n in range(3):
            make_scene(2, names=(f"Lindenhof {n}", f"Brugveld {n}"))
            with queries() as seen:
                assert client.get("/visits").status_code == 200
            seen.expect(10)


# --- Calendars ------------------------------------------------------------------------------------------


def feed_path(get, who):
    address = BeautifulSoup(get(who, "/calendar"), "html.parser").find(id="address")["value"]
    return address.removeprefix("http://127.0.0.1:8000")


def test_a_visit_can_be_downloaded_once_it_has_a_day(agreed, as_):
    answer = as_(agreed.leads[0]).get(f"/visits/{agreed.visits[0].id}/visit.ics")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    event = Calendar.from_ical(answer.get_data()).walk("VEVENT")[0]
    assert event["UID"] == agreed.visits[0].uid
    services.poll_again(agreed.visits[0], reason="Brand", by=agreed.secretariat)
    assert as_(agreed.leads[0]).get(f"/visits/{agreed.visits[0].id}/visit.ics").status_code == 404


def test_the_private_calendar_has_the_own_visits_and_answers_304_while_nothing_changes(agreed, as_, get):
    me = agreed.leads[0]
    assert send(as_(me), "/calendar/renew", "/calendar").status_code == 303
    path = feed_path(get, me)
    answer = as_(None).get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert {event["UID"] for event in Calendar.from_ical(answer.get_data()).walk("VEVENT")} == {
        v.uid for v in agreed.visits
    }
    assert as_(None).get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    services.poll_again(agreed.visits[0], reason="Brand", by=agreed.secretariat)
    changed = as_(None).get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.status_code == 200
    assert len(Calendar.from_ical(changed.get_data()).walk("VEVENT")) == 1


def test_a_ring_shows_nobody_the_visit_that_is_not_theirs(app, at, as_, get):
    with at(FEBRUARY):
        scene = make_scene(3)
        agree_all(scene)
        services.renew_feed(by=scene.coordinators[0])
        events = Calendar.from_ical(as_(None).get(feed_path(get, scene.coordinators[0])).get_data()).walk("VEVENT")
        assert {event["UID"] for event in events} == {scene.visits[0].uid, scene.visits[2].uid}


def test_a_renewed_address_ends_the_old_one(agreed, as_, get):
    me = agreed.leads[0]
    services.renew_feed(by=me)
    old = feed_path(get, me)
    services.renew_feed(by=me)
    assert as_(None).get(old).status_code == 404
    assert as_(None).get(feed_path(get, me)).status_code == 200
    assert db.session.scalar(select(func.count()).select_from(CalendarFeed)) == 1


def test_who_left_sees_nothing_more_and_a_closed_account_has_no_calendar(agreed, as_, get):
    me = agreed.leads[0]
    services.renew_feed(by=me)
    path = feed_path(get, me)
    db.session.execute(update(Affiliation).where(Affiliation.person_id == me.person_id).values(ended_at=clock.now()))
    db.session.commit()
    assert b"VEVENT" not in as_(None).get(path).get_data()
    db.session.execute(update(Person).where(Person.id == me.person_id).values(active=False))
    db.session.commit()
    assert as_(None).get(path).status_code == 404


@pytest.fixture
def limited(app):
    """A client of an application that counts."""
    with_limits = create_app(
        settings("testing", ratelimit_enabled=True, database_url=app.config["SQLALCHEMY_DATABASE_URI"])
    )
    limiter.reset()
    yield with_limits.test_client()
    limiter.enabled = False
    with with_limits.app_context():
        db.engine.dispose()


def test_unknown_addresses_are_404_and_guessing_is_slowed_down(limited):
    seen = [limited.get(f"/calendar/{n:043d}.ics").status_code for n in range(32)]
    assert (seen[0], seen[29], seen[-1]) == (404, 404, 429)
    assert limited.get("/calendar/short.ics").status_code == 404


def test_the_feed_takes_the_same_queries_with_one_visit_and_three(app, at, as_, get, queries):
    with at(FEBRUARY):
        scene = make_scene(2)
        agree_all(scene)
        services.renew_feed(by=scene.coordinators[0])
        path = feed_path(get, scene.coordinators[0])
        for _ in range(2):
            with queries() as seen:
                assert as_(None).get(path).status_code == 200
            seen.expect(4)
            services.poll_again(scene.visits[0], reason="Brand", by=scene.secretariat) if _ == 0 else None
