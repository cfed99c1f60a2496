import pytest
from bs4 import BeautifulSoup

from peerreview.core.db import db, unit_of_work
from peerreview.matching import queries, services
from peerreview.matching.lifecycle import AnswerState, ExchangeState, RunState
from peerreview.matching.models import Exchange, MatchingRun
from peerreview.rounds.lifecycle import RoundState
from peerreview.trajectories.models import Exclusion
from tests.factories.accounts import make_actor
from tests.factories.matching import make_exchange, make_marketplace
from tests.factories.organisations import make_organisation
from tests.factories.trajectories import make_trajectory


@pytest.fixture
def market(app):
    return make_marketplace(5)


@pytest.fixture
def run(market):
    return services.rehearse(market.round, by=market.secretariat)


@pytest.fixture
def exchange(market):
    return services.propose_by_hand(market.round, market.trajectories[:2], by=market.secretariat)


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def answers_of(exchange: Exchange) -> list[str]:
    return [member.state.value for member in queries.exchange_of(exchange.id).members]


# --- The secretariat's workbench -------------------------------------------------------------------------------------


def test_the_overview_says_who_has_no_partner_and_why(market, get):
    services.rehearse(market.round, by=market.secretariat, forbidden=[])
    html = get(market.secretariat, "/matching", headers={"Accept-Language": "en"})
    names = [row.th.a.get_text() for row in soup(html).select("table")[0].select("tbody tr")]
    assert names == ["Brugveld", "Havenlicht", "Lindenhof", "Polderhart", "Veenpoort"]


def test_without_a_round_the_overview_says_what_to_do(app, get):
    assert "/rounds" in get(make_actor("secretariat"), "/matching")


@pytest.mark.parametrize("wanted", ["x", "-1", "99999999999999999999", ""])
def test_a_round_that_is_not_there_gives_the_present_one(market, get, wanted):
    assert market.round.name in get(market.secretariat, f"/matching?round={wanted}")


def test_the_button_makes_a_rehearsal_and_shows_it(market, as_):
    answer = as_(market.secretariat).send(f"/matching/rounds/{market.round.id}/runs")
    made = db.session.query(MatchingRun).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/matching/runs/{made.id}")


def test_a_rehearsal_shows_each_group_with_its_reasons_and_who_is_left(app, get):
    market = make_marketplace(2)
    market.add("Eiland", "Vlieland", 53.6)
    market.add("Zwerver", "Nergenshuizen", None)
    run = services.rehearse(market.round, by=market.secretariat)
    page = soup(get(market.secretariat, f"/matching/runs/{run.id}"))
    (row,) = page.select("tbody tr")
    assert row.th.get_text(" ", strip=True).startswith("Lindenhof Zutphen Brugveld Zwolle")
    assert len(row.select("details li")) == 8
    assert [panel.h3.contents[0].strip() for panel in page.select(".pr-panel")] == [
        "Eiland",
        "Zwerver",
    ]


@pytest.mark.parametrize("order", ["weakest", "distance", "name", "nonsense"])
def test_groups_are_put_in_the_order_that_one_asks_for(market, run, get, order):
    assert len(soup(get(market.secretariat, f"/matching/runs/{run.id}?order={order}")).select("tbody tr")) == 2


def test_what_is_kept_and_forbidden_counts_in_the_next_rehearsal(market, as_):
    run = services.rehearse(market.round, by=market.secretariat)
    first, second = ("-".join(str(key) for key in group["members"]) for group in run.result["groups"])
    answer = as_(market.secretariat).send(
        f"/matching/runs/{run.id}/again", data={"lock": [first, "x", "1-", "9" * 40], "forbid": [second, "0", "-"]}
    )
    again = db.session.get_one(MatchingRun, int(answer.headers["Location"].rsplit("/", 1)[1]))
    assert ["-".join(str(key) for key in group) for group in again.settings["locked"]] == [first]
    forbidden = {tuple(pair) for pair in again.settings["forbidden"]}
    assert forbidden == {tuple(sorted(pair)) for pair in _pairs(second)}
    assert as_(market.secretariat).get(answer.headers["Location"]).status_code == 200


def _pairs(value: str) -> list[tuple[int, int]]:
    keys = [int(key) for key in value.split("-")]
    return [(a, b) for n, a in enumerate(keys) for b in keys[n + 1 :]]


def test_keeping_and_forbidding_the_same_group_is_refused_in_words(market, run, as_):
    value = "-".join(str(key) for key in run.result["groups"][0]["members"])
    answer = as_(market.secretariat).send(f"/matching/runs/{run.id}/again", data={"lock": value, "forbid": value})
    assert answer.status_code == 422


def test_publishing_twice_shows_the_same_exchanges(market, run, as_):
    client = as_(market.secretariat)
    answers = [client.send(f"/matching/runs/{run.id}/publication") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert db.session.query(Exchange).count() == 2
    assert client.get(answers[0].headers["Location"]).status_code == 200
    assert client.get(f"/matching/runs/{run.id}").status_code == 200


def test_publishing_what_changed_is_refused_with_the_names(market, run, as_):
    services.propose_by_hand(market.round, market.trajectories[:2], by=market.secretariat)
    answer = as_(market.secretariat).send(f"/matching/runs/{run.id}/publication")
    assert (answer.status_code, "Brugveld, Lindenhof" in answer.get_data(as_text=True)) == (409, True)


def test_while_signing_up_is_open_there_is_a_rehearsal_but_no_way_to_publish(app, get, as_):
    market = make_marketplace(2, state=RoundState.OPEN)
    run = services.rehearse(market.round, by=market.secretariat)
    assert "/publication" not in get(market.secretariat, f"/matching/runs/{run.id}")
    assert as_(market.secretariat).send(f"/matching/runs/{run.id}/publication").status_code == 409


def test_a_rehearsal_is_thrown_away(market, run, as_):
    client = as_(market.secretariat)
    assert client.send(f"/matching/runs/{run.id}/discard").status_code == 303
    assert db.session.get_one(MatchingRun, run.id).state == RunState.DISCARDED
    assert client.get(f"/matching/runs/{run.id}").status_code == 200


def test_the_groups_leave_as_csv_in_which_nothing_is_a_formula(app, as_):
    market = make_marketplace(1)
    market.add("=cmd|x", "Zwolle", 52.2)
    market.add("Zwerver", "Nergenshuizen", None)
    run = services.rehearse(market.round, by=market.secretariat)
    answer = as_(market.secretariat).get(f"/matching/runs/{run.id}/groups.csv")
    lines = answer.get_data().decode("utf-8-sig").split("\r\n")
    assert (answer.mimetype, len(lines)) == ("text/csv", 4)
    assert lines[1].startswith("1;Lindenhof > =cmd|x;Zutphen > Zwolle;7;")
    assert lines[2].startswith(";Zwerver;Nergenshuizen;")


def test_the_pages_of_the_workbench_ask_as_much_of_the_database_for_three_groups_as_for_one(app, as_, queries):
    for members, expected in ((2, (9, 8)), (6, (9, 8))):
        market = make_marketplace(members)
        run = services.rehearse(market.round, by=market.secretariat)
        services.publish(run, by=market.secretariat)
        market.add("Alleen", "Urk", 52.3)
        client = as_(market.secretariat)
        for path, count in zip(
            (f"/matching?round={market.round.id}", f"/matching/runs/{run.id}"), expected, strict=True
        ):
            client.get(path)
            with queries() as seen:
                assert client.get(path).status_code == 200
            seen.expect(count)


# --- By hand ---------------------------------------------------------------------------------------------------------


def test_a_group_by_hand_is_looked_at_and_then_proposed(market, as_):
    client, ids = as_(market.secretariat), [each.id for each in market.trajectories[:3]]
    path = f"/matching/rounds/{market.round.id}/by-hand"
    assert client.get(path).status_code == 200
    page = soup(client.get(path, query_string={"member": [*ids, ""]}).get_data(as_text=True))
    assert [each["value"] for each in page.select("form[method=post] input[name=member]")] == [
        str(each) for each in ids
    ]
    answers = [client.send(path, data={"member": ids, "reason": ""}) for _ in range(2)]
    made = db.session.query(Exchange).one()
    assert answers[0].headers["Location"] == f"/exchanges/{made.id}"
    assert answers[1].status_code == 422


def test_a_group_against_a_rule_asks_for_a_reason_and_keeps_what_was_chosen(app, as_):
    market = make_marketplace(0)
    for name, place, latitude in (("Noord", "Delfzijl", 53.3), ("Zuid", "Vaals", 50.8)):
        market.add(name, place, latitude)
    client, ids = as_(market.secretariat), [each.id for each in market.trajectories]
    path = f"/matching/rounds/{market.round.id}/by-hand"
    refused = client.send(path, data={"member": ids, "reason": " "})
    assert (refused.status_code, len(soup(refused.get_data(as_text=True)).select("option[selected]"))) == (422, 2)
    assert client.send(path, data={"member": ids, "reason": "Zij willen."}).status_code == 303


@pytest.mark.parametrize("members", [[], ["x"], ["99999999999999999999999"], ["1", "1"], ["-1", "0"]])
def test_nonsense_by_hand_is_refused_in_words(market, as_, members):
    path = f"/matching/rounds/{market.round.id}/by-hand"
    assert as_(market.secretariat).send(path, data={"member": members}).status_code == 422


# --- The exchange of an organisation ---------------------------------------------------------------------------------


def test_a_member_reads_who_its_partner_is_and_why(market, exchange, get):
    page = soup(get(market.coordinators[0], f"/exchanges/{exchange.id}"))
    assert "Brugveld" in page.h1.get_text() and "Zwolle" in page.h1.get_text()
    assert len(page.select("table tbody tr")) == 8
    assert [each.h3.contents[0].strip() for each in page.select("main ul.pr-list li")] == [
        "Toetser A van Brugveld",
        "Toetser B van Brugveld",
    ]
    assert len(page.select("form[action$=acceptance], form[action$=objection]")) == 2


def test_in_a_ring_a_member_reads_about_both_partners_and_who_comes(market, get):
    ring = services.propose_by_hand(market.round, market.trajectories[:3], by=market.secretariat)
    page = soup(get(market.coordinators[0], f"/exchanges/{ring.id}"))
    assert len(page.select("table")) == 2
    assert "Toetser A van Havenlicht" in page.get_text() and "Toetser A van Brugveld" not in page.get_text()


def test_a_proposal_without_reasons_is_shown_without_them(app, get):
    market = make_marketplace(2)
    bare = make_exchange(market.trajectories, state=ExchangeState.PROPOSED)
    for reader in (market.coordinators[0], market.secretariat):
        assert "Brugveld" in get(reader, f"/exchanges/{bare.id}")


@pytest.mark.parametrize("state", list(ExchangeState))
def test_the_page_is_there_in_every_state_for_every_reader(app, get, state):
    market = make_marketplace(3)
    exchange = make_exchange(market.trajectories, state=state)
    readers = [market.coordinators[0], market.executives[1], market.secretariat, make_actor("oversight")]
    readers.append(make_actor("reviewer", market.organisations[2]))
    for reader in readers:
        assert "Havenlicht" in get(reader, f"/exchanges/{exchange.id}")


def test_both_agree_with_one_button_each_and_twice_is_once(market, exchange, as_):
    for actor in (market.coordinators[0], market.coordinators[0], market.executives[1]):
        answer = as_(actor).send(f"/exchanges/{exchange.id}/acceptance")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/exchanges/{exchange.id}")
    assert answers_of(exchange) == ["accepted", "accepted"]
    assert queries.exchange_of(exchange.id).state == ExchangeState.ACTIVE
    page = as_(market.coordinators[0]).get(f"/exchanges/{exchange.id}").get_data(as_text=True)
    assert f"/exchanges/{exchange.id}/dates" in page


def test_an_objection_without_a_reason_comes_back_with_the_page(market, exchange, as_):
    answer = as_(market.coordinators[0]).send(f"/exchanges/{exchange.id}/objection", data={"reason": " "})
    page = soup(answer.get_data(as_text=True))
    assert (answer.status_code, len(page.select(".pr-errors a[href='#reason']"))) == (422, 1)
    assert page.select_one("#objection").has_attr("open")
    assert answers_of(exchange) == ["pending", "pending"]


def test_a_partner_never_reads_why_and_the_secretariat_does(market, exchange, as_, get):
    client = as_(market.coordinators[0])
    assert client.send(f"/exchanges/{exchange.id}/objection", data={"reason": "Oud zeer"}).status_code == 303
    path = f"/exchanges/{exchange.id}"
    readers = [market.coordinators[0], market.coordinators[1], market.secretariat, make_actor("oversight")]
    readers.append(make_actor("reviewer", market.organisations[0]))
    assert ["Oud zeer" in get(reader, path) for reader in readers] == [True, False, True, False, False]


def test_an_exclusion_is_read_by_no_member(app, get):
    market = make_marketplace(4)
    with unit_of_work():
        db.session.add(
            Exclusion(
                trajectory_id=market.trajectories[0].id, organisation_id=market.organisations[2].id, reason="Ruzie"
            )
        )
    run = services.rehearse(market.round, by=market.secretariat)
    for exchange in services.publish(run, by=market.secretariat):
        keys = exchange.explanation["members"]
        for n in range(4):
            if market.organisations[n].id in keys:
                text = get(market.coordinators[n], f"/exchanges/{exchange.id}")
                assert [word in text for word in ("Ruzie", "liever niet", "would rather not", "excluded")] == [
                    False
                ] * 4


def test_an_objection_is_taken_back(market, exchange, as_):
    client = as_(market.coordinators[0])
    client.send(f"/exchanges/{exchange.id}/objection", data={"reason": "Oud zeer"})
    for _ in range(2):
        assert client.send(f"/exchanges/{exchange.id}/objection/withdrawal").status_code == 303
    assert answers_of(exchange) == [AnswerState.PENDING, AnswerState.PENDING]


def test_an_answer_that_comes_too_late_is_refused_in_words(market, exchange, as_):
    services.dissolve(exchange, reason="Anders", by=market.secretariat)
    client = as_(market.coordinators[0])
    assert client.send(f"/exchanges/{exchange.id}/acceptance").status_code == 409
    assert client.send(f"/exchanges/{exchange.id}/objection", data={"reason": "x"}).status_code == 409


def test_the_secretariat_ends_an_exchange_with_a_reason_for_its_members(market, exchange, as_, get):
    client = as_(market.secretariat)
    assert client.send(f"/exchanges/{exchange.id}/dissolution", data={"reason": ""}).status_code == 422
    for _ in range(2):
        assert (
            client.send(f"/exchanges/{exchange.id}/dissolution", data={"reason": "We zoeken verder."}).status_code
            == 303
        )
    assert "We zoeken verder." in get(market.coordinators[0], f"/exchanges/{exchange.id}")


def test_the_way_to_the_own_exchange_leads_there(market, exchange, as_):
    assert as_(market.coordinators[1]).get("/exchange").headers["Location"] == f"/exchanges/{exchange.id}"


def test_without_an_exchange_the_page_says_what_will_come(app, get):
    market = make_marketplace(1)
    for actor in (market.coordinators[0], make_actor("executive", make_organisation())):
        assert len(soup(get(actor, "/exchange")).select(".pr-empty a")) == 1


def test_the_page_of_an_exchange_asks_as_much_of_the_database_for_a_ring_as_for_a_pair(app, as_, queries):
    for members in (2, 3):
        market = make_marketplace(members)
        made = services.propose_by_hand(market.round, market.trajectories, by=market.secretariat)
        for actor, count in ((market.coordinators[0], 9), (market.secretariat, 7)):
            client = as_(actor)
            client.get(f"/exchanges/{made.id}")
            with queries() as seen:
                client.get(f"/exchanges/{made.id}")
            seen.expect(count)


# --- Who may not -----------------------------------------------------------------------------------------------------

EXCHANGE_ACTS = ("acceptance", "objection", "objection/withdrawal", "dissolution")
RUN_ACTS = ("again", "publication", "discard")


def test_a_stranger_cannot_tell_an_exchange_from_none(market, exchange, as_):
    strangers = [
        market.coordinators[2],
        make_actor("contributor", market.organisations[0]),
        make_actor("commission_member"),
    ]
    strangers += [make_actor("administrator"), make_actor("reviewer", market.organisations[3])]
    for stranger in strangers:
        client = as_(stranger)
        for number in (exchange.id, 99_999):
            assert client.get(f"/exchanges/{number}").status_code == 404
            assert {client.send(f"/exchanges/{number}/{act}").status_code for act in EXCHANGE_ACTS} == {404}


def test_who_sees_an_exchange_but_has_no_say_in_it_is_refused(market, exchange, as_):
    own_reviewer = make_actor("reviewer", market.organisations[0])
    refused = {actor.role: [as_(actor).send(f"/exchanges/{exchange.id}/{act}").status_code for act in EXCHANGE_ACTS]
               for actor in (own_reviewer, market.secretariat, make_actor("oversight"), market.coordinators[0])}  # fmt: skip
    assert refused == {
        "reviewer": [403, 403, 403, 403],
        "secretariat": [403, 403, 403, 422],
        "oversight": [403, 403, 403, 403],
        "coordinator": [303, 422, 409, 403],
    }


@pytest.mark.parametrize(
    "role", ["coordinator", "reviewer", "contributor", "oversight", "commission_chair", "administrator"]
)
def test_the_workbench_is_the_secretariats(market, run, as_, role):
    own = role in ("coordinator", "reviewer", "contributor")
    client = as_(make_actor(role, market.organisations[0] if own else None))
    assert client.get("/matching").status_code == 403
    assert client.send(f"/matching/rounds/{market.round.id}/runs").status_code == 403
    assert client.get(f"/matching/rounds/{market.round.id}/by-hand").status_code == 403
    for number in (run.id, 99_999):
        assert client.get(f"/matching/runs/{number}").status_code == 404
        assert client.get(f"/matching/runs/{number}/groups.csv").status_code == 404
        assert {client.send(f"/matching/runs/{number}/{act}").status_code for act in RUN_ACTS} == {404}


def test_a_visitor_is_asked_to_sign_in(market, exchange, run, as_):
    client = as_(None)
    for path in ("/matching", f"/matching/runs/{run.id}", "/exchange", f"/exchanges/{exchange.id}"):
        assert (client.get(path).status_code, "/login" in client.get(path).headers["Location"]) == (303, True)


def test_the_secretariat_has_no_exchange_of_its_own(market, as_):
    assert as_(market.secretariat).get("/exchange").status_code == 403


def test_someone_outside_the_round_has_no_part_in_it(market, as_):
    other = make_trajectory()
    client = as_(market.secretariat)
    path = f"/matching/rounds/{market.round.id}/by-hand"
    assert client.send(path, data={"member": [market.trajectories[0].id, other.id]}).status_code == 422
