"""The pages: who reads what, answering without an account, typing sheets, and the wrong ways."""

import csv
import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from sqlalchemy import delete, func, select

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.frameworks.queries import outline_of
from peerreview.questionnaires.lifecycle import Audience, Channel
from peerreview.questionnaires.models import Questionnaire, Response
from peerreview.reviews.lifecycle import ReviewState
from peerreview.selfevaluations.queries import tells_team
from peerreview.selfevaluations.queries.evidence import _tellers
from peerreview.trajectories.lifecycle import TrajectoryState as S
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation
from tests.factories.questionnaires import close, fill_in, make_questionnaire, make_responses
from tests.factories.reviews import make_pair
from tests.factories.selfevaluations import make_self_evaluation
from tests.factories.trajectories import make_trajectory

SECRET = "Alleen ik zei dit"


class Ours:
    """Lindenhof writes its self-evaluation; clients answered five times and said something, volunteers four times."""

    def __init__(self):
        organisation = make_organisation("Lindenhof")
        for role in ("coordinator", "executive", "contributor", "reviewer"):
            setattr(self, role, make_actor(role, organisation))
        self.stranger = make_actor("coordinator", make_organisation("Verweg"))
        self.secretariat = make_actor("secretariat")
        self.team = make_actor("reviewer", make_organisation("Brugveld"))
        self.id = make_self_evaluation(make_trajectory(organisation=organisation)).trajectory_id
        trajectory = db.session.get_one(Trajectory, self.id)
        self.clients = make_questionnaire(trajectory)
        self.volunteers = make_questionnaire(trajectory, Audience.VOLUNTEERS)
        self.norm_id = self.clients.questions[0]["norm_id"]
        fill_in(self.clients, 5, text="Koffie")
        fill_in(self.volunteers, 4, text=SECRET)
        self.link, self.path = f"/q/{self.volunteers.token}", f"/trajectories/{self.id}/questionnaires"

    def close(self):
        close(self.clients)
        close(self.volunteers)

    def hand_in(self):
        with unit_of_work():
            db.session.get_one(Trajectory, self.id).state = S.SELF_EVALUATED


@pytest.fixture
def ours(app):
    return Ours()


def soup(answer):
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def hidden(client, path):
    """What the form of this page sends by itself."""
    form = soup(client.get(path)).find("form", {"method": "post"})
    return {i["name"]: i.get("value", "") for i in form.find_all("input", {"type": "hidden"})}


def responses():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Response))


# --- Who reads what --------------------------------------------------------------------------------------------------


def test_before_the_closing_nobody_reads_an_answer(ours, get):
    html = get(ours.coordinator, f"{ours.path}/clients") + get(ours.coordinator, ours.path)
    assert "Koffie" not in html
    assert soup_text(html).count("5 of meer") == 1
    assert "Koffie" not in get(ours.coordinator, f"{ours.path}/clients/answers.csv")


def soup_text(html):
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def test_after_it_the_host_reads_them_and_four_stay_unseen_everywhere(ours, get, as_):
    ours.close()
    ours.hand_in()
    tells, _tellers[:] = _tellers[:], []
    tells_team(
        lambda trajectory_id: {ours.team.person_id: ours.team.organisation_id} if trajectory_id == ours.id else {}
    )
    try:
        for reader in (ours.coordinator, ours.executive, ours.contributor, ours.reviewer, ours.secretariat, ours.team):
            pages = [ours.path, f"{ours.path}/clients"]
            html = "".join(get(reader, page) for page in pages)
            assert html.count("Koffie") == 5
            assert SECRET not in html
        for reader in (ours.reviewer, ours.secretariat, ours.team):
            assert as_(reader).get(f"{ours.path}/volunteers").status_code == 404
            assert "Vrijwilligers" not in soup(as_(reader).get(ours.path)).find("main").text
            assert as_(reader).get(f"{ours.path}/clients/answers.csv").status_code == 403
            assert as_(reader).post(f"{ours.path}/clients/closing").status_code in (302, 303, 403)
        assert as_(ours.stranger).get(ours.path).status_code == 404
    finally:
        _tellers[:] = tells
    host = get(ours.coordinator, f"{ours.path}/volunteers")
    assert SECRET not in host + get(ours.coordinator, f"{ours.path}/volunteers/answers.csv")
    assert soup(as_(ours.coordinator).get(f"{ours.path}/volunteers")).h1.text == "Te weinig antwoorden om te laten zien"


def test_four_answers_and_none_are_the_same_pages(ours, as_):
    """Whatever the number below five, nothing differs for the host: pages, refusals, list and export."""
    client, where = as_(ours.executive), f"{ours.path}/volunteers"
    pages = (ours.path, where, f"{where}/questions", f"{where}/words", f"{where}/sheets/new", f"{where}/answers.csv")

    def told():
        answers = [client.get(page) for page in pages]
        return [(answer.status_code, soup_text(answer.get_data(as_text=True))) for answer in answers]

    seen = {}
    for answered in (4, 0):
        open_ = told()
        close(ours.volunteers)
        seen[answered] = (open_, told())
        with unit_of_work():
            db.session.execute(delete(Response).where(Response.questionnaire_id == ours.volunteers.id))
            db.session.get_one(Questionnaire, ours.volunteers.id).closed_at = None
    assert seen[4] == seen[0]


def test_others_know_nothing_of_it_before_the_self_evaluation_is_sent(ours, as_):
    ours.close()
    for reader in (ours.reviewer, ours.secretariat, ours.team, ours.stranger):
        assert as_(reader).get(ours.path).status_code == 404
        assert as_(reader).get(f"{ours.path}/clients").status_code == 404


def test_a_contributor_reads_and_makes_nothing(ours, as_):
    client = as_(ours.contributor)
    assert client.get(f"{ours.path}/partners/questions").status_code == 403
    assert client.get(f"{ours.path}/clients/sheets/new").status_code == 403
    assert soup(client.get(f"{ours.path}/clients")).select("main form") == []


def test_what_people_said_stands_beside_the_norm(ours, get):
    page = f"/trajectories/{ours.id}/self-evaluation/norms/{ours.norm_id}"
    assert BeautifulSoup(get(ours.coordinator, page), "html.parser").find(id="people-said") is None
    ours.close()
    said = BeautifulSoup(get(ours.coordinator, page), "html.parser").find(id="people-said")
    assert said.text.count("Koffie") == 5
    assert SECRET not in said.text
    assert f'href="{ours.path}"' in get(ours.coordinator, f"/trajectories/{ours.id}/self-evaluation")


def test_the_export_holds_what_is_shown_and_no_formula(ours, as_, app):
    with unit_of_work():
        for row in db.session.scalars(select(Response).where(Response.questionnaire_id == ours.clients.id)):
            row.answers = row.answers | {"q4": f"=1+{row.id}"}
    ours.close()
    text = as_(ours.coordinator).get(f"{ours.path}/clients/answers.csv").get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert rows[1][:6] == ["Dit vraagt norm 1.", "V1", "5", "0", "5", "0"]
    assert [row[8][:4] for row in rows[4:]] == ["'=1+"] * 5


@pytest.mark.parametrize("lists", [1, 3])
def test_the_list_asks_as_much_for_one_as_for_three(app, as_, queries, lists):
    actor = make_actor("coordinator", organisation := make_organisation("Lindenhof"))
    id = make_self_evaluation(make_trajectory(organisation=organisation)).trajectory_id
    trajectory = db.session.get_one(Trajectory, id)
    for audience in list(Audience)[:lists]:
        fill_in(made := make_questionnaire(trajectory, audience), 5)
        close(made)
    client = as_(actor)
    client.get(f"/trajectories/{id}/questionnaires")
    with queries() as seen:
        assert client.get(f"/trajectories/{id}/questionnaires").status_code == 200
    seen.expect(5)


# --- Making ----------------------------------------------------------------------------------------------------------


def test_a_coordinator_makes_a_questionnaire_and_gives_it_words(ours, as_):
    client, where = as_(ours.coordinator), f"{ours.path}/partners"
    first, last = clock.today() + timedelta(days=1), clock.today() + timedelta(days=9)
    data = hidden(client, f"{where}/questions") | {
        "norms": [str(ours.norm_id)], "open1": "Hoe werkt het samen?", "open1_norm": str(ours.norm_id),
        "introduction": "Dag!", "opens_on": first.isoformat(), "closes_on": last.isoformat(),
    }  # fmt: skip
    answer = client.post(f"{where}/questions", data=data | {"closes_on": clock.today().isoformat()})
    assert (answer.status_code, soup(answer).select_one("#closes_on-e").text) == (
        422, "Fout: De laatste dag kan niet vóór de eerste dag liggen.",
    )  # fmt: skip
    assert client.post(f"{where}/questions", data=data | {"norms": ["999"]}).status_code == 422
    answer = client.post(f"{where}/questions", data=data)
    assert (answer.status_code, answer.location) == (303, f"{where}/words")
    words = hidden(client, f"{where}/words") | {"q1": "We bellen snel terug.", "q2": "Hoe werkt het samen?"}
    assert client.post(f"{where}/words", data=words | {"q1": ""}).status_code == 422
    assert client.post(f"{where}/words", data=words | {"version": "77"}).status_code == 409
    assert client.post(f"{where}/words", data=words).location == where
    assert (
        soup(client.get(where)).find("ol", class_="mt-3").text
        == "We bellen snel terug.Hoe werkt het samen? (open vraag)"
    )
    early = client.get(f"/q/{_token(Audience.PARTNERS)}")
    assert (early.status_code, soup(early).h1.text) == (200, "Deze vragenlijst is nog niet open")


def _token(audience):
    db.session.rollback()
    return db.session.scalar(select(Questionnaire.token).where(Questionnaire.audience == audience))


def test_an_open_questionnaire_says_that_its_questions_are_fixed(ours, as_):
    client = as_(ours.coordinator)
    for page in ("questions", "words"):
        answer = client.get(f"{ours.path}/clients/{page}")
        assert (answer.status_code, "De vragen liggen vast." in soup(answer).text) == (409, True)
    data = {"csrf_token": hidden(client, f"{ours.path}/clients/sheets/new")["csrf_token"]}
    for act, status in (("closing", 303), ("new-beginning", 409), ("last-day", 422)):
        assert client.post(f"{ours.path}/clients/{act}", data=data).status_code == status
    late = data | {"closes_on": (clock.today() + timedelta(days=3)).isoformat()}
    assert client.post(f"{ours.path}/clients/last-day", data=late).status_code == 409
    for day in ("", (clock.today() - timedelta(days=1)).isoformat()):
        wrong = client.post(f"{ours.path}/volunteers/last-day", data=data | {"closes_on": day})
        told = soup(wrong).select_one(".pr-errors a")
        assert (wrong.status_code, told["href"], bool(soup(wrong).select_one("#closes_on-e"))) == (
            422,
            "#closes_on",
            True,
        )
    assert client.post(f"{ours.path}/volunteers/last-day", data=late).status_code == 303
    again = client.post(f"{ours.path}/volunteers/new-beginning", data=data)
    assert again.location == f"{ours.path}/volunteers/questions"
    assert responses() == 5


def test_the_paper_sheet_has_the_questions_in_the_language_asked_for(ours, as_):
    answer = as_(ours.coordinator).get(f"{ours.path}/clients/paper.pdf?language=en")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="questionnaire-clients-lindenhof.pdf"'
    text = " ".join(PdfReader(io.BytesIO(answer.data)).pages[0].extract_text().split())
    for part in ("What do you think of Lindenhof?", "Dit vraagt norm 1.", "What should stay?", ours.clients.token[:8]):
        assert part in text


# --- Answering -------------------------------------------------------------------------------------------------------


def test_somebody_without_an_account_answers_once(ours, as_):
    client = as_(None)
    page = client.get(ours.link)
    assert (page.headers["X-Robots-Tag"], page.headers["Cache-Control"]) == ("noindex, nofollow", "no-store")
    data = hidden(client, ours.link) | {"q1": "fully", "q4": "De koffie."}
    for _twice in range(2):
        answer = client.post(ours.link, data=data)
        assert (answer.status_code, answer.location) == (303, "/q/thank-you")
    assert responses() == 10
    assert soup(client.get("/q/thank-you")).h1.text == "Dank je wel"


def test_the_questions_stand_in_english_for_who_asks(ours, as_):
    client = as_(None)
    switch = soup(client.get(ours.link)).select_one(".pr-me a")
    client.get(switch["href"])
    page = soup(client.get(ours.link))
    assert (page.h1.text, page.select("legend")[0].text) == ("What do you think of Lindenhof?", "Dit vraagt norm 1.")
    assert page.find("label", {"for": "q4"}).text == "What should stay?"


def test_a_name_gives_a_warning_once_and_never_blocks(ours, as_):
    client = as_(None)
    data = hidden(client, ours.link) | {"q4": "Bel Fatma op 06-12345678."}
    warned = client.post(ours.link, data=data)
    page = soup(warned)
    assert (warned.status_code, len(page.select("#look .pr-note"))) == (200, 2)
    assert page.find("textarea").text.strip() == "Bel Fatma op 06-12345678."
    assert responses() == 9
    again = {i["name"]: i.get("value", "") for i in page.select("form input[type=hidden]")}
    assert client.post(ours.link, data=again | {"q4": data["q4"]}).status_code == 303
    assert responses() == 10


def test_the_wrong_ways_to_answer_are_told_kindly_and_keep_what_was_typed(ours, as_):
    client = as_(None)
    data = hidden(client, ours.link)
    for wrong in ({}, {"q1": "maybe"}, {"q4": "x" * 2001}):
        answer = client.post(ours.link, data=data | wrong)
        assert (answer.status_code, len(soup(answer).select(".pr-errors"))) == (422, 1)
    huge = client.post(ours.link, data=data | {"q4": "x" * 10_000_000})
    assert (huge.status_code, len(huge.data) < 100_000) == (422, True)
    stale = client.post(ours.link, data={"q4": "Niet kwijt.", "key": "k"})
    assert (stale.status_code, soup(stale).find("textarea").text.strip()) == (422, "Niet kwijt.")
    assert "stond lang open" in soup(stale).select_one(".pr-errors").text
    assert client.get("/q/" + "x" * 30).status_code == client.post("/q/" + "x" * 30).status_code == 404
    assert responses() == 9


def test_a_closed_questionnaire_is_kind_to_who_comes_late(ours, as_):
    client = as_(None)
    data = hidden(client, ours.link) | {"q1": "fully"}
    ours.close()
    page, late = client.get(ours.link), client.post(ours.link, data=data)
    assert (page.status_code, late.status_code) == (200, 409)
    assert soup(page).h1.text == soup(late).h1.text == "Deze vragenlijst is gesloten"
    assert responses() == 9


def test_sheets_are_typed_in_one_after_another(ours, as_):
    client, page = as_(ours.coordinator), f"{ours.path}/volunteers/sheets/new"
    data = hidden(client, page) | {"q1": "agree", "then": "next"}
    for _twice in range(2):
        answer = client.post(page, data=data)
        assert (answer.status_code, answer.location) == (303, f"{page}?saved=1")
    other = hidden(client, page) | {"q1": "agree", "then": "done"}
    assert client.post(page, data=other).location == f"{ours.path}/volunteers"
    assert client.post(page, data=hidden(client, page)).status_code == 422
    db.session.rollback()
    of_paper = select(func.count()).where(Response.channel == Channel.PAPER)
    assert db.session.scalar(of_paper) == 2
    ours.close()
    assert client.get(page).status_code == 409


def test_the_visiting_team_reads_it_where_it_rates(app, as_, queries):
    pair = make_pair(state=ReviewState.RATING)
    host = pair.review.visit.host
    with unit_of_work():
        make_self_evaluation(host, filled=True).submitted_at = clock.now()
    make_responses(made := make_questionnaire(host, closed=True), 6)
    norm = outline_of(host.framework_version_id).by_id[made.questions[0]["norm_id"]]
    client, page = as_(pair.lead), f"/reviews/{pair.review.id}/ratings/{norm.code}"
    client.get(page)
    with queries() as seen:
        said = soup(client.get(page)).find(id="people-said")
    assert said.text.split()[3:5] == ["Cliënten", "(6):"]
    assert len(seen) <= 12
    link = said.find("a")["href"]
    assert client.get(link).status_code == client.get(f"{link}/clients").status_code == 200
