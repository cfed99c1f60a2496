"""Steps 1 to 4: members, norms, a round in which both sign up, and what each side tells of itself."""

import re

from playwright.sync_api import expect

from tests.road.people import Someone, path_of
from tests.road.world import Organisation, Road, framework_file, member_list

QUESTIONS = {
    "well": "Wat gaat goed?", "share": "Wat gaat zo goed dat je het zou willen delen?",
    "not_yet": "Wat gaat nog niet goed?", "can_do": "Wat kunnen jullie daaraan doen?",
    "help": "Waar hebben jullie hulp bij nodig?",
}  # fmt: skip


def members(road: Road) -> None:
    """1. A list brings the members in, its wrong row stays out, and each letter of invitation brings somebody."""
    office = road.office
    office.goes_to("/organisations/imports")
    office.has_no_barriers()
    office.page.get_by_label("Ledenlijst").set_input_files(
        {"name": "leden.csv", "mimeType": "text/csv", "buffer": member_list(road)}
    )
    office.sends("Bekijk deze lijst")
    office.reads("Klopt deze lijst?")
    office.sees("Een KvK-nummer heeft 8 cijfers. Dit heeft er 5.")
    wrong = office.downloads(lambda: office.follows("Neem de foute rijen mee"))
    assert "Buurthuis Oost" in wrong.decode("utf-8-sig") and "Brugveld" not in wrong.decode("utf-8-sig")
    office.ticks("Nodig de contactpersoon van elk nieuw lid uit")
    office.sends("Verwerk 2 rijen")
    office.reads("De lijst is verwerkt")
    office.sees("2 mensen zijn uitgenodigd")
    for organisation in (road.bridge, road.lime):
        organisation.coordinator.joins()
        for colleague, role in roles(organisation):
            invites(organisation.coordinator, colleague, role)
            colleague.joins()


def roles(organisation: Organisation) -> list[tuple[Someone, str]]:
    """Who is invited next, and for what."""
    named = [(organisation.executive, "Bestuurder"), (organisation.lead, "Toetser"), (organisation.reviewer, "Toetser")]
    return named + ([(organisation.contributor, "Medewerker")] if organisation.contributor else [])


def invites(host: Someone, guest: Someone, role: str) -> None:
    """A letter goes out with a link that works once."""
    host.goes_to("/people/invite")
    host.fills({"Naam": guest.name, "E-mailadres": guest.email})
    host.group("Welke rol?").get_by_label(role).check()
    host.sends("Verstuur de uitnodiging")
    host.sees(guest.email)


def norms(road: Road) -> None:
    """2. The norms come in as a file, the secretariat looks them over and publishes them, and anybody reads them."""
    road.visitor.goes_to("/norms")
    road.visitor.sees("Nog geen normen")
    office = road.office
    office.goes_to("/frameworks")
    office.page.get_by_label("Bestand met het normenkader").set_input_files(
        {"name": "kader.json", "mimeType": "application/json", "buffer": framework_file()}
    )
    office.sends("Controleer dit bestand")
    office.reads("Klopt versie 2026?")
    office.sees("3 normen")
    office.confirms("Publiceer versie 2026", "Publiceer haar")
    office.sees("Gepubliceerd")
    road.visitor.goes_to("/norms")
    road.visitor.has_no_barriers()
    road.visitor.follows("Tijd voor de vraag achter de vraag")
    road.visitor.reads("Tijd voor de vraag achter de vraag")
    road.visitor.sees("Cliënt")


DAYS = {
    "Aanmelden vanaf": "2027-01-11",
    "Aanmelden tot en met": "2027-02-12",
    "Bezoeken vanaf": "2027-04-05",
    "Bezoeken tot en met": "2027-06-25",
    "De ronde sluit op": "2027-12-31",
}


def a_round(road: Road) -> None:
    """3. A round opens, both sign up, one sign-up goes back with a reason first, and both are accepted."""
    office = road.office
    office.goes_to("/rounds/new")
    office.fills({"Hoe heet de ronde?": "Voorjaar 2027", **DAYS})
    office.page.get_by_label("Welke normen gelden?").select_option(index=0)
    office.page.get_by_text("Besluit en certificaat").click()
    office.fills({"Quorum": "2"})
    office.sends("Bewaar de ronde")
    office.confirms("Open deze ronde", "Open deze ronde")
    for organisation in (road.bridge, road.lime):
        coordinator = organisation.coordinator
        coordinator.letter("Aanmelden voor Voorjaar 2027 kan nu")
        coordinator.goes_to("/")
        coordinator.sees("Meld je aan voor de ronde Voorjaar 2027")
        coordinator.goes_to("/trajectory")
        coordinator.sends("Aanmelden")
        coordinator.reads("Wat brengen jullie, en wat zoeken jullie?")
        fills_in_the_sign_up(organisation)
        organisation.executive.goes_to(organisation.executive.link_in("tekenen"))
        organisation.executive.sends("Teken en verstuur")
    answers_the_sign_ups(road)


def answers_the_sign_ups(road: Road) -> None:
    """One goes back with a reason, is changed and signed once more; then both may take part."""
    office, lime = road.office, road.lime
    office.goes_to("/")
    office.follows("Lees 2 aanmeldingen")
    office.follows(lime.name)
    office.follows("Lees de aanmelding")
    office.follows("Stuur haar terug met een reden")
    office.fills({"Waarom?": "Noem ook waarin jullie sterk zijn."})
    office.sends("Stuur de aanmelding terug")
    lime.coordinator.goes_to(lime.coordinator.link_in("moet nog iets anders"))
    lime.coordinator.sees("Noem ook waarin jullie sterk zijn.")
    lime.coordinator.follows("Naar de aanmelding")
    lime.coordinator.ticks("Luisteren en verhelderen", within=lime.coordinator.group("Waarin zijn jullie sterk?"))
    lime.coordinator.sends("Bewaar en kijk het na")
    lime.coordinator.sends("Vraag om de handtekening")
    lime.executive.goes_to("/")
    lime.executive.follows("Teken de aanmelding")
    lime.executive.sends("Teken en verstuur")
    for organisation in (road.bridge, road.lime):
        office.goes_to("/trajectories")
        office.follows(organisation.name)
        organisation.at["trajectory"] = path_of(office.page)
        office.follows("Lees de aanmelding")
        office.sends("Neem de aanmelding aan")
        organisation.coordinator.letter("Jullie doen mee")
    office.goes_to("/rounds")
    office.follows("Voorjaar 2027")
    office.sends("Sluit het aanmelden")


def fills_in_the_sign_up(organisation: Organisation) -> None:
    """What is ticked and typed is kept by itself; the coordinator looks it over and asks for the signature."""
    coordinator = organisation.coordinator
    offered = coordinator.group("Wie kan een andere organisatie toetsen?")
    coordinator.ticks(organisation.lead.name, organisation.reviewer.name, within=offered)
    coordinator.ticks(f"deed dit al eerder: {organisation.lead.name}", within=offered)
    coordinator.ticks(f"is teamleider: {organisation.lead.name}", within=offered)
    coordinator.ticks("april", "mei", "juni", within=coordinator.group("In welke maanden passen bezoeken?"))
    coordinator.ticks("Nabij en erop af", within=coordinator.group("Waarover willen jullie leren?"))
    coordinator.fills({"Wat wensen jullie verder?": "Een partner die ook in dorpen werkt."})
    coordinator.is_saved()
    coordinator.has_no_barriers()
    coordinator.sends("Bewaar en kijk het na")
    coordinator.reads("Klopt deze aanmelding?")
    coordinator.sends("Vraag om de handtekening")


def self_evaluations(road: Road) -> None:
    """4. Both write how things are; the page keeps what is typed by itself, and the executive signs and sends it."""
    bridge, lime = road.bridge, road.lime
    coordinator, contributor = bridge.coordinator, bridge.contributor
    coordinator.goes_to("/")
    coordinator.sees("Maak de zelfevaluatie af", "0 van 3 normen")
    coordinator.goes_to("/self-evaluation")
    coordinator.follows("Verdeel over collega’s")
    coordinator.page.get_by_label(re.compile("^D1")).select_option(label=contributor.name)
    coordinator.sends("Geef deze normen")
    contributor.goes_to("/self-evaluation")
    contributor.reads("Welke normen zijn van jou?")
    contributor.sees_no("Tijd voor de vraag achter de vraag", "Veilig alleen op pad")
    contributor.follows("Ga verder met D1")
    types_and_comes_back(contributor, "Bij elk loket luistert iemand.")
    answers_a_norm(contributor, "Voldoet deels")
    coordinator.goes_to("/self-evaluation")
    for code in ("V1", "O5"):
        coordinator.follows(f"Ga verder met {code}")
        coordinator.fills({"Hoe gaat het nu bij jullie?": f"Zo gaat het bij ons met {code}."})
        answers_a_norm(coordinator, "Voldoet")
    lime.coordinator.goes_to("/self-evaluation")
    for code in ("V1", "D1", "O5"):
        lime.coordinator.follows(f"Ga verder met {code}")
        lime.coordinator.fills({"Hoe gaat het nu bij jullie?": f"Dit is ons verhaal over {code}."})
        answers_a_norm(lime.coordinator, "Voldoet")
    for organisation in (bridge, lime):
        organisation.executive.goes_to("/self-evaluation")
        organisation.executive.sees("3 van 3 normen zijn af.", "ook de vijf vragen")
        answers_the_five_questions(organisation.coordinator)
        organisation.executive.goes_to("/self-evaluation")
        organisation.executive.sends("Teken en verstuur")
        organisation.executive.sees("Getekend en verstuurd")


def types_and_comes_back(writer: Someone, story: str) -> None:
    """What was typed is there again without a click on any button."""
    writer.fills({"Hoe gaat het nu bij jullie?": story})
    writer.is_saved()
    writer.has_no_barriers()
    writer.page.reload()
    expect(writer.page.get_by_label("Hoe gaat het nu bij jullie?")).to_have_value(story)


def answers_the_five_questions(writer: Someone) -> None:
    """Each is saved on its own; the last one without a click on any button."""
    writer.goes_to("/self-evaluation")
    writer.follows("De vijf vragen")
    writer.has_no_barriers()
    for name, question in QUESTIONS.items():
        writer.fills({question: "Daar vertellen we bij het bezoek graag meer over."})
        if name != "help":
            writer.sends(re.compile("^Bewaar"), within=writer.page.locator(f"#q-{name}"))
    expect(writer.page.locator("#saved-help")).to_contain_text("Opgeslagen")


def answers_a_norm(writer: Someone, rating: str) -> None:
    writer.group("Wat vinden jullie zelf?").get_by_role("radio", name=re.compile(f"^{rating}")).first.check()
    writer.sends("Later verder")
