"""What each reader finds on the pages of a review, and what a wrong, double or late form is answered with."""

import re

import pytest
from bs4 import BeautifulSoup

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.reviews import queries, services
from peerreview.reviews.lifecycle import FactAnswer, Rating, ReviewState, Verdict
from peerreview.reviews.models import Finding
from peerreview.visits.lifecycle import VisitState
from tests.factories.accounts import make_actor
from tests.factories.reviews import (
    fill_findings,
    finding_of,
    make_observation,
    make_pair,
    norms_in,
    release_pair,
)

R = ReviewState
HX = {"HX-Request": "true"}


def fields_of(html, form_id="f"):
    """What a browser would send of this form."""
    form = BeautifulSoup(html, "html.parser").find("form", id=form_id)
    sent = {i["name"]: i.get("value", "") for i in form.find_all("input", type="hidden")}
    for control in form.find_all("input", type=["radio", "checkbox"]):
        if control.has_attr("checked"):
            sent[control["name"]] = control["value"]
    for control in form.find_all("textarea"):
        sent[control["name"]] = control.text.lstrip("\r\n")
    return sent


def send(client, url, data=(), **more):
    """Post as the page itself would, with its token."""
    home = client.get("/").get_data(as_text=True)
    token = re.search(r"X-CSRFToken\W+([\w.-]{20,})", home)[1]
    return client.post(url, data=dict(data) | {"csrf_token": token}, **more)


def read(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code, answer.headers.get("Location"))
    return answer.get_data(as_text=True)


# --- Every page in every state --------------------------------------------------------------------------------------

TEAM_PAGES = (
    "",
    "/observations",
    "/observations/V1",
    "/ratings",
    "/ratings/V1",
    "/findings",
    "/findings/V1",
    "/summary",
    "/report",
)


@pytest.mark.parametrize("state", [s for s in R if s not in (R.RELEASED, R.FACT_CHECKED, R.FINAL)])
def test_the_team_can_open_every_page_in_every_state(app, as_, state):
    pair = make_pair(state=state)
    fill_findings(pair.review)
    client = as_(pair.lead)
    for path in TEAM_PAGES:
        answer = client.get(f"/reviews/{pair.review.id}{path}")
        assert answer.status_code in (200, 303), path


def test_the_team_can_open_every_page_after_the_release(app, as_):
    pair = make_pair()
    release_pair(pair, Rating.PARTLY)
    services.answer_finding(
        pair.review, finding_of(pair.review), answer=FactAnswer.ERROR, text="Nee.", evidence="Rooster", by=pair.host
    )
    for act in (None, lambda: services.close_fact_check(pair.review, by=pair.host)):
        if act:
            act()
        for path in TEAM_PAGES:
            assert as_(pair.lead).get(f"/reviews/{pair.review.id}{path}").status_code in (200, 303)
    assert "Nee." in read(as_(pair.lead), f"/reviews/{pair.review.id}/findings/V1/verdict")


# --- Lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_run_the_same_queries_for_one_and_three_rows(app, as_, queries, count):
    pairs = [make_pair() for _ in range(count)]
    for pair in pairs:
        release_pair(pair)
    secretariat = as_(pairs[0].secretariat)
    secretariat.get("/reviews")
    with queries() as seen:
        assert secretariat.get("/reviews").get_data(as_text=True).count("/reviews/") >= count
    seen.expect(4)


def test_a_reviewer_lists_their_own_reviews_only(app, as_):
    pair, strangers = make_pair(), make_pair()
    page = read(as_(pair.lead), "/reviews")
    assert f"/reviews/{pair.review.id}" in page
    assert f"/reviews/{pair.other.id}" not in page
    assert f"/reviews/{strangers.review.id}" not in page


def test_a_host_lists_a_report_once_it_is_released(app, as_):
    pair = make_pair()
    before = read(as_(pair.host), "/reports")
    assert "/reviews/" not in before
    release_pair(pair)
    assert f"/reviews/{pair.review.id}/report" in read(as_(pair.host), "/reports")


# --- Noting -----------------------------------------------------------------------------------------------------------


def test_a_note_is_kept_once_although_the_form_came_twice(app, as_):
    pair = make_pair(state=R.PREPARING, visit_state=VisitState.AGREED)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/observations/V1"
    form = fields_of(read(client, url)) | {
        "text": "In de keuken hangt een rooster.",
        "source": "seen",
        "interlocutor": "",
    }
    for _ in range(2):
        assert send(client, url, data=form).status_code == 303
    page = read(client, url)
    assert page.count("In de keuken hangt een rooster.") == 1
    assert fields_of(page)["client_key"] != form["client_key"]


def test_a_draft_of_a_note_and_the_note_itself_are_one(app, as_):
    pair = make_pair(state=R.RATING)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/observations/V1"
    form = fields_of(read(client, url)) | {"text": "Karin belt", "source": "heard", "interlocutor": "client"}
    draft = send(client, url, data=form | {"autosave": "1"}, headers=HX)
    text = draft.get_data(as_text=True)
    version = re.search(r'data-version="(\d+)"', text)[1]
    assert (draft.status_code, version, "“Karin”" in text) == (200, "1", True)
    form |= {"text": "Een vrijwilliger belt", "version": version}
    assert send(client, url, data=form).status_code == 303
    assert [row.text for row in queries.observations_of(pair.review.id, every=True)] == ["Een vrijwilliger belt"]


def test_an_empty_note_is_422_and_an_empty_draft_is_nothing(app, as_):
    pair = make_pair(state=R.RATING)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/observations/V1"
    form = fields_of(read(client, url)) | {"text": "", "source": "seen", "interlocutor": ""}
    assert send(client, url, data=form).status_code == 422
    assert send(client, url, data=form | {"autosave": "1"}, headers=HX).status_code == 200
    assert queries.observations_of(pair.review.id, every=True) == []


def test_ones_own_observation_is_changed_and_withdrawn_a_colleagues_is_only_read(app, as_):
    pair = make_pair(state=R.CONSENSUS)
    norm, mate = norms_in(pair.review)[0], pair.review.visit.team[1].person
    observation = make_observation(pair.review, norm, mate, "Van een collega.")
    url = f"/reviews/{pair.review.id}/observations/{observation.id}"
    assert "Van een collega." in read(as_(pair.lead), f"/reviews/{pair.review.id}/observations/V1")
    assert as_(pair.lead).get(f"{url}/edit").status_code == 403
    client = as_(pair.mate)
    form = fields_of(read(client, f"{url}/edit")) | {"text": "Anders."}
    assert send(client, f"{url}/edit", data=form).status_code == 303
    stale = send(client, f"{url}/edit", data=form | {"text": "Nog anders."})
    page = stale.get_data(as_text=True)
    assert (stale.status_code, "Anders." in page, "Nog anders." in page) == (409, True, True)
    assert send(client, f"{url}/delete").status_code == 303
    assert client.get(f"{url}/edit").status_code == 404


# --- Rating alone -----------------------------------------------------------------------------------------------------


def test_a_rating_is_given_with_a_form_and_leads_to_the_next_norm(app, as_):
    pair = make_pair(state=R.RATING)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/ratings/V1"
    form = fields_of(read(client, url)) | {"rating": "partly", "note": "Half."}
    answer = send(client, url, data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/reviews/{pair.review.id}/ratings/O2")
    assert fields_of(read(client, url)) | {"csrf_token": ""} == {
        "csrf_token": "", "version": "1", "rating": "partly", "note": "Half.",
    }  # fmt: skip


def test_who_cannot_rate_says_why(app, as_):
    pair = make_pair(state=R.RATING)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/ratings/V1"
    form = fields_of(read(client, url)) | {"rating": "not_assessed", "note": ""}
    assert send(client, url, data=form).status_code == 422


def test_a_colleagues_rating_is_nowhere_before_the_reveal(app, as_):
    pair = make_pair(state=R.RATING)
    norms = norms_in(pair.review)
    before = {
        path: read(as_(pair.lead), f"/reviews/{pair.review.id}{path}") for path in ("", "/ratings", "/ratings/V1")
    }
    services.give_ratings(pair.review, {n.id: (Rating.NOT, f"Geheim {n.code}") for n in norms}, by=pair.mate)
    for path, page in before.items():
        assert plain(read(as_(pair.lead), f"/reviews/{pair.review.id}{path}")) == plain(page)
    for path in ("/findings", "/findings/V1", "/summary", "/report"):
        assert as_(pair.lead).get(f"/reviews/{pair.review.id}{path}").status_code == 303


def plain(html):
    """The page without what differs each time: tokens."""
    return re.sub(r"[\w.-]{60,}", "", html)


def test_the_lead_reveals_when_everybody_is_ready(app, as_):
    pair = make_pair(state=R.RATING)
    rated = {norm.id: (Rating.COMPLIES, "Gezien.") for norm in norms_in(pair.review)}
    services.give_ratings(pair.review, rated, by=pair.lead)
    url = f"/reviews/{pair.review.id}"
    assert send(as_(pair.mate), f"{url}/reveal").status_code == 403
    assert send(as_(pair.lead), f"{url}/reveal", data={"reason": ""}).status_code == 422
    services.give_ratings(pair.review, rated, by=pair.mate)
    assert send(as_(pair.lead), f"{url}/reveal").status_code == 303
    assert send(as_(pair.lead), f"{url}/reveal").status_code == 409
    assert pair.review.state == R.CONSENSUS


# --- Deciding together ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", [("lead", "mate"), ("mate", "lead")])
@pytest.mark.parametrize("draft", [True, False])
def test_two_sessions_on_one_finding_show_the_second_both_texts(app, as_, order, draft):
    pair = make_pair()
    url = f"/reviews/{pair.review.id}/findings/V1"
    clients = [as_(getattr(pair, name)) for name in order]
    forms = [fields_of(read(client, url)) for client in clients]
    more, headers = ({"autosave": "1"}, HX) if draft else ({}, {})
    assert send(
        clients[0], url, data=forms[0] | {"story": "Het eerste verhaal."} | more, headers=headers
    ).status_code in (200, 303)
    second = send(clients[1], url, data=forms[1] | {"story": "Het tweede verhaal."} | more, headers=headers)
    text = second.get_data(as_text=True)
    assert (second.status_code, "Het eerste verhaal." in text, "Het tweede verhaal." in text) == (409, True, True)
    assert finding_of(pair.review).story == "Het eerste verhaal."
    if not draft:  # the form holds one's own text and the number of now: saving it is choosing it
        assert send(clients[1], url, data=fields_of(text)).status_code == 303
        assert finding_of(pair.review).story == "Het tweede verhaal."


def test_several_fields_that_clash_are_each_shown(app, as_):
    pair = make_pair()
    url = f"/reviews/{pair.review.id}/findings/V1"
    form = fields_of(read(as_(pair.lead), url)) | {"autosave": "1"}
    send(as_(pair.lead), url, data=form | {"story": "A", "rating": "complies"}, headers=HX)
    text = send(as_(pair.mate), url, data=form | {"story": "B", "rating": "partly"}, headers=HX).get_data(as_text=True)
    soup = BeautifulSoup(text, "html.parser")
    assert len(soup.select("[data-clash]")) == 2
    assert [t.text for t in soup.select("template[data-keep-text]")] == ["A", "complies"]


def test_the_same_finding_sent_twice_is_no_clash(app, as_):
    pair = make_pair()
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/findings/V1"
    form = fields_of(read(client, url)) | {"story": "Eén verhaal."}
    assert [send(client, url, data=form).status_code for _ in range(2)] == [303, 303]


def test_a_story_of_ten_megabytes_is_refused_and_kept_on_the_page(app, as_):
    pair = make_pair()
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/findings/V1"
    story = "Er was eens een lang verhaal. " * 340_000
    answer = send(client, url, data=fields_of(read(client, url)) | {"story": story})
    assert answer.status_code == 422
    assert fields_of(answer.get_data(as_text=True))["story"] == story.strip()


def test_a_text_typed_into_an_ended_session_comes_back(app, as_):
    pair = make_pair()
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/findings/V1"
    form = fields_of(read(client, url)) | {"story": "Dit mag niet weg."}
    with client.session_transaction() as session:
        kept = dict(session)
        session.clear()
    assert client.post(url, data=form).status_code == 303
    with client.session_transaction() as session:
        session.update({name: value for name, value in kept.items() if name not in session})
    assert fields_of(read(client, url))["story"] == "Dit mag niet weg."


@pytest.mark.parametrize(
    "wrong", [{"rating": "geweldig"}, {"version": "x"}, {"observations": "abc"}, {"observations": "999"}]
)
def test_nonsense_in_a_finding_is_422(app, as_, wrong):
    pair = make_pair()
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/findings/V1"
    assert send(client, url, data=fields_of(read(client, url)) | wrong).status_code == 422


def test_the_overview_is_filtered_and_names_what_lacks(app, as_):
    pair = make_pair()
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}/findings"
    services.record_findings(
        pair.review,
        {norms_in(pair.review)[0].id: {"rating": Rating.NOT_ASSESSED, "not_assessed_reason": "Niet gezien."}},
        by=pair.lead,
    )
    for show, codes in (("all", ["V1", "O2", "V3"]), ("open", ["O2", "V3"]), ("done", ["V1"]), ("difference", [])):
        soup = BeautifulSoup(read(client, f"{url}?show={show}"), "html.parser")
        assert sorted(a["href"].rsplit("/", 1)[1] for a in soup.select(".pr-list a")) == sorted(codes)


def test_a_draft_that_lacks_something_is_answered_with_links_to_it(app, as_):
    pair = make_pair()
    answer = send(as_(pair.lead), f"/reviews/{pair.review.id}/draft")
    soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert answer.status_code == 422
    assert [a["href"].rsplit("/", 1)[1] for a in soup.select(".pr-errors a")] == ["summary", "V1", "O2", "V3"]
    assert send(as_(pair.mate), f"/reviews/{pair.review.id}/draft").status_code == 403


# --- Release, report, fact check ------------------------------------------------------------


def test_the_last_draft_shows_both_hosts_their_report(app, as_):
    pair = make_pair()
    for review, lead in ((pair.review, pair.lead), (pair.other, pair.other_lead)):
        fill_findings(review)
        client, url = as_(lead), f"/reviews/{review.id}"
        form = fields_of(read(client, f"{url}/summary")) | {"summary": "Warm en open."}
        assert send(client, f"{url}/summary", data=form).status_code == 303
        assert send(client, f"{url}/draft").status_code == 303
    assert "Warm en open." in read(as_(pair.host), f"/reviews/{pair.review.id}/report")
    assert "Warm en open." in read(as_(pair.other_host), f"/reviews/{pair.other.id}/report")


def test_the_secretariat_reads_stages_before_and_findings_after_the_release(app, as_):
    pair = make_pair()
    client, url = as_(pair.secretariat), f"/reviews/{pair.review.id}"
    assert "Verhaal" not in read(client, url)
    for path in TEAM_PAGES[1:]:
        assert client.get(url + path).status_code == 403
    release_pair(pair)
    assert "Verhaal bij V1." in read(client, f"{url}/report")


def test_the_secretariat_releases_without_the_late_one_with_a_reason(app, as_):
    pair = make_pair()
    fill_findings(pair.review)
    with unit_of_work():
        pair.review.summary = "Warm."
    services.draft(pair.review, by=pair.lead)
    client, url = as_(pair.secretariat), f"/reviews/{pair.review.id}"
    assert send(client, f"{url}/release", data={"reason": "Te laat."}).status_code == 409
    with unit_of_work():
        pair.other.due_on = clock.today().replace(year=clock.today().year - 1)
    assert f"{url}/release" in read(client, url)
    assert send(client, f"{url}/release", data={"reason": ""}).status_code == 422
    assert send(client, f"{url}/release", data={"reason": "Te laat."}).status_code == 303
    assert (pair.review.state, pair.other.state) == (R.RELEASED, R.STOPPED)
    listed = BeautifulSoup(read(client, url), "html.parser").select("main table tbody tr")
    assert [row.find("a")["href"] for row in listed] == [url, f"/reviews/{pair.other.id}"]  # the stopped one too
    stopped = BeautifulSoup(read(as_(pair.other_lead), f"/reviews/{pair.other.id}"), "html.parser")
    assert [one.text for one in stopped.select(".pr-task h2")] == ["Noteer wat je ziet en hoort"]  # and no next step


def test_the_host_answers_each_finding_and_closes(app, as_):
    pair = make_pair()
    release_pair(pair, Rating.PARTLY)
    client, url = as_(pair.host), f"/reviews/{pair.review.id}"
    assert send(client, f"{url}/findings/V1/answer", data={"answer": "agree"}).status_code == 303
    wrong = send(client, f"{url}/findings/O2/answer", data={"answer": "error", "text": "Sinds maart niet meer."})
    assert (wrong.status_code, "Sinds maart niet meer." in wrong.get_data(as_text=True)) == (422, True)
    right = {"answer": "error", "text": "Sinds maart niet meer.", "evidence": "Rooster"}
    assert [send(client, f"{url}/findings/O2/answer", data=right).status_code for _ in range(2)] == [303, 303]
    second = send(as_(pair.executive), f"{url}/findings/O2/answer", data={"answer": "comment", "text": "Iets anders."})
    text = second.get_data(as_text=True)
    assert (second.status_code, "Sinds maart niet meer." in text, "Iets anders." in text) == (409, True, True)
    assert send(as_(pair.executive), f"{url}/fact-check/close").status_code == 403
    assert send(client, f"{url}/fact-check/close").status_code == 303
    assert send(client, f"{url}/findings/V1/answer", data={"answer": "agree"}).status_code == 409
    assert pair.review.state == R.FACT_CHECKED


def test_the_lead_accepts_with_a_redline_and_finishes(app, as_):
    pair = make_pair()
    release_pair(pair, Rating.PARTLY)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}"
    for number in (0, 1):
        services.answer_finding(
            pair.review,
            finding_of(pair.review, number),
            answer=FactAnswer.ERROR,
            text="Nee.",
            evidence="Rooster",
            by=pair.host,
        )
    services.close_fact_check(pair.review, by=pair.host)
    assert send(client, f"{url}/finalise").status_code == 409
    assert send(as_(pair.mate), f"{url}/findings/V1/verdict", data={"verdict": "accept"}).status_code == 403
    accepted = {"verdict": "accept", "story": "Verhaal bij Eefde.", "rating": "partly", "reason": "Dank."}
    assert send(client, f"{url}/findings/V1/verdict", data=accepted).status_code == 422  # nobody has read along
    accepted["unread_reason"] = "Wij zijn met twee toetsers."
    assert send(client, f"{url}/findings/V1/verdict", data=accepted).status_code == 303
    assert send(client, f"{url}/findings/O2/verdict", data={"verdict": "reject"}).status_code == 422
    assert (
        send(client, f"{url}/findings/O2/verdict", data={"verdict": "reject", "reason": "Wij zagen het."}).status_code
        == 303
    )
    report = BeautifulSoup(read(client, f"{url}/report"), "html.parser")
    assert ([d.text for d in report.find_all("del")], [i.text for i in report.find_all("ins")]) == (
        ["V1. "],
        ["Eefde."],
    )
    assert send(client, f"{url}/finalise").status_code == 303
    final = read(as_(pair.host), f"{url}/report")
    assert "Wij zagen het." in final
    top = BeautifulSoup(final, "html.parser").select(
        "#verdicts a, #verdicts + p a"
    )  # what was answered, and what comes now
    plan = f"/trajectories/{pair.review.visit.host_id}/plan"
    assert [a["href"] for a in top] == ["#finding-V1", "#finding-O2", plan]
    assert finding_of(pair.review, 1).fact_check.state == Verdict.REJECTED


def test_the_report_is_a_pdf_of_each_version_made_once(app, as_, monkeypatch):
    pair = make_pair()
    release_pair(pair)
    url = f"/reviews/{pair.review.id}/report"
    first = as_(pair.host).get(f"{url}/1.pdf")
    assert (first.status_code, first.mimetype, first.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert re.fullmatch(
        r'attachment; filename="rapport-welzijn-\d+-versie-1\.pdf"', first.headers["Content-Disposition"]
    )
    monkeypatch.setattr("peerreview.reviews.services.pdf.render", None)
    assert as_(pair.lead).get(f"{url}/1.pdf").data == first.data
    assert as_(pair.host).get(f"{url}/2.pdf").status_code == 404
    assert as_(pair.host).get(f"{url}/0.pdf").status_code == 404


def test_the_draft_is_a_pdf_for_the_team_alone(app, as_):
    pair = make_pair()
    fill_findings(pair.review)
    url = f"/reviews/{pair.review.id}/report/0.pdf"
    assert as_(pair.lead).get(url).data[:5] == b"%PDF-"
    assert as_(pair.secretariat).get(url).status_code == 403
    assert as_(pair.host).get(url).status_code == 404


# --- Sealed -----------------------------------------------------------------------------------------------------------

READS = ("", "/observations", "/observations/V1", "/ratings", "/ratings/V1", "/findings", "/findings/V1", "/summary",
         "/report", "/report/0.pdf", "/report/1.pdf", "/findings/V1/answer", "/findings/V1/verdict")  # fmt: skip
WRITES = ("/observations/V1", "/ratings/V1", "/findings/V1", "/summary", "/reveal", "/draft", "/redraft", "/release",
          "/findings/V1/answer", "/fact-check/close", "/findings/V1/verdict", "/finalise")  # fmt: skip


@pytest.mark.twin_worlds
@pytest.mark.parametrize("state", [R.PREPARING, R.RATING, R.CONSENSUS, R.DRAFTED, R.STOPPED])
def test_before_the_release_the_host_finds_nothing_and_the_same_404_as_for_an_unknown_review(app, as_, state):
    pair = make_pair(state=state)
    fill_findings(pair.review, Rating.NOT)
    with unit_of_work():
        pair.review.summary = "Dit is geheim."
    unknown = 10**6
    for who in pair.everybody_of_the_host:
        client = as_(who)
        for path in READS:
            sealed, absent = (client.get(f"/reviews/{number}{path}") for number in (pair.review.id, unknown))
            assert (sealed.status_code, absent.status_code) == (404, 404), (who.role, path)
            assert same(sealed, pair.review.id) == same(absent, unknown)
        for path in WRITES:
            sealed, absent = (
                send(client, f"/reviews/{number}{path}", data={"text": "x"}) for number in (pair.review.id, unknown)
            )
            assert (sealed.status_code, absent.status_code) == (404, 404), (who.role, path)
        for path in ("/reviews", "/reports"):
            text = client.get(path).get_data(as_text=True)
            assert f"/reviews/{pair.review.id}" not in text
            assert "geheim" not in text


def same(answer, number):
    """The page without what differs each time: tokens, the request's number and the address itself."""
    text = re.sub(r"[0-9a-f]{16}|[\w.-]{60,}", "", answer.get_data(as_text=True))
    return text.replace(f"/reviews/{number}", "").replace(f"%2Freviews%2F{number}", ""), answer.mimetype


def test_a_review_of_others_and_an_absurd_number_are_404(app, as_):
    pair, strangers = make_pair(), make_pair()
    for number in (strangers.review.id, pair.other.id, 0, 10**30):
        assert as_(pair.lead).get(f"/reviews/{number}").status_code == 404
    assert as_(pair.lead).get(f"/reviews/{pair.review.id}/findings/X99").status_code == 404
    observation = make_observation(strangers.review, None, strangers.review.visit.team[0].person)
    for number in (observation.id, 10**30):
        assert as_(pair.lead).get(f"/reviews/{pair.review.id}/observations/{number}/edit").status_code == 404


def test_who_has_no_part_in_it_is_refused_the_lists(app, as_):
    pair = make_pair()
    for role in ("commission_member", "oversight", "administrator"):
        client = as_(make_actor(role))
        assert [client.get(path).status_code for path in ("/reviews", "/reports")] == [403, 403]
        assert client.get(f"/reviews/{pair.review.id}").status_code == 404
    assert as_(None).get("/reviews").status_code == 303


def test_a_reviewer_who_left_the_team_knows_nothing_more(app, as_):
    pair = make_pair()
    with unit_of_work():
        db.session.delete(pair.review.visit.team[1])
    assert as_(pair.mate).get(f"/reviews/{pair.review.id}").status_code == 404


# --- Queries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("", 8),
        ("/observations", 7),
        ("/observations/V1", 12),
        ("/workspace", 12),
        ("/findings", 7),
        ("/findings/V1", 11),
        ("/summary", 6),
        ("/report", 11),
    ],
)
def test_a_page_of_fifty_two_norms_asks_little(app, as_, queries, path, count):
    pair = make_pair(norms=52)
    fill_findings(pair.review)
    client, url = as_(pair.lead), f"/reviews/{pair.review.id}{path}"
    client.get(url)
    with queries() as seen:
        assert client.get(url).status_code == 200
    seen.expect(count)
    assert count <= 12
    assert Finding.__tablename__ == "finding"


def test_a_day_keeps_its_capitals_in_english_and_a_marked_text_stands_where_the_next_answer_comes(app, as_):
    pair = make_pair(state=R.RATING)
    with unit_of_work():
        pair.review.due_on = clock.today().replace(month=4, day=1)
    services.give_rating(
        pair.review,
        norm_id=norms_in(pair.review)[0].id,
        rating=Rating.PARTLY,
        note="Karin zei het.",
        version=0,
        by=pair.lead,
    )
    client = as_(pair.lead)
    html = BeautifulSoup(read(client, f"/reviews/{pair.review.id}/ratings/V1"), "html.parser")
    assert [len(html.select(where)) for where in ("#notice-f .pr-note", "form#f .pr-note.is-warn")] == [1, 1]
    client.get("/language/en")
    shown = BeautifulSoup(read(client, f"/reviews/{pair.review.id}/ratings/V1"), "html.parser").select_one(
        ".pr-outline p"
    )
    assert re.search(r"by [A-Z][a-z]+day\s1\sApril", shown.get_text()), shown.get_text()


def test_who_has_another_role_is_told_of_it_where_a_page_is_not_found(app, as_):
    pair = make_pair()
    hidden, unknown = (as_(pair.host).get(f"/reviews/{number}") for number in (pair.review.id, 987654))
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert [answer.get_data(as_text=True).count('href="/account">Kies je rol') for answer in (hidden, unknown)] == [
        1,
        1,
    ]
