"""Calendar entries as every calendar must read them."""

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from peerreview.core import clock
from peerreview.visits.hours import hours_of, slot_at
from peerreview.visits.invitations import CANCEL, PUBLISH, REQUEST, Attendee, Entry, attachment, calendar_of
from peerreview.visits.lifecycle import Half
from peerreview.visits.planning import Slot

WE = Attendee("Onderling", "label@onderling.example")


def entry(day=date(2027, 4, 13), half=None, **fields):
    starts_at, ends_at = hours_of(Slot(day, half))
    values = {
        "uid": "abc@visits.peerreview", "sequence": 3, "changed_at": datetime(2027, 2, 1, 9, tzinfo=UTC),
        "starts_at": starts_at, "ends_at": ends_at, "title": "Lindenhof bezoekt Brugveld", "location": "Zwolle",
        "description": "Team: Joost", "url": "https://label.example/visits/1",
        "attendees": (Attendee("Joost de Vries", "joost@voorbeeld.example"),),
    }  # fmt: skip
    return Entry(**(values | fields))


def read(text):
    return Calendar.from_ical(text)


def test_an_entry_comes_back_as_it_went_in():
    calendar = read(calendar_of([entry()], method=REQUEST, organiser=WE))
    event = calendar.walk("VEVENT")[0]
    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("abc@visits.peerreview", 3, "CONFIRMED")
    assert (event["SUMMARY"], event["LOCATION"]) == ("Lindenhof bezoekt Brugveld", "Zwolle")
    assert event["DTSTART"].params["TZID"] == "Europe/Amsterdam"
    assert event["ATTENDEE"].params["CN"] == "Joost de Vries"
    assert str(event["ORGANIZER"]) == "mailto:label@onderling.example"


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [(date(2027, 3, 26), 8), (date(2027, 3, 29), 7), (date(2027, 10, 29), 7), (date(2027, 11, 1), 8)],
)
def test_half_past_nine_stays_half_past_nine_across_summer_time(day, utc_hour):
    event = read(calendar_of([entry(day)], method=REQUEST, organiser=WE)).walk("VEVENT")[0]
    assert event["DTSTART"].dt.astimezone(UTC) == datetime(day.year, day.month, day.day, utc_hour, 30, tzinfo=UTC)
    assert event["DTSTART"].dt.strftime("%H:%M") == "09:30"


@pytest.mark.parametrize("moment", ["2027-03-28T01:59", "2027-03-28T03:01", "2027-10-31T03:01", "2031-07-01T12:00"])
def test_the_written_time_zone_is_that_of_amsterdam(moment):
    zone = read(calendar_of([], method=PUBLISH, organiser=WE)).walk("VTIMEZONE")[0].to_tz()
    naive = datetime.fromisoformat(moment)
    assert naive.replace(tzinfo=zone).utcoffset() == naive.replace(tzinfo=clock.AMSTERDAM).utcoffset()


NASTY = [
    'Joost "de Wilde" <script>alert(1)</script>',
    "Joost\r\nATTENDEE:mailto:evil@example.org",
    "Joost; CN=Evil, Ltd: \\ x",
    "Zoë ΩΩ 漢字 \u202e",
]


@pytest.mark.parametrize("name", NASTY)
def test_names_with_markup_and_line_breaks_stay_inert(name):
    nasty = entry(title=name, location=name, description=name, attendees=(Attendee(name, "joost@voorbeeld.example"),))
    calendar = read(calendar_of([nasty], method=REQUEST, organiser=Attendee(name, "label@onderling.example")))
    (event,) = calendar.walk("VEVENT")
    assert str(event["ATTENDEE"]) == "mailto:joost@voorbeeld.example"
    assert "\n" not in event["SUMMARY"] + event["LOCATION"] + event["ATTENDEE"].params["CN"]
    assert event["DESCRIPTION"].split() == name.replace("\u202e", "").split()


def test_an_invitation_and_its_end_as_attachments():
    invitation = attachment(entry(), method=REQUEST, organiser=WE)
    end = attachment(entry(cancelled=True, sequence=4), method=CANCEL, organiser=WE)
    assert (invitation["name"], invitation["type"]) == ("bezoek.ics", "text/calendar; method=REQUEST; charset=UTF-8")
    assert end["type"] == "text/calendar; method=CANCEL; charset=UTF-8"
    assert read(end["content"]).walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_equal_entries_give_equal_text():
    texts = {
        calendar_of([entry(), entry(date(2027, 5, 3))], method=PUBLISH, organiser=WE, title="Bezoeken") for _ in "ab"
    }
    assert len(texts) == 1


@pytest.mark.parametrize("half", [None, Half.MORNING, Half.AFTERNOON])
def test_hours_and_slots_are_each_others_reverse(half):
    slot = Slot(date(2027, 4, 13), half)
    assert slot_at(*(moment.astimezone(UTC) for moment in hours_of(slot))) == slot
