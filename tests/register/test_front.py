"""What stands before the register: who gets a kept page, who 304, and who goes past it."""

from peerreview.certificates import services
from peerreview.core.i18n import COOKIE
from tests.factories.accounts import make_actor
from tests.factories.certificates import make_certificate
from tests.factories.organisations import make_organisation


def test_an_etag_belongs_to_one_address_one_language_and_one_theme(app, as_):
    make_certificate(make_organisation("Brugveld"))
    client, english, dark = as_(None), as_(None), as_(None)
    english.set_cookie(COOKIE, "en")
    dark.set_cookie("theme", "dark")
    tags = [
        client.get("/register").headers["ETag"], client.get("/register?q=brug").headers["ETag"],
        english.get("/register").headers["ETag"], dark.get("/register").headers["ETag"],
        client.get("/register", headers={"Accept-Language": "en"}).headers["ETag"],
    ]  # fmt: skip
    assert len(set(tags)) == 4  # English is English, by cookie or by browser
    assert tags[2] == tags[4]
    assert client.get("/register", headers={"If-None-Match": f'W/{tags[0]}, "x"'}).status_code == 304
    assert client.get("/register?q=brug", headers={"If-None-Match": tags[0]}).status_code == 200


def test_a_kept_page_is_the_page_and_has_no_cookie_and_no_token(app, as_):
    make_certificate(make_organisation("Brugveld"))
    first, second = as_(None).get("/register"), as_(None).get("/register")
    assert (first.data, dict(first.headers)) == (second.data, dict(second.headers))
    assert "Content-Security-Policy" in second.headers
    assert "csrf" not in first.text
    assert "Set-Cookie" not in first.headers
    assert {"Cookie", "Accept-Language"} <= set(second.headers["Vary"].split(", "))
    assert as_(None).head("/register").headers["ETag"] == first.headers["ETag"]


def test_who_is_signed_in_gets_a_page_of_their_own_that_nobody_else_gets(app, as_):
    make_certificate(make_organisation("Brugveld"))
    visitor = as_(None).get("/register")
    office = as_(make_actor("secretariat", name="Marijke de Boer"))
    mine = office.get("/register", headers={"If-None-Match": visitor.headers["ETag"]})
    assert (mine.status_code, "Marijke" in mine.text, mine.headers["Cache-Control"]) == (200, True, "no-store")
    assert "ETag" not in mine.headers
    assert as_(None).get("/register").data == visitor.data


def test_the_next_day_has_another_page(app, as_, at):
    with at("2027-02-15 10:00"):
        make_certificate(make_organisation("Brugveld"))
        tag = as_(None).get("/register").headers["ETag"]
    with at("2027-02-16 00:01"):
        assert as_(None).get("/register", headers={"If-None-Match": tag}).status_code == 200


def test_a_suspension_shows_with_the_next_request_on_every_page(app, as_):
    organisation = make_organisation("Brugveld")
    certificate = make_certificate(organisation)
    paths = ("/register", f"/register/{organisation.slug}", f"/register/{organisation.slug}/badge.svg")
    before = {path: as_(None).get(path) for path in paths}
    services.change_status(certificate, "suspend", reason="Onderzoek.", by=make_actor("secretariat"))
    for path in paths:
        now = as_(None).get(path, headers={"If-None-Match": before[path].headers["ETag"]})
        assert (now.status_code, "Opgeschort" in now.text) == (200, True), path
