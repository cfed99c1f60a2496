"""In a real browser: a passkey from making to signing in, and every page looked at by axe."""

import re

import pytest
from playwright.sync_api import Page

from peerreview.accounts import services
from peerreview.accounts.lifecycle import Role
from peerreview.core.db import db
from tests.accounts.road import PASSWORD, last_letter, link_in, make_member
from tests.browser import faults_in_all_themes
from tests.factories.accounts import affiliation_of, make_actor, make_person
from tests.factories.organisations import make_organisation


@pytest.fixture
def page(tab, live_server, complaints):
    """A browser on a name: a passkey belongs to a name, never to a number such as 127.0.0.1."""
    complaints.server = live_server.replace("127.0.0.1", "localhost")
    page = tab()
    page.goto(f"{complaints.server}/login")
    return page


def with_device(page: Page) -> tuple[object, str]:
    """A device in the browser that holds passkeys, and always recognises its owner."""
    debugger = page.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device = debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return debugger, device


def sign_in(page: Page, person) -> None:
    page.get_by_label("E-mailadres").fill(person.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.wait_for_url("**/")


def make_passkey(page: Page, use: str) -> None:
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/wan-register")
    page.get_by_label("Naam van de passkey").fill("Telefoon van Samira")
    page.get_by_label(use).check()
    page.get_by_role("button", name="Maak de passkey").click()
    page.get_by_text("De passkey Telefoon van Samira is klaar voor gebruik.").wait_for()


def sign_out(page: Page) -> None:
    page.goto("/".join(page.url.split("/")[:3]) + "/account")
    page.get_by_role("button", name="Log uit").click()
    page.wait_for_url("**/")


def test_a_passkey_is_made_and_signs_in_without_a_password(page):
    person = make_member()
    with_device(page)
    sign_in(page, person)
    make_passkey(page, "In plaats van mijn wachtwoord")
    sign_out(page)
    page.goto("/".join(page.url.split("/")[:3]) + "/login?next=/account")
    page.get_by_role("button", name="Log in met een passkey").click()
    page.wait_for_url("**/account")
    page.get_by_text(f"Je bent ingelogd als {person.email}.").wait_for()
    db.session.rollback()
    assert [key.usage for key in person.webauthn] == ["first"]


def test_a_passkey_is_the_second_step_after_the_password(page):
    person = make_member()
    with_device(page)
    sign_in(page, person)
    make_passkey(page, "Als tweede stap, na mijn wachtwoord")
    sign_out(page)
    page.goto("/".join(page.url.split("/")[:3]) + "/login?next=/account")
    page.get_by_label("E-mailadres").fill(person.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("heading", name="Gebruik je passkey als tweede stap").wait_for()
    page.get_by_role("button", name="Ga verder met mijn passkey").click()
    page.wait_for_url("**/account")


def test_a_passkey_of_someone_else_is_no_second_step(page):
    """Bo's device in Ada's hands: Ada's password and Bo's passkey open neither account."""
    ada, bo = make_member(name="Ada"), make_member(name="Bo")
    with_device(page)
    sign_in(page, bo)
    make_passkey(page, "Als tweede stap, na mijn wachtwoord")
    sign_out(page)
    db.session.rollback()
    stolen = bo.webauthn[0]
    borrowed = type(stolen)(
        user_id=ada.id, credential_id=b"ada", public_key=b"", name="eigen", usage="secondary", device_type="",
        lastuse_datetime=stolen.lastuse_datetime,
    )  # fmt: skip
    db.session.add(borrowed)
    db.session.commit()
    root = "/".join(page.url.split("/")[:3])
    page.goto(f"{root}/login")
    page.get_by_label("E-mailadres").fill(ada.email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("heading", name="Gebruik je passkey als tweede stap").wait_for()
    # The browser is told to use whatever passkey it has, as a forged page would.
    page.route(re.compile(r"/wan-signin(\?|$)"), _any_passkey)
    page.get_by_role("button", name="Ga verder met mijn passkey").click()
    page.get_by_text("We kennen deze passkey niet.").wait_for()
    page.unroute(re.compile(r"/wan-signin(\?|$)"))
    page.goto(f"{root}/account")
    page.wait_for_url("**/login?next=/account")


def _any_passkey(route) -> None:
    answer = route.fetch()
    body = answer.text()
    start = body.find("&#34;allowCredentials&#34;: [")
    if start > 0:
        end = body.find("]", body.find("}", start))
        body = body[:start] + "&#34;allowCredentials&#34;: [" + body[end:]
    route.fulfill(response=answer, body=body)


def test_a_passkey_that_was_stopped_can_be_tried_again(page):
    person = make_member()
    debugger, device = with_device(page)
    sign_in(page, person)
    make_passkey(page, "In plaats van mijn wachtwoord")
    sign_out(page)
    debugger.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto("/".join(page.url.split("/")[:3]) + "/login")
    page.get_by_role("button", name="Log in met een passkey").click()
    page.get_by_text("Dat lukte niet, of je stopte het.").wait_for()
    debugger.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.get_by_role("button", name="Probeer opnieuw").click()
    page.wait_for_url("**/")
    assert page.goto("/".join(page.url.split("/")[:3]) + "/account").status == 200


def test_signing_out_clears_the_texts_on_this_device(page):
    sign_in(page, make_member())
    page.evaluate("() => localStorage.setItem('pr:1:/x#f', '{}')")
    sign_out(page)
    assert page.evaluate("() => localStorage.length") == 0


VISITOR = ["/login", "/reset", "/confirm", "/wan-signin"]
SIGNED_IN = [
    "/account",
    "/change",
    "/tf-setup",
    "/mf-recovery-codes",
    "/wan-register",
    "/verify",
    "/people",
    "/people/invite",
]


def test_axe_finds_nothing_on_the_pages_for_visitors(tab):
    assert faults_of(tab(), VISITOR) == []


def test_axe_finds_nothing_on_the_pages_for_who_is_signed_in(tab):
    actor = make_actor("coordinator", make_organisation("Brugveld"))
    affiliation_of(make_person("Samira El Idrissi"), "reviewer", make_organisation())
    services.invite(
        "noor@voorbeeld.example", name="Noor", role=Role.REVIEWER, organisation_id=actor.organisation_id, by=actor
    )
    assert faults_of(tab(actor), SIGNED_IN) == []


def faults_of(page, paths):
    found = []
    for path in paths:
        assert page.goto(path).status == 200, path
        found += faults_in_all_themes(page)
    return found


def test_axe_finds_nothing_on_an_invitation(in_all_themes):
    actor = make_actor("coordinator", make_organisation("Brugveld"))
    services.invite(
        "noor@voorbeeld.example", name="Noor", role=Role.REVIEWER, organisation_id=actor.organisation_id, by=actor
    )
    in_all_themes(link_in(last_letter()))
