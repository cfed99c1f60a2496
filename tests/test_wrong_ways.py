"""Wrong ways in a real browser: back and double clicks, two who write at once, a session that ends, no JavaScript, and
addresses and roles that are not one's own. Nothing typed is lost, nothing happens twice, and nothing hidden shows.
"""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from peerreview.accounts.models import Invitation
from peerreview.core.db import db
from peerreview.core.outbox import Letter
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Observation
from tests.accounts.road import PASSWORD, make_member
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.organisations import make_organisation
from tests.factories.reviews import finding_of, make_pair
from tests.selfevaluations.test_pages import Ours

STORY = "Hoe gaat het nu bij jullie?"


def count(model: type) -> int:
    db.session.rollback()
    number: int = db.session.scalar(select(func.count()).select_from(model)) or 0
    db.session.rollback()
    return number


def fill_in_an_invitation(page: Page, email: str = "noor@voorbeeld.example") -> None:
    page.goto("/people/invite")
    page.get_by_label("Naam", exact=True).fill("Noor Vos")
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_role("radio", name=re.compile("^Toetser")).check()


def test_two_clicks_on_a_button_send_one_letter(tab):
    page = tab(make_actor("coordinator", make_organisation("Brugveld")))
    fill_in_an_invitation(page)
    page.get_by_role("button", name="Verstuur de uitnodiging").dblclick()
    page.wait_for_url("**/people")
    assert (count(Invitation), count(Letter)) == (1, 1)


def test_who_goes_back_after_sending_and_sends_again_has_one_open_invitation(tab):
    page = tab(make_actor("coordinator", make_organisation("Brugveld")))
    fill_in_an_invitation(page)
    page.get_by_role("button", name="Verstuur de uitnodiging").click()
    page.wait_for_url("**/people")
    page.go_back()
    fill_in_an_invitation(page)
    page.get_by_role("button", name="Verstuur de uitnodiging").click()
    page.wait_for_url("**/people")
    db.session.rollback()
    assert [one.withdrawn_at is None for one in db.session.scalars(select(Invitation).order_by(Invitation.id))] == [
        False,
        True,
    ]
    expect(page.get_by_text("noor@voorbeeld.example")).to_have_count(2)  # in its row, and on its button


def test_going_back_shows_the_page_anew_and_sends_nothing_again(tab):
    ours = Ours()
    page = tab(ours.coordinator)
    page.goto(ours.norm())
    page.get_by_label(STORY).fill("Dit staat er.")
    page.get_by_role("button", name="Later verder").click()
    page.wait_for_url(f"**{ours.path}")
    version = ours.answer().version
    page.go_back()
    expect(page.get_by_label(STORY)).to_have_value("Dit staat er.")
    assert ours.answer().version == version


def test_two_who_write_about_one_finding_see_both_texts_and_choose(tab, complaints):
    pair = make_pair(state=ReviewState.CONSENSUS)
    path = f"/reviews/{pair.review.id}/findings/{finding_of(pair.review).norm.code}"
    lead, colleague = tab(pair.lead), tab(pair.mate)
    for page in (lead, colleague):
        page.goto(path)
    lead.get_by_label("Het verhaal in het rapport").fill("Wat de een schreef.")
    expect(lead.locator("[id^=saved-]")).to_contain_text("Opgeslagen")
    colleague.get_by_label("Het verhaal in het rapport").fill("Wat de ander schreef.")
    clash = colleague.get_by_role("region", name="Het verhaal in het rapport")
    expect(clash).to_contain_text("Wat de een schreef.")
    expect(clash).to_contain_text("Wat de ander schreef.")
    expect(colleague.get_by_label("Het verhaal in het rapport", exact=True).last).to_have_value("Wat de ander schreef.")
    clash.get_by_role("button").first.click()
    expect(colleague.locator("[id^=saved-]")).to_contain_text("Opgeslagen")
    lead.reload()
    expect(lead.get_by_label("Het verhaal in het rapport")).to_have_value("Wat de ander schreef.")


def test_a_text_comes_back_after_the_session_has_ended(tab):
    """The page keeps a copy and asks to sign in; there it offers the copy."""
    ours, person = Ours(), make_member(name="Samira El Idrissi")
    affiliation_of(person, "coordinator", ours.organisation)
    page = tab()
    sign_in(page, person.email, ours.norm())
    page.get_by_label(STORY).fill("Een lang verhaal dat niet weg mag.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Later verder").click()
    page.get_by_role("link", name="Log in en ga verder waar je was").click()
    fill_in_the_sign_in(page, person.email)
    page.get_by_role("button", name="Zet terug").click()
    expect(page.get_by_label(STORY)).to_have_value("Een lang verhaal dat niet weg mag.")


def test_without_javascript_the_server_keeps_the_text_of_who_must_sign_in_again(tab):
    ours, person = Ours(), make_member(name="Samira El Idrissi")
    affiliation_of(person, "coordinator", ours.organisation)
    page = tab(javascript=False)
    sign_in(page, person.email, ours.norm())
    page.get_by_label(STORY).fill("Een lang verhaal dat niet weg mag.")
    page.context.clear_cookies()
    page.get_by_role("button", name="Later verder").click()
    expect(page.get_by_text("wat je typte, is bewaard")).to_be_visible()
    fill_in_the_sign_in(page, person.email)
    expect(page.get_by_label(STORY)).to_have_value("Een lang verhaal dat niet weg mag.")


def sign_in(page: Page, email: str, path: str) -> None:
    page.goto(path)
    fill_in_the_sign_in(page, email)


def fill_in_the_sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mailadres").fill(email)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def test_without_javascript_a_short_form_a_story_and_a_search_work(tab):
    ours = Ours()
    page = tab(ours.coordinator, javascript=False)
    fill_in_an_invitation(page)
    page.get_by_role("button", name="Verstuur de uitnodiging").click()
    assert count(Invitation) == 1
    page.goto(ours.norm())
    page.get_by_label(STORY).fill("Zonder JavaScript geschreven.")
    page.get_by_role("button", name="Later verder").click()
    assert ours.answer().story == "Zonder JavaScript geschreven."
    page.goto("/register")
    page.get_by_role("searchbox").fill("Brugveld")
    page.get_by_role("button", name="Toon").click()
    assert "q=Brugveld" in page.url


def test_without_javascript_two_writers_still_see_both_texts(tab):
    ours = Ours()
    first, second = tab(ours.coordinator, javascript=False), tab(ours.executive, javascript=False)
    for page in (first, second):
        page.goto(ours.norm())
    first.get_by_label(STORY).fill("Wat de een schreef.")
    first.get_by_role("button", name="Later verder").click()
    second.get_by_label(STORY).fill("Wat de ander schreef.")
    second.get_by_role("button", name="Later verder").click()
    assert "Wat de een schreef." in second.content()
    assert "Wat de ander schreef." in second.content()
    db.session.rollback()
    assert ours.answer().story == "Wat de een schreef."


def test_an_observation_goes_without_javascript_too(tab):
    pair = make_pair(state=ReviewState.RATING)
    page = tab(pair.mate, javascript=False)
    page.goto(f"/reviews/{pair.review.id}/observations/{finding_of(pair.review).norm.code}")
    before = count(Observation)
    page.get_by_label("Wat zag of hoorde je?").fill("De deur staat open.")
    page.get_by_role("button", name="Bewaar en noteer nog iets").click()
    assert count(Observation) == before + 1


@pytest.mark.parametrize("role", ["coordinator", "executive", "contributor", "reviewer"])
def test_the_papers_of_another_organisation_are_not_there(tab, role):
    ours = Ours()
    page = tab(make_actor(role, make_organisation("Buitenstaander")))
    for path in (f"/trajectories/{ours.id}", ours.path, ours.norm(), f"/organisations/{ours.organisation.id}/people"):
        answer = page.goto(path)
        unknown = page.goto(re.sub(r"\d+", "987654", path, count=1))
        assert (answer.status, unknown.status) == (404, 404), path
        assert "Lindenhof" not in page.content()


def test_who_may_see_but_not_act_reads_why(tab):
    ours = Ours()
    page = tab(ours.contributor)
    assert page.goto(f"{ours.path}/assignments").status == 403
    assert page.goto("/matching").status in (403, 404)


def test_a_visitor_is_asked_to_sign_in_and_arrives_where_they_wanted_to_be(tab):
    ours = Ours()
    person = make_member(name="Samira El Idrissi")
    affiliation_of(person, "coordinator", ours.organisation)
    page = tab()
    sign_in(page, person.email, ours.path)
    page.wait_for_url(f"**{ours.path}")
