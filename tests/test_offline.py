"""A visit without a network, in a real browser on a phone: what one notes is kept there and arrives once, in order.

Two tests, because each step stands on the one before: the day itself, and how everything goes away again.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.reviews.lifecycle import ReviewState
from peerreview.reviews.models import Observation, ObservationFile, Review
from peerreview.visits.lifecycle import VisitState
from tests.browser import axe, scrolls_sideways
from tests.factories.files import PNG
from tests.factories.programmes import make_item
from tests.factories.reviews import make_observation, make_pair, norms_in

PHONE = 390
# The signature, a heading, a picture and an end, as a photo has them.
SAVE = "Bewaar en noteer nog iets"

TAKES_ITS_TURN = """(name) => {
  navigator.locks.request(name, () => new Promise((done) => { window.myTurn = done; }));
}"""
OLD_PAGE = """async (address) => {
  const cache = await caches.open((await caches.keys())[0]);
  await cache.put(address, new Response("oud", { headers: { "X-Keep-Until": "2026-01-01T00:00:00+00:00" } }));
  return (await fetch(address, { headers: { "X-From-Device": "1" } })).status;
}"""
PAST_ITS_DAY = """() => new Promise((done) => {
  indexedDB.open("peerreview-visit").onsuccess = (event) => {
    const store = event.target.result.transaction("reviews", "readwrite").objectStore("reviews");
    store.getAll().onsuccess = (all) => {
      store.put({ ...all.target.result[0], until: 1 }).onsuccess = () => { event.target.result.close(); done(); };
    };
  };
})"""


class Day:
    """Two organisations on the day of the visit, the first norms in a talk that is on now; a colleague noted one thing."""

    def __init__(self) -> None:
        self.pair = make_pair(state=ReviewState.PREPARING, visit_state=VisitState.PROGRAMME_FINAL)
        with unit_of_work():  # in one act, for what is committed is no longer at hand
            self._begin(self.pair.review)

    def _begin(self, review: Review) -> None:
        norms = norms_in(review)
        review.visit.starts_at = clock.now() - timedelta(hours=1)
        review.visit.ends_at = clock.now() + timedelta(hours=6)
        make_item(review.visit, norms=norms[:2], ends_at=clock.now() + timedelta(hours=2), title="Zes vrijwilligers")
        make_observation(review, norms[0], review.visit.team[1].person, "Van een collega.")
        self.id, self.codes = review.id, [norm.code for norm in norms]
        self.home = f"/reviews/{review.id}/workspace"

    def arrived(self) -> list[Observation]:
        """What this reviewer noted, as it stands in the database, in order."""
        db.session.rollback()
        mine = Observation.review_id == self.id, Observation.person_id == self.pair.lead.person_id
        order = Observation.noted_at, Observation.position
        return list(db.session.scalars(select(Observation).where(*mine).order_by(*order)))


@pytest.fixture
def day(app) -> Day:
    return Day()


def opened(page: Page, path: str) -> Page:
    page.goto(path)
    page.wait_for_selector("#visit[data-ready], body[data-kept]", state="attached")
    return page


def puts_everything_on_the_device(page: Page, day: Day) -> None:
    opened(page, f"{day.home}/ready")
    page.get_by_role("button", name="Zet alles op dit toestel").click()
    page.wait_for_selector("#ready[data-looked]", state="attached")
    lacks = "all => all.filter(one => one.dataset.there !== '1').map(one => one.dataset.check)"
    assert page.locator("[data-check]").evaluate_all(lacks) == []


def notes(page: Page, text: str, *, file: bytes = b"") -> None:
    page.get_by_label("Wat zag of hoorde je?").fill(text)
    if file:
        page.get_by_label("Foto of document").set_input_files(
            {"name": "rooster.png", "mimeType": "image/png", "buffer": file}
        )
    page.get_by_role("button", name=SAVE).click()
    expect(page.get_by_label("Wat zag of hoorde je?")).to_have_value("")


def mark(page: Page):
    return page.locator("#saved-visit")


def kept_on(page: Page) -> tuple[list[str], list[str]]:
    """The caches and the databases that this browser has."""
    return (
        page.evaluate("() => caches.keys()"),
        page.evaluate("async () => (await indexedDB.databases()).map(one => one.name)"),
    )


@pytest.mark.timeout(120)
def test_twenty_notes_without_a_network_arrive_once_and_in_order(day, tab):
    page = tab(day.pair.lead, width=PHONE)
    puts_everything_on_the_device(page, day)
    assert axe(page) == []
    opened(page, day.home)
    expect(page.locator("#talk")).to_contain_text("Zes vrijwilligers")
    expect(page.get_by_role("heading", level=1)).to_contain_text(day.codes[0])
    expect(page.locator("#noted-list")).to_contain_text("Van een collega.")
    assert (axe(page), scrolls_sideways(page)) == ([], False)

    page.context.set_offline(True)
    for n in range(1, 11):
        notes(page, f"Waarneming {n}.", file=PNG if n == 3 else b"")
    expect(mark(page)).to_have_text("10 op dit toestel")
    expect(page.locator("#said")).to_contain_text("Geen verbinding.")
    page.get_by_label("Wat zag of hoorde je?").fill("Half geschreven")
    page.reload()  # from the device
    page.wait_for_selector("#visit[data-ready]", state="attached")
    expect(page.get_by_label("Wat zag of hoorde je?")).to_have_value("Half geschreven")
    expect(mark(page)).to_have_text("10 op dit toestel")
    page.locator("#chips").get_by_role("link", name=day.codes[1]).click()
    for n in range(11, 16):
        notes(page, f"Waarneming {n}.")
    page.locator("#chips").get_by_role("link", name="Nog geen norm").click()
    for n in range(16, 21):
        notes(page, f"Waarneming {n}.")
    expect(page.locator("#noted-list li[data-position]")).to_have_count(5)
    expect(page.locator("#noted-list").get_by_text("Op dit toestel")).to_have_count(5)
    assert (axe(page), scrolls_sideways(page), day.arrived()) == ([], False, [])

    # Any other page leads to what is kept here.
    opened(page, "/reviews")
    expect(page.locator("#waiting-list li")).to_have_count(20)
    page.locator("#kept-list").get_by_role("link").click()
    page.wait_for_selector("#visit[data-ready]", state="attached")

    # The answer to the first is lost on its way back, and a second window sends as well.
    lost = lose_the_first_answer(page)
    other = opened_elsewhere(page, day)
    page.context.set_offline(False)
    for window in (page, other):
        expect(mark(window)).to_have_text("Opgeslagen", timeout=20_000)
    rows = day.arrived()
    assert [f'"id":{rows[0].id},' in answer for answer in lost] == [True]
    norms = norms_in(day.pair.review)
    assert [row.text for row in rows] == [f"Waarneming {n}." for n in range(1, 21)]
    assert [row.norm_id for row in rows] == [norms[0].id] * 10 + [norms[1].id] * 5 + [None] * 5
    assert {row.item_id is not None for row in rows} == {True}
    files = list(db.session.scalars(select(ObservationFile)))
    assert [(file.observation_id, file.file_name, file.size) for file in files] == [
        (rows[2].id, "rooster.png", len(PNG))
    ]
    db.session.rollback()
    page.locator("#chips").get_by_role("link", name="Nog geen norm").click()
    expect(page.locator("#noted-list li:visible").get_by_text("Verstuurd", exact=True)).to_have_count(5)
    expect(page.locator("#noted-list li[data-position]")).to_have_count(0)

    # A norm for what was written first.
    page.get_by_role("link", name=re.compile("^Kies de norm")).first.click()
    page.get_by_label("Zoek een norm").fill(day.codes[2])
    page.locator("#norms").get_by_role("link", name=day.codes[2]).click()
    expect(page.locator("#noted-list li:visible")).to_have_count(4)
    assert day.arrived()[-1].norm_id == norms[2].id


def opened_elsewhere(page: Page, day: Day) -> Page:
    return opened(page.context.new_page(), day.home)


def test_what_another_window_sent_stands_in_the_list_of_one_that_was_sending_itself(day, tab):
    page = tab(day.pair.lead, width=PHONE)
    opened(page, day.home)
    page.evaluate("() => { window.setTimeout = () => 0; }")  # nor does it try again by itself
    page.route("**/observations/sync", lambda route: route.abort())
    notes(page, "Een waarneming.")
    expect(mark(page)).to_have_text("1 op dit toestel")
    lists = []
    other = page.context.new_page()
    other.route(lambda url: url.endswith("/workspace"), lambda route: hold(route, lists))
    opened(other, day.home)
    expect(mark(page)).to_have_text("Opgeslagen")
    # Here: sent, and still kept. Now this window begins to send as well and waits for its turn, and the other lets go.
    page.evaluate(TAKES_ITS_TURN, f"pr-visit-{day.pair.lead.person_id}-{day.id}")
    page.wait_for_function("() => window.myTurn")
    page.evaluate("() => dispatchEvent(new Event('online'))")
    lists.pop().continue_()
    expect(page.locator("#noted-list li[data-position]")).to_have_count(0)
    page.evaluate("() => window.myTurn()")
    expect(page.locator("#noted-list li:visible").get_by_text("Een waarneming.")).to_have_count(1)


def hold(route, held: list) -> None:
    if route.request.resource_type == "document":
        route.continue_()
    else:
        held.append(route)


def lose_the_first_answer(page: Page) -> list[str]:
    """The server does what was asked first, and its answer never arrives; the list says what that was."""
    lost: list[str] = []

    def pass_on(route) -> None:
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().text())
        return route.abort()

    page.context.route("**/observations/sync", pass_on)
    return lost


@pytest.mark.timeout(120)
def test_nothing_stays_on_the_device_after_signing_out_or_after_the_review(day, tab, as_):
    page = tab(day.pair.lead, width=PHONE)
    puts_everything_on_the_device(page, day)
    assert kept_on(page) == ([f"pr-visit-{day.pair.lead.person_id}"], ["peerreview-visit"])

    # The session ends while somebody writes: the note stays, and says what to do; somebody else sees nothing of it.
    opened(page, day.home)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    notes(page, "Na het einde van de sessie.")
    expect(page.locator("#said")).to_contain_text("Je bent niet meer ingelogd")
    page.context.add_cookies([session_of(as_, day.pair.mate, page)])
    opened(page, "/reviews/on-this-device")
    expect(page.get_by_text("Er staat nu niets")).to_be_visible()
    page.wait_for_function("async () => (await caches.keys()).length === 0")  # done while the page is there already
    page.context.clear_cookies()
    page.context.add_cookies(cookies)
    opened(page, day.home)
    expect(mark(page)).to_have_text("Opgeslagen")
    assert [row.text for row in day.arrived()] == ["Na het einde van de sessie."]

    # A note that the server refuses holds up no other, and stays until one throws it away.
    notes(page, "Met een kapotte foto.", file=b"geen foto")
    notes(page, "Karin zei het zonder foto.")
    expect(page.locator("[data-refused]:visible [data-why]")).to_contain_text("bestand")
    expect(mark(page)).to_have_text("1 op dit toestel")
    page.locator("#noted-list li:visible").get_by_role("button", name="Gooi weg").click()
    page.locator("#drop-it").get_by_role("button", name="Gooi weg").click()
    expect(mark(page)).to_have_text("Opgeslagen")
    assert [row.text for row in day.arrived()][1:] == ["Met een kapotte foto.", "Karin zei het zonder foto."]

    # What points at a person is told once it was sent, until the text is another.
    expect(page.locator("[data-notice]:visible [data-found]")).to_have_text("Karin")
    page.locator("[data-notice]:visible").get_by_role("link", name="Veranderen").click()
    page.get_by_label("Wat zag of hoorde je?").fill("Iemand zei het zonder foto.")
    page.get_by_role("button", name="Bewaar en ga terug").click()
    page.wait_for_selector("#visit[data-ready], #noted", state="attached")
    opened(page, day.home)
    expect(page.locator("#noted-list")).to_contain_text("Iemand zei het")
    expect(page.locator("[data-notice]:visible")).to_have_count(0)

    # What is past its day is forgotten, by the pages and by the service worker.
    puts_everything_on_the_device(page, day)
    assert page.evaluate(OLD_PAGE, day.home) == 204
    puts_everything_on_the_device(page, day)
    page.evaluate(PAST_ITS_DAY)
    page.goto("/reviews")
    page.wait_for_function("async () => (await caches.keys()).length === 0")

    # What was not sent is not thrown away by signing out.
    puts_everything_on_the_device(page, day)
    opened(page, day.home)
    page.route("**/observations/sync", lambda route: route.abort())
    notes(page, "Nog niet verstuurd.")
    page.goto("/account")
    page.get_by_role("button", name="Log uit").click()
    page.wait_for_url(re.compile("on-this-device"))
    expect(page.get_by_text("Je wilde uitloggen.")).to_be_visible()
    expect(page.locator("#waiting-list")).to_contain_text("Nog niet verstuurd.")
    assert axe(page) == []
    page.unroute("**/observations/sync")
    page.get_by_role("button", name="Verstuur alles").click()
    expect(page.locator("#waiting")).to_be_hidden()
    assert len(day.arrived()) == 4

    # The review ends: whatever page one opens, what was kept of it goes.
    with unit_of_work():
        day.pair.review.state = ReviewState.DRAFTED
    assert kept_on(page)[0] != []
    page.evaluate("() => localStorage.removeItem('pr-asked')")
    page.goto("/reviews")
    page.wait_for_function("async () => (await caches.keys()).length === 0")
    opened(page, day.home)
    expect(page.get_by_text("Noteren is gesloten.")).to_be_visible()

    page.goto("/account")
    page.get_by_role("button", name="Log uit").click()
    page.wait_for_url(lambda url: "/account" not in url)
    assert kept_on(page) == ([], [])


def session_of(as_, who, page: Page) -> dict[str, str]:
    cookie = as_(who).get_cookie("session")
    return {"name": "session", "value": cookie.value, "url": page.url.split("/reviews")[0]}
