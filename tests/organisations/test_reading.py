"""Reading what people bring: places, KvK numbers, sheets and member lists."""

import contextlib
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.organisations.kvk import clean_kvk, kvk_from_sheet
from peerreview.organisations.member_list import (
    Member,
    compared,
    read_email,
    read_fte,
    read_member_list,
    read_website,
    row_as_json,
    row_from_json,
)  # fmt: skip
from peerreview.organisations.places import find_place, place_or_unknown
from peerreview.organisations.slug import slug_of
from peerreview.organisations.work_fields import STARTERS, Known, find_work_fields
from peerreview.organisations.wrong import Wrong

KNOWN = [Known(n, field.code, field.nl, field.en) for n, field in enumerate(STARTERS, 1)]
HEADER = "Naam;KvK-nummer;Plaats;Provincie;fte;Werksoorten;Contactpersoon;E-mail"
ROW = "Lindenhof Welzijn;99000107;Zutphen;Gelderland;46,5;opbouwwerk, jongerenwerk;Samira El Idrissi;Samira@Lindenhof.example"


def csv_of(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *rows]).encode()


def xlsx_of(*rows, header=("Naam", "KvK", "Plaats", "fte")) -> bytes:
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def listed(content: bytes):
    return read_member_list(content, KNOWN)


def wrong_of(row) -> list[tuple[str, str]]:
    return [(name, str(why)) for name, why in row.wrong]


@pytest.mark.parametrize(
    ("name", "province", "found"),
    [
        ("Den Haag", None, ("Den Haag", "Zuid-Holland")), ("the hague", None, ("Den Haag", "Zuid-Holland")),
        ("'s-Gravenhage", "zh", ("Den Haag", "Zuid-Holland")), ("ZUTPHEN", None, ("Zutphen", "Gelderland")),
        ("’s-Hertogenbosch", None, ("'s-Hertogenbosch", "Noord-Brabant")), ("Den Bosch", "brabant", ("'s-Hertogenbosch", "Noord-Brabant")),  # noqa: E501
        ("s Hertogenbosch", None, ("'s-Hertogenbosch", "Noord-Brabant")), ("Sint Odilienberg", None, ("Sint Odiliënberg", "Limburg")),  # noqa: E501
        ("Capelle a/d IJssel", None, ("Capelle aan den IJssel", "Zuid-Holland")), ("St. Annaparochie", "Fryslân", ("Sint Annaparochie", "Friesland")),  # noqa: E501
        ("Hengelo", "Overijssel", ("Hengelo", "Overijssel")), ("Hengelo", "gelderland", ("Hengelo", "Gelderland")),
        ("Almere", None, ("Almere", "Flevoland")), ("Nes", "Friesland", ("Nes", "Friesland")),
    ],
)  # fmt: skip
def test_a_place_is_found_however_it_is_written(name, province, found):
    place = find_place(name, province)
    assert (place.name, place.province) == found


@pytest.mark.parametrize(
    ("name", "province", "message"),
    [
        ("Hengelo", None, "There is more than one Hengelo: in Overijssel / Gelderland. Add the province."),
        ("Zutphen", "Utrecht", "Zutphen lies in Gelderland, not in Utrecht."),
        ("Zutfen", None, "We do not know the place “Zutfen”. Do you mean Zutphen?"),
        ("Qqqqqq", None, "We do not know the place “Qqqqqq”."),
        ("Zutphen", "Bretagne", "“Bretagne” is not a Dutch province."),
    ],
)
def test_an_unclear_place_is_told_in_words(name, province, message):
    with pytest.raises(Wrong) as wrong:
        find_place(name, province)
    assert str(wrong.value) == message


def test_a_village_that_we_miss_is_taken_over_with_its_province():
    place, notice = place_or_unknown("Bergen", "Limburg")
    assert (place.name, place.province, place.known) == ("Bergen", "Limburg", False)
    assert str(notice) == "Bergen lies in Noord-Holland, not in Limburg."


@pytest.mark.parametrize("given_", ["99000107", " 9900 0107", "99.00.01.07", "KvK 99000107", "kvk-nummer: 99000107"])
def test_a_kvk_number_is_read_as_people_write_it(given_):
    assert clean_kvk(given_) == "99000107"


@pytest.mark.parametrize("given_", ["", "9900010", "990001070", "9900010a", "00000000", "٩٩٠٠٠١٠٧"])
def test_what_is_no_kvk_number_is_refused(given_):
    with pytest.raises(Wrong):
        clean_kvk(given_)


def test_a_spreadsheet_number_gets_its_zero_back():
    assert kvk_from_sheet(1234567) == ("01234567", True)
    assert kvk_from_sheet(12345678.0) == ("12345678", False)
    with pytest.raises(Wrong):
        kvk_from_sheet(123456)


@pytest.mark.parametrize(
    ("text", "fte"),
    [("12,5", "12.5"), ("1.234,5", "1234.5"), ("12.5", "12.5"), ("1.234", "1234"), ("46 fte", "46"), ("0", "0"), ("12,55", "12.6")],  # noqa: E501
)  # fmt: skip
def test_fte_is_read_as_the_dutch_write_it(text, fte):
    assert read_fte(text) == Decimal(fte)


@pytest.mark.parametrize("text", ["veertig", "-1", "1e9", "NaN", "inf", "100000", "12,5,5"])
def test_what_cannot_be_fte_is_refused(text):
    with pytest.raises(Wrong):
        read_fte(text)


def test_addresses_are_checked():
    assert read_email("MAILTO:x".replace("x", "a@b.nl").lower()) == "a@b.nl"
    assert read_website("lindenhof.example/over") == "https://lindenhof.example/over"
    for text in ("geen", "a@b", "a b@c.nl", "a@b.nl, c@d.nl"):
        with pytest.raises(Wrong):
            read_email(text)
    for text in ("geen", "javascript:alert(1)", "https://gebruiker@site.nl", "ftp://x.nl"):
        with pytest.raises(Wrong):
            read_website(text)


def test_work_fields_are_recognised_in_both_languages_and_by_other_words():
    found = find_work_fields("Youth work; AMW / vrijwilligers en mantelzorg", KNOWN)
    assert [field.code for field in found] == ["youth", "social", "carers", "volunteers"]
    assert [f.code for f in find_work_fields("Gezin en opvoeding", KNOWN)] == ["family"]


def test_an_unknown_work_field_names_the_known_ones():
    with pytest.raises(Wrong, match="“Theater” is not a work field of this association"):
        find_work_fields("jongerenwerk; Theater", KNOWN)


def test_a_slug_is_readable_and_unique():
    assert slug_of("'t Huis Één & Co.", set()) == "huis-een-co"
    assert slug_of("Lindenhof", {"lindenhof", "lindenhof-2"}) == "lindenhof-3"
    assert slug_of("!!!", set()) == "organisation"
    assert slug_of("Follow!", set()) == "follow-2"
    assert len(slug_of("x" * 300, {"x" * 72})) <= 80


EXPECTED = {
    "name": "Lindenhof Welzijn", "kvk": "99000107", "place": "Zutphen", "province": "Gelderland", "fte": Decimal("46.5"),
    "work_fields": ["community", "youth"], "contact_name": "Samira El Idrissi", "contact_email": "samira@lindenhof.example",
    "latitude": 52.13833, "longitude": 6.20139,
}  # fmt: skip


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "mac_roman"])
def test_csv_is_read_in_any_usual_coding_and_with_any_usual_separator(separator, coding):
    row = (
        ROW.replace("46,5", "46.5")
        .replace("opbouwwerk, jongerenwerk", "opbouwwerk/jongerenwerk")
        .replace("Samira El", "Renée El")
    )
    content = f"{HEADER}\n{row}".replace(";", separator).encode(coding)
    [read] = listed(content).rows
    assert wrong_of(read) == []
    assert read.values == EXPECTED | {"contact_name": "Renée El Idrissi"}


def test_english_headings_and_a_title_above_them_are_understood():
    content = "Members of the association\n\nName,Chamber of Commerce number,City,Number of FTE\nLindenhof,99000107,Zutphen,46.5"
    [row] = listed(content.encode()).rows
    assert (row.number, row.values["name"], row.values["fte"]) == (4, "Lindenhof", Decimal("46.5"))


def test_unknown_columns_are_named():
    read = listed(csv_of("Lindenhof;99000107;Zutphen;ja;5", header="Naam;KvK;Plaats;Betaald;Rij"))
    assert [str(notice) for notice in read.notices] == ["We do not know these columns and leave them: Betaald."]


def test_excel_is_read_with_numbers_and_dropped_zeros():
    [first, second] = listed(
        xlsx_of(("Lindenhof", 1234567, "Zutphen", 46.54), ("Brugveld", "99000108", "Zwolle", None))
    ).rows
    assert (first.values["kvk"], first.values["fte"]) == ("01234567", Decimal("46.5"))
    assert [str(notice) for notice in first.notices] == [
        "A spreadsheet drops the first zero of a KvK number: 1234567 became 01234567."
    ]
    assert (second.values["kvk"], second.notices) == ("99000108", [])


def test_a_text_of_seven_digits_in_excel_is_wrong():
    [row] = listed(xlsx_of(("Lindenhof", "1234567", "Zutphen", 1))).rows
    assert wrong_of(row) == [("kvk", "A KvK number has 8 digits. This one has 7.")]


def test_formulas_are_not_evaluated():
    [row] = listed(xlsx_of(('=HYPERLINK("http://x.example")', 99000107, "Zutphen", "=1+1"))).rows
    assert [name for name, _why in row.wrong] == ["name", "fte"]
    assert wrong_of(row)[1] == ("fte", "This cell holds a formula (=1+1). Put its value there.")


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (";99000107;Zutphen;;;;;", ("name", "This is missing.")),
        ("Lindenhof;;Zutphen;;;;;", ("kvk", "This is missing.")),
        ("Lindenhof;990001;Zutphen;;;;;", ("kvk", "A KvK number has 8 digits. This one has 6.")),
        ("Lindenhof;99000107;Hengelo;;;;;", ("place", "There is more than one Hengelo: in Overijssel / Gelderland. Add the province.")),  # noqa: E501
        ("Lindenhof;99000107;Zutphen;;veertig;;;", ("fte", "“veertig” is not a number. Write it like 42,5.")),
        ("Lindenhof;99000107;Zutphen;;;;;geen", ("contact_email", "“geen” is not an e-mail address.")),
        (f"{'x' * 201};99000107;Zutphen;;;;;", ("name", "This text has 201 characters; at most 200 fit.")),
        ("Lindenhof;99000107;Zutphen;;;;;;;over", ("", "This row has more cells than there are headings. Is a quote missing?")),
    ],
)  # fmt: skip
def test_each_row_says_which_field_is_wrong_and_why(row, wrong):
    [read] = listed(csv_of(row)).rows
    assert wrong_of(read) == [wrong]


def test_the_same_kvk_number_twice_is_wrong_at_both_rows():
    rows = listed(csv_of("Een;99000107;Zutphen;;;;;", "Twee;99000108;Zutphen;;;;;", "Drie;99000107;Zutphen;;;;;")).rows
    assert [wrong_of(row) for row in rows] == [
        [("kvk", "This KvK number stands at row 4 too.")], [], [("kvk", "This KvK number stands at row 2 too.")],
    ]  # fmt: skip


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (130 * 1024 * 1024))
    return out.getvalue()


def zip_of(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in parts.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), text)
    return out.getvalue()


ODD = {
    "nothing": b"", "spaces": b"   \n ", "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "a pdf": b"%PDF-1.7\n" + bytes(range(256)), "an old excel": b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "a bomb": bomb(),
    "a zip": zip_of(letter_txt="hello"), "a broken zip": b"PK\x03\x04" + b"\x00" * 100,
    "half a workbook": xlsx_of(("Lindenhof", 99000107, "Zutphen", 1))[:2000],
    "xml that calls in": zip_of(xl__workbook_xml="<!DOCTYPE x [<!ENTITY a 'b'>]><workbook/>"),
    "an empty workbook": zip_of(xl__workbook_xml="<workbook/>"), "only headings": HEADER.encode(),
    "no headings": b"Lindenhof;99000107;Zutphen", "a missing column": b"Naam;Plaats\nLindenhof;Zutphen",
    "two columns for one thing": b"Naam;Organisatie;KvK;Plaats\na;b;99000107;Zutphen", "half utf-16": b"\xff\xfeN\x00a",
    "eleven megabytes": b"Naam;KvK;Plaats\n" + b"x" * (11 * 1024 * 1024), "a huge cell": b'Naam;KvK;Plaats\n"' + b"x" * 200_000,
    "6,000 rows": csv_of(*["Lindenhof;99000107;Zutphen;;;;;"] * 5_001), "30,000 rows": csv_of(*["a;b;c"] * 30_000),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_file_is_refused_in_words(kind):
    with pytest.raises(Wrong):
        listed(ODD[kind])


@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"Naam;KvK;Plaats\n{text}".encode("utf-8", "replace"))
)
def test_no_file_gives_another_error_than_words(content):
    with contextlib.suppress(Wrong):
        listed(content)


def member(state="member", **changes) -> dict[str, Member]:
    empty = {"phone": "", "website": "", "legal_group": ""}
    return {"99000107": Member(1, state, EXPECTED | empty | changes)}


def statuses(content: bytes, members) -> list[tuple[str, dict]]:
    rows = listed(content).rows
    compared(rows, members)
    return [(row.status, row.changes) for row in rows]


def test_a_row_is_new_changed_or_unchanged_beside_the_members_of_now():
    assert statuses(csv_of(ROW), {}) == [("new", {})]
    assert statuses(csv_of(ROW), member()) == [("unchanged", {})]
    assert statuses(csv_of(ROW), member(fte=Decimal(40), place="Warnsveld")) == [
        ("changed", {"place": ("Warnsveld", "Zutphen"), "fte": (Decimal(40), Decimal("46.5"))})
    ]


def test_an_empty_cell_changes_nothing():
    assert statuses(csv_of("Lindenhof Welzijn;99000107;Zutphen;;;;;"), member()) == [("unchanged", {})]


@pytest.mark.parametrize("state", ["applied", "ended", "rejected"])
def test_a_row_about_who_is_no_member_now_is_wrong(state):
    assert statuses(csv_of(ROW), member(state)) == [("wrong", {})]


def test_a_kept_row_comes_back_equal():
    [row] = listed(csv_of(ROW)).rows
    assert row_from_json(row_as_json(row)).values == row.values
