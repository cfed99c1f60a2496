from datetime import date

import pytest

from peerreview.core import clock


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2027, 4, 27), "Koningsdag"),
        (date(2027, 3, 26), "Goede vrijdag"),
        (date(2027, 3, 29), "Tweede paasdag"),
        (date(2025, 5, 5), "Bevrijdingsdag"),
    ],
)
def test_dutch_public_holidays_are_known(day, name):
    assert clock.holiday_name(day) == name


def test_liberation_day_is_a_working_day_outside_its_lustrum_years():
    assert clock.is_working_day(date(2027, 5, 5))


def test_working_days_skip_weekends_and_holidays():
    # Thursday before Easter 2027 + 1 = Tuesday: Good Friday, the weekend and Easter Monday fall out
    assert clock.add_working_days(date(2027, 3, 25), 1) == date(2027, 3, 30)


def test_no_working_days_gives_the_first_working_day_from_there():
    assert clock.add_working_days(date(2027, 3, 27), 0) == date(2027, 3, 30)


def test_working_days_count_back():
    assert clock.add_working_days(date(2027, 3, 30), -1) == date(2027, 3, 25)


@pytest.mark.parametrize("count", range(1, 30))
def test_counting_and_adding_agree(count):
    start = date(2027, 4, 20)
    assert clock.working_days_between(start, clock.add_working_days(start, count)) == count


def test_today_is_the_day_in_amsterdam(at):
    with at("2027-02-15 00:30"):
        assert clock.today() == date(2027, 2, 15)
