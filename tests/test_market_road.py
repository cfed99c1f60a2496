"""The marketplace and the matching in a real browser, on the demo's round that is open for sign-up.

One test, because each step stands on the one before: an organisation makes its offer, looks around, asks a partner; the
partner agrees, on a phone and in English; the secretariat rehearses, compares and publishes; somebody objects, and is
matched again with as little change as possible. What one organisation keeps to itself, no other page says.
"""

import re
from functools import partial

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from peerreview.accounts.lifecycle import Role
from peerreview.accounts.models import Affiliation, Person
from peerreview.core.access import Actor
from peerreview.core.db import db
from peerreview.demo import services as demo
from peerreview.marketplace.models import Proposal, ProposalMember
from peerreview.organisations.models import Organisation
from peerreview.trajectories.models import Trajectory
from tests.browser import scrolls_sideways
from tests.road.people import Someone, path_of

US, PARTNER = "Wilgentuin Welzijn", "Raambaken"


@pytest.fixture
def somebody(app, tab):
    """`somebody(role, organisation, width=390)`: who holds this role in the demo, at a browser of their own."""
    demo.build_demo()

    def open_for(role: Role, organisation: str | None = None, *, width: int = 1280, language: str = "nl") -> Someone:
        held = select(Person, Affiliation).join(Affiliation, Affiliation.person_id == Person.id)
        held = held.where(Affiliation.role == role, Affiliation.ended_at.is_(None)).order_by(Affiliation.id)
        if organisation:
            named = select(Organisation.id).where(Organisation.name == organisation)
            held = held.where(Affiliation.organisation_id.in_(named))
        person, affiliation = db.session.execute(held.limit(1)).one()
        actor = Actor(
            person.id, person.name, role.value, affiliation.organisation_id, organisation or "", affiliation.id,
            email=person.email,
        )  # fmt: skip
        db.session.rollback()
        return Someone(actor.name, actor.email, partial(tab, actor), width, language)

    return open_for


@pytest.mark.timeout(300)
def test_members_find_each_other_on_the_marketplace_and_the_secretariat_matches_them(somebody):
    ours = somebody(Role.COORDINATOR, US)
    theirs = somebody(Role.COORDINATOR, PARTNER, width=390, language="en")
    office = somebody(Role.SECRETARIAT)
    offers(ours)
    looks_around(ours)
    asks(ours)
    agrees(theirs)
    address = rehearses(office)
    nobody_else_notices(ours, theirs, address)
    publishes(office)
    reads_why(ours, theirs)
    lonely = objects(office, somebody)
    matches_again(office, lonely)


def offers(ours: Someone) -> None:
    """What we bring and look for, begun with what is known of us, in our own words, and then on the market."""
    ours.goes_to("/marketplace")
    ours.reads("Wie past bij ons?")
    ours.sends("Maak ons aanbod")
    ours.reads("Wat brengen wij, en wat zoeken wij?")
    story = "Bij ons loopt iedereen binnen, maar niemand blijft. Hoe houden jullie vrijwilligers vast?"
    ours.fills({"Wat willen jullie de anderen vertellen?": story})
    ours.is_saved()
    ours.has_no_barriers()
    ours.sends("Bewaar en kijk het na")
    ours.sees(story)
    ours.confirms("Publiceer ons aanbod", re.compile("^Publiceer"))


def looks_around(ours: Someone) -> None:
    """List, filter and map; two that are kept lie side by side."""
    ours.goes_to("/marketplace")
    ours.sees("Bij ons loopt iedereen binnen")
    whole = ours.page.locator("#offers").get_by_role("status").inner_text()
    ours.page.get_by_label("Zij zoeken wat wij kunnen laten zien").check()
    expect(ours.page.locator("#offers").get_by_role("status")).not_to_have_text(whole)
    ours.goes_to("/marketplace?minutes=any")
    for nth in range(2):
        ours.taps(re.compile(r"^Bewaar\b"))
        expect(ours.page.get_by_role("button", name=re.compile(r"^Bewaard\b"))).to_have_count(nth + 1)
    ours.goes_to("/marketplace?minutes=any&view=map")
    expect(ours.page.locator("main figure svg").first).to_be_visible()
    ours.has_no_barriers()
    ours.goes_to("/marketplace/compare")
    ours.has_no_barriers()


def asks(ours: Someone) -> None:
    """From an offer to a proposal."""
    asking = re.compile(f"^Vraag als partner.*{PARTNER}")
    ours.goes_to("/marketplace?minutes=any")
    while not ours.page.get_by_role("link", name=asking).count():
        ours.follows("Volgende")
    ours.follows(asking)
    ours.reads(f"Vragen jullie {PARTNER}?")
    ours.page.get_by_role("textbox").last.fill("Zullen we bij elkaar komen kijken?")
    ours.has_no_barriers()
    ours.sends(f"Vraag {PARTNER}")
    ours.goes_to("/marketplace/proposals")
    ours.sees(PARTNER)


def agrees(theirs: Someone) -> None:
    """In English and on a phone: from the letter to a yes."""
    theirs.goes_to(theirs.link_in(f"{US} "))
    in_english(theirs)
    theirs.sees("Zullen we bij elkaar komen kijken?", "Why this can fit")
    assert not scrolls_sideways(theirs.page)
    theirs.ticks("None of these", "Yes, gladly")
    theirs.has_no_barriers()
    theirs.sends("Send the answer")
    theirs.sees("agreed")


def in_english(someone: Someone) -> None:
    """The switch at the top; it is remembered."""
    with someone.page.expect_navigation():
        someone.page.get_by_text("English", exact=True).first.click()


def rehearses(office: Someone) -> str:
    """Two rehearsals by different rules, side by side; the agreed pair stands in both."""
    office.goes_to("/matching")
    office.sends("Maak een voorstel (proef)")
    office.sees("Dit is een proef.")
    address = path_of(office.page)
    assert {US, PARTNER} <= set(re.findall(f"{US}|{PARTNER}", office.page.content()))
    office.has_no_barriers()
    office.page.get_by_text("Andere gewichten en regels").first.click()
    office.page.get_by_label("Kort reizen").fill("80")
    office.sends("Bereken hiermee")
    office.follows(re.compile("Wie wint en wie verliest"))
    office.has_no_barriers()
    return address


def nobody_else_notices(ours: Someone, theirs: Someone, address: str) -> None:
    """A rehearsal is nobody's business, and neither is what others keep to themselves."""
    for someone in (ours, theirs):
        someone.goes_to(address, 404)
        someone.goes_to(f"/marketplace/proposals/{of_others()}", 404)
        someone.goes_to("/impartiality", 403)
        someone.goes_to("/exchange")
        assert (PARTNER if someone is ours else US) not in someone.page.locator("main").inner_text()


def of_others() -> int:
    """A proposal between two other organisations."""
    ours = select(ProposalMember.proposal_id).join(Trajectory, Trajectory.id == ProposalMember.trajectory_id)
    ours = ours.join(Organisation, Organisation.id == Trajectory.organisation_id)
    theirs = select(Proposal.id).where(Proposal.id.not_in(ours.where(Organisation.name.in_((US, PARTNER)))))
    found = db.session.scalars(theirs.limit(1)).one()
    db.session.rollback()
    return found


def publishes(office: Someone) -> None:
    """Signing up closes, and the letters are read before they go."""
    office.goes_to("/rounds")
    office.follows("Voorjaar 2027")
    office.sends("Sluit het aanmelden")
    office.goes_to("/matching")
    office.sends("Maak een voorstel (proef)")
    office.follows(re.compile("Publiceer naar"))
    office.sees("De brieven")
    office.page.locator("summary").filter(has_text=US).click()
    office.sees(f"Jullie partner: {PARTNER}")
    if office.page.get_by_label("Ik publiceer toch").count():  # when what others agreed could not be kept
        office.ticks("Ik publiceer toch")
        office.fills({"Waarom publiceer je toch?": "Zij vonden samen een ander."})
    office.has_no_barriers()
    office.confirms(re.compile("^Publiceer naar"), "Publiceer")


def reads_why(ours: Someone, theirs: Someone) -> None:
    """The same reasons for both, in the language and at the width of each."""
    ours.goes_to("/exchange")
    ours.reads(re.compile(f"Jullie partner: {PARTNER}"))
    ours.sees("Waarom dit koppel?")
    theirs.goes_to("/exchange")
    theirs.reads(re.compile(f"Your partner: {US}"))
    theirs.sees("Why this pair?")
    assert not scrolls_sideways(theirs.page)
    theirs.has_no_barriers()
    theirs.sends("We agree with this pair")
    ours.sends("Akkoord met dit koppel")
    ours.sees("Iedereen is akkoord.")


def objects(office: Someone, somebody) -> Someone:
    """A member of another pair objects; the secretariat ends that exchange, and both hear by when they have another."""
    office.goes_to("/matching")
    pair = office.page.locator("table").filter(has_text="Nog geen antwoord").get_by_role("link").all_inner_texts()
    name = next(text for text in pair if text.count(",") == 1).split(",")[0]
    member = somebody(Role.COORDINATOR, name, width=390)
    member.goes_to("/exchange")
    member.page.get_by_text("Bezwaar maken", exact=True).click()
    member.fills({"Waarom maken jullie bezwaar?": "Onze bestuurders vinden elkaar niet. Dat willen we niet uitleggen."})
    member.sends("Verstuur het bezwaar")
    office.goes_to("/matching")
    office.follows(re.compile(f"^{re.escape(name)},"))
    office.sees("Onze bestuurders vinden elkaar niet.")
    office.fills({"Wat vertel je de leden?": "Dit koppel gaat niet door. We zoeken voor allebei een ander."})
    office.confirms("Stop deze uitwisseling", re.compile("Stop"))
    member.goes_to("/exchange")
    member.sees(re.compile("uiterlijk"))
    return member


def matches_again(office: Someone, lonely: Someone) -> None:
    """With as little change as possible: what was agreed stays, and who was left has a place or a day."""
    office.goes_to("/matching")
    office.sends("Koppel opnieuw met zo min mogelijk verandering")
    office.sees("Wat al gepubliceerd is", re.compile("uitwisselingen blijven zoals ze zijn"))
    office.sees_no(f"{US} en {PARTNER}")  # what is certain is not asked again
    office.has_no_barriers()
    office.follows("Publiceer de veranderingen")
    told = office.page.get_by_label("Wat vertel je de leden van wie de uitwisseling stopt?")
    if told.count():
        told.fill("Twee anderen verloren hun partner. Zo heeft iedereen er een.")
    office.confirms(re.compile("^Publiceer"), re.compile("^Publiceer"))
    lonely.goes_to("/exchange")
    expect(lonely.page.locator("main")).to_contain_text(
        re.compile(r"Jullie partner:|uiterlijk\s.+\seen partner voor jullie")
    )
    assert not scrolls_sideways(lonely.page)
    lonely.has_no_barriers()
