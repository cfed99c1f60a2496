"""The pages of the workbench: what the secretariat sees and presses, and every wrong way."""

import pytest
from bs4 import BeautifulSoup

from peerreview.core.db import db, unit_of_work
from peerreview.impartiality.lifecycle import ConflictKind
from peerreview.matching import queries, services, trials
from peerreview.matching.lifecycle import ExchangeState, RunState
from peerreview.matching.models import Exchange, MatchingRun
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from tests.factories.accounts import make_actor
from tests.factories.impartiality import make_conflict
from tests.factories.matching import make_marketplace
from tests.factories.proposals import make_accepted, make_wish


@pytest.fixture
def market(app):
    return make_marketplace(5)


@pytest.fixture
def run(market):
    return services.rehearse(market.round, by=market.secretariat)


@pytest.fixture
def long(app):
    before, app.config["WORK_AT_ONCE_SECONDS"] = app.config["WORK_AT_ONCE_SECONDS"], -1.0
    yield
    app.config["WORK_AT_ONCE_SECONDS"] = before


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer if isinstance(answer, str) else answer.get_data(as_text=True), "html.parser")


def ids(market, *numbers):
    return [market.organisations[n].id for n in numbers]


def made_by(answer) -> MatchingRun:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return db.session.get_one(MatchingRun, int(answer.headers["Location"].rsplit("/", 1)[1]))


# --- Other settings --------------------------------------------------------------------------------------------------


def test_the_first_rehearsal_can_be_made_with_other_weights(market, as_):
    client = as_(market.secretariat)
    shown = soup(client.get("/matching")).select_one("#weight_travel")
    assert (shown["value"], shown["form"]) == ("30", "rehearse")
    path = f"/matching/rounds/{market.round.id}/runs"
    made = made_by(client.send(path, data={"weight_travel": "90", "largest_ring": "2"}))
    assert (made.settings["weights"]["travel"], made.settings["rings"]) == (90, [])
    assert db.session.get_one(Round, market.round.id).rules.weight_travel == 30


@pytest.mark.parametrize("wrong", [{"weight_travel": "101"}, {"weight_travel": "x"}, {"largest_ring": "9"}])
def test_weights_that_cannot_be_are_refused_beside_the_field(market, run, as_, wrong):
    client, (field,) = as_(market.secretariat), wrong
    for path in (f"/matching/rounds/{market.round.id}/runs", f"/matching/runs/{run.id}/again"):
        page = soup(answer := client.send(path, data=wrong))
        assert (answer.status_code, len(page.select(f".pr-errors a[href='#{field}']"))) == (422, 1)
    assert db.session.query(MatchingRun).count() == 1


def test_when_nothing_counts_the_form_says_so(market, run, as_):
    nothing = dict.fromkeys(trials.WEIGHTS, "0")
    answer = as_(market.secretariat).send(f"/matching/runs/{run.id}/again", data=nothing)
    assert (answer.status_code, len(soup(answer).select(".pr-errors li"))) == (422, 1)


def test_what_was_kept_and_forbidden_is_still_chosen_when_a_weight_was_wrong(market, run, as_):
    first, second = ("-".join(map(str, group["members"])) for group in run.result["groups"])
    data = {"lock": first, "forbid": second, "weight_size": "-1"}
    page = soup(as_(market.secretariat).send(f"/matching/runs/{run.id}/again", data=data))
    assert [box["id"] for box in page.select("input[type=checkbox][checked]")] == [f"lock-{first}", f"forbid-{second}"]


def test_what_was_tried_stands_beside_the_rules_of_the_round_and_becomes_them(market, run, as_):
    client = as_(market.secretariat)
    made = made_by(client.send(f"/matching/runs/{run.id}/again", data={"weight_travel": "90"}))
    assert len(soup(client.get(f"/matching/runs/{made.id}")).select("form[action$='/rules']")) == 1
    assert client.send(f"/matching/runs/{made.id}/rules").headers["Location"] == f"/matching/runs/{made.id}"
    assert soup(client.get(f"/matching/runs/{made.id}")).select("form[action$='/rules']") == []
    assert db.session.get_one(Round, market.round.id).rules.weight_travel == 90


def test_a_rehearsal_is_checked_by_working_it_out_again(market, run, as_):
    answer = as_(market.secretariat).send(f"/matching/runs/{run.id}/check")
    assert (answer.status_code, "is-warn" in soup(answer).select_one("#replayed")["class"]) == (200, False)
    stored = queries.run_of(run.id)
    with unit_of_work():
        stored.result = {**stored.result, "total": 1}
    page = soup(as_(market.secretariat).send(f"/matching/runs/{run.id}/check"))
    assert "is-warn" in page.select_one("#replayed")["class"]


def test_a_wish_that_did_not_come_true_stands_with_what_was_in_the_way(app, get):
    market = make_marketplace(2)
    market.add("Zuid", "Vaals", 50.8)
    make_wish(market, of=0, whom=2)
    run = services.rehearse(market.round, by=market.secretariat)
    page = soup(get(market.secretariat, f"/matching/runs/{run.id}"))
    (row,) = next(t for t in page.select("table") if t.caption.get_text() == "Wat niet uitkomt").select("tbody tr")
    assert [cell.get_text(" ", strip=True) for cell in row.select("th, td")] == [
        "Lindenhof", "wens 1: Zuid", "te ver voor Lindenhof en Zuid (meer dan 90 minuten)"
    ]  # fmt: skip


def test_the_figures_say_how_they_differ_from_the_rehearsal_before(market, run, get):
    again = services.rehearse_again(run, by=market.secretariat, forbidden=[tuple(ids(market, 0, 1))], rules=None)
    page = soup(get(market.secretariat, f"/matching/runs/{again.id}"))
    assert page.select_one(".pr-figures .more").get_text() == "evenveel als in proef 1"
    assert page.select_one(f"a[href='/matching/runs/compare?a={run.id}&b={again.id}']")


# --- By hand ---------------------------------------------------------------------------------------------------------


def test_an_organisation_is_put_elsewhere_and_the_page_says_what_changed(market, run, as_):
    who, partner = ids(market, 0, 3)
    client = as_(market.secretariat)
    made = made_by(client.send(f"/matching/runs/{run.id}/move", data={"who": who, "partner": partner, "how": "pair"}))
    assert sorted([who, partner]) in [sorted(group) for group in made.settings["locked"]]
    page = soup(client.get(f"/matching/runs/{made.id}"))
    assert "Met de hand bij elkaar gezet: Lindenhof en Polderhart." in page.get_text()
    assert len(page.select(f"input[name=lock][value='{who}-{partner}'][checked]")) == 1


def test_a_move_against_a_rule_names_it_and_asks_for_a_reason(market, as_):
    make_conflict(market.organisations[0], market.organisations[3], kind=ConflictKind.SAME_GROUP)
    run = services.rehearse(market.round, by=market.secretariat)
    who, partner = ids(market, 0, 3)
    data = {"who": who, "partner": partner, "how": "pair"}
    client = as_(market.secretariat)
    answer = client.send(f"/matching/runs/{run.id}/move", data=data)
    page = soup(answer)
    assert (answer.status_code, "(zelfde groep)" in page.select_one("#by-hand").get_text()) == (422, True)
    assert page.select_one("#by-hand").has_attr("open")
    assert [option["value"] for option in page.select("#who option[selected], #partner option[selected]")] == [
        str(who), str(partner)
    ]  # fmt: skip
    assert client.send(f"/matching/runs/{run.id}/move", data=data | {"reason": "Overlegd"}).status_code == 303


@pytest.mark.parametrize(
    "data", [{}, {"who": "0", "partner": "0"}, {"who": "x", "partner": "1"}, {"who": "99999", "partner": "99998"}]
)
def test_nonsense_is_put_nowhere(market, run, as_, data):
    assert as_(market.secretariat).send(f"/matching/runs/{run.id}/move", data=data).status_code == 422
    assert db.session.query(MatchingRun).count() == 1


# --- Two rehearsals --------------------------------------------------------------------------------------------------


def test_two_rehearsals_stand_beside_each_other_and_leave_as_csv(market, run, as_):
    other = services.move(run, who=ids(market, 0)[0], partner=ids(market, 4)[0], by=market.secretariat)
    client = as_(market.secretariat)
    page = soup(client.get(f"/matching/runs/compare?a={run.id}&b={other.id}"))
    assert page.h1.get_text() == "Wat is er anders in proef 2?"
    answer = client.get(f"/matching/runs/compare.csv?a={run.id}&b={other.id}")
    lines = answer.get_data().decode("utf-8-sig").splitlines()
    names = {line.split(";")[0] for line in lines[1:]}
    shown = {row.th.get_text() for table in page.select("h3 + table") for row in table.select("tbody tr")}
    assert (answer.mimetype, names == shown, len(names) > 1) == ("text/csv", True, True)


def test_the_same_rehearsal_twice_shows_it_and_equal_ones_say_so(market, run, as_):
    client = as_(market.secretariat)
    same = client.get(f"/matching/runs/compare?a={run.id}&b={run.id}")
    assert same.headers["Location"] == f"/matching/runs/{run.id}"
    assert client.get("/matching/runs/compare").headers["Location"] == "/matching"
    equal = services.rehearse_again(run, by=market.secretariat)
    page = soup(client.get(f"/matching/runs/compare?a={run.id}&b={equal.id}"))
    assert len(page.select(".pr-empty")) == 1


def test_rehearsals_of_two_rounds_are_not_compared(market, run, as_):
    elsewhere = make_marketplace(2)
    other = services.rehearse(elsewhere.round, by=elsewhere.secretariat)
    client = as_(market.secretariat)
    for query in (f"a={run.id}&b={other.id}", f"a={run.id}", f"a={run.id}&b=99999", "a=x&b=y"):
        for page in ("compare", "compare.csv"):
            assert client.get(f"/matching/runs/{page}?{query}").status_code == 404


def test_comparing_asks_as_much_of_the_database_for_three_groups_as_for_one(app, as_, queries):
    for members in (2, 6):
        market = make_marketplace(members)
        one, other = (services.rehearse(market.round, by=market.secretariat) for _ in range(2))
        path, client = f"/matching/runs/compare?a={one.id}&b={other.id}", as_(market.secretariat)
        client.get(path)
        with queries() as seen:
            assert client.get(path).status_code == 200
        seen.expect(5)


# --- Publishing ------------------------------------------------------------------------------------------------------


def test_every_letter_is_read_before_it_goes(market, run, as_, outbox):
    client = as_(market.secretariat)
    page = soup(client.get(f"/matching/runs/{run.id}/publication"))
    assert (len(page.select("main details")), len(page.select("main details article")), outbox()) == (5, 10, [])
    subjects = sorted(article.h3.get_text() for article in page.select("article"))
    answer = client.send(f"/matching/runs/{run.id}/publication")
    assert (answer.status_code, sorted(letter.subject for letter in outbox())) == (303, subjects)
    assert client.get(f"/matching/runs/{run.id}/publication").headers["Location"] == f"/matching/runs/{run.id}"


def test_the_page_before_publishing_asks_as_much_of_the_database_for_three_groups_as_for_one(app, as_, queries):
    for members in (2, 6):
        market = make_marketplace(members)
        run = services.rehearse(market.round, by=market.secretariat)
        path, client = f"/matching/runs/{run.id}/publication", as_(market.secretariat)
        client.get(path)
        with queries() as seen:
            assert client.get(path).status_code == 200
        seen.expect(10)


def test_what_was_agreed_otherwise_needs_a_tick_and_a_reason(app, as_):
    market = make_marketplace(4)
    make_accepted(market, maker=0, asked=(1,))
    run = services.rehearse(market.round, by=market.secretariat, locked=[ids(market, 0, 3)])
    path, client = f"/matching/runs/{run.id}/publication", as_(market.secretariat)
    assert len(soup(client.get(path)).select("#despite, #reason")) == 2
    for data in ({}, {"despite": "y"}, {"reason": "Overlegd"}, {"despite": "y", "reason": " "}):
        assert client.send(path, data=data).status_code == 422
    assert client.send(path, data={"despite": "y", "reason": "Overlegd"}).status_code == 303
    assert db.session.query(Exchange).count() == 2


def test_a_missing_waiver_is_named_with_the_way_to_the_register(market, run, as_):
    by_name = {row["name"]: row["key"] for row in run.input}
    pair = [market.organisations[ids(market, *range(5)).index(by_name[name])] for name in ("Lindenhof", "Brugveld")]
    make_conflict(*pair, kind=ConflictKind.SUBCONTRACTING)
    client = as_(market.secretariat)
    page = soup(client.get(f"/matching/runs/{run.id}/publication"))
    assert (len(page.select(".is-stop a[href='/impartiality']")), page.select("form[action$=publication]")) == (1, [])
    answer = client.send(f"/matching/runs/{run.id}/publication")
    assert (answer.status_code, db.session.query(Exchange).count()) == (409, 0)


def test_while_signing_up_is_open_the_letters_are_there_but_no_button(app, as_):
    market = make_marketplace(2, state=RoundState.OPEN)
    run = services.rehearse(market.round, by=market.secretariat)
    page = soup(as_(market.secretariat).get(f"/matching/runs/{run.id}/publication"))
    assert (len(page.select("article")), page.select("form[action$=publication]")) == (4, [])


# --- Back ------------------------------------------------------------------------------------------------------------


def test_a_publication_is_taken_back_with_a_reason_until_somebody_answers(market, run, as_):
    client = as_(market.secretariat)
    client.send(f"/matching/runs/{run.id}/publication")
    wrong = client.send(f"/matching/runs/{run.id}/retraction", data={"reason": " "})
    assert (wrong.status_code, len(soup(wrong).select(".pr-errors a[href='#reason']"))) == (422, 1)
    for _ in range(2):
        assert client.send(f"/matching/runs/{run.id}/retraction", data={"reason": "Vergissing"}).status_code == 303
    assert db.session.get_one(MatchingRun, run.id).state == RunState.REHEARSED
    client.send(f"/matching/runs/{run.id}/publication")
    exchange = next(e for e in queries.exchanges_in(market.round.id) if len(e.members) == 2)
    member = queries.exchange_of(exchange.id).members[0]
    coordinator = market.coordinators[ids(market, *range(5)).index(member.trajectory.organisation_id)]
    services.accept(member, by=coordinator)
    assert soup(client.get(f"/matching/runs/{run.id}")).select("form[action$=retraction]") == []
    assert client.send(f"/matching/runs/{run.id}/retraction", data={"reason": "Toch"}).status_code == 409


# --- Adjusting -------------------------------------------------------------------------------------------------------


def test_matching_again_is_offered_once_somebody_has_no_partner_and_says_what_would_end(app, as_):
    market = make_marketplace(2, rules_data={"largest_ring": 3, "ring_cost": 0, "broken_promise_cost": 0})
    client = as_(market.secretariat)
    (old,) = services.publish(services.rehearse(market.round, by=market.secretariat), by=market.secretariat)
    overview = f"/matching?round={market.round.id}"
    assert soup(client.get(overview)).select("form[action$=adjustment]") == []
    market.add("Nieuw", "Kampen", 52.26)
    assert len(soup(client.get(overview)).select("form[action$=adjustment]")) == 1
    made = made_by(client.send(f"/matching/rounds/{market.round.id}/adjustment"))
    page = soup(client.get(f"/matching/runs/{made.id}"))
    (row,) = next(
        t for t in page.select("table") if t.caption.get_text() == "Gepubliceerde uitwisselingen die stoppen"
    ).select("tbody tr")
    assert row.th.get_text() == "Lindenhof en Brugveld"
    assert "Zo heeft Nieuw een partner." in row.get_text()
    before = soup(client.get(f"/matching/runs/{made.id}/publication"))
    assert (len(before.select("article")), before.select_one("#told").get_text(strip=True)[:15]) == (
        10,
        "Het secretariaa",
    )
    assert (
        client.send(f"/matching/runs/{made.id}/publication", data={"told": "Iedereen een partner"}).status_code == 303
    )
    assert db.session.get_one(Exchange, old.id).state == ExchangeState.DISSOLVED
    assert soup(client.get(f"/matching/runs/{made.id}")).select("form[action$=retraction]") == []


def test_without_a_publication_matching_again_is_refused_in_words(market, as_):
    assert as_(market.secretariat).send(f"/matching/rounds/{market.round.id}/adjustment").status_code == 409


# --- Long ones -------------------------------------------------------------------------------------------------------


def test_a_long_rehearsal_shows_how_far_it_is_and_then_leads_to_the_answer(market, as_, long):
    client = as_(market.secretariat)
    made = made_by(client.send(f"/matching/rounds/{market.round.id}/runs"))
    path = f"/matching/runs/{made.id}"
    page = soup(client.get(path))
    assert page.select_one("#progress")["hx-get"] == f"{path}/progress"
    assert [link["href"] for link in page.select("main a.btn-quiet")] == [path]  # to look again without JavaScript
    part = client.get(f"{path}/progress", headers={"HX-Request": "true"})
    assert (part.status_code, len(soup(part).select("progress")), soup(part).select("h1")) == (200, 1, [])
    services.make_next()
    ready = client.get(f"{path}/progress", headers={"HX-Request": "true"})
    assert (ready.headers["HX-Redirect"], client.get(f"{path}/progress").headers["Location"]) == (path, path)
    assert len(soup(client.get(path)).select(".pr-figures")) == 1


def test_a_long_rehearsal_is_stopped_and_begun_again(market, as_, long):
    client = as_(market.secretariat)
    made = made_by(client.send(f"/matching/rounds/{market.round.id}/runs", data={"weight_travel": "44"}))
    for _ in range(2):
        assert client.send(f"/matching/runs/{made.id}/stop").headers["Location"] == f"/matching/runs/{made.id}"
    page = soup(client.get(f"/matching/runs/{made.id}"))
    assert page.select_one("form[action$=again] button")
    again = made_by(client.send(f"/matching/runs/{made.id}/again"))
    assert (again.state, again.settings["weights"]["travel"]) == (RunState.QUEUED, 44)


@pytest.mark.parametrize("act", ["move", "check", "retraction"])
def test_what_has_no_answer_yet_is_not_worked_on(market, as_, long, act):
    client = as_(market.secretariat)
    made = made_by(client.send(f"/matching/rounds/{market.round.id}/runs"))
    assert client.send(f"/matching/runs/{made.id}/{act}", data={}).status_code in (200, 409, 422)
    assert client.send(f"/matching/runs/{made.id}/publication").status_code == 409
    assert client.get(f"/matching/runs/{made.id}/publication").status_code == 303
    assert client.get(f"/matching/runs/{made.id}/groups.csv").status_code == 200
    assert client.get("/matching").status_code == 200


def test_how_far_it_is_asks_little_of_the_database(market, as_, queries, long):
    client = as_(market.secretariat)
    made = made_by(client.send(f"/matching/rounds/{market.round.id}/runs"))
    path = f"/matching/runs/{made.id}/progress"
    client.get(path, headers={"HX-Request": "true"})
    with queries() as seen:
        client.get(path, headers={"HX-Request": "true"})
    seen.expect(3)


# --- Who may not -----------------------------------------------------------------------------------------------------

READS = ("publication", "progress")
ACTS = ("move", "check", "rules", "retraction", "stop", "publication")


@pytest.mark.parametrize("role", ["coordinator", "oversight", "commission_chair", "administrator"])
def test_the_workbench_is_the_secretariats(market, run, as_, role):
    client = as_(make_actor(role, market.organisations[0] if role == "coordinator" else None))
    for number in (run.id, 99_999):
        assert {client.get(f"/matching/runs/{number}/{page}").status_code for page in READS} == {404}
        assert {client.send(f"/matching/runs/{number}/{act}").status_code for act in ACTS} == {404}
    assert client.send(f"/matching/rounds/{market.round.id}/adjustment").status_code == 403
    for page in ("compare", "compare.csv"):
        assert client.get(f"/matching/runs/{page}?a={run.id}&b={run.id}").status_code == 403


# --- Where we stand ---------------------------------------------------------------------------------------------------


def test_who_stands_in_the_latest_rehearsal_is_folded_away_with_whom_below_who_is_left(app, get):
    market = make_marketplace(2)
    market.add("Zuid", "Vaals", 50.8)
    services.rehearse(market.round, by=market.secretariat)
    page = soup(get(market.secretariat, "/matching"))
    left, grouped = page.select("table")[:2]
    assert [row.a.get_text() for row in left.select("tbody tr")] == ["Zuid"]
    assert grouped.find_parent("details").summary.get_text() == "2 organisaties staan in de laatste proef"
    one, other = (each.name for each in market.organisations[:2])
    assert sorted((row.a.get_text(), row.td.get_text()) for row in grouped.select("tbody tr")) == sorted(
        [(one, f"met {other}"), (other, f"met {one}")]
    )
