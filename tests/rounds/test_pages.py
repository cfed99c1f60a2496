"""The pages about rounds."""

import pytest
from bs4 import BeautifulSoup

from peerreview.core.db import db
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.models import Round
from tests.factories.accounts import make_actor
from tests.factories.frameworks import make_framework
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round


def typed(client, path):
    form = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser").find("form", {"method": "post"})
    data = {
        i["name"]: i.get("value", "") for i in form.find_all("input") if i.get("name") and i.get("type") != "checkbox"
    }
    for select in form.find_all("select"):
        data[select["name"]] = (select.find("option", selected=True) or select.find("option"))["value"]
    return data | {area["name"]: area.text for area in form.find_all("textarea")}


DATES = {
    "signup_opens_on": "2027-01-01", "signup_closes_on": "2027-02-01", "visits_from": "2027-04-01",
    "visits_until": "2027-06-30", "closes_on": "2027-12-31",
}  # fmt: skip


@pytest.fixture
def client(app, as_):
    return as_(make_actor("secretariat"))


def test_the_secretariat_prepares_and_opens_a_round(app, as_, at):
    with at("2027-01-10 10:00"):
        make_framework(label="2027")
        client = as_(make_actor("secretariat"))
        data = typed(client, "/rounds/new") | DATES | {"name": "Voorjaar 2027", "quorum": "5"}
        answer = client.post("/rounds/new", data=data)
        assert answer.status_code == 303
        opened = client.post(answer.location + "/opening", data={"csrf_token": data["csrf_token"]})
        assert opened.status_code == 303
        assert client.post(answer.location + "/opening", data={"csrf_token": data["csrf_token"]}).status_code == 409
    round_ = db.session.scalars(db.select(Round)).one()
    assert (round_.name, round_.rules.quorum, round_.state) == ("Voorjaar 2027", 5, RoundState.OPEN)


@pytest.mark.parametrize(
    "wrong",
    [{"quorum": "veel"}, {"quorum": "0"}, {"quorum": ""}, {"visits_from": "2026-01-01"}, {"closes_on": "morgen"}, {"name": ""},
     {"name": "x" * 101}, {"framework_version_id": "999"}, {"framework_version_id": "x"}],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(client, wrong):
    make_framework(label="2027")
    data = typed(client, "/rounds/new") | DATES | {"name": "Voorjaar 2027", "accept_within": "7"} | wrong
    answer = client.post("/rounds/new", data=data)
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert answer.status_code == 422
    assert [link["href"] for link in page.select(".pr-errors a")] == [f"#{next(iter(wrong))}"]
    assert page.find(id="accept_within")["value"] == "7"


def test_a_begun_round_asks_for_a_reason(client):
    round_ = make_round()
    path = f"/rounds/{round_.id}/edit"
    data = typed(client, path) | {"closes_on": "2099-12-31"}
    assert client.post(path, data=data).status_code == 422
    assert client.post(path, data=data | {"reason": "Meer tijd nodig"}).status_code == 303


def test_two_editors_at_once_keep_what_they_typed(client):
    round_ = make_round(state=RoundState.DRAFT)
    path = f"/rounds/{round_.id}/edit"
    data = typed(client, path)
    assert client.post(path, data=data | {"name": "Eerst"}).status_code == 303
    second = client.post(path, data=data | {"name": "Tweede"})
    page = BeautifulSoup(second.get_data(as_text=True), "html.parser")
    assert second.status_code == 409
    assert page.find(id="name")["value"] == "Tweede"
    again = data | {"name": "Tweede", "version": page.find("input", {"name": "version"})["value"]}
    assert client.post(path, data=again).status_code == 303


def test_sign_up_is_opened_again_with_a_reason(client):
    round_ = make_round(state=RoundState.MATCHING)
    path = f"/rounds/{round_.id}/signup-reopening"
    data = typed(client, path)
    assert client.post(path, data=data).status_code == 422
    assert client.post(path, data=data | {"until": "2020-01-01", "reason": "Later"}).status_code == 422
    until = str(round_.visits_from)
    assert client.post(path, data=data | {"until": until, "reason": "Later"}).status_code == 303


@pytest.mark.parametrize("state", list(RoundState))
def test_every_state_has_its_page(client, get, state):
    round_ = make_round(state=state)
    assert client.get(f"/rounds/{round_.id}").status_code == 200
    if state != RoundState.DRAFT:
        get(make_actor("coordinator", make_organisation()), f"/rounds/{round_.id}")


@pytest.mark.parametrize(
    "role", ["coordinator", "executive", "reviewer", "oversight", "administrator", "commission_chair"]
)
def test_only_the_secretariat_makes_and_changes_rounds(app, as_, role):
    organisation = make_organisation() if role in ("coordinator", "executive", "reviewer") else None
    other, round_ = as_(make_actor(role, organisation)), make_round()
    paths = ["/rounds/new", f"/rounds/{round_.id}/edit", f"/rounds/{round_.id}/signup-reopening"]
    assert [other.get(path).status_code for path in paths] == [403, 403, 403]
    assert other.get("/rounds").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(app, get, queries, count):
    secretary = make_actor("secretariat")
    for _n in range(count):
        make_round()
    with queries() as seen:
        html = get(secretary, "/rounds")
    seen.expect(4)
    assert len(BeautifulSoup(html, "html.parser").select("tbody tr")) == count
