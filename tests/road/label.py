"""Steps 9 and 10: the commission reads, votes and decides, and the certificate stands in the register."""

import re

from tests.road.beginning import invites
from tests.road.people import Someone, path_of
from tests.road.world import Road


def forwarding(road: Road) -> None:
    """9a. The secretariat checks that everything is there and sends both dossiers to the commission."""
    office = road.office
    office.goes_to("/")
    office.follows("Kijk of 2 dossiers volledig zijn")
    for organisation in (road.bridge, road.lime):
        office.goes_to("/trajectories-to-check")
        office.follows(organisation.name)
        office.sees("Er ontbreekt niets.")
        office.sends("Het dossier is compleet")
        office.sends("Stuur naar de commissie")
        organisation.at["dossier"] = path_of(office.page)
    people = (
        (road.chair, "Voorzitter van de commissie"),
        (road.member, "Commissielid"),
        (road.connected, "Commissielid"),
    )
    for one, role in people:
        invites(office, one, role)
        one.joins()


def meeting(road: Road) -> None:
    """9b. A member with an interest no longer finds the dossier; the others meet, vote sealed, and the chair signs."""
    office, chair, member, connected = road.office, road.chair, road.member, road.connected
    dossier = road.bridge.at["dossier"]
    office.goes_to("/meetings/new")
    office.fills(
        {
            "Op welke dag?": "2027-05-11",
            "Hoe laat?": "13:30",
            "Waar?": "Utrecht",
            "Hoeveel leden zijn nodig om te besluiten?": "2",
        }
    )
    office.sends("Bewaar de vergadering")
    road.at["meeting"] = path_of(office.page)
    office.page.get_by_label("Welk dossier komt erbij?").select_option(label=f"{road.bridge.name}, {road.bridge.place}")
    office.sends("Zet op de agenda")
    office.sends("Nodig de leden uit")

    connected.goes_to(connected.link_in("De commissie vergadert op dinsdag 11 mei"))
    connected.follows(road.bridge.name)
    connected.follows("Geef het op en doe niet mee")
    connected.fills({"Wat is je belang?": "Mijn zus werkt er."})
    connected.sends("Doe niet mee")
    for path in (dossier, f"{dossier}/report", f"{dossier}/self-evaluation"):
        connected.goes_to(path, status=404)
    connected.goes_to("/dossiers")
    connected.sees(road.lime.name)
    connected.sees_no(road.bridge.name)

    road.it_becomes("2027-05-11 13:30")
    chair.goes_to("/")
    chair.sees("Lees 1 dossier voor de vergadering")
    for one in (chair, member):
        one.goes_to(road.at["meeting"])
        one.follows("Loop de agenda door")
        one.chooses("Heb je een belang?", "Geen belang")
        one.sends("Bewaar je antwoorden")
    chair.goes_to(road.at["meeting"])
    chair.sends("Open de vergadering")
    member.goes_to(road.at["meeting"])
    member.sends("Ik ben er")
    chair.goes_to(dossier)
    chair.has_no_barriers()
    chair.follows("Doe een voorstel")
    chair.chooses("Besluit", "Toekennen")
    chair.sends("Breng het in stemming")
    for one in (chair, member):
        one.goes_to(dossier)
        one.chooses("Jouw stem", "Voor")
        one.fills({"Waarom?": f"Het rapport overtuigt {one.name}."})
        one.sends("Breng je stem uit")
    chair.goes_to(dossier)
    chair.confirms("Sluit de stemming", "Sluit de stemming")
    chair.sees("Het voorstel is aangenomen: toegekend")
    chair.follows("Schrijf het besluit op")
    chair.fills(
        {"Waarom besluit de commissie dit?": "Brugveld luistert, en laat straks bij elk loket zien wie er helpt."}
    )
    chair.confirms("Teken het besluit", "Teken het besluit")
    chair.reads(f"{road.bridge.name}: toegekend")


def letters(road: Road) -> None:
    """9c. The secretariat reads the letters and sends them; the organisation reads why."""
    office, coordinator = road.office, road.bridge.coordinator
    office.goes_to("/")
    office.follows("Verstuur 1 brief over een besluit")
    office.follows(road.bridge.name)
    office.sends("Verstuur de brieven")
    coordinator.goes_to(coordinator.link_in("Het besluit over jullie kwaliteitslabel"))
    coordinator.sees("Brugveld luistert, en laat straks bij elk loket zien wie er helpt.")


def certificate(road: Road) -> None:
    """10. The certificate stands in the register, on paper and behind its QR code; it is suspended, and comes back."""
    holder, visitor, office = road.bridge.coordinator, road.visitor, road.office
    holder.goes_to("/certificate")
    holder.reads("Gefeliciteerd, het is gelukt")
    code = holder.page.get_by_role("link", name=re.compile(r"c.\d{4}-\d{4}$")).get_attribute("href")
    road.at["certificate"] = "/" + code.split("/", 3)[3] if code.startswith("http") else code
    visitor.goes_to("/register")
    visitor.has_no_barriers()
    visitor.follows(road.bridge.name)
    visitor.reads(road.bridge.name)
    paper = visitor.downloads(lambda: visitor.follows("Certificaat als pdf"))
    assert paper.startswith(b"%PDF")
    checks(road, "Geldig")
    office.goes_to("/register")
    office.follows(road.bridge.name)
    office.follows("Verander de status")
    office.fills({"Waarom?": "Een klacht wordt onderzocht."})
    office.sends("Schort op")
    checks(road, "Opgeschort")
    office.fills({"Waarom?": "De klacht is opgelost."})
    office.sends("Maak weer geldig")
    checks(road, "Geldig")


def checks(road: Road, state: str) -> None:
    """A visitor asks of the number on the paper whether it is valid, and reads this."""
    visitor = road.visitor
    visitor.goes_to("/certificates/check")
    visitor.fills({"Nummer van het certificaat": road.at["certificate"].rsplit("/", 1)[1]})
    visitor.sends("Controleer")
    assert path_of(visitor.page) == "/certificates/check"
    visitor.reads("Dit certificaat is echt" if state == "Geldig" else "Dit certificaat is nu niet geldig")
    visitor.sees(re.compile(f"^{state}"))


def in_english(road: Road) -> None:
    """The public pages once more, for a visitor whose browser asks for English."""
    visitor = Someone("A visitor", "", road.open_tab, language="en")
    for path, heading in {
        "/": "A mirror,",
        "/register": "Register",
        "/norms": "What do we look at?",
        "/norms/2026/norm/V1": "Time for the question behind the question",
        "/certificates/check": "Is this certificate real?",
        road.at["certificate"]: "This certificate is real",
    }.items():
        visitor.goes_to(path)
        visitor.reads(heading)
        visitor.has_no_barriers()
        assert visitor.page.locator("html").get_attribute("lang") == "en"
    visitor.sees("Valid up to and including", "11 May 2030")


def where_everybody_stands(road: Road) -> None:
    """11. At the end nothing waits for who is done, and the cockpit counts what goes on."""
    road.bridge.coordinator.goes_to("/")
    road.bridge.coordinator.sees("Er wacht nu niets op jou.", "Stap 9 van 9:")
    road.lime.coordinator.goes_to("/")
    road.lime.coordinator.sees("Stap 8 van 9:")
    road.office.goes_to("/")
    road.office.sees("Zet 1 dossier op een agenda")
    road.office.has_no_barriers()
