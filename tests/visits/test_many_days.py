"""Many days marked at once and undone, who is waited for reminded, one visit's length, and a whole round planned."""

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup

from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.rounds.models import Round
from peerreview.visits import agenda, queries, services
from peerreview.visits.lifecycle import Can, Half, VisitState
from peerreview.visits.round_days import lines_of
from tests.factories.accounts import make_actor, make_person
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import agree_all, answer_all, make_scene
from tests.visits.test_pages import dates, send, text

FEBRUARY = "2027-02-01 10:00"
TODAY = date(2027, 2, 1)
MONDAY = date(2027, 4, 5)


@pytest.fixture
def scene(app, at):
    with at(FEBRUARY):
        yield make_scene()


def poll_of(scene):
    return queries.poll_of(scene.exchange.id)


def of(scene, me):
    """This person's answers by day and half."""
    return {key[1:]: can for key, can in poll_of(scene).answers.items() if key[0] == me.person_id}


# --- Many at once -------------------------------------------------------------------------------------------


def test_what_is_open_is_filled_and_what_was_answered_stays(scene, as_, get):
    me, first = scene.leads[0], poll_of(scene).days[0]
    services.mark_half_days(poll_of(scene), day=first, halves=[Half.MORNING], can=Can.NO, by=me)
    services.set_off(3, Half.AFTERNOON, off=True, by=me)
    client = as_(me)
    assert send(client, f"{dates(scene)}/many", dates(scene), which="open", can="yes").status_code == 303
    given = of(scene, me)
    assert len(given) == 40
    assert (given[first, Half.MORNING], given[first, Half.AFTERNOON]) == (Can.NO, Can.YES)
    assert {can for (day, half), can in given.items() if (day.weekday(), half) == (3, Half.AFTERNOON)} == {Can.NO}
    html = client.get(dates(scene)).get_data(as_text=True)
    assert "20 dagen zijn ingevuld" in text(html)
    assert "20 van 20 dagen beantwoord" in text(html)
    assert "nog open staan" not in text(html)
    for _ in range(2):
        assert send(client, f"{dates(scene)}/undo", dates(scene)).status_code == 303
    assert of(scene, me) == {(first, Half.MORNING): Can.NO}
    assert "Ongedaan maken" not in client.get(dates(scene)).get_data(as_text=True)


def test_a_week_is_filled_whatever_was_there_and_a_single_mark_ends_the_undo(scene, as_):
    me, client = scene.leads[0], as_(scene.leads[0])
    assert send(client, f"{dates(scene)}/many", dates(scene), which=str(MONDAY), can="no").status_code == 303
    assert set(of(scene, me)) == {(date(2027, 4, day), half) for day in (6, 8) for half in Half}
    assert send(client, f"{dates(scene)}/2027-04-06", dates(scene), both="yes").status_code == 303
    send(client, f"{dates(scene)}/undo", dates(scene))
    assert of(scene, me)[date(2027, 4, 6), Half.MORNING] == Can.YES


@pytest.mark.parametrize(
    "fields", [{}, {"which": "open"}, {"which": "9999-12-31", "can": "yes"}, {"which": "x", "can": "yes"}]
)
def test_a_quick_answer_that_is_none_is_refused(scene, as_, fields):
    assert send(as_(scene.leads[0]), f"{dates(scene)}/many", dates(scene), **fields).status_code == 422
    assert send(as_(scene.secretariat), f"{dates(scene)}/many", "/account", which="open", can="yes").status_code == 403


def test_what_was_there_is_kept_short_and_read_back(scene):
    me = scene.leads[0]
    poll = services.mark_half_days(poll_of(scene), day=date(2027, 4, 6), halves=[Half.MORNING], can=Can.NO, by=me)
    kept = agenda.before(poll, me.person_id, [(date(2027, 4, 6), Half.AFTERNOON), (date(2027, 4, 8), Half.MORNING)])
    assert kept == {"2027-04-06": "n-", "2027-04-08": "--"}
    assert agenda.read_before(kept)[date(2027, 4, 6), Half.MORNING] == Can.NO


def test_the_calendar_shows_weeks_with_what_falls_out(scene):
    weeks = {week.number: week for week in agenda.weeks_of(poll_of(scene), scene.leads[0].person_id, TODAY)}
    assert [cell.day.day for cell in weeks[14].asked] == [6, 8]
    assert weeks[17].fallen == ((date(2027, 4, 27), "Koningsdag"),)
    assert [cell.holiday for cell in weeks[20].holidays] == ["Tweede pinksterdag"]
    assert [cell.day.weekday() for cell in weeks[14].cells] == [0, 1, 2, 3, 4]


# --- Reminders ----------------------------------------------------------------------------------------------


def test_who_has_not_answered_is_reminded_once_a_day(scene, as_, outbox, at):
    me = scene.leads[0]
    poll = services.mark_half_days(poll_of(scene), day=date(2027, 4, 6), halves=list(Half), can=Can.YES, by=me)
    services.finish_poll(poll, by=me)
    for _ in range(2):
        assert send(as_(scene.secretariat), f"{dates(scene)}/reminders", dates(scene)).status_code == 303
    reminded = [letter.recipient for letter in outbox() if letter.kind == "visit.poll_reminder"]
    assert sorted(reminded) == sorted(who.email for who in scene.everybody if who.person_id != me.person_id)
    with at("2027-02-02 08:00"):
        assert services.remind_waiting([scene.exchange.id], by=scene.secretariat) == 5
    with pytest.raises(NotAllowed):
        services.remind_waiting([scene.exchange.id], by=scene.coordinators[0])


# --- The length of one visit --------------------------------------------------------------------------------


def test_a_longer_visit_asks_about_days_that_follow_each_other(scene, as_, get):
    visit, before = scene.visits[0], poll_of(scene).days
    path = f"/visits/{visit.id}/length"
    assert send(as_(scene.secretariat), path, half_days="3", reason="").status_code == 422
    for _ in range(2):
        assert send(as_(scene.secretariat), path, half_days="3", reason="Drie locaties").status_code == 303
    poll = poll_of(scene)
    assert poll.visits[0].half_days == 3
    assert set(poll.days) > set(before)
    assert db.session.query(AuditEntry).filter_by(action="visit.set_length").count() == 1
    assert "anderhalve dag" in text(get(scene.leads[0], dates(scene)))


def test_another_length_ends_a_proposal_and_needs_a_visit_without_day(scene):
    answer_all(scene)
    slots = poll_of(scene).best_plans(TODAY)[0].slots
    services.propose_plan(scene.exchange.id, slots=slots, by=scene.coordinators[0])
    services.set_length(scene.visits[0], half_days=1, reason="Klein team", by=scene.secretariat)
    assert poll_of(scene).plan is None
    with pytest.raises(NotAllowed):
        services.set_length(scene.visits[0], half_days=2, reason="Toch", by=scene.coordinators[0])
    with pytest.raises(Invalid):
        services.set_length(scene.visits[0], half_days=7, reason="Toch", by=scene.secretariat)


def test_a_visit_with_a_day_is_moved_to_get_another_length(scene):
    agree_all(scene)
    with pytest.raises(NotNow):
        services.set_length(scene.visits[0], half_days=1, reason="Korter", by=scene.secretariat)


# --- A whole round ------------------------------------------------------------------------------------------


def more_exchanges(scene, count):
    """Other exchanges in the same round, which nobody answered yet."""
    round_ = db.session.get(Round, scene.trajectories[0].round_id)
    found = []
    for n in range(count):
        sides = []
        for side in "AB":
            organisation = make_organisation(f"Extra {n}{side}")
            make_actor("coordinator", organisation, name=f"Coördinator {n}{side}")
            people = [make_person(f"{who} {n}{side}") for who in ("Anna", "Bram")]
            sides.append(make_trajectory(round_, organisation, reviewers=people, months=[4, 5, 6]))
        exchange = make_exchange(sides)
        services.plan_visits(exchange, by=scene.secretariat)
        found.append(exchange)
    return found


def page_of(scene):
    return f"/rounds/{scene.trajectories[0].round_id}/visit-days"


@pytest.mark.parametrize(("extra", "planned"), [(0, ""), (2, ""), (0, "?plan=1"), (2, "?plan=1")])
def test_a_round_asks_as_much_with_one_exchange_as_with_three(scene, as_, queries, extra, planned):
    more_exchanges(scene, extra)
    client, path = as_(scene.secretariat), page_of(scene) + planned
    with queries() as seen:
        html = client.get(path).get_data(as_text=True)
    assert f"{1 + extra} uitwisseling" in text(html)
    seen.expect(11)


def boxes(client, scene, select=""):
    html = client.get(f"{page_of(scene)}?plan=1{select}").get_data(as_text=True)
    return BeautifulSoup(html, "html.parser").select("input[name=chosen]")


def test_the_secretariat_proposes_for_a_whole_round_and_coordinators_agree(scene, as_, get, outbox):
    answer_all(scene)
    more_exchanges(scene, 1)
    client = as_(scene.secretariat)
    shown = boxes(client, scene)
    assert [box.has_attr("checked") for box in shown] == [True, False]
    values = [box["value"] for box in shown]
    answer = send(client, page_of(scene), f"{page_of(scene)}?plan=1", chosen=values, act="propose")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page_of(scene)}?done=2")
    assert len([letter for letter in outbox() if letter.kind == "visit.plan_proposed"]) == 4
    plan = poll_of(scene).plan
    assert plan.of_secretariat
    html = text(get(scene.coordinators[0], f"/exchanges/{scene.exchange.id}/plan"))
    assert "Voorgesteld door Secretariaat Bakker van het secretariaat." in html
    again = send(client, page_of(scene), f"{page_of(scene)}?plan=1", chosen=values[:1], act="propose")
    assert again.status_code == 303  # the same proposal sent twice is one
    for coordinator in scene.coordinators:
        assert {visit.state for visit in scene.visits} == {VisitState.POLLING}
        services.accept_plan(scene.exchange.id, plan_id=plan.id, by=coordinator)
    assert {visit.state for visit in scene.visits} == {VisitState.AGREED}


def test_a_proposal_of_the_secretariat_is_its_own_to_take_back_and_a_no_reaches_it(scene, outbox):
    slots = poll_of(scene).best_plans(TODAY)[0].slots
    services.propose_plan(scene.exchange.id, slots=slots, by=scene.secretariat)
    plan = poll_of(scene).plan
    services.accept_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[0])
    with pytest.raises(NotAllowed):
        services.withdraw_plan(scene.exchange.id, plan_id=plan.id, by=scene.coordinators[0])
    services.decline_plan(scene.exchange.id, plan_id=plan.id, reason="Feestweek", by=scene.coordinators[1])
    told = {letter.recipient for letter in outbox() if letter.kind == "visit.plan_declined"}
    assert scene.secretariat.email in told
    services.propose_plan(scene.exchange.id, slots=slots, by=scene.secretariat)
    services.withdraw_plan(scene.exchange.id, plan_id=poll_of(scene).plan.id, by=scene.secretariat)
    assert poll_of(scene).plan is None


def test_days_are_fixed_for_a_round_with_a_reason_and_one_no_stops_no_other(scene, as_, get):
    (other,) = more_exchanges(scene, 1)
    client = as_(scene.secretariat)
    values = [box["value"] for box in boxes(client, scene, "&select=all")]
    plan_page = f"{page_of(scene)}?plan=1"
    assert send(client, page_of(scene), plan_page, chosen=values, act="fix").status_code == 422
    assert send(client, page_of(scene), plan_page, act="fix", reason="Haast").status_code == 422
    ids = [visit.id for visit in queries.visits_of(other.id)]
    impossible = f"{other.id}:" + ";".join(f"{id}=2027-04-10" for id in ids)
    answer = send(client, page_of(scene), plan_page, chosen=[values[0], impossible], act="fix", reason="Haast")
    assert answer.status_code == 409
    assert "Niet alles is gelukt" in text(answer.get_data(as_text=True))
    assert {visit.state for visit in scene.visits} == {VisitState.AGREED}
    assert {visit.state for visit in queries.visits_of(other.id)} == {VisitState.POLLING}
    assert "1 uitwisseling heeft nog geen dagen, 1 wel" in text(get(scene.secretariat, page_of(scene)))


@pytest.mark.parametrize("chosen", ["x", "1", "1:", "999999:1=2027-04-06", "1:1=never"])
def test_days_of_what_is_no_exchange_of_this_round_are_refused(scene, as_, chosen):
    answer = send(as_(scene.secretariat), page_of(scene), f"{page_of(scene)}?plan=1", chosen=chosen, act="propose")
    assert answer.status_code in (422, 409)
    assert poll_of(scene).plan is None


def test_an_exchange_without_days_says_why(scene):
    poll = poll_of(scene)
    few = replace(poll, days=poll.days[:1], answers={})
    (line,), sums = lines_of([few], TODAY, plan=True)
    assert (sums.planned, sums.unplanned, line.plan) == (0, 1, None)
    assert line.unplanned != ()
