"""The pages: everybody's own list, the secretariat's list of all, its file, and postponing in two steps."""

from datetime import date

import pytest

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.deadlines import queries
from peerreview.matching.lifecycle import ExchangeState
from peerreview.matching.models import Exchange
from peerreview.organisations.models import Organisation
from tests.factories.accounts import make_actor
from tests.factories.matching import make_exchange, make_marketplace
from tests.factories.trajectories import make_trajectory

NOW, DAY = "2027-02-01 09:00", date(2027, 2, 12)


@pytest.fixture
def market(app, at):
    with at(NOW):
        found = make_marketplace(4)
        make_exchange(found.trajectories[:2], state=ExchangeState.PROPOSED, answer_by=DAY)
        yield found


def test_each_sees_their_own_and_the_secretariat_sees_all(market, get):
    own = get(market.coordinators[0], "/deadlines")
    assert ("Brugveld" in own, "Uitstel geven" in own) == (True, False)
    assert "Brugveld" not in get(market.coordinators[2], "/deadlines")
    assert "Er staat niets" not in get(market.secretariat, "/deadlines?show=others")
    everything = get(market.secretariat, "/deadlines?q=lindenhof")
    assert everything.count("Uitstel geven:") == 2  # its own, and its partner's about it
    assert "Samira van Lindenhof, Koen van Lindenhof" in everything
    assert get(market.secretariat, "/deadlines?show=late").count("Uitstel geven:") == 0


def test_the_file_has_what_the_page_has(market, as_):
    answer = as_(market.secretariat).get("/deadlines/export.csv?show=others")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    assert (answer.status_code, len(lines), lines[1].split(";")[0]) == (200, 3, "2027-02-12")
    assert as_(market.coordinators[0]).get("/deadlines/export.csv").status_code == 403


def test_everybody_chooses_the_hour_of_their_letter(market, as_, get):
    client = as_(market.coordinators[0])
    assert client.send("/deadlines/hour", {"hour": "17"}).status_code == 303
    assert queries.hour_of(market.coordinators[0].person_id) == 17
    assert client.send("/deadlines/hour", {"hour": "24"}).status_code == 422
    assert client.send("/deadlines/hour", {}).status_code == 422


def test_postponing_first_shows_what_moves_along_and_then_does_it(market, as_, get):
    due = next(each for each in queries.open_now(queries.rules_of_rounds()) if each.kind == "matching.answer")
    path, client = f"/deadlines/matching.answer/{due.subject_id}/postponement", as_(market.secretariat)
    assert "Uitstel geven" in get(market.secretariat, path)
    typed = {"was": "2027-02-12", "on": "2027-02-19", "reason": "Carnaval"}
    looked = client.send(path, typed)
    assert (looked.status_code, "5 maart" in looked.get_data(as_text=True).replace("\xa0", " ")) == (200, True)
    again = client.send(path, {**typed, "seen": "2027-02-19", "look": "1"})
    assert (again.status_code, _answer_by()) == (200, DAY)
    assert client.send(path, {**typed, "seen": "2027-02-19"}).status_code == 303
    assert _answer_by() == date(2027, 2, 19)
    stale = client.send(path, {**typed, "on": "2027-02-22", "seen": "2027-02-22"})
    assert (stale.status_code, _answer_by()) == (409, date(2027, 2, 19))
    assert "Carnaval" in get(market.secretariat, path)


def _answer_by():
    return db.session.scalars(db.select(Exchange.answer_by)).one()


def test_what_is_wrong_or_not_theirs_is_refused(market, as_):
    due = next(each for each in queries.open_now(queries.rules_of_rounds()) if each.kind == "matching.answer")
    path, office = f"/deadlines/matching.answer/{due.subject_id}/postponement", as_(market.secretariat)
    assert as_(market.coordinators[0]).get(path).status_code == 404
    wrong = [{}, {"on": "2027-02-19"}, {"on": "2027-02-11", "reason": "x"}, {"on": "morgen", "reason": "x"}]
    assert [office.send(path, typed).status_code for typed in wrong] == [422] * 4
    unknown = ["matching.answer/999999", "matching.answer/99999999999", "visits.programme/1", "no.such/1"]
    assert [office.get(f"/deadlines/{each}/postponement").status_code for each in unknown] == [404] * 4


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_take_the_same_number_of_queries_for_one_and_for_three(app, as_, queries, count):
    with unit_of_work():
        market = make_marketplace(0)
        coordinator = make_actor("coordinator", make_trajectory(market.round, due_on=clock.today()).organisation)
        for _n in range(count):
            pair = [make_trajectory(market.round) for _side in range(2)]
            make_exchange(pair, state=ExchangeState.PROPOSED, answer_by=clock.today())
    for actor, expected in ((market.secretariat, 6), (coordinator, 5)):
        client = as_(actor)
        client.get("/deadlines")
        with queries() as seen:
            assert client.get("/deadlines").status_code == 200
        seen.expect(expected)


def test_a_name_in_a_title_is_text_and_no_markup(market, as_, get):
    with unit_of_work():
        db.session.get_one(Organisation, market.organisations[1].id).name = "<b>Brug & co"
    due = next(each for each in queries.open_now(queries.rules_of_rounds()) if each.holder == "Lindenhof")
    pages = [
        get(market.coordinators[0], "/deadlines"),
        get(market.coordinators[0], "/"),
        get(market.secretariat, "/deadlines"),
        get(market.secretariat, f"/deadlines/matching.answer/{due.subject_id}/postponement"),
    ]
    assert ["<b>Brug" in one for one in pages] == [False] * 4
    assert ["&lt;b&gt;Brug &amp; co" in one for one in pages] == [True] * 4
