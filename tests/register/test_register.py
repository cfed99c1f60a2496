"""The public register: who holds what, now and on a day in the past, and what a visitor can do with it."""

import json
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from lxml import etree

from peerreview.certificates import services
from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.events import announce
from peerreview.register.dots import dots_of
from peerreview.trajectories.lifecycle import TrajectoryState
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate, make_decision_on
from tests.factories.organisations import make_organisation, make_work_field
from tests.factories.register import make_condition
from tests.factories.trajectories import make_trajectory


def names(get, query=""):
    whole = json.loads(get(None, f"/register.json{query}"))
    return [(row["name"], row["status"]) for row in whole["organisations"]]


def test_a_granted_label_stands_in_the_register_at_once(app, get):
    trajectory = make_trajectory(organisation=make_organisation("Brugveld"), state=TrajectoryState.DECIDED)
    announce("decision.made", make_decision_on(trajectory), by=SYSTEM)
    assert names(get) == [("Brugveld", "active")]
    assert trajectory.state == TrajectoryState.CERTIFIED


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
    organisations = [make_organisation() for _ in range(count)]
    for organisation in organisations:
        make_certificate(organisation)
    client, page = as_(None), f"/register/{organisations[0].slug}"
    for path, expected in (("/register", 8), ("/register?q=wel", 1), ("/register?q=wel", 1), (page, 5), (page, 1)):
        with queries() as seen:
            client.get(path)
        seen.expect(expected)


def test_what_is_said_of_an_organisation_is_found_by_its_municipality_and_on_the_map(app, get):
    make_certificate(make_organisation("Brugveld", place="Deventer", municipality="Olst-Wijhe", province="Overijssel"))
    make_certificate(make_organisation("Lindenhof"))
    assert names(get, "?q=olst") == names(get, "?municipality=Olst-Wijhe") == [("Brugveld", "active")]
    text = get(None, "/register?municipality=Olst-Wijhe&q=a%26b")
    assert ("gemeente Olst-Wijhe" in text, text.count("<circle"), 'href="?q=a%26b"' in text) == (True, 0, True)
    assert get(None, "/register").count('<circle class="here"') == 2


def test_an_empty_register_says_what_will_stand_there(app, get):
    assert "Nog niemand heeft het label" in get(None, "/register")
    client_text = get(None, "/register", headers={"Accept-Language": "en"})
    assert "Nobody holds the label yet" in client_text


def test_many_organisations_are_drawn_as_fewer_and_larger_dots():
    crowd = [(52.0 + n / 1000, 5.0, n % 2 == 0) for n in range(500)]
    rows = [
        SimpleNamespace(entry=SimpleNamespace(latitude=a, longitude=b), status="active" if valid else "expired")
        for a, b, valid in crowd
    ]
    few, many = dots_of(rows[:400]), dots_of(rows)
    assert (len(few), {dot.r for dot in few}) == (400, {4.5})
    assert (len(many) < 20, max(dot.r for dot in many) > 8) == (True, True)


def test_programs_read_in_the_page_who_it_is_and_which_label_it_holds_as_long_as_that_is_valid(app, get):
    organisation = make_organisation("Brug <b>veld</b>")
    certificate = make_certificate(organisation)

    def linked():
        [data] = re.findall(r'ld\+json">(.*?)</script>', get(None, f"/register/{organisation.slug}"))
        return json.loads(data)

    told = linked()
    assert (told["@type"], told["name"], told["hasCredential"]["identifier"]) == (
        "Organization", "Brug <b>veld</b>", certificate.number,
    )  # fmt: skip
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    assert "hasCredential" not in linked()


def test_conditions_are_shown_as_met_or_not(app, get):
    organisation = make_organisation("Brugveld")
    certificate = make_certificate(organisation)
    for position, state in enumerate(("open", "met")):
        make_condition(certificate, position, state)
    assert "1 daarvan" in get(None, f"/register/{organisation.slug}")


def test_the_badge_follows_the_status_within_one_request_and_may_stand_on_any_site(app, as_):
    organisation = make_organisation("Brugveld")
    certificate, client = make_certificate(organisation), as_(None)
    first = client.get(f"/register/{organisation.slug}/badge.svg")
    assert ("Geldig tot" in first.text, first.headers["Cache-Control"]) == (True, "no-cache")
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    again = client.get(
        f"/register/{organisation.slug}/badge.svg?lang=en", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, "Suspended" in again.text) == (200, True)
    assert client.get("/register/nobody/badge.svg").status_code == 404


def test_feeds_and_the_sitemap_tell_of_each_organisation(app, get):
    organisation = make_organisation("Brugveld & Zoon")
    certificate = make_certificate(organisation)
    make_certificate(make_organisation("Lindenhof"))
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    whole = etree.fromstring(get(None, "/register.atom").encode())
    titles = [one.text for one in whole.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles[1:] == ["Brugveld & Zoon: opgeschort", "Lindenhof: geldig", "Brugveld & Zoon: geldig"]
    own = etree.fromstring(get(None, f"/register/{organisation.slug}/changes.atom").encode())
    assert len(own.findall("{http://www.w3.org/2005/Atom}entry")) == 2
    assert f"/register/{organisation.slug}</loc>" in get(None, "/sitemap.xml")
    assert "/sitemap.xml" in get(None, "/robots.txt")


def test_a_visitor_who_comes_back_gets_the_page_again_only_when_something_happened(app, as_):
    certificate = make_certificate()
    client = as_(None)
    first = client.get("/register")
    again = client.get("/register", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    assert client.get("/register", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
