from datetime import date

import pytest

from peerreview.register.days import read_day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("4-10-2027", date(2027, 10, 4)),
        ("04/10/2027", date(2027, 10, 4)),
        ("2027-10-04", date(2027, 10, 4)),
        ("4.10.27", date(2027, 10, 4)),
        ("32-13-2027", None),
        ("gisteren", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_type_it(typed, day):
    assert read_day(typed) == day
