"""The municipality: from the member list, from the organisation itself, and gone when the place changes without it."""

from peerreview.organisations import queries, services
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation

HEADER = "Naam;KvK-nummer;Plaats;fte;Gemeente"


def municipality_of(organisation):
    return queries.organisations_with([organisation.id])[organisation.id].municipality


def imported(office, *cells):
    header, row = HEADER.split(";")[: len(cells)], ";".join(cells)
    content = ";".join(header) + "\r\n" + row
    return services.apply_import(services.preview_import(content.encode(), file_name="leden.csv", by=office), by=office)


def test_a_member_list_fills_it_in_and_leaves_it_when_it_says_nothing(app):
    office = make_actor("secretariat")
    organisation = make_organisation("Brugveld", place="Deventer", province="Overijssel")
    imported(office, "Brugveld", organisation.kvk, "Deventer", "46,0", "Deventer")
    assert municipality_of(organisation) == "Deventer"
    imported(office, "Brugveld", organisation.kvk, "Deventer", "47,0")
    assert municipality_of(organisation) == "Deventer"
    imported(office, "Brugveld", organisation.kvk, "Zwolle", "47,0")
    assert municipality_of(organisation) == ""  # that of another place


def test_the_organisation_writes_it_itself(app, as_):
    organisation = make_organisation("Brugveld")
    client = as_(make_actor("coordinator", organisation))
    fields = {"version": "1", "place": "Zutphen", "province": "Gelderland", "fte": "46", "municipality": " Zutphen "}
    assert client.send("/organisation/edit", fields).status_code == 303
    assert municipality_of(organisation) == "Zutphen"
    assert "Gemeente" in client.get("/organisation").text
