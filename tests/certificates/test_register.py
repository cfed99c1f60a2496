"""The public register: who holds what, now and on a day in the past, and what a visitor can do with it."""

import json
from datetime import timedelta

import pytest

from peerreview.certificates import services
from peerreview.certificates.models import Certificate
from peerreview.commission.lifecycle import Outcome
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.events import announce
from peerreview.trajectories.lifecycle import TrajectoryState
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate, make_decision_on
from tests.factories.organisations import make_organisation, make_work_field
from tests.factories.trajectories import make_trajectory


def names(get, query=""):
    whole = json.loads(get(None, f"/register.json{query}"))
    return [(row["name"], row["status"]) for row in whole["organisations"]]


def test_a_granted_label_stands_in_the_register_at_once(app, get):
    trajectory = make_trajectory(organisation=make_organisation("Brugveld"), state=TrajectoryState.DECIDED)
    announce("decision.made", make_decision_on(trajectory), by=SYSTEM)
    assert names(get) == [("Brugveld", "active")]
    assert trajectory.state == TrajectoryState.CERTIFIED


def test_numbers_rise_within_a_year_and_start_again(app):
    for year, expected in ((2026, "2026-0001"), (2026, "2026-0002"), (2027, "2027-0001")):
        trajectory = make_trajectory(state=TrajectoryState.DECIDED)
        decision = make_decision_on(trajectory, on=clock.today().replace(year=year, day=1))
        announce("decision.made", decision, by=SYSTEM)
        assert db.session.query(Certificate.number).order_by(Certificate.id.desc()).first()[0] == expected


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.DEFERRED])
def test_a_decision_that_does_not_grant_gives_no_certificate(app, get, outcome):
    trajectory = make_trajectory(state=TrajectoryState.DECIDED)
    announce("decision.made", make_decision_on(trajectory, outcome), by=SYSTEM)
    assert names(get) == []


def test_a_suspension_shows_at_once_and_everywhere(app, get, as_, outbox):
    organisation = make_organisation("Kantlijn")
    make_actor("executive", organisation)
    certificate = make_certificate(organisation)
    services.change_status(certificate, "suspend", reason="Er loopt een onderzoek.", by=make_actor("secretariat"))
    assert names(get) == [("Kantlijn", "suspended")]
    assert "Opgeschort" in get(None, f"/c/{certificate.number}")
    assert as_(None).get(f"/c/{certificate.number}/certificate.pdf").status_code == 404
    assert "onderzoek" not in get(None, f"/register/{organisation.slug}")
    [letter] = outbox()
    assert (letter.kind, "Er loopt een onderzoek." in letter.body) == ("certificate.suspended", True)


def test_a_term_that_is_over_shows_as_expired_without_anyone_doing_anything(app, get):
    ended = make_certificate(make_organisation("Rijnkade"), ends_on=clock.today() - timedelta(days=1))
    make_certificate(make_organisation("Stroomop"), ends_on=clock.today())
    assert names(get) == [("Rijnkade", "expired"), ("Stroomop", "active")]
    assert services.expire_ended(by=SYSTEM) == 1
    assert ended.state.value == "expired"
    assert names(get) == [("Rijnkade", "expired"), ("Stroomop", "active")]


def test_the_register_answers_for_a_day_in_the_past(app, get):
    certificate = make_certificate(make_organisation("Kantlijn"))
    services.change_status(certificate, "withdraw", reason="Op verzoek.", by=make_actor("secretariat"))
    yesterday, before = (clock.today() - timedelta(days=n) for n in (1, 101))
    assert names(get) == [("Kantlijn", "withdrawn")]
    assert names(get, f"?on={yesterday:%d-%m-%Y}") == [("Kantlijn", "active")]
    assert names(get, f"?on={before:%d-%m-%Y}") == []


def test_a_renewed_organisation_stands_there_once_with_its_newest_certificate(app, get):
    organisation = make_organisation("Brugveld")
    make_certificate(organisation, starts_on=clock.today() - timedelta(days=1200))
    make_certificate(organisation)
    assert names(get) == [("Brugveld", "active")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=brug", ["Brugveld"]),
        ("?q=ZUTPHEN", ["Lindenhof"]),
        ("?q=zut linden", ["Lindenhof"]),
        ("?q=90%25", []),
        ("?field=youth", ["Brugveld"]),
        ("?province=Overijssel", ["Brugveld"]),
        ("?status=suspended", []),
        ("?status=nonsense", ["Brugveld", "Lindenhof"]),
        ("?on=gisteren", ["Brugveld", "Lindenhof"]),
        ("?page=99", ["Brugveld", "Lindenhof"]),
    ],
)
def test_the_register_is_searched_and_filtered(app, get, query, found):
    youth = make_work_field("youth", "Jongerenwerk", "Youth work")
    make_certificate(make_organisation("Brugveld", place="Zwolle", province="Overijssel", work_fields=[youth]))
    make_certificate(make_organisation("Lindenhof"))
    assert [name for name, _status in names(get, query)] == found
    get(None, f"/register{query}")


def test_what_a_visitor_types_stays_inert(app, get):
    text = get(None, "/register?q=%3Cscript%3Ealert(1)%3C/script%3E&on=%22%3E%3Cb%3E&page=x")
    assert "<script>alert" not in text
    assert "<b>" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_asks_the_same_few_questions_for_one_and_for_three(app, as_, queries, count):
    for _ in range(count):
        make_certificate()
    client = as_(None)
    with queries() as seen:
        client.get("/register")
    seen.expect(3)


def test_a_visitor_who_comes_back_gets_the_page_again_only_when_something_happened(app, as_):
    certificate = make_certificate()
    client = as_(None)
    first = client.get("/register")
    again = client.get("/register", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    assert client.get("/register", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_a_certificate_is_found_by_its_number_as_typed(app, as_):
    certificate = make_certificate()
    answer = as_(None).get("/certificates/check", query_string={"number": f" {certificate.number} "})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/c/{certificate.number}")


def test_an_unknown_number_is_answered_kindly_with_404(app, as_):
    answer = as_(None).get("/c/2019-9999")
    assert answer.status_code == 404
    assert "2019-9999" in answer.get_data(as_text=True)


def test_the_pdf_comes_in_the_readers_language(app, as_):
    certificate = make_certificate()
    for language, title in (("nl", b"Certificaat"), ("en", b"Certificate")):
        client = as_(None)
        client.set_cookie("language", language)
        answer = client.get(f"/c/{certificate.number}/certificate.pdf")
        assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
        assert title in answer.data or len(answer.data) > 20_000


@pytest.mark.parametrize("role", ["coordinator", "commission_chair", "oversight"])
def test_only_the_secretariat_knows_of_the_page_that_changes_a_status(app, as_, role):
    organisation = make_organisation()
    certificate = make_certificate(organisation)
    actor = make_actor(role, organisation if role == "coordinator" else None)
    assert as_(actor).get(f"/certificates/{certificate.id}").status_code == 404


def test_a_status_without_a_reason_is_refused_and_the_form_says_so(app, as_):
    certificate = make_certificate()
    client = as_(make_actor("secretariat"))
    assert client.send(f"/certificates/{certificate.id}/suspend", {"reason": " "}).status_code == 422
    with pytest.raises(Invalid):
        services.change_status(certificate, "suspend", reason="", by=make_actor("secretariat"))


def test_a_double_click_suspends_once(app, as_):
    certificate = make_certificate()
    client = as_(make_actor("secretariat"))
    answers = [client.send(f"/certificates/{certificate.id}/suspend", {"reason": "Onderzoek."}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]


def test_a_withdrawn_certificate_never_comes_back(app):
    certificate, office = make_certificate(), make_actor("secretariat")
    services.change_status(certificate, "withdraw", reason="Op verzoek.", by=office)
    with pytest.raises(NotNow):
        services.change_status(certificate, "reinstate", reason="Toch niet.", by=office)


def test_an_organisation_sees_its_own_certificate_or_when_it_will_come(app, get):
    organisation = make_organisation("Brugveld")
    coordinator = make_actor("coordinator", organisation)
    assert "zodra" in get(coordinator, "/certificate") or "als de commissie" in get(coordinator, "/certificate")
    certificate = make_certificate(organisation)
    assert certificate.number in get(coordinator, "/certificate")
