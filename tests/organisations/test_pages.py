"""The secretariat's pages, one's own organisation, and signing up, with the wrong ways into each."""

import io
import re

import openpyxl
import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from peerreview.core.db import db
from peerreview.organisations import queries, services
from peerreview.organisations.lifecycle import OrganisationState
from peerreview.organisations.models import Application, MemberImport, Organisation
from tests.factories.accounts import make_actor
from tests.factories.organisations import ask_membership, make_organisation, make_work_field, member_list

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def secretariat(app):
    services.ensure_work_fields()
    return make_actor("secretariat", name="Noor Bakker")


@pytest.fixture
def desk(secretariat, as_):
    client = as_(secretariat)
    client.set_cookie("language", "en")
    return client


def text_of(answer) -> str:
    return " ".join(BeautifulSoup(answer.get_data(as_text=True), "html.parser").get_text(" ").split())


def names_in(answer) -> list[str]:
    soup = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    return [cell.a.get_text() for cell in soup.select("tbody th")]


def upload(client, content: bytes, name: str = "leden.csv"):
    data = {"file": (io.BytesIO(content), name)}
    return client.send("/organisations/imports", data, content_type="multipart/form-data")


def fields_of(**changes) -> dict:
    return {"name": "Lindenhof", "kvk": "99000107", "place": "Zutphen", "fte": "46,5"} | changes


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_members_by_name_and_finds_them(desk):
    make_organisation("Zonneweide", place="Almere", province="Flevoland", kvk="99000201")
    make_organisation("Éénmalig", fte=3)
    make_organisation("Verleden", state=OrganisationState.ENDED)
    assert names_in(desk.get("/organisations")) == ["Éénmalig", "Zonneweide"]
    assert names_in(desk.get("/organisations?sort=-name")) == ["Zonneweide", "Éénmalig"]
    assert names_in(desk.get("/organisations?q=een")) == ["Éénmalig"]
    assert names_in(desk.get("/organisations?q=9900 02")) == ["Zonneweide"]
    assert names_in(desk.get("/organisations?q=alm")) == ["Zonneweide"]
    assert names_in(desk.get("/organisations?province=Flevoland")) == ["Zonneweide"]
    assert names_in(desk.get("/organisations?state=ended")) == ["Verleden"]
    assert len(names_in(desk.get("/organisations?state=all"))) == 3


def test_the_list_finds_by_work_field(desk):
    youth = make_work_field("youth")
    make_organisation("Jong", work_fields=[youth])
    make_organisation("Oud", work_fields=[])
    assert names_in(desk.get("/organisations?field=youth")) == ["Jong"]


def test_what_the_address_cannot_mean_is_left_out(desk):
    make_organisation("Lindenhof")
    for query in (
        "page=999",
        "page=-1",
        "page=x",
        "sort=password",
        "state=x",
        "province=x",
        "field=%00",
        "q=%00",
        "q=%25_",
    ):
        assert desk.get(f"/organisations?{query}").status_code == 200


def test_a_search_of_htmx_gets_the_rows_only(desk):
    make_organisation("Lindenhof")
    answer = desk.get("/organisations", headers={"HX-Request": "true"})
    assert (names_in(answer), b"<h1" in answer.data) == (["Lindenhof"], False)


def test_the_list_takes_as_many_queries_for_one_row_as_for_three(desk, queries_seen):
    for count in (1, 2):
        for _n in range(count):
            make_organisation()
        with queries_seen() as seen:
            desk.get("/organisations")
        seen.expect(6)


def test_the_whole_filtered_list_is_taken_along_and_comes_in_unchanged(desk):
    for n in range(60):
        make_organisation(f"Lid {n:02}", phone="+31 6 1234", website="https://lid.example", contact_name="=cmd()")
    make_organisation("Elders", province="Utrecht", place="Utrecht")
    content = desk.get("/organisations/export.csv?province=Gelderland").data
    assert content.count(b"\r\n") == 61
    assert b"'=cmd()" in content
    preview = db.session.get(MemberImport, int(upload(desk, content).location.rsplit("/", 1)[1]))
    assert preview.counts == {"new": 0, "changed": 0, "unchanged": 60, "wrong": 0}
    assert preview.notices == []


def test_the_list_as_a_workbook_comes_in_unchanged_too(desk):
    make_organisation("Lindenhof", phone="+31 6 1234")
    content = desk.get("/organisations/export.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.value for cell in sheet[2]][:2] == ["Lindenhof", queries.organisation_with_kvk(sheet["B2"].value).kvk]
    preview = db.session.get(MemberImport, int(upload(desk, content, "leden.xlsx").location.rsplit("/", 1)[1]))
    assert preview.counts["unchanged"] == 1


# --- Lists on their way in --------------------------------------------------------------------------------------------


def test_a_list_is_looked_at_applied_and_reported(desk):
    address = upload(desk, member_list(("Lindenhof", "99000107"), ("Brugveld", "990"))).location
    page = text_of(desk.get(address))
    assert "Nothing has changed yet." in page
    assert "KvK number: A KvK number has 8 digits. This one has 3." in page
    assert page.index("Brugveld") < page.index("Lindenhof")
    assert desk.send(f"{address}/apply").status_code == 303
    assert desk.send(f"{address}/apply").status_code == 303
    assert "1 member is new, 0 are changed, 0 stayed the same." in text_of(desk.get(address))
    assert names_in(desk.get("/organisations")) == ["Lindenhof"]
    assert desk.send(f"{address}/discard").status_code == 409


def test_rows_can_be_looked_at_by_what_happens(desk):
    address = upload(desk, member_list(("Lindenhof", "99000107"), ("Brugveld", "990"))).location
    assert "Lindenhof" not in text_of(desk.get(f"{address}?status=wrong"))
    assert "Brugveld" not in text_of(desk.get(f"{address}?status=new&page=99"))


def test_wrong_rows_come_back_to_repair_and_go_in_again(desk):
    header = "Naam;KvK-nummer;Plaats;fte;Werksoorten;Contactpersoon;E-mail"
    address = upload(desk, member_list(("=Lindenhof", "99000107"), ("Brugveld", "990"), header=header)).location
    content = desk.get(f"{address}/wrong.csv").data.decode("utf-8-sig")
    head, row = content.strip().split("\r\n")
    assert head == "Row;" + header + ";What to change"
    assert row.split(";")[:4] == ["3", "Brugveld", "990", "Zutphen"]
    again = upload(desk, content.replace(";990;", ";99000108;").encode("utf-8-sig")).location
    assert db.session.get(MemberImport, int(again.rsplit("/", 1)[1])).counts["new"] == 1


def test_a_discarded_list_is_gone_and_applies_nothing(desk):
    address = upload(desk, member_list(("Lindenhof", "99000107"))).location
    assert desk.send(f"{address}/discard").status_code == 303
    assert desk.get(address).status_code == 200
    assert desk.send(f"{address}/apply").status_code == 409
    assert queries.counts_by_state() == {}


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n", b"PK\x03\x04zip", b"zomaar wat", b"\xff\xfe\x00", b"Naam;KvK;Plaats"]
)
def test_an_odd_file_is_refused_in_words(desk, content):
    answer = upload(desk, content)
    assert (answer.status_code, "still have to change" in text_of(answer)) == (422, True)


def test_no_file_is_told(desk):
    assert desk.send("/organisations/imports").status_code == 422


def test_a_preview_takes_as_many_queries_for_one_row_as_for_three(desk, queries_seen):
    for count in (1, 3):
        rows = [(f"Lid {n}", f"9900010{n}") for n in range(count)]
        address = upload(desk, member_list(*rows)).location
        with queries_seen() as seen:
            desk.get(address)
        seen.expect(3)


# --- One organisation -------------------------------------------------------------------------------------------------


def test_a_member_is_added_shown_and_changed(desk):
    answer = desk.send("/organisations/new", fields_of())
    assert answer.status_code == 303
    assert "Zutphen, Gelderland" in text_of(desk.get(answer.location))
    answer = desk.send(f"{answer.location}/edit", fields_of(name="Lindenhof Welzijn", version="1"))
    assert answer.status_code == 303
    assert "Lindenhof Welzijn" in text_of(desk.get(answer.location))


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Fill in the name."), ("kvk", "990", "A KvK number has 8 digits. This one has 3."),
        ("place", "Hengelo", "There is more than one Hengelo: in Overijssel / Gelderland. Add the province."),
        ("fte", "veel", "“veel” is not a number. Write it like 42,5."), ("contact_email", "x", "“x” is not an e-mail address."),
        ("website", "javascript:alert(1)", "“javascript:alert(1)” is not a web address."),
        ("about", "x" * 5001, "Use at most 5,000 characters."),
    ],
)  # fmt: skip
def test_a_wrong_form_comes_back_with_its_text_and_why(desk, field, value, message):
    answer = desk.send("/organisations/new", fields_of(contact_name="Samira", **{field: value}))
    soup = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422
    assert soup.find(class_="pr-errors").a.get_text(strip=True) == message
    control = soup.find(id=field)
    assert (control.get("value") or control.get_text(strip=True)) == value
    assert soup.find(id="contact_name")["value"] == "Samira"


def test_a_story_of_ten_megabytes_is_refused_and_given_back(desk):
    answer = desk.send("/organisations/new", fields_of(about="a" * 10_000_000))
    assert (answer.status_code, answer.data.count(b"a" * 10_000_000)) == (422, 1)


def test_a_known_kvk_number_is_told(desk):
    make_organisation(kvk="99000107")
    answer = desk.send("/organisations/new", fields_of())
    assert (answer.status_code, "already an organisation with this KvK number" in text_of(answer)) == (422, True)


def test_the_second_of_two_writers_sees_both_texts_and_can_save_then(desk):
    organisation = make_organisation("Lindenhof", kvk="99000107")
    path = f"/organisations/{organisation.id}/edit"
    assert desk.send(path, fields_of(about="Van Dennis", version="1")).status_code == 303
    answer = desk.send(path, fields_of(about="Van Samira", version="1"))
    assert answer.status_code == 409
    assert "Van Dennis" in text_of(answer) and "Van Samira" in text_of(answer)
    version = BeautifulSoup(answer.data, "html.parser").find(id="version")["value"]
    assert desk.send(path, fields_of(about="Van Samira", version=version)).status_code == 303
    assert db.session.get_one(Organisation, organisation.id).about == "Van Samira"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_version_that_is_none_is_stale(desk, version):
    organisation = make_organisation("Lindenhof", kvk="99000107")
    answer = desk.send(f"/organisations/{organisation.id}/edit", fields_of(about="Nieuw", version=version))
    assert answer.status_code == 409


def test_a_membership_ends_only_with_a_reason(desk):
    organisation_id = make_organisation("Lindenhof").id
    path = f"/organisations/{organisation_id}"
    assert desk.send(f"{path}/end", {"reason": ""}).status_code == 422
    assert desk.send(f"{path}/end", {"reason": "Opgezegd"}).status_code == 303
    assert desk.send(f"{path}/approve").status_code == 409
    assert "Opgezegd" in text_of(desk.get(path))
    assert desk.send(f"{path}/readmit").status_code == 303


def test_unknown_ids_are_not_found(desk):
    for path in ("/organisations/999", "/organisations/999/edit", "/organisations/imports/999",
                 "/organisations/imports/999/wrong.csv", "/organisations/99999999999999999999"):  # fmt: skip
        assert desk.get(path).status_code == 404, path


# --- Who may what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role", ["coordinator", "executive", "contributor", "reviewer", "commission_member", "oversight"]
)
def test_only_the_secretariat_sees_members(as_, secretariat, role):
    inside = role in ("coordinator", "executive", "contributor", "reviewer")
    mine = make_organisation("Lindenhof") if inside else None
    other = make_organisation("Brugveld")
    client = as_(make_actor(role, mine))
    for path in ("/organisations", "/organisations/export.csv", "/organisations/new", "/organisations/imports"):
        assert client.get(path).status_code == 403, path
    assert upload(client, member_list(("Lindenhof", "99000107"))).status_code == 403
    assert client.get(f"/organisations/{other.id}").status_code == 404
    assert client.send(f"/organisations/{other.id}/end", {"reason": "x"}).status_code == 404
    assert client.get("/organisations/imports/1").status_code == 404
    if mine:
        assert client.get(f"/organisations/{mine.id}").status_code == 403


def test_a_visitor_is_asked_to_sign_in(app, as_):
    for path in ("/organisations", "/organisation", "/organisation/edit"):
        assert as_(None).get(path).status_code == 303


@pytest.mark.parametrize("role", ["coordinator", "executive"])
def test_a_coordinator_and_an_executive_see_and_change_their_own(as_, secretariat, role):
    mine = make_organisation("Lindenhof", kvk="99000107")
    client = as_(make_actor(role, mine))
    assert "Lindenhof" in text_of(client.get("/organisation"))
    answer = client.send("/organisation/edit", fields_of(name="Kaping", kvk="99000999", about="Wij", version="1"))
    assert answer.location == "/organisation"
    changed = db.session.get_one(Organisation, mine.id)
    assert (changed.name, changed.kvk, changed.about) == ("Lindenhof", "99000107", "Wij")


def test_others_of_the_organisation_do_not_change_it(as_, secretariat):
    client = as_(make_actor("reviewer", make_organisation()))
    assert [client.get(path).status_code for path in ("/organisation", "/organisation/edit")] == [403, 403]
    assert as_(make_actor("commission_member")).get("/organisation").status_code == 404


# --- Signing up -------------------------------------------------------------------------------------------------------


def joining(**changes) -> dict:
    return fields_of(applicant_name="Samira El Idrissi", applicant_email="Samira@lindenhof.example") | changes


def test_an_organisation_signs_up_and_becomes_a_member(desk, as_, outbox):
    visitor = as_(None)
    assert visitor.get("/join").status_code == 200
    answer = visitor.send("/join", joining(work_fields=[str(queries.work_fields()[0].id)]))
    assert (answer.status_code, answer.location) == (303, "/join/sent")
    assert visitor.get("/join/sent").status_code == 200
    [link] = re.findall(r"(/join/\S+)", outbox()[0].body)
    assert "Lindenhof" in text_of(visitor.get(link))
    assert names_in(desk.get("/organisations?state=all")) == []
    assert visitor.send(link).status_code == 303
    assert visitor.send(link).status_code == 303
    assert names_in(desk.get("/organisations?state=applied")) == ["Lindenhof"]
    path = f"/organisations/{queries.organisation_with_kvk('99000107').id}"
    assert "samira@lindenhof.example" in text_of(desk.get(path))
    assert desk.send(f"{path}/approve").status_code == 303
    assert "Samira El Idrissi Coordinator" in text_of(desk.get(path)).replace("· ", "")
    assert [letter.kind for letter in outbox()].count("organisations.approved") == 1


def test_a_known_kvk_number_looks_the_same_from_outside(app, as_):
    make_organisation("Lindenhof", kvk="99000107")
    known = as_(None).send("/join", joining())
    unknown = as_(None).send("/join", joining(kvk="99000108"))
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)


def test_an_applicant_is_rejected_with_a_reason(desk, outbox):
    services.confirm_application(queries.application_with(ask_membership(outbox)))
    path = f"/organisations/{queries.organisation_with_kvk('99000107').id}"
    answer = desk.send(f"{path}/reject", {"reason": ""})
    assert (answer.status_code, "Write why." in text_of(answer)) == (422, True)
    assert desk.send(f"{path}/reject", {"reason": "Geen sociaal werk."}).status_code == 303
    assert "Geen sociaal werk." in outbox()[-1].body


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(app, as_, outbox):
    answer = as_(None).send("/join", joining(homepage="https://spam.example"))
    assert (answer.location, outbox(), db.session.scalar(select(func.count()).select_from(Application))) == (
        "/join/sent",
        [],
        0,
    )


def test_a_wrong_sign_up_comes_back_with_its_text(app, as_):
    answer = as_(None).send("/join", joining(kvk="12", applicant_email="nee"), headers=ENGLISH)
    soup = BeautifulSoup(answer.data, "html.parser")
    assert answer.status_code == 422
    assert [link.get_text(strip=True) for link in soup.select(".pr-errors a")] == [
        "A KvK number has 8 digits. This one has 2.", "“nee” is not an e-mail address.",
    ]  # fmt: skip
    assert soup.find(id="applicant_name")["value"] == "Samira El Idrissi"


def test_an_unknown_link_is_not_found(app, as_):
    assert as_(None).get("/join/niets").status_code == 404
    assert as_(None).send("/join/niets").status_code == 404
