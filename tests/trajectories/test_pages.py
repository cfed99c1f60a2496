"""The pages of a trajectory: the road, the sign-up, the secretariat's answers and list."""

import io
import re

import pytest
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from peerreview.core.db import db, unit_of_work
from peerreview.reviews.lifecycle import ReviewState
from peerreview.trajectories import queries as asked
from peerreview.trajectories.lifecycle import TrajectoryState as S
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation
from tests.factories.reviews import make_review
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory


@pytest.fixture
def ours(app):
    """A draft with its organisation's coordinator and executive."""

    def begin(**fields):
        organisation = make_organisation("Lindenhof")
        values = {"state": S.DRAFT, "learning": ["C1"], **fields}
        trajectory = make_trajectory(make_round("Voorjaar 2027"), organisation, **values)
        return trajectory.id, make_actor("coordinator", organisation), make_actor("executive", organisation)

    return begin


def token(client, path):
    soup = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
    return soup.find("input", {"name": "csrf_token"})["value"]


def typed(client, path):
    """All that the form at this path would send."""
    soup = BeautifulSoup(client.get(path).get_data(as_text=True), "html.parser")
    form, data = soup.find("form", {"method": "post"}), {}
    for control in form.find_all(["input", "textarea", "select"]):
        name = control.get("name")
        if not name or (control.get("type") in ("radio", "checkbox") and not control.has_attr("checked")):
            continue
        if control.name == "select":
            chosen = control.find("option", selected=True) or control.find("option")
            value = chosen["value"]
        else:
            value = control.text.removeprefix("\n") if control.name == "textarea" else control.get("value", "")
        data.setdefault(name, []).append(value)
    return data


def heading(html):
    return BeautifulSoup(html, "html.parser").h1.get_text(strip=True)


def test_without_a_trajectory_one_sees_the_open_rounds(app, get):
    make_round("Voorjaar 2027")
    html = get(make_actor("coordinator", make_organisation()), "/trajectory")
    assert heading(html) == "Ons traject"
    assert "Voorjaar 2027" in html


def test_a_coordinator_begins_a_sign_up_and_lands_in_the_form(app, as_):
    round_ = make_round("Voorjaar 2027")
    client = as_(make_actor("coordinator", make_organisation()))
    csrf = token(client, "/trajectory")
    answer = client.post(f"/rounds/{round_.id}/trajectories", data={"csrf_token": csrf})
    assert answer.status_code == 303
    assert re.fullmatch(r"/trajectories/\d+/sign-up/edit", answer.location)
    again = client.post(f"/rounds/{round_.id}/trajectories", data={"csrf_token": csrf})
    assert again.location == answer.location
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("role", ["contributor", "reviewer"])
def test_who_does_not_sign_cannot_begin_a_sign_up(app, as_, role):
    round_ = make_round()
    client = as_(make_actor(role, make_organisation()))
    csrf = token_of(client)
    assert client.post(f"/rounds/{round_.id}/trajectories", data={"csrf_token": csrf}).status_code == 403


def token_of(client):
    """A token for a person without a form in sight: any signed-in page carries one for htmx."""
    html = client.get("/trajectory").get_data(as_text=True)
    return re.search(r'"X-CSRFToken": "([^"]+)"', html)[1]


def test_the_sign_up_is_saved_as_it_was_typed(ours, as_):
    trajectory_id, coordinator, _executive = ours()
    client, path = as_(coordinator), f"/trajectories/{trajectory_id}/sign-up/edit"
    data = typed(client, path) | {"fte": "42,5", "wishes": "Een partner met dorpen.", "months": ["3", "10"]}
    answer = client.post(path, data=data)
    assert (answer.status_code, answer.location) == (303, f"/trajectories/{trajectory_id}/sign-up")
    trajectory = db.session.get_one(Trajectory, trajectory_id)
    assert (str(trajectory.fte), trajectory.wishes, trajectory.months) == ("42.5", "Een partner met dorpen.", [3, 10])


def test_an_autosave_answers_with_the_new_version_only(ours, as_):
    trajectory_id, coordinator, _executive = ours()
    client, path = as_(coordinator), f"/trajectories/{trajectory_id}/sign-up/edit"
    data = typed(client, path) | {"wishes": "Nieuw", "autosave": "1"}
    answer = client.post(path, data=data, headers={"HX-Request": "true"})
    mark = BeautifulSoup(answer.get_data(as_text=True), "html.parser").find(id="saved-signup")
    assert answer.status_code == 200
    assert mark["data-version"] == str(db.session.get_one(Trajectory, trajectory_id).version)
    assert "textarea" not in answer.get_data(as_text=True)


def test_two_sessions_on_one_form_show_both_texts(ours, as_):
    trajectory_id, coordinator, executive = ours()
    path = f"/trajectories/{trajectory_id}/sign-up/edit"
    mine, theirs = as_(coordinator), as_(executive)
    data = typed(mine, path)
    theirs.post(path, data=typed(theirs, path) | {"wishes": "De tekst van de ander"})
    for extra in ({"autosave": "1"}, {}):
        answer = mine.post(path, data=data | {"wishes": "Mijn tekst"} | extra)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert "Mijn tekst" in html
        assert "De tekst van de ander" in html
    kept = BeautifulSoup(html, "html.parser")
    again = mine.post(
        path, data=data | {"wishes": "Samen", "version": kept.find("input", {"name": "version"})["value"]}
    )
    assert again.status_code == 303
    assert db.session.get_one(Trajectory, trajectory_id).wishes == "Samen"


def test_a_wrong_number_is_said_kindly_and_keeps_the_text(ours, as_):
    trajectory_id, coordinator, _executive = ours()
    client, path = as_(coordinator), f"/trajectories/{trajectory_id}/sign-up/edit"
    answer = client.post(path, data=typed(client, path) | {"fte": "veertig", "wishes": "Blijft staan"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert {"veertig", "Blijft staan"} <= {*re.findall(r'value="(veertig)"', html), *re.findall("Blijft staan", html)}
    assert BeautifulSoup(html, "html.parser").title.text.startswith("Fout:")


def test_a_story_of_ten_megabytes_is_refused_kindly(ours, as_):
    trajectory_id, coordinator, _executive = ours()
    client, path = as_(coordinator), f"/trajectories/{trajectory_id}/sign-up/edit"
    answer = client.post(path, data=typed(client, path) | {"wishes": "x" * 10_000_000})
    assert answer.status_code == 422
    assert "x" * 10_000_000 in answer.get_data(as_text=True)


ODD = [
    {"version": "x"}, {"months": "99"}, {"months": "\u00b2"}, {"route": "boat"}, {"reviewers": "999999"}, {"fte": "NaN"},
    {"fte": "9" * 400}, {"max_travel_minutes": "-5"}, {"exclusions-0-organisation": "abc"},
    {"exclusions-0-organisation": "9" * 40},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_odd_input_never_breaks_the_page(ours, as_, odd):
    trajectory_id, coordinator, _executive = ours()
    client, path = as_(coordinator), f"/trajectories/{trajectory_id}/sign-up/edit"
    assert client.post(path, data=typed(client, path) | odd).status_code in (409, 422)


def test_the_executive_signs_on_the_page_that_shows_everything(ours, as_):
    trajectory_id, _coordinator, executive = ours()
    client, path = as_(executive), f"/trajectories/{trajectory_id}/sign-up"
    csrf = token(client, path)
    answer = client.post(f"/trajectories/{trajectory_id}/submission", data={"csrf_token": csrf})
    assert (answer.status_code, answer.location) == (303, f"/trajectories/{trajectory_id}")
    twice = client.post(f"/trajectories/{trajectory_id}/submission", data={"csrf_token": csrf})
    assert twice.status_code == 409


def test_what_is_missing_is_a_list_of_links_to_the_fields(ours, as_):
    trajectory_id, _coordinator, executive = ours(months=[], learning=[])
    client = as_(executive)
    csrf = token(client, f"/trajectories/{trajectory_id}/sign-up")
    answer = client.post(f"/trajectories/{trajectory_id}/submission", data={"csrf_token": csrf})
    links = BeautifulSoup(answer.get_data(as_text=True), "html.parser").select(".pr-errors a")
    form = BeautifulSoup(
        client.get(f"/trajectories/{trajectory_id}/sign-up/edit").get_data(as_text=True), "html.parser"
    )
    assert answer.status_code == 422
    assert [link["href"].split("#")[1] for link in links] == ["months-0", "learning-0"]
    assert all(form.find(id=link["href"].split("#")[1]) for link in links)


def test_a_coordinator_asks_for_the_signature_but_does_not_give_it(ours, as_, outbox):
    trajectory_id, coordinator, _executive = ours()
    client = as_(coordinator)
    csrf = token(client, f"/trajectories/{trajectory_id}/sign-up")
    assert client.post(f"/trajectories/{trajectory_id}/submission", data={"csrf_token": csrf}).status_code == 403
    assert client.post(f"/trajectories/{trajectory_id}/signature-request", data={"csrf_token": csrf}).status_code == 303
    assert [letter.kind for letter in outbox()] == ["trajectory.signature_asked"]


def test_the_secretariat_reads_accepts_and_the_road_goes_on(ours, as_, get):
    trajectory_id, _coordinator, _executive = ours(state=S.SUBMITTED)
    secretary = make_actor("secretariat")
    client = as_(secretary)
    csrf = token(client, f"/trajectories/{trajectory_id}/sign-up")
    assert client.post(f"/trajectories/{trajectory_id}/acceptance", data={"csrf_token": csrf}).status_code == 303
    assert db.session.get_one(Trajectory, trajectory_id).state == S.SELF_EVALUATING
    assert client.post(f"/trajectories/{trajectory_id}/acceptance", data={"csrf_token": csrf}).status_code == 409


@pytest.mark.parametrize(
    ("path", "state", "after"),
    [
        ("return", S.SUBMITTED, S.RETURNED),
        ("rejection", S.SUBMITTED, S.REJECTED),
        ("withdrawal", S.SELF_EVALUATING, S.WITHDRAWN),
    ],
)
def test_an_answer_needs_its_reason_and_gives_the_page_back_without_it(ours, as_, path, state, after):
    trajectory_id, _coordinator, _executive = ours(state=state)
    client = as_(make_actor("secretariat"))
    url = f"/trajectories/{trajectory_id}/{path}"
    csrf = token(client, url)
    assert client.post(url, data={"csrf_token": csrf, "reason": " "}).status_code == 422
    assert client.post(url, data={"csrf_token": csrf, "reason": "Omdat het nodig is."}).status_code == 303
    assert db.session.get_one(Trajectory, trajectory_id).state == after
    assert client.post(url, data={"csrf_token": csrf, "reason": "Nog eens"}).status_code == 409


def test_a_pause_too_long_keeps_what_was_typed(ours, as_):
    trajectory_id, _coordinator, _executive = ours(state=S.SELF_EVALUATING)
    client, url = as_(make_actor("secretariat")), f"/trajectories/{trajectory_id}/hold"
    csrf = token(client, url)
    answer = client.post(url, data={"csrf_token": csrf, "reason": "Fusie", "on": "2099-01-01"})
    assert answer.status_code == 422
    assert "Fusie" in answer.get_data(as_text=True)


PLACES = ["", "/sign-up", "/sign-up/edit", "/withdrawal", "/hold", "/return"]


@pytest.mark.parametrize("place", PLACES)
def test_another_organisation_finds_nothing(ours, as_, place):
    trajectory_id, _coordinator, _executive = ours(state=S.SUBMITTED)
    stranger = make_actor("executive", make_organisation())
    assert as_(stranger).get(f"/trajectories/{trajectory_id}{place}").status_code == 404
    assert as_(stranger).get(f"/trajectories/999999{place}").status_code == 404


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("coordinator", [200, 200, 200, 403, 403]), ("executive", [200, 200, 200, 200, 403]),
        ("contributor", [200, 404, 404, 403, 403]), ("reviewer", [200, 404, 404, 403, 403]),
    ],
)  # fmt: skip
def test_each_role_of_the_own_organisation_has_its_pages(app, as_, role, expected):
    organisation = make_organisation()
    trajectory_id = make_trajectory(organisation=organisation, state=S.DRAFT).id
    client = as_(make_actor(role, organisation))
    seen = [
        client.get(f"/trajectories/{trajectory_id}{p}").status_code
        for p in ("", "/sign-up", "/sign-up/edit", "/withdrawal", "/hold")
    ]
    assert seen == expected


def test_a_visitor_is_asked_to_sign_in(app, as_):
    assert as_(None).get("/trajectory").status_code == 303


@pytest.mark.parametrize("role", ["commission_member", "commission_chair"])
def test_the_commission_does_not_see_trajectories(ours, as_, role):
    trajectory_id, _coordinator, _executive = ours()
    client = as_(make_actor(role))
    assert [client.get(path).status_code for path in ("/trajectories", f"/trajectories/{trajectory_id}")] == [403, 404]


def test_what_is_excluded_is_not_on_the_page_of_a_reviewer(app, get):
    from peerreview.trajectories.models import Exclusion

    organisation, enemy = make_organisation(), make_organisation("Kantlijn")
    trajectory = make_trajectory(
        organisation=organisation, exclusions=[Exclusion(organisation_id=enemy.id, reason="Ruzie")]
    )
    executive, reviewer = make_actor("executive", organisation), make_actor("reviewer", organisation)
    assert "Kantlijn" in get(executive, f"/trajectories/{trajectory.id}/sign-up")
    assert "Kantlijn" not in get(reviewer, f"/trajectories/{trajectory.id}")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(app, get, queries, count):
    round_, secretary = make_round(), make_actor("secretariat")
    for _n in range(count):
        make_trajectory(round_)
    with queries() as seen:
        html = get(secretary, "/trajectories")
    seen.expect(6)
    assert len(BeautifulSoup(html, "html.parser").select("tbody tr")) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_one_trajectory_asks_at_most_twelve(app, get, queries, count):
    organisation = make_organisation()
    for _n in range(count):
        trajectory_id = make_trajectory(organisation=organisation).id
    executive = make_actor("executive", organisation)
    with queries() as seen:
        get(executive, f"/trajectories/{trajectory_id}")
    seen.expect(8)


def test_the_list_can_be_narrowed(app, get):
    make_trajectory(organisation=make_organisation("Lindenhof"), state=S.SUBMITTED)
    make_trajectory(organisation=make_organisation("Brugveld"), state=S.VISITED)
    secretary = make_actor("secretariat")

    def names(query):
        soup = BeautifulSoup(get(secretary, "/trajectories" + query), "html.parser")
        return [link.get_text() for link in soup.select("tbody th a")]

    assert names("?state=submitted") == ["Lindenhof"]
    assert names("?step=5") == ["Brugveld"]
    assert names("?q=brug") == ["Brugveld"]
    assert names("?state=nonsense&step=x&page=-3&round=99999999999999999999") == ["Brugveld", "Lindenhof"]
    assert names("?late=1") == []


def test_the_list_leaves_as_csv_and_xlsx(app, as_):
    make_trajectory(organisation=make_organisation("=Lindenhof"))
    client = as_(make_actor("secretariat"))
    csv = client.get("/trajectories/export.csv")
    sheet = load_workbook(io.BytesIO(client.get("/trajectories/export.xlsx").data)).active
    assert csv.data.decode("utf-8-sig").splitlines()[1].startswith("'=Lindenhof;")
    assert sheet["A2"].value == "'=Lindenhof"
    assert csv.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("role", ["oversight", "administrator"])
def test_who_watches_sees_the_list_but_takes_nothing_away(ours, as_, role):
    trajectory_id, _coordinator, _executive = ours()
    client = as_(make_actor(role))
    paths = (
        "/trajectories",
        f"/trajectories/{trajectory_id}",
        f"/trajectories/{trajectory_id}/sign-up",
        "/trajectories/export.csv",
    )
    assert [client.get(path).status_code for path in paths] == [200, 200, 404, 403]


@pytest.mark.parametrize("state", list(S))
def test_every_state_has_its_page_for_each_side(app, get, state):
    organisation = make_organisation()
    fields = {"held_from": S.SCHEDULED, "hold_until": make_round().closes_on} if state == S.ON_HOLD else {}
    trajectory = make_trajectory(organisation=organisation, state=state, **fields)
    for actor in (make_actor("coordinator", organisation), make_actor("secretariat")):
        get(actor, f"/trajectories/{trajectory.id}")
        get(actor, f"/trajectories/{trajectory.id}/sign-up")
    assert asked.trajectory_for(actor, trajectory.id).state == state


@pytest.mark.parametrize(
    ("report", "state", "turn", "way"),
    [
        (ReviewState.DRAFTED, S.VISITED, "Aan zet: de toetsers. Zij schrijven het rapport.", []),
        (ReviewState.RELEASED, S.VISITED, "Aan zet: jullie. Zeg bij elke bevinding of het rapport klopt.", ["report"]),
        (ReviewState.FACT_CHECKED, S.VISITED, "Aan zet: de toetsers. Zij antwoorden op wat er", ["report"]),
        (ReviewState.FINAL, S.REPORTED, "Aan zet: jullie. Maak het verbeterplan.", ["report", "plan"]),
    ],
)
def test_the_road_of_a_host_leads_to_its_report_and_its_plan(app, get, report, state, turn, way):
    review = make_review(state=report)
    host, organisation = review.visit.host, review.visit.host.organisation
    with unit_of_work():
        db.session.get_one(Trajectory, host.id).state = state
    path = f"/trajectories/{host.id}"
    addresses = {"report": f"/reviews/{review.id}/report", "plan": f"{path}/plan"}
    for role in ("coordinator", "executive"):
        page = BeautifulSoup(get(make_actor(role, organisation), path), "html.parser")
        assert " ".join(page.select_one(".pr-turn").text.split()).startswith(turn)
        links = {a["href"] for a in page.select("main a")}
        assert [name for name, address in addresses.items() if address in links] == way
    contributor = get(make_actor("contributor", organisation), path)
    assert addresses["report"] not in contributor  # the host's coordinator and executive read it
