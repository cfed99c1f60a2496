"""The workspace of a self-evaluation."""

import io
from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import open_duties
from peerreview.selfevaluations import queries as asked
from peerreview.selfevaluations import services
from peerreview.selfevaluations.lifecycle import Question
from peerreview.selfevaluations.models import Answer, Reflection
from peerreview.trajectories.lifecycle import TrajectoryState as S
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation
from tests.factories.selfevaluations import PDF, answers_of, make_evidence, make_self_evaluation
from tests.factories.trajectories import make_trajectory


class Ours:
    """A self-evaluation with one actor of each role of its organisation, and a contributor with its first norm."""

    def __init__(self, **fields):
        organisation = make_organisation("Lindenhof")
        self.organisation = organisation
        self.coordinator, self.executive = (
            make_actor("coordinator", organisation),
            make_actor("executive", organisation),
        )
        self.contributor, self.reviewer = make_actor("contributor", organisation), make_actor("reviewer", organisation)
        filled = fields.pop("filled", False)
        evaluation = make_self_evaluation(make_trajectory(organisation=organisation, **fields), filled=filled)
        self.id, self.norms = evaluation.trajectory_id, [a.norm_id for a in answers_of(evaluation)]
        with unit_of_work():
            first = answers_of(evaluation)[0]
            first.assigned_to_id = self.contributor.person_id
        self.path = f"/trajectories/{self.id}/self-evaluation"
        self.evaluation_id = evaluation.id

    def norm(self, n=0):
        return f"{self.path}/norms/{self.norms[n]}"

    def answer(self, n=0):
        db.session.expire_all()
        return answers_of(self.evaluation())[n]

    def evaluation(self):
        return asked.self_evaluation_for(self.coordinator, self.id)


@pytest.fixture
def ours(app):
    return Ours


def soup(answer):
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def typed(client, path):
    form = soup(client.get(path)).find("form", {"method": "post"})
    values = {i["name"]: i.get("value", "") for i in form.find_all("input", {"type": "hidden"})}
    story = form.find("textarea")
    if story:
        values["story"] = story.text.removeprefix("\n")
    return values


def test_a_norm_is_written_and_leads_to_the_next(ours, as_):
    our = ours()
    client = as_(our.coordinator)
    data = typed(client, our.norm()) | {"story": "Elke dinsdag.", "rating": "partly", "then": f"norm-{our.norms[1]}"}
    answer = client.post(our.norm(), data=data)
    assert (answer.status_code, answer.location) == (303, our.norm(1))
    assert (our.answer().story, our.answer().rating) == ("Elke dinsdag.", "partly")


def test_the_bar_names_the_next_norm_that_is_not_done(ours, as_):
    our = ours()
    button = soup(as_(our.coordinator).get(our.norm())).select_one(".pr-bar .btn-primary")
    assert (button.text, button["value"], button["form"]) == ("Af, ga naar V3", f"norm-{our.norms[2]}", "answer")


def test_an_autosave_answers_with_the_version_and_no_text(ours, as_):
    our = ours()
    client = as_(our.contributor)
    data = typed(client, our.norm()) | {"story": "Begin", "autosave": "1"}
    answer = client.post(our.norm(), data=data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert soup(answer).find(id="saved-answer")["data-version"] == str(our.answer().version)
    assert "Begin" not in answer.get_data(as_text=True)
    assert our.answer().story == "Begin"


def test_two_sessions_on_one_norm_show_both_texts_and_either_can_stay(ours, as_):
    our = ours()
    one, two = as_(our.contributor), as_(our.coordinator)
    mine = typed(one, our.norm())
    two.post(our.norm(), data=typed(two, our.norm()) | {"story": "Tekst van de coördinator", "rating": "not"})
    for extra in ({"autosave": "1"}, {}):
        answer = one.post(our.norm(), data=mine | {"story": "Mijn eigen tekst", "rating": "partly"} | extra)
        html = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert html.count("Mijn eigen tekst") >= 1
        assert html.count("Tekst van de coördinator") >= 1
    assert our.answer().story == "Tekst van de coördinator"
    newer = soup(answer).find("input", {"name": "version"})["value"]
    assert one.post(our.norm(), data=mine | {"story": "Samen één tekst", "version": newer}).status_code == 303
    assert our.answer().story == "Samen één tekst"


def test_a_text_of_an_expired_session_comes_back_after_signing_in(ours, as_, app):
    our = ours()
    client = as_(our.contributor)
    data = typed(client, our.norm()) | {"story": "Bijna kwijt", "rating": "complies"}
    with client.session_transaction() as session:
        for key in list(session):
            if key != "csrf_token":
                del session[key]
    answer = client.post(
        our.norm(), data=data, headers={"Sec-Fetch-Site": "same-origin", "Referer": f"http://localhost{our.norm()}"}
    )
    assert answer.status_code == 303
    with client.session_transaction() as session, as_(our.contributor).session_transaction() as fresh:
        for key, value in fresh.items():
            session.setdefault(key, value)
    page = soup(client.get(our.norm()))
    assert page.find("textarea").text.strip() == "Bijna kwijt"
    assert page.find("form", id="answer").has_attr("data-unsaved")
    assert our.answer().story == ""


def test_ten_megabytes_are_refused_kindly_and_given_back(ours, as_):
    our = ours()
    client, story = as_(our.coordinator), "x" * 10_000_000
    data = typed(client, our.norm())
    whole = client.post(our.norm(), data=data | {"story": story})
    assert whole.status_code == 422
    assert soup(whole).title.text.startswith("Fout:")
    assert story in whole.get_data(as_text=True)
    auto = client.post(our.norm(), data=data | {"story": story, "autosave": "1"}, headers={"HX-Request": "true"})
    assert auto.status_code == 422
    assert len(auto.data) < 2000


def test_more_than_the_form_can_hold_is_an_answer_and_no_stack_trace(ours, as_):
    our = ours()
    client = as_(our.coordinator)
    answer = client.post(our.norm(), data=typed(client, our.norm()) | {"story": "x" * 30_000_000})
    assert answer.status_code == 413


@pytest.mark.parametrize("odd", [{"version": "x"}, {"version": "999"}, {"version": ""}])
def test_an_odd_version_is_a_conflict_and_keeps_the_text(ours, as_, odd):
    our = ours()
    client = as_(our.coordinator)
    answer = client.post(our.norm(), data=typed(client, our.norm()) | {"story": "Blijft staan"} | odd)
    assert answer.status_code == 409
    assert "Blijft staan" in answer.get_data(as_text=True)


def test_a_rating_that_does_not_exist_is_no_rating(ours, as_):
    our = ours()
    client = as_(our.coordinator)
    client.post(our.norm(), data=typed(client, our.norm()) | {"story": "a", "rating": "excellent"})
    assert (our.answer().story, our.answer().rating) == ("a", None)


def test_what_was_typed_is_never_html(ours, as_):
    our = ours()
    client = as_(our.coordinator)
    client.post(our.norm(), data=typed(client, our.norm()) | {"story": "<script>alert(1)</script>"})
    page = soup(client.get(f"{our.path}/printout"))
    assert [script for script in page.find_all("script") if not script.get("src")] == []


def test_a_file_goes_along_with_the_text(ours, as_):
    our = ours()
    client = as_(our.contributor)
    data = typed(client, our.norm()) | {
        "story": "Met stuk",
        "then": "documents",
        "file": (io.BytesIO(PDF), "Verslag.pdf"),
    }
    answer = client.post(our.norm(), data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.location) == (303, our.norm())
    assert our.answer().story == "Met stuk"
    assert [d.title for d in asked.evidence_of(our.id)] == ["Verslag.pdf"]


def test_a_wrong_file_does_not_lose_the_text(ours, as_):
    our = ours()
    client = as_(our.coordinator)
    data = typed(client, our.norm()) | {
        "story": "Blijft",
        "then": "documents",
        "file": (io.BytesIO(b"MZ"), "virus.pdf"),
    }
    answer = client.post(our.norm(), data=data, content_type="multipart/form-data")
    page = soup(answer)
    assert answer.status_code == 422
    assert page.find(id="file-e")
    assert page.find("textarea").text.strip() == "Blijft"
    assert our.answer().story == "Blijft"
    again = {
        "csrf_token": data["csrf_token"],
        "version": page.find("input", {"name": "version"})["value"],
        "story": "Verder",
    }
    assert client.post(our.norm(), data=again).status_code == 303


def test_a_document_is_chosen_and_taken_away_again(ours, as_):
    our = ours()
    client = as_(our.coordinator)
    evidence_id = make_evidence(our.evaluation(), norm_ids=(our.norms[1],)).id
    client.post(our.norm(), data=typed(client, our.norm()) | {"documents": str(evidence_id), "then": "documents"})
    assert asked.evidence_of(our.id)[0].norm_ids == {our.norms[0], our.norms[1]}
    client.post(our.norm(), data=typed(client, our.norm()) | {"then": f"detach-{evidence_id}"})
    assert asked.evidence_of(our.id)[0].norm_ids == {our.norms[1]}


def test_a_document_is_downloaded_as_a_file_and_never_shown(ours, as_):
    our = ours()
    evidence_id = make_evidence(our.evaluation(), name='Plan "jong" \u2014 2027.pdf').id
    answer = as_(our.coordinator).get(f"/evidence/{evidence_id}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.data.startswith(PDF)


def test_who_finds_a_document(ours, as_):
    our = ours()
    beside, apart = (
        make_evidence(our.evaluation(), norm_ids=(our.norms[0],)).id,
        make_evidence(our.evaluation(), name="B.pdf").id,
    )
    people = {
        "coordinator": our.coordinator, "executive": our.executive, "contributor": our.contributor,
        "reviewer": our.reviewer, "secretariat": make_actor("secretariat"),
        "stranger": make_actor("coordinator", make_organisation()), "oversight": make_actor("oversight"),
    }  # fmt: skip
    seen = {name: [as_(who).get(f"/evidence/{n}").status_code for n in (beside, apart)] for name, who in people.items()}
    assert seen == {
        "coordinator": [200, 200], "executive": [200, 200], "contributor": [200, 404], "reviewer": [404, 404],
        "secretariat": [404, 404], "stranger": [404, 404], "oversight": [404, 404],
    }  # fmt: skip


def test_a_contributor_sees_only_the_own_norms(ours, as_):
    our = ours()
    client = as_(our.contributor)
    links = [a["href"] for a in soup(client.get(our.path)).select(".pr-answers a")]
    assert links == [our.norm(0)]
    assert [client.get(our.norm(n)).status_code for n in (0, 1)] == [200, 404]
    csrf = typed(client, our.norm())["csrf_token"]
    assert client.post(our.norm(1), data={"csrf_token": csrf, "story": "x", "version": "1"}).status_code == 404
    assert [client.get(our.path + p).status_code for p in ("/printout", "/assignments", "/reopening")] == [
        403,
        403,
        403,
    ]
    assert client.post(f"{our.path}/submission", data={"csrf_token": csrf}).status_code == 403


def test_my_norms_is_the_page_of_a_contributor(ours, get):
    our = ours()
    html = get(our.contributor, "/self-evaluation")
    assert BeautifulSoup(html, "html.parser").h1.text == "Welke normen zijn van jou?"


def test_without_a_trajectory_the_page_says_what_comes(app, get):
    assert "Nog niet open" in get(make_actor("contributor", make_organisation()), "/self-evaluation")


@pytest.mark.parametrize("place", ["", "/printout", "/assignments", "/norms/1", "/reopening"])
def test_another_organisation_finds_nothing(ours, as_, place):
    our = ours(filled=True)
    stranger = as_(make_actor("executive", make_organisation()))
    assert stranger.get(our.path + place).status_code == 404
    assert stranger.get("/trajectories/999999/self-evaluation" + place).status_code == 404


@pytest.mark.parametrize(("state", "status"), [(S.SELF_EVALUATING, 404), (S.SELF_EVALUATED, 200)])
@pytest.mark.parametrize("who", ["secretariat", "reviewer"])
def test_secretariat_and_own_reviewers_read_it_once_it_was_submitted(ours, as_, state, status, who):
    our = ours(state=state)
    client = as_(make_actor("secretariat") if who == "secretariat" else our.reviewer)
    assert [client.get(p).status_code for p in (our.path, f"{our.path}/printout", our.norm())] == [status] * 3


@pytest.mark.parametrize("role", ["oversight", "administrator", "commission_member"])
def test_who_has_no_business_here_finds_nothing(ours, as_, role):
    our = ours(state=S.SELF_EVALUATED)
    assert as_(make_actor(role)).get(our.path).status_code == 404


def test_norms_are_divided_one_by_one_and_by_chapter(ours, as_):
    our = ours()
    client = as_(our.coordinator)
    csrf = typed(client, f"{our.path}/assignments")["csrf_token"]
    mine = str(our.coordinator.person_id)
    client.post(
        f"{our.path}/assignments", data={"csrf_token": csrf, f"norm-{our.norms[1]}": mine, "norm-x": "1", "norm-": "2"}
    )
    assert our.answer(1).assigned_to_id == our.coordinator.person_id
    client.post(f"{our.path}/assignments", data={"csrf_token": csrf, "chapter-V": mine})
    lines = asked.lines_of(our.evaluation_id)
    assert [line.assigned_to_id for line in lines] == [our.coordinator.person_id] * 3
    foreign = make_actor("contributor", make_organisation())
    wrong = client.post(
        f"{our.path}/assignments", data={"csrf_token": csrf, f"norm-{our.norms[1]}": str(foreign.person_id)}
    )
    assert wrong.status_code == 422


def whose_turn():
    [due] = open_duties(kind="selfevaluations.write")
    return due.hands[0].role


def test_the_executive_sees_what_is_missing_and_signs_when_it_is_there(ours, as_):
    our = ours(filled=True)
    with unit_of_work():
        db.session.execute(update(Answer).where(Answer.norm_id == our.norms[2]).values(story=""))
    client = as_(our.executive)
    csrf = typed(client, our.path)["csrf_token"]
    refused = client.post(f"{our.path}/submission", data={"csrf_token": csrf})
    assert refused.status_code == 422
    assert [a["href"] for a in soup(refused).select(".pr-errors a")] == [our.norm(2)]
    last_question = update(Reflection).where(Reflection.question == Question.HELP)
    for text, turn in (("", "coordinator"), ("Bij meten.", "executive")):
        with unit_of_work():
            db.session.execute(update(Answer).where(Answer.norm_id == our.norms[2]).values(story="Af"))
            db.session.execute(last_question.values(text=text))
            db.session.execute(update(Trajectory).values(due_on=date(2027, 3, 2)))
        assert whose_turn() == turn
    # On a phone the columns stand under each other: what is left to do stands above all norms.
    shown = {
        person: soup(as_(person).get(our.path)).select_one(".pr-turn") for person in (our.executive, our.coordinator)
    }
    assert [shown[our.executive].form["action"], shown[our.coordinator].form] == [f"{our.path}/submission", None]
    assert client.post(f"{our.path}/submission", data={"csrf_token": csrf}).status_code == 303
    assert client.post(f"{our.path}/submission", data={"csrf_token": csrf}).status_code == 409
    assert client.post(our.norm(), data={"csrf_token": csrf, "story": "Nog iets", "version": "1"}).status_code == 409
    assert as_(our.coordinator).get(our.norm()).status_code == 200


def test_the_secretariat_opens_it_again(ours, as_):
    our = ours(filled=True)
    services.submit(our.evaluation(), by=our.executive)
    client = as_(make_actor("secretariat"))
    csrf = typed(client, f"{our.path}/reopening")["csrf_token"]
    assert client.post(f"{our.path}/reopening", data={"csrf_token": csrf}).status_code == 422
    assert (
        client.post(f"{our.path}/reopening", data={"csrf_token": csrf, "reason": "V1 klopt niet."}).status_code == 303
    )
    assert db.session.get_one(Trajectory, our.id).state == S.SELF_EVALUATING
    assert client.get(our.path).status_code == 404


def test_a_document_is_removed_by_who_may(ours, as_):
    our = ours()
    evidence_id = make_evidence(our.evaluation(), norm_ids=(our.norms[0],)).id
    contributor, coordinator = as_(our.contributor), as_(our.coordinator)
    csrf = typed(contributor, our.norm())["csrf_token"]
    assert contributor.post(f"/evidence/{evidence_id}/deletion", data={"csrf_token": csrf}).status_code == 403
    csrf = typed(coordinator, our.norm())["csrf_token"]
    assert coordinator.post(f"/evidence/{evidence_id}/deletion", data={"csrf_token": csrf}).status_code == 303
    assert coordinator.post(f"/evidence/{evidence_id}/deletion", data={"csrf_token": csrf}).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_ask_as_much_for_three_norms_as_for_one(app, get, queries, count):
    from tests.factories.frameworks import make_framework
    from tests.factories.rounds import make_round

    organisation = make_organisation()
    round_ = make_round(framework_version=make_framework(norms=count, label=f"n{count}"))
    coordinator = make_actor("coordinator", organisation)
    evaluation = make_self_evaluation(make_trajectory(round_, organisation), filled=True)
    trajectory_id, norm_id = evaluation.trajectory_id, answers_of(evaluation)[0].norm_id
    for n in range(count):
        make_evidence(evaluation, norm_ids=(norm_id,), name=f"{n}.pdf")
    path = f"/trajectories/{trajectory_id}/self-evaluation"
    get(coordinator, path)  # the framework is read once per process
    for place, expected in (
        ("", 10),
        (f"/norms/{norm_id}", 10),
        ("/printout", 8),
        ("/assignments", 8),
        ("/reflections", 5),
    ):
        with queries() as seen:
            get(coordinator, path + place)
        seen.expect(expected)
