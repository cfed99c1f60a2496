from datetime import date

import pytest

from peerreview.certificates.standing import check_code, clean_number, end_of_term, number_of, serial_of


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2027, 9, 23), 36, date(2030, 9, 23)),
        (date(2028, 2, 29), 36, date(2031, 2, 28)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
    ],
)
def test_a_term_ends_on_the_same_day_of_its_last_month(start, months, end):
    assert end_of_term(start, months) == end


def test_a_number_and_its_serial_agree():
    assert [number_of(2027, 142), serial_of("2027-0142"), number_of(2027, 12345)] == ["2027-0142", 142, "2027-12345"]


@pytest.mark.parametrize("typed", ["2027-0142", " 2027 - 142 ", "2027/142", "2027\u20130142"])
def test_a_number_is_understood_as_people_type_it(typed):
    assert clean_number(typed) == "2027-0142"


def test_what_is_no_number_stays_harmless():
    assert clean_number("'; DROP TABLE--" * 10) == "';DROPTABLE--';DROPTABLE--';DROPTABLE--'"


def test_a_check_code_belongs_to_one_number_one_organisation_and_one_secret():
    codes = {
        check_code(s, n, k) for s in ("a", "b") for n in ("2027-0142", "2027-0143") for k in ("99000107", "99000108")
    }
    assert len(codes) == 8
    assert all(len(code) == 9 and code[4] == "-" for code in codes)
