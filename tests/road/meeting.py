"""Steps 5 to 8: who meets whom, the visits, what the teams judge, and the reports up to the signed plan."""

import re

from tests.browser import scrolls_sideways
from tests.road.people import Someone, path_of
from tests.road.world import NORMS, Organisation, Road


def matching(road: Road) -> None:
    """5. A rehearsal only the secretariat sees becomes two proposals; both sides read why, and agree."""
    office = road.office
    office.goes_to("/matching")
    office.sends("Maak een voorstel (proef)")
    office.sees("Dit is een proef.", "2 van 2")
    road.bridge.coordinator.goes_to("/exchange")
    road.bridge.coordinator.sees_no(road.lime.name)
    office.has_no_barriers()
    office.follows("Publiceer naar 2 organisaties")
    office.sees("De brieven", "Er gaan 4 brieven uit.")
    office.has_no_barriers()
    office.confirms("Publiceer naar 2 organisaties", "Publiceer")
    for ours, theirs in road.pair:
        coordinator = ours.coordinator
        coordinator.goes_to(coordinator.link_in(f"Jullie partner: {theirs.name}"))
        coordinator.sees("Waarom dit koppel?", "13 km, ongeveer 20 minuten", theirs.lead.name)
        coordinator.sends("Akkoord met dit koppel")
        road.at["exchange"] = path_of(coordinator.page)
    road.bridge.coordinator.goes_to(road.at["exchange"])
    road.bridge.coordinator.sees("Iedereen is akkoord.")
    office.goes_to("/rounds")
    office.follows("Voorjaar 2027")
    office.sends("Start de bezoeken")


def dates(road: Road) -> None:
    """6a. Everybody on a visit marks when they can; the coordinators agree; the calendar of each follows."""
    for organisation in (road.bridge, road.lime):
        for one in (organisation.coordinator, organisation.lead, organisation.reviewer):
            one.goes_to(one.link_in("Wanneer kun je?"))
            for day, word in (
                ("dinsdag 13 april", "Kan"),
                ("donderdag 15 april", "Kan"),
                ("dinsdag 6 april", "Kan niet"),
            ):
                marks(one, day, word)
            one.sends("Ik ben klaar")
    ours, theirs = road.bridge.coordinator, road.lime.coordinator
    ours.goes_to(ours.link_in("kies de dagen"))
    if not ours.page.url.endswith("/plan"):
        ours.goes_to(road.at["exchange"] + "/plan")
    ours.ticks("Het beste plan")
    ours.has_no_barriers()
    ours.sends("Stel deze dagen voor")
    theirs.goes_to(theirs.link_in("Passen deze dagen jullie?"))
    theirs.sees("dinsdag 13 april", "donderdag 15 april")
    theirs.sends("Deze dagen passen ons")
    theirs.reads("De dagen staan vast")
    letter = road.bridge.lead.letter("De dag staat vast")
    assert [one["name"] for one in letter.attachments] == ["bezoek.ics"]
    ours.goes_to("/calendar")
    ours.sends("Maak mijn adres")
    address = ours.page.get_by_role("textbox").input_value()
    feed = road.visitor.page.request.get("/" + address.split("/", 3)[3])
    assert (feed.status, feed.text().count("BEGIN:VEVENT")) == (200, 2)


def marks(one: Someone, day: str, word: str) -> None:
    """One click for a day; the page keeps it without being sent."""
    with one.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        one.taps(re.compile(f"^{word}$"), one.page.get_by_role("group", name=day))


def visits(road: Road) -> None:
    """6b and 7a. Both reviewers sign that they are independent; on the day itself one notes on a phone what is there, and
    the lead reviewer ends the visit."""
    for ours, theirs, day in ((road.bridge, road.lime, "2027-04-13"), (road.lime, road.bridge, "2027-04-15")):
        road.it_becomes(f"{day} 10:00")
        for one in (ours.lead, ours.reviewer):
            one.goes_to("/")
            one.follows(f"Teken dat je onafhankelijk bent van {theirs.name}")
            one.sends("Ik teken dat ik onafhankelijk ben")
        notes_on_a_phone(ours.reviewer, theirs)
        road.it_becomes(f"{day} 16:45")
        ours.lead.goes_to("/visits")
        ours.lead.follows(f"Wij bij {theirs.name}")
        ours.lead.sends("Het bezoek is geweest")


def notes_on_a_phone(reviewer: Someone, host: Organisation) -> None:
    reviewer.goes_to("/")
    reviewer.follows(f"Noteer wat je ziet en hoort bij {host.name}")
    reviewer.follows("Noteer")
    assert not scrolls_sideways(reviewer.page)
    reviewer.goes_to(path_of(reviewer.page).replace("/workspace", "/observations"))
    for code in NORMS:
        reviewer.follows(re.compile(f"^{code}"))
        reviewer.fills({"Wat zag of hoorde je?": f"Bij {code} zagen we hoe het gaat."})
        reviewer.group("Hoe weet je dit?").get_by_text("Gezien bij rondgang").click()
        reviewer.page.get_by_label("Van wie?").select_option(label="Sociaal werker")
        if code == NORMS[0]:
            reviewer.has_no_barriers()
        reviewer.sends("Bewaar en noteer nog iets")
        reviewer.sees(f"Bij {code} zagen we hoe het gaat.")
        host.at["review"] = path_of(reviewer.page).split("/observations")[0]
        reviewer.goes_to(host.at["review"] + "/observations")


def ratings(road: Road) -> None:
    """7b. Each reviewer rates alone and sees nobody else's rating, until the lead reviewer lays them side by side."""
    road.it_becomes("2027-04-20 09:00")
    for ours, theirs in road.pair:
        rates_alone(ours.reviewer, theirs, {"V1": "Voldoet", "D1": "Voldoet", "O5": "Voldoet"})
        rates_alone(ours.lead, theirs, {"V1": "Voldoet", "D1": "Voldoet deels", "O5": "Voldoet"})
        ours.lead.goes_to(theirs.at["review"] + "/ratings/D1")
        ours.lead.sees_no(f"Wat {ours.reviewer.name} bij D1 vond.")


def rates_alone(one: Someone, host: Organisation, ratings: dict[str, str]) -> None:
    one.goes_to("/")
    one.follows(f"Geef je eigen oordeel over {host.name}")
    for code, rating in ratings.items():
        one.goes_to(f"{host.at['review']}/ratings/{code}")
        one.group("Wat is jouw oordeel?").get_by_role("radio", name=re.compile(f"^{rating}")).first.check()
        one.fills({"Jouw verhaal": f"Wat {one.name} bij {code} vond."})
        one.sends(re.compile("^Bewaar"))


def together(road: Road) -> None:
    """7c. The team writes one story of two opinions; a draft waits for the other's, and nobody can read it early."""
    for (ours, theirs), early in zip(road.pair, (True, False), strict=True):
        lead, review = ours.lead, theirs.at["review"]
        lead.goes_to(review)
        lead.confirms("Leg de oordelen naast elkaar", "Leg")
        lead.goes_to(f"{review}/findings")
        lead.follows(re.compile("^D1"))
        lead.sees(f"Wat {ours.reviewer.name} bij D1 vond.")
        lead.chooses("Wat wordt jullie oordeel?", "Voldoet deels")
        lead.fills({"Wat kan beter?": "Vertel aan elk loket wie er helpt."})
        lead.is_saved()
        lead.has_no_barriers()
        lead.sends(re.compile("^Eens"))
        lead.goes_to(f"{review}/summary")
        lead.fills({"Samenvatting": f"We zagen bij {theirs.name} mensen die luisteren."})
        lead.sends("Bewaar en ga terug")
        lead.goes_to(f"{review}/findings")
        lead.sees("3 van 3 bevindingen zijn compleet.")
        lead.confirms("Rond het conceptrapport af", "Rond het conceptrapport af")
        for host, _partner in road.pair:  # 8a. neither sees a report until both are there
            host.coordinator.goes_to("/")
            host.coordinator.goes_to(host.at["review"] + "/report", status=404 if early else 200)


def reports(road: Road) -> None:
    """8b. Each host says whether the facts are right, the team answers, and the report is final."""
    bridge, lime = road.bridge, road.lime
    host = lime.coordinator
    host.goes_to(host.link_in("Het rapport van Welzijn Brugveld over jullie is er"))
    host.reads("Klopt dit rapport?")
    host.has_no_barriers()
    host.taps(re.compile("Dit klopt.*D1"))
    host.sees("1 van 3 beantwoord")
    host.follows(re.compile("Er staat een fout.*V1"))
    host.fills(
        {
            "Wat klopt er niet, of wat willen jullie toelichten?": "Er werken zes mensen, geen vijf.",
            "Waaruit blijkt dat?": "Jaarverslag 2026, bladzijde 4.",
        }
    )
    host.sends("Verstuur bij V1")
    for one in (bridge, lime):
        one.coordinator.goes_to(one.at["review"] + "/report")
        one.coordinator.confirms("Verstuur jullie antwoorden", "Verstuur")
    lead = bridge.lead
    lead.goes_to("/")
    lead.sees(f"Maak het rapport over {lime.name} af")
    lead.goes_to(lime.at["review"] + "/report")
    lead.follows("Besluit over V1")
    lead.ticks(re.compile("^Neem het over"))
    lead.fills(
        {
            "Het verhaal zoals het nu moet zijn": "Er werken zes mensen die de tijd nemen.",
            "Waarom beslis je zonder advies?": "Wij hebben geen andere toetsers.",
        }
    )
    lead.sends("Bewaar je besluit over V1")
    for ours, theirs in road.pair:
        ours.lead.goes_to(theirs.at["review"] + "/report")
        ours.lead.confirms("Maak het rapport definitief", re.compile("definitief"))
    host.goes_to(host.link_in("Het rapport van Welzijn Brugveld is definitief"))
    host.sees("Er werken zes mensen die de tijd nemen.")
    assert host.downloads(lambda: host.follows("Rapport als pdf")).startswith(b"%PDF")


def plans(road: Road) -> None:
    """8c. For each norm that is not there yet the host says what changes; the executive signs."""
    for organisation in (road.bridge, road.lime):
        coordinator = organisation.coordinator
        coordinator.goes_to("/")
        coordinator.follows("Schrijf het verbeterplan")
        coordinator.follows("Bedenk een actie bij D1")
        coordinator.fills(
            {
                "Wat gaan jullie doen?": "Elk loket krijgt een kaart met wie er helpt.",
                "Wie zorgt ervoor?": "Teamleider loketten",
                "Wanneer is het klaar?": "2027-10-01",
                "Wat merken mensen ervan?": "Inwoners vertellen hun verhaal één keer.",
            }
        )
        coordinator.sends("Klaar, naar het plan")
        coordinator.sends("Vraag om de handtekening")
        executive = organisation.executive
        executive.goes_to(executive.link_in("Wil je het verbeterplan van"))
        executive.sends("Teken en verstuur")
