"""Lists as files for a spreadsheet."""

import io
from datetime import date

import pytest
from openpyxl import load_workbook

from peerreview.core.sheets import csv_file, safe, xlsx_file


@pytest.mark.parametrize("text", ["=1+1", "+31", "-1", "@SUM(A1)", "\t=1"])
def test_what_starts_like_a_formula_is_text(text):
    assert safe(text) == "'" + text


def test_numbers_and_ordinary_words_stay():
    assert [safe(-3), safe("Brugveld"), safe(None)] == [-3, "Brugveld", None]


def test_a_csv_is_read_by_excel():
    assert csv_file(["Naam", "Dag"], [["Café; Ålsmeer", date(2027, 3, 1)]]) == (
        b"\xef\xbb\xbf" + 'Naam;Dag\r\n"Café; Ålsmeer";2027-03-01\r\n'.encode()
    )


def test_a_workbook_has_one_sheet_with_the_rows():
    sheet = load_workbook(io.BytesIO(xlsx_file("Trajecten: 1/2", ["Naam"], [["=1+1"], ["Brugveld"]]))).active
    assert (sheet.title, [row[0].value for row in sheet]) == ("Trajecten 12", ["Naam", "'=1+1", "Brugveld"])
