"""Making a programme: its services and pages, who knows it, letters, wrong ways."""

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from peerreview.core import audit
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.documents import FONTS
from peerreview.core.errors import Invalid, NotNow, Refused, StaleVersion
from peerreview.core.events import announce
from peerreview.programmes import queries, services
from peerreview.programmes.items import Item
from peerreview.programmes.lifecycle import ItemKind
from peerreview.programmes.models import ProgrammeItem
from peerreview.reviews.lifecycle import ReviewState
from peerreview.visits.lifecycle import VISIT, VisitState
from peerreview.visits.models import TeamMember
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation
from tests.factories.programmes import make_item, make_site
from tests.factories.reviews import make_review
from tests.programmes.conftest import moment


def text(html):
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def send(client, path, page, **fields):
    """Send a form as the page that shows it would, with its token."""
    token = BeautifulSoup(client.get(page).data, "html.parser").find("input", {"name": "csrf_token"})
    return client.post(path, data={"csrf_token": token["value"] if token else "", **fields})


def talk(scene, starts="9:30", ends="10:30", **rest):
    people = frozenset({scene.lead.person_id, scene.other.person_id})
    return replace(Item(ItemKind.INTERVIEW, moment(starts), moment(ends), people, ("client",)), **rest)


def acts():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


# --- The example -----------------------------------------------------------------------------------------------------


def test_the_lead_reviewer_begins_with_an_example_and_makes_it_final(scene, as_, get, outbox):
    client = as_(scene.lead)
    make_review(scene.visit, state=ReviewState.PREPARING)
    home = BeautifulSoup(get(scene.lead, "/"), "html.parser")
    assert home.select_one(f'main a[href="{scene.path}"]').get_text(strip=True).startswith("Maak het programma")
    assert "Er staat nog niets in het programma. Begin met een voorbeeld." in text(get(scene.lead, scene.path))
    assert "Elke norm heeft een gesprek." in text(get(scene.lead, f"{scene.path}/example"))
    for _ in range(2):  # the second time changes nothing: there is a programme
        send(client, f"{scene.path}/example", f"{scene.path}/example")
    assert acts()[-1:] == ["programme.begin"]
    html = text(get(scene.lead, scene.path))
    assert "Programma voor donderdag 22 april" in html
    assert "Bij Brugveld in Zwolle, met Renske Bakker en Mo Yilmaz. Brugveld regelt de ruimtes en de lunch." in html
    assert "Uiterlijk donderdag 8 april" in html
    assert send(client, f"{scene.path}/finish", scene.path).status_code == 303
    assert scene.visit.state == VisitState.PROGRAMME_FINAL
    assert acts()[-1] == "visit.finish_programme"
    letters = [letter for letter in outbox() if letter.kind == "programme.final"]
    names = ["Renske Bakker", "Mo Yilmaz", "Samira El Idrissi", "Tim Stam"]
    assert [letter.recipient_name for letter in letters] == names
    assert "12.30\xa0–\xa013.15  Lunch; Renske en Mo" in letters[0].body
    assert f"{scene.path}.pdf" in letters[0].body
    assert send(client, f"{scene.path}/finish", scene.path).status_code == 409


def test_an_example_takes_the_place_of_items_only_when_asked(scene):
    kept = make_item(scene.visit).id
    with pytest.raises(NotNow):
        services.begin_from_template(scene.visit, by=scene.lead)
    services.begin_from_template(scene.visit, by=scene.lead, replace=True)
    assert kept not in {item.id for item in scene.programme.items}
    services.restore_item(scene.visit, item_id=kept, by=scene.lead)
    assert kept in {item.id for item in scene.programme.items}


# --- Items -----------------------------------------------------------------------------------------------------------


def form_of(scene, **fields):
    people = [scene.lead.person_id, scene.other.person_id]
    return {
        "kind": "interview", "day": "2027-04-22", "starts": "10:00", "ends": "10:45", "title": "", "site": "",
        "room": "Kamer 2.04", "people": people, "interlocutors": ["client"], "norms": [], "note": "", "version": "1",
    } | fields  # fmt: skip


def test_an_item_is_added_and_changed_without_javascript(scene, as_, get):
    client, new = as_(scene.lead), f"{scene.path}/items/new"
    norm = scene.programme.outline.norms[0]
    page = BeautifulSoup(get(scene.lead, f"{new}?norm={norm.code}"), "html.parser")
    assert [box["value"] for box in page.select("[name=norms][checked]")] == [str(norm.id)]
    assert [box["value"] for box in page.select("[name=interlocutors][checked]")] == ["client"]
    answer = send(client, new, new, **form_of(scene, norms=[norm.id]))
    [item] = scene.programme.items
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{scene.path}#item-{item.id}")
    assert "Cliënt Renske en Mo Kamer 2.04 V1" in text(get(scene.lead, scene.path))
    assert "Hoe merk je dat?" in text(get(scene.other, f"{scene.path}/items/{item.id}"))
    page = f"{scene.path}/items/{item.id}"
    send(client, page, page, **form_of(scene, title="Koffie met zes mensen", people=[scene.lead.person_id]))
    [item] = scene.programme.items
    assert (item.title, item.people, item.norms, item.version) == (
        "Koffie met zes mensen", {scene.lead.person_id}, (), 2,
    )  # fmt: skip
    assert acts()[-2:] == ["programme_item.add", "programme_item.edit"]
    assert "Alleen: Renske Bakker, bij “Koffie met zes mensen” (10.00" in get(scene.lead, scene.path)


WRONG = [
    {"starts": ""}, {"starts": "11:00"}, {"kind": "party"}, {"day": "2027-04-23"}, {"people": [999]},
    {"norms": [999]}, {"interlocutors": ["king"]}, {"site": "999"}, {"title": "x" * 201},
]  # fmt: skip


def test_a_wrong_item_is_shown_again_with_what_was_typed(scene, as_):
    client, new = as_(scene.lead), f"{scene.path}/items/new"
    for fields in WRONG:
        answer = send(client, new, new, **form_of(scene, **fields))
        assert (answer.status_code, fields) == (422, fields)
        assert BeautifulSoup(answer.data, "html.parser").find(id="room")["value"] == "Kamer 2.04"
    assert scene.programme.items == ()


def test_the_second_of_two_writers_sees_both_texts_and_loses_neither(scene, as_):
    item = make_item(scene.visit)
    path, old = f"{scene.path}/items/{item.id}", str(item.version)
    services.edit_item(scene.visit, item=talk(scene, id=item.id, room="Kamer 9", norms=()), by=scene.secretariat)
    client = as_(scene.lead)
    answer = send(client, path, path, **form_of(scene, room="Zolder", version=old))
    page = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 409
    assert "Kamer 9" in page.find(class_="pr-panel").get_text()
    assert (page.find(id="room")["value"], page.find(id="version")["value"]) == ("Zolder", "2")
    assert send(client, path, path, **form_of(scene, room="Zolder", version="2")).status_code == 303
    assert scene.programme.items[0].room == "Zolder"


def test_people_and_norms_alone_raise_the_version(scene):
    item = queries.items_of(services.add_item(scene.visit, item=talk(scene), by=scene.lead) and scene.visit_id)[0]
    fewer = replace(item, people=frozenset({scene.lead.person_id}))
    services.edit_item(scene.visit, item=fewer, by=scene.lead)
    with pytest.raises(StaleVersion):
        services.edit_item(scene.visit, item=fewer, by=scene.lead)


def test_an_item_goes_earlier_and_later_by_a_button(scene, as_):
    first = make_item(scene.visit).id
    second = make_item(scene.visit, starts_at=moment("10:30"), ends_at=moment("11:00")).id
    client = as_(scene.lead)
    assert send(client, f"{scene.path}/items/{second}/move/earlier", scene.path).status_code == 303
    assert [(item.id, f"{item.starts_at:%H:%M}") for item in scene.programme.items] == [
        (second, "09:30"), (first, "10:00"),
    ]  # fmt: skip
    assert send(client, f"{scene.path}/items/{second}/move/earlier", scene.path).status_code == 409
    assert send(client, f"{scene.path}/items/{second}/move/sideways", scene.path).status_code == 404


def test_what_is_taken_out_can_be_put_back(scene, as_, get):
    item = make_item(scene.visit).id
    client = as_(scene.lead)
    for _ in range(2):
        answer = send(client, f"{scene.path}/items/{item}/remove", f"{scene.path}/items/{item}")
        client.get(scene.path)
        assert answer.headers["Location"] == f"{scene.path}?removed={item}#day" if _ == 0 else answer.status_code == 303
    assert "Zet terug" in get(scene.lead, f"{scene.path}?removed={item}")
    assert as_(scene.lead).get(f"{scene.path}/items/{item}").status_code == 404
    send(client, f"{scene.path}/items/{item}/restore", f"{scene.path}?removed={item}")
    assert [one.id for one in scene.programme.items] == [item]
    assert acts()[-2:] == ["programme_item.remove", "programme_item.restore"]


# --- What keeps it from being final ----------------------------------------------------------------------------------


def test_clashes_that_cannot_be_are_listed_and_norms_without_a_talk_only_warn(scene, as_, get):
    make_item(scene.visit)
    double = make_item(scene.visit, starts_at=moment("10:00"), ends_at=moment("11:00")).id
    html = text(get(scene.lead, scene.path))
    assert "Eén ding kan niet. Los dat eerst op." in html
    answer = send(as_(scene.lead), f"{scene.path}/finish", scene.path)
    assert answer.status_code == 422
    assert "Op twee plekken tegelijk: Renske Bakker en Mo Yilmaz" in text(answer.data)
    services.remove_item(scene.visit, item_id=double, by=scene.lead)
    assert "4 normen hebben nog geen gesprek. Stel het programma vast." in text(get(scene.lead, scene.path))
    services.finish_programme(scene.visit, by=scene.lead)


def test_an_empty_programme_cannot_be_final(scene):
    with pytest.raises(Invalid):
        services.finish_programme(scene.visit, by=scene.lead)


def test_no_time_to_travel_is_told_at_once(scene, as_, get):
    client, sites = as_(scene.host), f"{scene.path}/sites"
    assert send(client, sites, sites, name="Buurthuis De Wissel", minutes="25").status_code == 303
    assert send(client, sites, sites, name="Maan", minutes="9999").status_code == 422
    [site] = scene.programme.sites
    make_item(scene.visit)
    make_item(scene.visit, starts_at=moment("10:40"), ends_at=moment("11:30"), site_id=site.id)
    html = text(get(scene.other, scene.path))
    assert "Niet op tijd: Renske Bakker en Mo Yilmaz." in html
    assert "is het 25 minuten" in html
    answer = send(client, f"{sites}/{site.id}/remove", sites)
    assert answer.status_code == 409
    assert "Daar is iets gepland: Cliënt." in text(answer.data)
    with pytest.raises(Refused):
        services.remove_site(scene.visit, site_id=site.id, by=scene.host)


def test_who_left_the_team_is_told(scene):
    make_item(scene.visit)
    with unit_of_work():
        member = db.session.scalars(select(TeamMember).where(TeamMember.person_id == scene.other.person_id)).one()
        db.session.delete(member)
    assert [clash.kind for clash in scene.programme.hard] == ["left"]
    assert scene.programme.names[scene.other.person_id] == "Mo Yilmaz"


# --- After it is final -----------------------------------------------------------------------------------------------


def test_changes_of_a_final_programme_are_sent_once_half_an_hour_after_the_last(scene, outbox, at):
    item = make_item(scene.visit)
    services.finish_programme(scene.visit, by=scene.lead)
    for room in ("Kamer 1", "Kamer 2"):
        [now] = queries.items_of(scene.visit_id)
        services.arrange_item(scene.visit, item=replace(now, room=room), by=scene.host)
    changed = [letter for letter in outbox() if letter.kind == "programme.changed"]
    assert len(changed) == 4
    assert all("Kamer 2" in letter.body for letter in changed)
    assert changed[0].due_at - changed[0].queued_at == timedelta(minutes=30)
    assert (scene.visit.state, item.id) == (VisitState.PROGRAMME_FINAL, scene.programme.items[0].id)


def test_a_visit_that_moves_takes_its_items_along(scene, outbox):
    make_item(scene.visit, starts_at=moment("14:00"), ends_at=moment("15:00"))
    services.finish_programme(scene.visit, by=scene.lead)
    services.add_item(scene.visit, item=talk(scene, "10:00", "11:00"), by=scene.lead)
    with unit_of_work():
        visit = scene.visit
        visit.starts_at, visit.ends_at = moment("9:30", 29), moment("12:30", 29)
        audit.change_state(visit, VISIT, "move", by=scene.host, reason="Ziek")
        announce("visit.moved", visit, by=scene.host)
    assert [f"{item.starts_at:%d %H:%M}" for item in scene.programme.items] == ["29 10:00", "29 14:00"]
    assert [clash.kind for clash in scene.programme.hard] == ["outside"]
    assert "programme.changed" not in {letter.kind for letter in outbox()}


def test_a_programme_of_the_past_does_not_change(scene, as_, get):
    item = make_item(scene.visit).id
    with unit_of_work():
        audit.change_state(scene.visit, VISIT, "hold", by=scene.lead)
    for act in ("remove_item", "restore_item"):
        with pytest.raises(NotNow):
            getattr(services, act)(scene.visit, item_id=item, by=scene.lead)
    html = get(scene.lead, scene.path)
    assert "Onderdeel toevoegen" not in html
    assert "Terug naar het programma" in get(scene.lead, f"{scene.path}/items/{item}")
    assert send(as_(scene.lead), f"{scene.path}/example", "/login", replace="1").status_code in (303, 409)


# --- Who knows what --------------------------------------------------------------------------------------------------


def test_the_host_says_where_and_nothing_else(scene, as_, get):
    item, site = make_item(scene.visit, norms=[]).id, make_site(scene.visit).id
    path = f"{scene.path}/items/{item}"
    html = get(scene.host, path)
    assert "Hoe merk je dat?" not in html
    fields = {"site": str(site), "room": "Kamer 1.10", "note": "Koffie staat klaar", "version": "1"}
    client = as_(scene.host)
    assert send(client, f"{path}/place", path, **fields, people=[], starts="8:00").status_code == 303
    [now] = scene.programme.items
    assert (now.site_id, now.room, now.note, now.starts_at.hour) == (site, "Kamer 1.10", "Koffie staat klaar", 9)
    assert len(now.people) == 2
    again = send(client, f"{path}/place", path, **fields | {"room": "Kelder"})
    assert again.status_code == 409
    assert BeautifulSoup(again.data, "html.parser").find(id="room")["value"] == "Kelder"
    assert send(client, path, path, **form_of(scene)).status_code == 403
    assert "Jullie zeggen waar elk gesprek is." in text(get(scene.host, scene.path))


def test_who_goes_along_reads_and_others_of_both_organisations_know_nothing(scene, as_):
    item = make_item(scene.visit).id
    brugveld = scene.visit.host.organisation
    outsiders = [
        scene.partner, make_actor("executive", brugveld), make_actor("reviewer", brugveld),
        make_actor("reviewer", scene.visit.reviewing.organisation), make_actor("coordinator", make_organisation()),
    ]  # fmt: skip
    pages = (scene.path, f"{scene.path}/items/{item}", f"{scene.path}.pdf", f"{scene.path}/sites")
    for who in outsiders:
        assert [as_(who).get(page).status_code for page in pages] == [404] * 4
    assert [as_(scene.trainee).get(page).status_code for page in (*pages[:2], pages[3])] == [200, 200, 403]
    assert as_(scene.other).get(f"{scene.path}/items/new").status_code == 403
    assert as_(scene.lead).get(f"{scene.path}/items/999999").status_code == 404
    assert [link["href"] for link in links(as_(scene.host).get(f"/visits/{scene.visit_id}").data, scene)] == [
        scene.path
    ]
    assert links(as_(scene.partner).get(f"/visits/{scene.visit_id}").data, scene) == []


def links(html, scene):
    return BeautifulSoup(html, "html.parser").select(f'main a[href="{scene.path}"]')


def test_on_the_day_the_team_sees_what_was_not_heard_yet_and_the_host_never(scene, get, at, monkeypatch):
    first, second = scene.programme.outline.norms[:2]
    make_item(scene.visit, norms=[])
    monkeypatch.setattr(queries, "_hears", [lambda visit_id: {(first.id, "client")} if visit_id else set()])
    assert "Nog niet gehoord" not in get(scene.lead, scene.path)
    with at("2027-04-22 11:00"):
        html = get(scene.other, f"{scene.path}?chapter={first.chapter_code}")
        assert "Nog niet gehoord: O2 , V3 , O4 ." in text(html)
        assert 'aria-label="gehoord"' in html
        for who in (scene.host, scene.secretariat, scene.trainee):
            page = get(who, f"{scene.path}?chapter={first.chapter_code}")
            assert "gehoord" not in page.lower()
    assert second.code == "O2"


# --- Quick and whole -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_database_as_much_for_one_item_as_for_three(scene, as_, queries, number):
    for n in range(number):
        start = moment("9:30") + timedelta(hours=n)
        make_item(scene.visit, starts_at=start, ends_at=start + timedelta(minutes=45))
    client = as_(scene.other)
    client.get(scene.path)
    with queries() as seen:
        assert client.get(scene.path).status_code == 200
    seen.expect(8)


def test_the_pdf_holds_the_day_and_breaks_no_rule_of_a_pdf(scene, as_):
    if not any(FONTS.glob("*.ttf")):
        pytest.skip("the fonts of documents were not built")
    services.begin_from_template(scene.visit, by=scene.lead)
    answer = as_(scene.host).get(f"{scene.path}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="programma-brugveld-2027-04-22.pdf"'
    assert answer.data.startswith(b"%PDF-")


def test_rows_of_a_programme_belong_to_one_visit(scene, as_):
    item = make_item(scene.visit).id
    other = scene.visit_id + 1
    assert as_(scene.secretariat).get(f"/visits/{other}/programme/items/{item}").status_code == 404
    assert db.session.get(ProgrammeItem, item).visit_id == scene.visit_id
