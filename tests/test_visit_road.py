"""The road of a visit in a real browser, on a phone: half-days, a plan, the programme, another day, the answer by letter.

One test, because each step stands on the one before. Two members review each other: at first none of the visits has a
day; at the end both have, one of them moved, and somebody said from the letter that they will be there.
"""

import re
from functools import partial

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from peerreview.core.db import db
from peerreview.visits import queries, services
from peerreview.visits.lifecycle import Can, Coming, Half, VisitState
from tests.browser import scrolls_sideways
from tests.factories.visits import make_scene
from tests.road.people import Someone, letters_to

PHONE = 390


@pytest.fixture
def scene(app, at):
    with at("2027-02-01 10:00"):
        yield make_scene()


@pytest.fixture
def on_a_phone(tab):
    """`on_a_phone(actor)`: this person with a phone, signed in; None for who is not."""

    def open_for(actor) -> Someone:
        return Someone(actor.name, actor.email, partial(tab, actor), PHONE)

    return open_for


@pytest.mark.timeout(300)
def test_a_visit_gets_its_day_its_programme_another_day_and_an_answer(scene, on_a_phone, tab):
    lead, ours, theirs = (on_a_phone(who) for who in (scene.leads[0], *scene.coordinators))
    address = f"/exchanges/{scene.exchange.id}"
    marks_half_days(lead, address)
    others_answer(scene)
    agrees(ours, theirs, address)
    visit = scene.visits[0]  # the first member visits the second
    makes_the_programme(lead, visit.id)
    moves(theirs, visit.id)
    answers_from_the_letter(lead, visit.id, tab)


def marks_half_days(lead: Someone, address: str) -> None:
    """One press for a day, the halves apart, a whole week at once and back again; each is kept at once."""
    lead.goes_to(f"{address}/dates")
    lead.reads("Wanneer kun je?")
    days = lead.page.get_by_role("group", name=re.compile("april|mei|juni"))
    names = [name for name in days.evaluate_all("all => all.map(one => one.getAttribute('aria-labelledby'))") if name]
    assert len(names) > 8
    first, second = (lead.page.locator(f"[aria-labelledby='{name}'].pr-can") for name in names[:2])
    marked(lead, first.get_by_role("button", name=re.compile("^Kan niet")))
    lead.page.get_by_text("Ochtend en middag apart").nth(1).click()
    half = lead.page.locator(f"[id='{names[1].replace('t-', 'd-')}']").get_by_role("group", name="Middag")
    marked(lead, half.get_by_role("button", name="Liever niet"))
    marked(lead, second.get_by_role("button", name="Kan", exact=True))
    lead.sends(re.compile("Op alle dagen die nog open staan kan ik"))
    lead.sees("Ongedaan maken")
    assert not scrolls_sideways(lead.page)
    lead.has_no_barriers()
    lead.sends("Ik ben klaar")
    lead.sees("Je bent klaar")


def marked(who: Someone, button) -> None:
    with who.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def others_answer(scene) -> None:
    """The other five are quick: they can on every day but the first."""
    db.session.rollback()  # what was read before the browser wrote is over
    for who in scene.everybody[1:]:
        poll = queries.poll_of(scene.exchange.id)
        for day in poll.days[1:8]:
            poll = services.mark_half_days(poll, day=day, halves=list(Half), can=Can.YES, by=who)
        services.finish_poll(poll, by=who)


def agrees(ours: Someone, theirs: Someone, address: str) -> None:
    """One coordinator proposes the best plan, the other says yes; calendars get both visits."""
    ours.goes_to(f"{address}/plan")
    ours.ticks("Het beste plan")
    assert not scrolls_sideways(ours.page)
    ours.sends("Stel deze dagen voor")
    theirs.goes_to(theirs.link_in("Passen deze dagen jullie?"))
    theirs.sends("Deze dagen passen ons")
    theirs.reads("De dagen staan vast")


def makes_the_programme(lead: Someone, visit_id: int) -> None:
    """An example by the length of the day, one item changed, and final."""
    lead.goes_to(f"/visits/{visit_id}")
    lead.follows("Programma")
    lead.follows("Bekijk het voorbeeld")
    lead.sends(re.compile("^Begin met dit"))
    lead.reads(re.compile("^Programma voor"))
    assert not scrolls_sideways(lead.page)
    lead.page.locator("#day").get_by_role("link").nth(5).click()
    lead.page.get_by_label(re.compile("^Ruimte")).fill("Kamer 2.04")
    lead.sends(re.compile("^Bewaar"))
    lead.sees("Kamer 2.04")
    lead.has_no_barriers()
    lead.sends("Stel vast")
    lead.sees("Programma is klaar")


def moves(host: Someone, visit_id: int) -> None:
    """First what another day does to the other visit and to every deadline, then for certain."""
    host.goes_to(f"/visits/{visit_id}/move")
    day = queries.visit_with_names(visit_id).starts_at
    db.session.rollback()
    host.page.get_by_role(
        "button", name=re.compile("^Bekijk (maandag|dinsdag|woensdag|donderdag|vrijdag)")
    ).first.click()
    host.sees(re.compile("[Rr]apport"))
    host.fills({"Waarom wordt het bezoek verplaatst?": "Onze directeur is die dag op reis."})
    host.sends("Bekijk wat er verandert")
    assert not scrolls_sideways(host.page)
    host.has_no_barriers()
    host.sends("Verplaats het bezoek en laat het iedereen weten")
    moved = queries.visit_with_names(visit_id)
    assert (moved.starts_at != day, moved.state, moved.sequence) == (True, VisitState.AGREED, 1)
    db.session.rollback()


def answers_from_the_letter(lead: Someone, visit_id: int, tab) -> None:
    """By the link of the newest letter, not signed in; a second time it tells nothing."""
    letters = letters_to(lead.email, "Verplaatst")
    assert len(letters) == 1
    invitation = next(one for one in letters[0].attachments if "REQUEST" in one["type"])
    [event] = Calendar.from_ical(invitation["content"]).walk("VEVENT")
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CONFIRMED")
    link = next(
        path for path in re.findall(r"https?://[^/\s]+(/\S+)", letters[0].body) if not path.startswith("/visits/")
    )
    stranger = Someone("Iemand", lead.email, partial(tab, None), PHONE)
    stranger.goes_to(link)
    stranger.reads("Ben je erbij?")
    stranger.has_no_barriers()
    stranger.page.locator("#comment").fill("Ik kom met de trein.")
    stranger.sends("Ja, ik ben erbij")
    stranger.reads("Dank je wel")
    stranger.goes_to(link, status=404)
    stranger.reads("Deze link werkt niet meer")
    db.session.rollback()
    [mine] = [one for one in queries.invitees_of(visit_id) if one.email == lead.email]
    assert (mine.answer, mine.comment, mine.answered_at is not None) == (Coming.ACCEPTED, "Ik kom met de trein.", True)
