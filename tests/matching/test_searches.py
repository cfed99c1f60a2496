"""Who lost its partner or got none hears by which day it has one; the secretariat sees it and moves it."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from peerreview.core import audit, clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.matching import queries, services
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.models import PartnerSearch
from peerreview.rounds.lifecycle import RoundState
from peerreview.trajectories import services as trajectories
from peerreview.trajectories.lifecycle import Route
from tests.factories.accounts import make_actor
from tests.factories.matching import make_exchange, make_marketplace
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory

DAY = date(2027, 2, 10)  # fifteen working days after 20 January
NOW = "2027-01-20 10:00"


def days() -> dict[int, date]:
    """By which day whom is promised a partner, of the open searches."""
    return {search.trajectory.organisation_id: search.partner_by for search in queries.open_searches()}


def place_of(exchange, number):
    return queries.exchange_of(exchange.id).members[number]


@pytest.fixture
def market(app, at):
    with at(NOW):
        return make_marketplace(3)


@pytest.fixture
def search(market, at):
    with at(NOW):
        return services.begin_search(market.trajectories[0], partner_by=DAY, by=market.secretariat)


def ids(market, *numbers):
    return [market.organisations[n].id for n in numbers]


# --- How it begins ---------------------------------------------------------------------------------------------------


def test_after_an_upheld_objection_each_member_is_promised_a_partner_and_reads_the_day(market, outbox, at):
    with at(NOW):
        exchange = services.propose_by_hand(market.round, market.trajectories, by=market.secretariat)
        services.object_to(place_of(exchange, 0), reason="Oud zeer", by=market.coordinators[0])
        assert days() == {}
        services.dissolve(exchange, reason="We zoeken verder.", by=market.secretariat)
        assert days() == dict.fromkeys(ids(market, 0, 1, 2), DAY)
    letters = [letter for letter in outbox() if letter.kind == "exchange.dissolved"]
    assert len(letters) == 6
    assert {"uiterlijk woensdag 10\u00a0februari" in letter.body for letter in letters} == {True}


def test_when_one_withdraws_the_others_are_promised_a_partner_and_it_is_not(market, outbox, at):
    with at(NOW):
        services.propose_by_hand(market.round, market.trajectories, by=market.secretariat)
        trajectories.withdraw(market.trajectories[0], reason="Fusie", by=market.executives[0])
        assert days() == dict.fromkeys(ids(market, 1, 2), DAY)
    ended = {letter.recipient: letter.body for letter in outbox() if letter.kind == "exchange.dissolved"}
    assert ["plek" in ended[actor.email] for actor in market.coordinators] == [False, True, True]


def test_who_is_left_over_at_publishing_is_promised_a_partner_by_letter(app, outbox, at):
    with at(NOW):
        market = make_marketplace(2)
        market.add("Eiland", "Vlieland", 53.6)
        run = queries.run_for(market.secretariat, services.rehearse(market.round, by=market.secretariat).id)
        plan = services.plan_of(run)
        shown = {draft.person.email for _key, drafts in services.letters_of(run, plan, "") for draft in drafts}
        services.publish(run, by=market.secretariat)
        assert days() == {ids(market, 2)[0]: DAY}
    assert shown == {letter.recipient for letter in outbox()}
    began = [letter for letter in outbox() if letter.kind == "partner_search.began"]
    assert {letter.recipient for letter in began} == {market.coordinators[2].email, market.executives[2].email}
    assert {"uiterlijk woensdag 10\u00a0februari" in letter.body for letter in began} == {True}


def test_whom_a_partner_was_promised_keeps_the_day_and_gets_no_second_letter(market, search, outbox, at):
    before = len(outbox())
    with at("2027-01-22 10:00"):
        began = services.begin_searches(market.round, market.trajectories[:2], market.secretariat)
        assert [each.trajectory_id for each in began] == [market.trajectories[1].id]
        assert list(days().values()) == [DAY, date(2027, 2, 12)]
    assert len(outbox()) == before + 2


@pytest.mark.parametrize(
    "fields",
    [{"state": state} for state in ("visited", "withdrawn", "on_hold")] + [{"route": Route.AUDIT}],
)
def test_who_needs_no_partner_is_promised_none(market, fields):
    other = make_trajectory(market.round, **fields)
    assert services.begin_searches(market.round, [other], market.secretariat) == []


# --- How it ends -----------------------------------------------------------------------------------------------------


def test_a_proposal_closes_a_search_and_its_end_promises_a_new_day(market, search, at):
    with at("2027-01-25 10:00"):
        exchange = services.propose_by_hand(market.round, market.trajectories[:2], by=market.secretariat)
        assert days() == {}
        services.dissolve(exchange, reason="Anders", by=market.secretariat)
        assert days() == dict.fromkeys(ids(market, 0, 1), date(2027, 2, 15))


def test_a_publication_that_is_taken_back_leaves_the_promise_as_it_was(market, search, at):
    with at(NOW):
        run = services.rehearse(market.round, by=market.secretariat)
        services.publish(run, by=market.secretariat)
        assert days() == {}
        services.retract(run, reason="Vergissing", by=market.secretariat)
        assert days() == {ids(market, 0)[0]: DAY}


def test_the_promise_is_kept_when_all_agree(market, search, at):
    with at(NOW):
        exchange = services.propose_by_hand(market.round, market.trajectories[:2], by=market.secretariat)
        for n in (0, 1):
            services.accept(place_of(exchange, n), by=market.coordinators[n])
        assert db.session.scalars(select(PartnerSearch)).all() == []
        services.end_search(market.trajectories[0].id, by=SYSTEM)
    assert list(audit.verify()) == []


def test_who_withdraws_is_no_longer_promised_a_partner(market, search):
    trajectories.withdraw(market.trajectories[0], reason="Fusie", by=market.executives[0])
    assert db.session.scalars(select(PartnerSearch)).all() == []


def test_a_pause_closes_it_and_going_on_promises_a_new_day(market, outbox, at):
    with at(NOW):
        exchange = services.propose_by_hand(market.round, market.trajectories[:2], by=market.secretariat)
        services.dissolve(exchange, reason="Anders", by=market.secretariat)
        trajectories.hold(
            market.trajectories[0], reason="Ziekte", until=clock.today() + timedelta(days=30), by=market.secretariat
        )
        assert list(days()) == ids(market, 1)
    with at("2027-02-01 10:00"):
        before = len(outbox())
        trajectories.resume(market.trajectories[0], by=market.secretariat)
        assert days()[ids(market, 0)[0]] == date(2027, 2, 22)
        assert "partner_search.began" in [letter.kind for letter in outbox()[before:]]


def test_who_never_had_a_partner_is_promised_none_by_a_pause(market):
    until = clock.today() + timedelta(days=30)
    trajectories.hold(market.trajectories[0], reason="Ziekte", until=until, by=market.secretariat)
    trajectories.resume(market.trajectories[0], by=market.secretariat)
    assert days() == {}


def test_when_the_round_is_closed_nothing_is_open_any_more(market, search):
    with unit_of_work():
        market.round.state = RoundState.CLOSED
    assert days() == {}


# --- Another day -----------------------------------------------------------------------------------------------------


def test_another_day_is_told_with_its_reason(market, search, outbox, at):
    before = len(outbox())
    with at(NOW):
        services.move_search(
            search, partner_by=date(2027, 3, 1), reason=" Wij wachten op Brugveld. ", by=market.secretariat
        )
        services.move_search(search, partner_by=date(2027, 3, 1), reason="Nog eens", by=market.secretariat)
    letters = outbox()[before:]
    assert [letter.kind for letter in letters] == ["partner_search.moved"] * 2
    assert {letter.recipient for letter in letters} == {market.coordinators[0].email, market.executives[0].email}
    assert {
        "Wij wachten op Brugveld." in letter.body and "maandag 1\u00a0maart" in letter.body for letter in letters
    } == {True}
    moved = queries.search_of(market.trajectories[0].id)
    assert (moved.partner_by, moved.note) == (date(2027, 3, 1), "Wij wachten op Brugveld.")


def test_another_day_needs_a_reason_and_lies_ahead_and_is_the_secretariats(market, search, at):
    ask = {"partner_by": date(2027, 3, 1), "reason": "Later", "by": market.secretariat}
    with at(NOW):
        for wrong in ({"reason": " "}, {"partner_by": date(2027, 1, 19)}):
            with pytest.raises(Invalid):
                services.move_search(search, **(ask | wrong))
        with pytest.raises(NotAllowed):
            services.move_search(search, **(ask | {"by": market.coordinators[0]}))
        with pytest.raises(StaleVersion):
            services.move_search(search, **ask, version=search.version - 1)
        services.propose_by_hand(market.round, market.trajectories[:2], by=market.secretariat)
        with pytest.raises(NotNow):
            services.move_search(search, **ask)


# --- The pages -------------------------------------------------------------------------------------------------------


def test_the_organisation_reads_the_day_what_happens_meanwhile_and_whom_to_call(market, search, get, at):
    with at(NOW):
        for actor in (market.coordinators[0], make_actor("reviewer", market.organisations[0])):
            html = get(actor, "/exchange")
            assert "Het secretariaat heeft uiterlijk woensdag 10\u00a0februari een partner voor jullie." in html
            assert len(soup(html).select("main a[href^='tel:']")) == 1
            assert "Deze dag is voorbij." not in html
        services.move_search(
            search, partner_by=date(2027, 3, 1), reason="Wij wachten op Brugveld.", by=market.secretariat
        )
        assert "Wij wachten op Brugveld." in get(market.coordinators[0], "/exchange")
    with at("2027-03-02 10:00"):
        assert "Deze dag is voorbij." in get(market.coordinators[0], "/exchange")


def test_the_own_page_tells_with_whom_one_met_before_and_of_nobody_else(market, search, get):
    old = make_round("Najaar 2025", state=RoundState.CLOSED, **dict.fromkeys(DATES, date(2025, 9, 1)))
    again = [make_trajectory(old, market.organisations[n], state="certified") for n in (0, 1)]
    exchange = make_exchange(again, state=ExchangeState.COMPLETED)
    table = soup(get(market.coordinators[0], "/exchange")).select("table tbody tr")
    assert [row.get_text(" ", strip=True) for row in table] == ["2025 Brugveld Zwolle Najaar 2025"]
    assert table[0].a["href"] == f"/exchanges/{exchange.id}"
    assert soup(get(market.coordinators[2], "/exchange")).select("table") == []


DATES = ("signup_opens_on", "signup_closes_on", "visits_from", "visits_until", "closes_on")


def test_a_completed_exchange_is_no_longer_the_present_one_in_a_later_round(market, as_):
    old = make_round("Najaar 2025", state=RoundState.CLOSED, **dict.fromkeys(DATES, date(2025, 9, 1)))
    make_exchange([make_trajectory(old, market.organisations[n], state="certified") for n in (0, 1)], state="completed")
    assert as_(market.coordinators[0]).get("/exchange").status_code == 200
    trajectories.withdraw(market.trajectories[1], reason="Fusie", by=market.executives[1])
    assert as_(market.coordinators[1]).get("/exchange").status_code == 303


def test_the_secretariat_sees_all_searches_the_overdue_first_and_as_a_task(market, search, get, at):
    with at("2027-02-12 10:00"):
        services.begin_searches(market.round, market.trajectories, market.secretariat)
        rows = soup(get(market.secretariat, "/matching")).select("#searches tbody tr")
        told = [(row.th.a.get_text(), row.select_one(".pr-state")["class"][1:]) for row in rows]
        assert told == [("Lindenhof", ["is-late"]), ("Brugveld", []), ("Havenlicht", [])]
        home = get(market.secretariat, "/")
        assert "Zoek een partner voor 3 organisaties" in home and "/matching#searches" in home
        assert "Uiterlijk vrijdag 5" in get(market.coordinators[1], "/")


def test_the_secretariat_promises_another_day_on_its_page(market, search, as_, at):
    with at(NOW):
        client, path = as_(market.secretariat), f"/matching/searches/{search.id}"
        assert client.get(path).status_code == 200
        sent = {"on": "2027-03-01", "reason": "Later", "version": search.version}
        for wrong in ({"on": ""}, {"on": "2027-01-19"}, {"reason": " "}):
            assert client.send(path, data=sent | wrong).status_code == 422
        answer = client.send(path, data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/matching?round={market.round.id}#searches")
        stale = client.send(path, data=sent | {"on": "2027-03-08"})
        assert (stale.status_code, "maandag 1\u00a0maart" in stale.text, "Later" in stale.text) == (409, True, True)
        assert client.send(path, data=sent | {"version": "x", "on": "2027-03-08"}).status_code == 303


def test_of_a_search_that_is_not_open_nobody_knows(market, search, as_):
    services.propose_by_hand(market.round, market.trajectories[:2], by=market.secretariat)
    for number in (search.id, 99_999):
        assert as_(market.secretariat).get(f"/matching/searches/{number}").status_code == 404


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "oversight", "administrator", "commission_chair"])
def test_a_search_is_the_secretariats(market, search, as_, role):
    own = role in ("coordinator", "reviewer")
    client = as_(make_actor(role, market.organisations[0] if own else None))
    for number in (search.id, 99_999):
        assert client.get(f"/matching/searches/{number}").status_code == 404
        assert client.send(f"/matching/searches/{number}", data={"reason": "x"}).status_code == 404


def test_the_page_of_who_waits_for_a_partner_can_be_read_on_a_phone_and_in_the_dark(market, in_all_themes):
    services.begin_searches(market.round, market.trajectories, market.secretariat)
    in_all_themes("/exchange", market.coordinators[0])
    in_all_themes("/matching", market.secretariat, language="en")


@pytest.mark.parametrize("count", [1, 3])
def test_the_own_page_asks_as_much_of_the_database_for_one_meeting_as_for_three(app, as_, queries, count):
    market = make_marketplace(1)
    services.begin_searches(market.round, market.trajectories, market.secretariat)
    for year in range(2020, 2020 + count):
        old = make_round(f"Najaar {year}", state=RoundState.CLOSED, **dict.fromkeys(DATES, date(year, 9, 1)))
        make_exchange([make_trajectory(old, market.organisations[0]), make_trajectory(old)], state="completed")
    client = as_(market.coordinators[0])
    client.get("/exchange")
    with queries() as seen:
        assert len(soup(client.get("/exchange").text).select("tbody tr")) == count
    seen.expect(5)


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")
