"""The host answers: its days run from real delivery, nothing typed is lost, a second reader looks along."""

import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.deadlines import open_duties
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.outbox import Letter, LetterState
from peerreview.impartiality.lifecycle import ConflictKind
from peerreview.reviews import queries, services
from peerreview.reviews.lifecycle import Advice, FactAnswer, Rating, ReviewState
from peerreview.reviews.models import FactCheckAnswer
from peerreview.reviews.queries.answers import unfinished_answers
from peerreview.reviews.queries.delivery import TOLD_HOST, delivery_of
from peerreview.reviews.queries.reader import possible_readers
from peerreview.reviews.services.postponing import move_review_day
from peerreview.selfevaluations.queries import evidence_of
from peerreview.selfevaluations.services.evidence import add_source
from peerreview.visits.lifecycle import Part
from peerreview.visits.models import Companion
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.impartiality import make_conflict
from tests.factories.reviews import finding_of, make_pair, norms_in, release_pair
from tests.factories.selfevaluations import PDF, make_self_evaluation
from tests.reviews.test_pages import HX, fields_of, read, send

R = ReviewState


def released(rating=Rating.PARTLY):
    pair = make_pair()
    release_pair(pair, rating)
    return pair


def letters_of(review):
    chosen = select(Letter).where(Letter.about_id == review.id, Letter.kind == TOLD_HOST).order_by(Letter.id)
    return list(db.session.scalars(chosen))


def left(letter, state, at=None):
    """What the mail server made of it."""
    with unit_of_work():
        row = db.session.get_one(Letter, letter.id)
        row.state, row.sent_at = state, at or clock.now()


def waits_for(review):
    """What is open of this review, and whether the secretariat must act."""
    return [(due.kind, due.office) for due in open_duties(family="reviews") if due.subject_id == review.id]


def say(pair, number=0, answer=FactAnswer.ERROR, text="Dat klopt niet.", evidence="Rooster maart"):
    finding = finding_of(pair.review, number)
    return services.answer_finding(pair.review, finding, answer=answer, text=text, evidence=evidence, by=pair.host)


# --- Delivery ---------------------------------------------------------------------------------------------------------


def test_the_days_count_from_the_first_letter_that_a_server_took(app, at):
    with at("2027-05-26 10:00"):
        pair = released()
        assert pair.review.due_on.isoformat() == "2027-06-09"
        services.note_letters()
        assert pair.review.delivered_at is None
    with at("2027-05-29 23:30"):  # a Saturday night: the first working day after it is Monday
        left(letters_of(pair.review)[0], LetterState.SENT)
    with at("2027-06-02 09:00"):
        assert (services.note_letters(), services.note_letters()) == (1, 0)
    review = pair.review
    assert clock.local(review.delivered_at).isoformat()[:16] == "2027-05-29T23:30"
    assert (review.due_on.isoformat(), delivery_of(review).how) == ("2027-06-11", "letter")
    assert pair.other.delivered_at is None


def test_a_letter_that_comes_back_is_no_delivery_and_an_undelivered_check_never_closes(app, at, as_):
    with at("2027-05-26 10:00"):
        pair = released()
        first, *others = letters_of(pair.review)
        left(first, LetterState.SENT)
        services.note_letters()
        assert pair.review.delivered_at is not None
        left(first, LetterState.BOUNCED, at=pair.review.delivered_at)
        services.note_letters()
        assert pair.review.delivered_at is None
        for letter in others:
            left(letter, LetterState.FAILED)
        assert delivery_of(pair.review).lost
        url = f"/reviews/{pair.review.id}"
        assert f"/letters/{first.id}" in read(as_(pair.secretariat), url)
        assert waits_for(pair.review) == [("reviews.fact_check", False)]
    with at("2027-09-01 10:00"):
        client = as_(pair.secretariat)
        assert waits_for(pair.review) == [("reviews.deliver", True)]
        assert services.close_overdue_fact_checks() == 0
        for form in ({"day": "2027-05-25", "reason": "Op papier."}, {"day": "2027-08-31", "reason": ""}, {}):
            assert send(client, f"{url}/delivery", data=form).status_code == 422
        assert send(client, f"{url}/delivery", data={"day": "2027-08-31", "reason": "Op papier."}).status_code == 303
        assert send(client, f"{url}/delivery", data={"day": "2027-08-31", "reason": "Op papier."}).status_code == 409
        assert (pair.review.due_on.isoformat(), pair.review.state) == ("2027-09-14", R.RELEASED)
        assert (delivery_of(pair.review).how, delivery_of(pair.review).reason) == ("note", "Op papier.")
        assert waits_for(pair.review) == [("reviews.fact_check", False)]
    with at("2027-09-15 10:00"):
        assert services.close_overdue_fact_checks() == 1
    assert (pair.review.state, pair.other.state) == (R.FACT_CHECKED, R.RELEASED)


def test_who_opens_the_report_has_it_but_the_team_does_not_count(app, at, as_, queries):
    with at("2027-05-26 10:00"):
        pair = released()
        url = f"/reviews/{pair.review.id}/report"
        read(as_(pair.lead), url)
        assert pair.review.delivered_at is None
    with at("2027-05-31 10:00"):
        page = read(as_(pair.executive), url)
        assert (pair.review.due_on.isoformat(), delivery_of(pair.review).how) == ("2027-06-14", "opening")
        assert ("31 mei" in page.replace("\xa0", " "), "14 juni" in page.replace("\xa0", " ")) == (True, True)
        letters = letters_of(pair.review)
        left(letters[0], LetterState.SENT)
        assert services.note_letters() == 0
        client = as_(pair.host)
        client.get(url)
        with queries() as seen:
            client.get(url)
        assert len(seen) <= 12, seen


def test_a_day_that_was_postponed_or_told_is_never_taken_back(app, at):
    with at("2027-05-26 10:00"):
        pair = released()
        move_review_day(pair.review.id, clock.today() + timedelta(days=60), by=pair.secretariat, reason="Vakantie.")
        assert services.note_opened(pair.review, by=pair.host)
        assert not services.note_opened(pair.review, by=pair.host)
        assert pair.review.due_on.isoformat() == "2027-07-25"


# --- Answers ----------------------------------------------------------------------------------------------------------


def test_what_the_host_types_is_kept_and_must_be_finished_before_it_is_sent(app, as_):
    pair = released()
    client, url = as_(pair.host), f"/reviews/{pair.review.id}"
    address = f"{url}/findings/V1/answer"
    form = fields_of(read(client, f"{address}?say=error")) | {"evidence": "", "evidence_id": ""}
    assert form["answer"] == "error"
    draft = form | {"autosave": "1", "text": "Sinds maart", "version": "0"}
    assert send(client, address, data=draft, headers=HX).status_code == 200
    again = send(client, address, data=draft | {"text": "Sinds maart niet meer.", "version": "1"}, headers=HX)
    assert 'data-version="2"' in again.get_data(as_text=True)
    late = send(as_(pair.executive), address, data=draft | {"text": "Iets anders."}, headers=HX)
    text = late.get_data(as_text=True)
    assert (late.status_code, "Sinds maart niet meer." in text, "Iets anders." in text) == (409, True, True)
    assert unfinished_answers(pair.review.id) == ["V1"]
    assert send(client, f"{url}/fact-check/close").status_code == 422
    empty = {"autosave": "1", "answer": "", "text": "", "evidence": "", "version": "0"}
    assert send(client, f"{url}/findings/O2/answer", data=empty, headers=HX).status_code == 200
    assert send(client, f"{url}/findings/O2/answer", data=empty | {"text": "Wij zien"}, headers=HX).status_code == 200
    rows = db.session.execute(select(FactCheckAnswer.answer, FactCheckAnswer.text).order_by(FactCheckAnswer.id)).all()
    assert rows == [(FactAnswer.ERROR, "Sinds maart niet meer."), (FactAnswer.COMMENT, "Wij zien")]
    with unit_of_work():
        review = pair.review
        review.due_on, review.delivered_at = clock.today() - timedelta(days=3), clock.now()
    assert services.close_overdue_fact_checks() == 1  # as they stand: nothing that was typed is thrown away
    assert read(as_(pair.lead), f"{url}/report").count("/verdict") == 2


def test_a_source_is_one_of_the_hosts_own_documents_or_a_new_one(app, as_):
    pair = released()
    evaluation = make_self_evaluation(pair.review.visit.host)
    foreign = document_of(make_self_evaluation(pair.review.visit.reviewing), pair.other_host)
    finding = finding_of(pair.review)
    words = {"answer": FactAnswer.ERROR, "text": "Nee.", "by": pair.host}
    with pytest.raises(Invalid):
        services.answer_finding(pair.review, finding, document_id=foreign.id, **words)
    own = document_of(evaluation, pair.host)
    row = services.answer_finding(pair.review, finding, document_id=own.id, **words)
    assert (row.evidence, row.evidence_id) == ("", own.id)
    client, address = as_(pair.host), f"/reviews/{pair.review.id}/findings/O2/answer"
    form = {"answer": "error", "text": "", "evidence": "", "evidence_id": ""}
    upload = form | {"file": (io.BytesIO(PDF + b"maart"), "Rooster maart.pdf")}
    wrong = send(client, address, data=upload, content_type="multipart/form-data")
    chosen = BeautifulSoup(wrong.get_data(as_text=True), "html.parser").select_one("#evidence_id [selected]")
    assert (wrong.status_code, chosen.text) == (422, "Rooster maart.pdf")
    done = form | {"text": "Zie het rooster.", "evidence_id": chosen["value"]}
    assert send(client, address, data=done).status_code == 303
    bad = form | {"file": (io.BytesIO(b"MZ\x90"), "virus.exe")}
    assert told_of(send(client, address, data=bad, content_type="multipart/form-data")) == ["#file"]


def test_what_an_answer_lacks_stands_beside_the_field_that_lacks_it(app, as_):
    pair = released()
    client, address = as_(pair.host), f"/reviews/{pair.review.id}/findings/O2/answer"
    form = {"text": "", "evidence": "", "evidence_id": ""}
    for answer, lacks in (("", ["#answer-0"]), ("error", ["#text", "#evidence"]), ("comment", ["#text"])):
        assert told_of(send(client, address, data=form | {"answer": answer})) == lacks
    assert told_of(send(client, address, data=form | {"answer": "error", "text": "Nee."})) == ["#evidence"]


def told_of(refused):
    """The fields to which the list on top of a refused form leads."""
    assert refused.status_code == 422
    page = BeautifulSoup(refused.get_data(as_text=True), "html.parser")
    ways = [a["href"] for a in page.select(".pr-errors a")]
    assert all(page.select_one(way) for way in ways)
    return ways


def test_nobody_else_reads_an_answer_or_its_document_before_it_is_sent(app, as_):
    pair = released()
    evaluation = make_self_evaluation(pair.review.visit.host, filled=True)
    with unit_of_work():
        evaluation.submitted_at = clock.now() - timedelta(days=60)
    first, last = finding_of(pair.review), finding_of(pair.review, 1)
    shown, left = (
        services.bring_document(pair.review, one, file_name=f"Rooster {n}.pdf", content=PDF + bytes([n]), by=pair.host)
        for n, one in enumerate((first, last))
    )
    words = {"answer": FactAnswer.ERROR, "text": "Niet in maart.", "by": pair.host}
    services.answer_finding(pair.review, first, document_id=shown.id, **words)
    url, account = f"/reviews/{pair.review.id}/report", f"/trajectories/{pair.review.visit.host_id}/self-evaluation"

    def told(actor):
        pages = [read(as_(actor), url), read(as_(actor), f"{account}/printout")]
        opened = [as_(actor).get(f"/evidence/{one.id}").status_code for one in (shown, left)]
        return (
            "Niet in maart." in pages[0],
            ["Rooster 0.pdf" in page for page in pages],
            "Rooster 1" in pages[1],
            opened,
        )

    assert told(pair.host) == (True, [True, True], True, [200, 200])
    for actor in (pair.lead, pair.secretariat):
        assert told(actor) == (False, [False, False], False, [404, 404])
    services.close_fact_check(pair.review, by=pair.host)
    for actor in (pair.lead, pair.secretariat):
        assert told(actor) == (True, [True, True], False, [200, 404])


def test_a_document_that_was_there_already_lies_beside_no_other_norm_for_it(app):
    pair = released()
    evaluation = make_self_evaluation(pair.review.visit.host)
    norms = norms_in(pair.review)
    one = services.bring_document(pair.review, finding_of(pair.review), file_name="A.pdf", content=PDF, by=pair.host)
    same = services.bring_document(
        pair.review, finding_of(pair.review, 1), file_name="A.pdf", content=PDF, by=pair.host
    )
    [found] = evidence_of(evaluation.trajectory_id)
    assert (one.id, found.norm_ids) == (same.id, frozenset({norms[0].id}))


def document_of(evaluation, by):
    return add_source(evaluation, file_name="Jaarplan.pdf", content=PDF, norm_ids=[], by=by)


def test_the_rest_is_right_at_once_and_that_can_be_taken_back(app, as_):
    pair = released()
    say(pair)
    client, url = as_(pair.host), f"/reviews/{pair.review.id}"
    for _ in range(2):
        done = send(client, f"{url}/fact-check/agree-with-rest")
        assert (done.status_code, done.location) == (303, f"{url}/report#closing")  # where the answers are sent
    page = BeautifulSoup(read(client, f"{url}/report"), "html.parser")
    moment = page.select_one("input[name=moment]")["value"]
    assert "3 van 3" in page.select_one(".pr-turn").text
    assert send(client, f"{url}/fact-check/take-back-rest", data={"moment": "gisteren"}).status_code == 422
    for _ in range(2):
        assert send(client, f"{url}/fact-check/take-back-rest", data={"moment": moment}).status_code == 303
    assert [row.answer for row in db.session.scalars(select(FactCheckAnswer))] == [FactAnswer.ERROR]
    send(client, f"{url}/fact-check/agree-with-rest")
    services.close_fact_check(pair.review, by=pair.host)
    for act in ("agree-with-rest", "take-back-rest"):
        assert send(client, f"{url}/fact-check/{act}", data={"moment": moment}).status_code == 409


# --- The second reader ------------------------------------------------------------------------------------------------


def test_who_may_read_along_was_not_on_the_visit_and_has_nothing_with_the_host(app):
    pair = released()
    host, own = pair.review.visit.host.organisation, pair.review.visit.reviewing.organisation
    free, along, both, barred = (make_actor("reviewer", own, name=name) for name in ("Karin", "Lot", "Mia", "Noor"))
    make_actor("contributor", own)
    with unit_of_work():
        visit_id = pair.review.visit.id
        db.session.add(Companion(visit_id=visit_id, person_id=along.person_id, part=Part.OBSERVER))
        affiliation_of(db.session.get_one(Person, both.person_id), "contributor", host)
        make_conflict(host, None, person=barred.person_id, kind=ConflictKind.EMPLOYMENT)
    assert [one.name for one in possible_readers(queries.named(pair.review))] == ["Karin"]
    for actor in (along, both, barred, pair.mate, pair.host):
        with pytest.raises(Invalid):
            services.ask_second_reader(pair.review, person_id=actor.person_id, by=pair.lead)
    services.ask_second_reader(pair.review, person_id=free.person_id, by=pair.lead)
    assert pair.review.second_reader_id == free.person_id


def test_a_second_reader_reads_from_the_answers_on_advises_and_changes_nothing(app, as_, outbox):
    pair = released()
    own = pair.review.visit.reviewing.organisation
    karin, lot = (make_actor("reviewer", own, name=name) for name in ("Karin Smit", "Lot Bos"))
    say(pair)
    url = f"/reviews/{pair.review.id}"
    lead, reader = as_(pair.lead), as_(karin)
    assert send(as_(pair.mate), f"{url}/second-reader", data={"person_id": karin.person_id}).status_code == 403
    for person in (lot, karin):
        assert send(lead, f"{url}/second-reader", data={"person_id": person.person_id}).status_code == 303
    assert send(lead, f"{url}/second-reader", data={"person_id": "zes"}).status_code == 422
    assert [reader.get(path).status_code for path in (url, f"{url}/report", f"{url}/findings/V1/advice")] == [404] * 3
    assert "/reviews/" not in read(reader, "/reviews").split("<main")[1]
    services.close_fact_check(pair.review, by=pair.host)
    [advise, _correct] = sorted(open_duties(family="reviews")[:2], key=lambda due: due.kind)
    assert (advise.kind, advise.is_for(karin), advise.is_for(lot)) == ("reviews.advise", True, False)
    first = [f"{url}/report" in read(as_(one), "/") for one in (karin, lot, pair.mate)]
    assert first == [True, False, False]  # it stands on the first page of who was asked
    asked = [letter.recipient for letter in outbox() if letter.kind == "reviews.second_reader"]
    assert (asked, outbox()[-1].recipient) == ([karin.email], karin.email)
    assert f"{url}" in read(reader, "/reviews")
    assert reader.get(url).headers["Location"] == f"{url}/report"
    assert "Dat klopt niet." in read(reader, f"{url}/report")
    assert as_(lot).get(f"{url}/report").status_code == 404
    for path in (
        "/observations",
        "/ratings/V1",
        "/findings",
        "/findings/V1",
        "/findings/V1/verdict",
        "/findings/V1/answer",
    ):
        assert reader.get(url + path).status_code == 403, path
    for path in ("/finalise", "/findings/V1/verdict", "/findings/V1", "/fact-check/close", "/second-reader"):
        assert send(reader, url + path, data={"verdict": "accept"}).status_code == 403, path
    assert send(lead, f"{url}/findings/V1/verdict", data={"verdict": "reject", "reason": "Nee."}).status_code == 422
    assert send(lead, f"{url}/findings/V1/advice", data={"advice": "leave", "text": "x"}).status_code == 403
    assert send(reader, f"{url}/findings/V1/advice", data={"advice": "leave"}).status_code == 422
    for _ in range(2):
        advice = {"advice": "take_over", "text": "Het rooster laat het zien."}
        assert send(reader, f"{url}/findings/V1/advice", data=advice).status_code == 303
    assert [letter.kind for letter in outbox()][-1:] == ["reviews.advised"]
    assert f"{url}/report" not in read(reader, "/")
    assert waits_for(pair.review) == [("reviews.correct", False)]
    assert send(lead, f"{url}/second-reader", data={"person_id": lot.person_id}).status_code == 409
    assert "Het rooster laat het zien." in read(lead, f"{url}/findings/V1/verdict")
    assert "Het rooster laat het zien." not in read(as_(pair.host), f"{url}/report")
    assert send(lead, f"{url}/findings/V1/verdict", data={"verdict": "reject", "reason": "Nee."}).status_code == 303
    assert (
        send(reader, f"{url}/findings/V1/advice", data=advice).status_code == 303
    )  # it has its verdict: nothing to do
    assert finding_of(pair.review).fact_check.advice == Advice.TAKE_OVER
    services.finalise(pair.review, by=pair.lead)
    assert "Het rooster laat het zien." not in read(as_(pair.host), f"{url}/report")
    kept = queries.latest_version(pair.review.id).content
    assert (kept["second_reader"], kept["chapters"][0]["findings"][0]["answer"]["advice"]) == (
        "Karin Smit",
        "take_over",
    )


def test_a_small_organisation_says_once_why_nobody_reads_along(app, as_):
    pair = released()
    say(pair)
    say(pair, 1)
    services.close_fact_check(pair.review, by=pair.host)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}"
    assert send(client, f"{url}/second-reader/none", data={"reason": " "}).status_code == 422
    assert send(client, f"{url}/second-reader/none", data={"reason": "Wij zijn met twee."}).status_code == 303
    for code in ("V1", "O2"):
        assert (
            send(client, f"{url}/findings/{code}/verdict", data={"verdict": "reject", "reason": "Nee."}).status_code
            == 303
        )
    services.finalise(pair.review, by=pair.lead)
    assert queries.latest_version(pair.review.id).content["unread_reason"] == "Wij zijn met twee."
    with pytest.raises(NotNow):
        services.ask_second_reader(pair.review, person_id=1, by=pair.lead)
    assert [norm.code for norm in norms_in(pair.review)] == ["V1", "O2", "V3"]
