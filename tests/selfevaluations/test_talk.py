"""Thinking along, the last cycle, the five questions and earlier texts: services and pages in one world."""

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from peerreview.core import clock, history
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Finding, Review
from peerreview.selfevaluations import queries as found
from peerreview.selfevaluations import services
from peerreview.selfevaluations.lifecycle import OwnRating, Question
from peerreview.selfevaluations.models import Remark
from peerreview.selfevaluations.progress import (
    AnswerLine,
    OpenRemark,
    norms_a_day,
    waits_of,
    work_by_person,
    work_of,
)
from peerreview.trajectories.lifecycle import TrajectoryState as S
from tests.factories.accounts import make_actor
from tests.factories.matching import make_exchange
from tests.factories.organisations import make_organisation
from tests.factories.reviews import fill_findings, make_review
from tests.factories.rounds import make_round
from tests.factories.selfevaluations import answer_questions, answers_of, make_self_evaluation
from tests.factories.trajectories import make_trajectory
from tests.factories.visits import make_visits
from tests.selfevaluations.test_pages import Ours, soup, typed

TEXT, OTHER = "Elke dinsdag drinken we koffie met de wijkverpleging in de Waterstraat.", "Iets heel anders."


@pytest.fixture
def our(app):
    return Ours()


def csrf_of(client, path):
    return typed(client, path)["csrf_token"]


# --- Remarks ---------------------------------------------------------------------------------------------------------


def test_a_remark_tells_who_writes_the_norm_and_who_spoke_before_once_a_day(our, outbox, at):
    with at("2027-02-15 10:00"):
        services.write_remark(our.answer(), text="Noem de kaart.", by=our.executive)
        services.write_remark(our.answer(), text="En de folder.", by=our.executive)
        services.write_remark(our.answer(), text="Eens.", by=our.coordinator)
        services.write_remark(our.answer(), text="Doe ik.", by=our.contributor)
    told = [(letter.recipient, letter.kind) for letter in outbox()]
    kind = "self_evaluation.look"
    assert told == [(our.contributor.email, kind), (our.executive.email, kind), (our.coordinator.email, kind)]
    assert "Noem de kaart." not in outbox()[0].body + outbox()[0].subject  # the secretariat reads letters
    with at("2027-02-16 10:00"):
        services.write_remark(our.answer(), text="Nog iets.", by=our.executive)
    assert {letter.recipient for letter in outbox()[3:]} == {our.contributor.email, our.coordinator.email}


def test_who_lost_the_norm_is_not_told_of_it(our, outbox):
    services.write_remark(our.answer(), text="Van mij.", by=our.contributor)
    services.assign_norms(our.evaluation(), to={our.norms[0]: None}, by=our.coordinator)
    services.write_remark(our.answer(), text="Niet meer van jou.", by=our.executive)
    assert [letter.kind for letter in outbox()] == []
    assert found.open_remarks(our.contributor, our.evaluation()) == []


def test_remarks_are_dealt_with_and_opened_again_on_the_page(our, as_):
    client = as_(our.contributor)
    csrf = csrf_of(client, our.norm())
    wrong = client.post(f"{our.norm()}/remarks", data={"csrf_token": csrf, "text": " "})
    told = soup(wrong).select_one(".pr-errors a")  # the form stands far down: the way to it stands on top
    assert (wrong.status_code, told["href"]) == (422, f"#{soup(wrong).find('textarea', {'name': 'text'})['id']}")
    done = client.post(f"{our.norm()}/remarks", data={"csrf_token": csrf, "text": "Klopt <b>dit</b>?"})
    assert (done.status_code, done.location) == (303, f"{our.norm()}#talk")
    remark_id = db.session.scalars(select(Remark.id)).one()
    other = as_(our.coordinator)
    assert "Klopt <b>dit</b>?" in soup(other.get(our.norm())).select_one("#talk").text
    overview = soup(other.get(our.path))
    assert [a["href"] for a in overview.select("a") if a["href"].endswith("#talk")] == [f"{our.norm()}#talk"]
    for verb, settled in (("settlement", True), ("settlement", True), ("reopening", False)):
        path = f"{our.norm()}/remarks/{remark_id}/{verb}"
        assert other.post(path, data={"csrf_token": csrf_of(other, our.norm())}).status_code == 303
        db.session.expire_all()
        assert (db.session.get_one(Remark, remark_id).settled_at is not None) == settled
    assert client.get(our.norm(1)).status_code == 404
    for norm, number in ((our.norm(1), remark_id), (our.norm(), 999_999), (our.norm(), 2**40)):
        path = f"{norm}/remarks/{number}/settlement"
        assert client.post(path, data={"csrf_token": csrf}).status_code == 404


def test_nobody_outside_the_organisation_ever_reads_a_remark(our, as_, get):
    services.write_remark(our.answer(), text="Geheime twijfel", by=our.coordinator)
    for n, answer in enumerate(answers_of(our.evaluation())):
        text = f"Verhaal {n}"
        services.save_answer(answer, story=text, rating=OwnRating.COMPLIES, version=answer.version, by=our.coordinator)
    answer_questions(our.evaluation())
    services.submit(our.evaluation(), by=our.executive)
    with pytest.raises(NotNow):
        services.write_remark(our.answer(), text="Te laat", by=our.coordinator)
    assert "Geheime twijfel" in get(our.coordinator, our.norm())
    for reader in (our.reviewer, make_actor("secretariat")):
        for path in (our.path, our.norm(), f"{our.path}/printout", f"{our.path}/reflections"):
            html = get(reader, path)
            assert "Geheime" not in html
            assert "opmerking" not in html
        client = as_(reader)
        assert client.get(f"{our.norm()}/versions").status_code == 403


# --- Progress --------------------------------------------------------------------------------------------------------


def test_work_is_counted_by_chapter_and_person_and_says_who_waits():
    lines = [
        AnswerLine(1, "partly", True, 7, "Fatma"),
        AnswerLine(2, None, True, 7, "Fatma"),
        AnswerLine(3, None, False, 8, "Dennis"),
        AnswerLine(4, None, False),
    ]
    remarks = [
        OpenRemark(2, 8, "Dennis"),
        OpenRemark(2, 8, "Dennis"),
        OpenRemark(3, 8, "Dennis"),
        OpenRemark(4, 8, "D"),
    ]
    whole = work_of(lines, {2: 2, 3: 1})
    assert (whole.total, whole.left, whole.remarks) == (4, 3, 3)
    assert [(work.name, work.total, work.left, work.remarks) for work in work_by_person(lines, {2: 2, 3: 1})] == [
        ("Dennis", 1, 1, 1),
        ("Fatma", 2, 1, 2),
        ("", 1, 1, 0),
    ]
    assert [(w.waits, w.for_name, w.norm_ids) for w in waits_of(lines, remarks)] == [("Dennis", "Fatma", (2,))]
    assert [norms_a_day(*pair) for pair in ((14, 5), (3, 3), (0, 4), (4, 0))] == [3, 1, 0, 4]


# --- The last cycle --------------------------------------------------------------------------------------------------


def make_last_cycle(organisation, *, report=None):
    """An earlier self-evaluation of this organisation with a story about each norm; with a review in the state `report`."""
    with unit_of_work():
        round_ = make_round()
        mine = make_trajectory(round_, organisation)
        make_self_evaluation(mine, filled=True).submitted_at = clock.now()
        mine.state = S.CERTIFIED
        if report is None:
            return None
        visits = make_visits(make_exchange([mine, make_trajectory(round_)]))
        review = make_review(next(visit for visit in visits if visit.host is mine), state=report)
        fill_findings(review)
        for finding in db.session.scalars(select(Finding).where(Finding.review_id == review.id)):
            finding.story, finding.improvement = "Wat toen gezien is.", "Wat beter kan."
    return review.id


def test_the_last_cycle_lies_beside_the_norm_and_can_be_begun_with(our, as_, get, queries):
    review_id = make_last_cycle(our.organisation, report=ReviewState.RELEASED)
    page = BeautifulSoup(get(our.contributor, our.norm()), "html.parser")
    assert "Verhaal" in page.select_one(".pr-fold").text
    assert "Wat toen gezien is." not in page.text  # not final yet
    with unit_of_work():
        db.session.get_one(Review, review_id).state = ReviewState.FINAL
    client = as_(our.contributor)
    with queries() as asked:
        page = soup(client.get(our.norm()))
    assert len(asked) <= 12
    assert "Wat toen gezien is." in page.text
    assert "Wat beter kan." in page.text
    begin = {"story": "Nieuw begin.", "changes": "We deden veel.", "then": "begin"}
    answer = client.post(our.norm(), data=typed(client, our.norm()) | begin)
    assert (answer.status_code, answer.location) == (303, our.norm())
    kept = our.answer()
    assert kept.story.startswith("Nieuw begin.\n\nVerhaal ")
    assert kept.changes == "We deden veel."
    assert "We deden veel." in get(our.coordinator, f"{our.path}/printout")


def test_without_a_last_cycle_nobody_is_asked_what_changed(our, get):
    make_last_cycle(make_organisation())
    page = BeautifulSoup(get(our.coordinator, our.norm()), "html.parser")
    assert page.find(id="changes") is None
    assert found.last_cycle_of(our.evaluation().trajectory, "V1") is None


def test_two_writers_of_what_changed_see_both_texts(our, as_):
    make_last_cycle(our.organisation)
    one, two = as_(our.contributor), as_(our.coordinator)
    mine = typed(one, our.norm()) | {"story": TEXT, "changes": "Mijn verandering"}
    two.post(our.norm(), data=typed(two, our.norm()) | {"story": TEXT, "changes": "Haar verandering"})
    answer = one.post(our.norm(), data=mine | {"autosave": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    clash = soup(answer)
    assert [b["data-keep-field"] for b in clash.select("[data-keep]")] == ["changes", "changes"]
    assert "Haar verandering" in clash.text
    assert our.answer().changes == "Haar verandering"


# --- The five questions ----------------------------------------------------------------------------------------------


def test_who_wrote_in_two_windows_is_not_told_of_a_colleague(our, as_):
    one, two = as_(our.coordinator), as_(our.coordinator)
    mine, other = typed(one, our.norm()), typed(two, our.norm())
    two.post(our.norm(), data=other | {"story": OTHER})
    for extra in ({"autosave": "1"}, {}):
        answer = one.post(our.norm(), data=mine | {"story": TEXT, "rating": "not"} | extra)
        told = soup(answer).select_one(".pr-panel").text
        assert (answer.status_code, our.coordinator.name in told) == (409, False)
        assert told.startswith("Je bewaarde hier een andere tekst")
    address = f"{our.path}/reflections/well"
    data = {"csrf_token": mine["csrf_token"], "version": "1"}
    two.post(address, data=data | {"csrf_token": other["csrf_token"], "text": OTHER})
    told = soup(one.post(address, data=data | {"text": TEXT, "autosave": "1"})).select_one(".pr-panel").text
    assert told.startswith("Je bewaarde hier een andere tekst")


def test_the_five_questions_are_saved_each_with_its_own_version(our, as_):
    path = f"{our.path}/reflections"
    client, other = as_(our.coordinator), as_(our.executive)
    csrf = csrf_of(client, path)
    first = {"csrf_token": csrf, "text": "Onze wijk kent ons.", "version": "1", "autosave": "1"}
    saved = client.post(f"{path}/well", data=first, headers={"HX-Request": "true"})
    assert (saved.status_code, soup(saved).find(id="saved-well")["data-version"]) == (200, "2")
    late = {"csrf_token": csrf_of(other, path), "text": "Iets anders.", "version": "1"}
    for extra in ({"autosave": "1"}, {}):
        answer = other.post(f"{path}/well", data=late | extra)
        assert answer.status_code == 409
        assert "Onze wijk kent ons." in answer.get_data(as_text=True)
        assert "Iets anders." in answer.get_data(as_text=True)
    assert other.post(f"{path}/well", data=late | {"version": "2"}).status_code == 303
    assert other.post(f"{path}/share", data=late).status_code == 303  # another text, another version
    assert client.post(f"{path}/geld", data=first).status_code == 404
    assert client.post(f"{path}/help", data=first | {"text": "x" * 100_001}).status_code == 422
    texts = {question: one.text for question, one in found.reflections_of(our.evaluation_id).items() if one.text}
    assert texts == {Question.WELL: "Iets anders.", Question.SHARE: "Iets anders."}
    assert [question.value for question in found.questions_open(our.evaluation_id)] == ["not_yet", "can_do", "help"]
    assert as_(our.contributor).get(path).status_code == 403
    assert as_(make_actor("coordinator", make_organisation())).get(path).status_code == 404


def test_what_the_five_questions_miss_stops_the_signature_kindly(app, as_):
    our = Ours(filled=True)
    [well] = [one for one in services.begin_reflections(our.evaluation()) if one.question == Question.WELL]
    services.save_reflection(well, text="", version=well.version, by=our.coordinator)
    with pytest.raises(Invalid) as refused:
        services.submit(our.evaluation(), by=our.executive)
    assert refused.value.problems == ["well"]
    client = as_(our.executive)
    answer = client.post(f"{our.path}/submission", data={"csrf_token": csrf_of(client, our.path)})
    assert answer.status_code == 422
    assert [a["href"] for a in soup(answer).select(".pr-errors a")] == [f"{our.path}/reflections"]


# --- Earlier texts ---------------------------------------------------------------------------------------------------


def test_an_earlier_text_is_seen_beside_the_present_and_taken_back(our, as_):
    def save(story, rating, by):
        answer = our.answer()
        services.save_answer(answer, story=story, rating=rating, version=answer.version, by=by)

    save(TEXT, OwnRating.PARTLY, our.contributor)
    save(OTHER, OwnRating.NOT, our.coordinator)
    client, path = as_(our.contributor), f"{our.norm()}/versions"
    page = soup(client.get(path))
    numbers = [a["href"].partition("=")[2] for a in page.select("ol.pr-list a")]
    assert len(numbers) == 2
    chosen = soup(client.get(f"{path}?number={numbers[1]}"))
    assert chosen.select_one(".pr-words del").text.strip() == TEXT
    form = {i["name"]: i["value"] for i in chosen.select("main form input")}
    assert client.post(path, data=form | {"version": "1"}).status_code == 409
    assert our.answer().story == OTHER
    assert client.post(path, data=form).status_code == 303
    assert (our.answer().story, our.answer().rating) == (TEXT, OwnRating.PARTLY)
    assert [version.texts["story"] for version in history.versions_of(our.answer())] == [TEXT, OTHER, TEXT]
    assert client.post(path, data=form | {"number": "999", "version": "9"}).status_code == 422
    assert as_(our.contributor).get(f"{our.norm(1)}/versions").status_code == 404


def test_an_earlier_answer_to_a_question_is_taken_back(our, as_):
    [well] = [one for one in services.begin_reflections(our.evaluation()) if one.question == Question.WELL]
    services.save_reflection(well, text=TEXT, version=1, by=our.coordinator)
    number = well.version
    services.save_reflection(well, text="Kort.", version=number, by=our.executive)
    with pytest.raises(StaleVersion):
        services.restore_reflection(well, number=number, version=number, by=our.coordinator)
    client, path = as_(our.coordinator), f"{our.path}/reflections/well/versions"
    form = {i["name"]: i["value"] for i in soup(client.get(f"{path}?number={number}")).select("main form input")}
    assert client.post(path, data=form).status_code == 303
    assert found.reflections_of(our.evaluation_id)[Question.WELL].text == TEXT
    assert client.get(f"{our.path}/reflections/geld/versions").status_code == 404
    assert as_(our.contributor).get(path).status_code == 404
