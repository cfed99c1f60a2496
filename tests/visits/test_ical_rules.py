"""Every calendar that leaves keeps RFC 5545, 5546 and 6047, over the whole life of a visit and whatever people type."""

import email
import email.policy
from datetime import UTC, date, datetime, timedelta

import pytest
from flask_mail import Message
from icalendar import Calendar

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.parts import carry
from peerreview.matching.models import Exchange
from peerreview.visits import services
from peerreview.visits.hours import hours_by_day, hours_of
from peerreview.visits.invitations import CANCEL, PUBLISH, REQUEST, Attendee, Entry, attachment, calendar_of
from peerreview.visits.lifecycle import Coming, Half
from peerreview.visits.models import Invitee, TeamMember, Visit
from peerreview.visits.planning import Slot
from tests.factories.accounts import make_person
from tests.factories.visits import agree_all, make_scene
from tests.visits.ical_rules import calendars_of, faults_of, faults_of_life, read, starts_in_utc, unescaped

WE = Attendee("Onderling", "label@onderling.example")
NASTY = (
    'Joost "de Wilde" <script>alert(1)</script>',
    "Joost\r\nATTENDEE:mailto:evil@example.org\r\nEND:VEVENT",
    "Joost; CN=Evil, Ltd: \\ x\\",
    "Joost^nATTENDEE^'x",
    "Zoë 漢字 \u202e\u0000\x07 \N{FAMILY}\u200d\N{WHITE SMILING FACE}" + "é漢👩‍👩‍👧" * 30,
)


def entry(slot=Slot(date(2027, 4, 13)), **fields):  # noqa: B008 - a frozen value
    starts_at, ends_at = hours_of(slot)
    values = {
        "uid": "abc@visits.peerreview", "sequence": 3, "changed_at": datetime(2027, 2, 1, 9, tzinfo=UTC),
        "starts_at": starts_at, "ends_at": ends_at, "title": "Lindenhof bezoekt Brugveld", "location": "Zwolle",
        "description": "Team: Joost", "url": "https://label.example/visits/1",
        "attendees": (Attendee("Joost de Vries", "joost@voorbeeld.example", "ACCEPTED", needed=False),),
    }  # fmt: skip
    return Entry(**(values | fields))


@pytest.mark.parametrize("method", [REQUEST, CANCEL, PUBLISH])
@pytest.mark.parametrize("words", NASTY)
def test_whatever_people_type_stays_inert_and_comes_back(words, method):
    nasty = entry(title=words, location=words, description=f"{words}\nTweede regel; ook",
                  attendees=(Attendee(words, "joost@voorbeeld.example"),))  # fmt: skip
    text = calendar_of([nasty], method=method, organiser=Attendee(words, "label@onderling.example"))
    assert faults_of(text) == []
    (event,) = read(text).inside("VEVENT")
    (theirs,) = Calendar.from_ical(text).walk("VEVENT")
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):  # two readers, one meaning
        assert str(theirs[name]).replace("\r\n", "\n") == unescaped(event.value(name))
    assert unescaped(event.value("DESCRIPTION")).endswith("\nTweede regel; ook")
    assert "\n" not in unescaped(event.value("SUMMARY"))
    people = ["mailto:joost@voorbeeld.example"] if method != PUBLISH else []
    assert [one.value for one in event.all("ATTENDEE")] == people
    assert event.all("ORGANIZER")[0].value == "mailto:label@onderling.example"


@pytest.mark.parametrize(
    ("address", "written"),
    [("o'neil+bezoek@voorbeeld.example", "o'neil+bezoek@voorbeeld.example"),
     ("a?cc=evil&x@voorbeeld.example", "a%3Fcc=evil%26x@voorbeeld.example"),
     ("joost\r\n@voorbeeld.example", "joost@voorbeeld.example")],
)  # fmt: skip
def test_an_address_is_only_an_address(address, written):
    text = calendar_of([entry(attendees=(Attendee("Joost", address),))], method=REQUEST, organiser=WE)
    assert faults_of(text) == []
    assert [one.value for one in read(text).inside("VEVENT")[0].all("ATTENDEE")] == [f"mailto:{written}"]


DAYS = [date(2027, 3, 26), date(2027, 3, 29), date(2027, 10, 29), date(2027, 11, 1), date(2031, 7, 1)]


@pytest.mark.parametrize("day", DAYS)
def test_the_zone_that_is_written_says_the_hours_of_both_sides_of_summer_time(day):
    text = calendar_of([entry(Slot(day))], method=REQUEST, organiser=WE)
    assert faults_of(text) == []
    assert starts_in_utc(text) == datetime(day.year, day.month, day.day, 9, 30, tzinfo=clock.AMSTERDAM)


def test_a_visit_of_three_days_over_summer_time_is_one_entry_and_each_day_has_its_hours():
    slot = Slot(date(2027, 3, 25), more=3)  # Thursday, Friday (Good Friday is free), Tuesday after Easter ...
    starts_at, ends_at = hours_of(slot)
    text = calendar_of([entry(slot)], method=REQUEST, organiser=WE)
    assert faults_of(text) == []
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (starts_at, ends_at)
    spans = [(start.date(), f"{start:%H:%M}", f"{end:%H:%M}") for start, end in hours_by_day(starts_at, ends_at)]
    assert spans == [
        (slot.days[0], "09:30", "16:30"), (slot.days[1], "09:30", "16:30"), (slot.days[2], "09:30", "12:30"),
    ]  # fmt: skip
    afternoon = hours_of(Slot(date(2027, 4, 13), Half.AFTERNOON))
    assert [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in hours_by_day(*afternoon)] == [("13:30", "16:30")]


def test_the_check_sees_what_is_wrong():
    good = calendar_of([entry()], method=REQUEST, organiser=WE)
    bad = {
        "a line of": good.replace("SUMMARY:", "SUMMARY:" + "x" * 80),
        "CRLF": good.replace("\r\n", "\n"),
        "0 times UID": good.replace("UID:", "X-UID:"),
        "no ATTENDEE": good.replace("ATTENDEE;", "X-A;"),
        "the zone says": good.replace("TZOFFSETTO:+0200", "TZOFFSETTO:+0300"),
        "without its zone": good.replace("TZID:Europe/Amsterdam", "TZID:Elsewhere"),
        "SUMMARY is not escaped": good.replace("SUMMARY:", "SUMMARY:a;b"),
        "REQUEST: STATUS": good.replace("STATUS:CONFIRMED", "STATUS:CANCELLED"),
        "PUBLISH: ATTENDEE": good.replace("METHOD:REQUEST", "METHOD:PUBLISH"),
        "DTSTAMP": good.replace("DTSTAMP:20270201T090000Z", "DTSTAMP:20270201T090000"),
    }
    assert {name: any(name in fault for fault in faults_of(text)) for name, text in bad.items()} == dict.fromkeys(
        bad, True
    )


def test_an_invitation_travels_as_alternative_with_its_method_and_as_a_file(app):
    with app.test_request_context():
        message = Message("Bezoek", recipients=["joost@voorbeeld.example"], body="Dag")
        carry(message, [attachment(entry(), method=REQUEST, organiser=WE)])
        letter = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    shape = [(part.get_content_type(), part.get_filename()) for part in letter.walk()]
    assert shape == [
        ("multipart/mixed", None), ("multipart/alternative", None), ("text/plain", None), ("text/calendar", None),
        ("application/ics", "bezoek.ics"),
    ]  # fmt: skip
    parts = [part for part in letter.walk() if part.get_content_type() in ("text/calendar", "application/ics")]
    assert parts[0]["Content-Type"].params["method"] == "REQUEST"
    assert parts[0]["Content-Type"].params["charset"].lower() == "utf-8"
    texts = [part.get_payload(decode=True).decode() for part in parts]
    assert texts[0] == texts[1]
    assert faults_of(texts[0]) == []


# --- The life of a visit ---------------------------------------------------------------------------------------------


@pytest.fixture
def life(app, at, outbox):
    """A visit that is agreed, gets another team twice, is moved over summer time, and ends; and its letters."""
    with at("2027-02-01 10:00") as now:
        scene = make_scene(names=("Linden; hof, <b>", 'Brug"veld\\'))
        agree_all(scene)
        visit, by = scene.visits[0], scene.secretariat
        new = make_person("Nieuw, van; \N{WHITE SMILING FACE}")
        _swap(visit, scene.others[0].person_id, new)
        services.follow_team(visit, by=by)
        now.shift(timedelta(minutes=1))
        with unit_of_work():
            _invitee(visit, new.id).answer = Coming.ACCEPTED
        _swap(visit, None, make_person("Derde"))
        services.follow_team(visit, by=by)
        services.move_visit(visit, slot=Slot(date(2027, 11, 2)), location="Zwolle", reason="Brand; storm, \n enz.",
                            version=visit.version, by=by)  # fmt: skip
        with unit_of_work():
            exchange = db.session.get(Exchange, scene.exchange.id)
            exchange.reason = "Gestopt."
            services.cancel_visits(exchange, by=by)
        about = [one for one in outbox() if one.attachments and one.about_id == visit.id and one.about_type == "visit"]
        yield scene, db.session.get(Visit, visit.id), [(one.recipient, one.attachments[0]["content"]) for one in about]


def _swap(visit, out, into):
    with unit_of_work():
        if out:
            db.session.delete(db.session.query(TeamMember).filter_by(visit_id=visit.id, person_id=out).one())
        db.session.add(TeamMember(visit_id=visit.id, person_id=into.id))


def _invitee(visit, person_id):
    return db.session.query(Invitee).filter_by(visit_id=visit.id, person_id=person_id).one()


def test_every_letter_of_a_visits_life_keeps_the_rules(life):
    _scene, visit, letters = life
    assert len(letters) == 3 + 4 + 4 + 4 + 4
    assert faults_of_life(letters) == []
    assert {read(text).inside("VEVENT")[0].value("UID") for _who, text in letters} == {visit.uid}


def test_in_the_end_nobody_has_it_in_their_calendar_and_until_then_who_is_on_it(life):
    scene, _visit, letters = life
    out, stays = scene.others[0].email, scene.leads[0].email
    assert {who: held.event for who, held in calendars_of(letters).items()} == dict.fromkeys(dict(letters))
    before = calendars_of(letters[:-4])
    assert before[out].event is None
    assert starts_in_utc(next(text for who, text in reversed(letters[:-4]) if who == stays)) == datetime(
        2027, 11, 2, 8, 30, tzinfo=UTC
    )
    assert sum(held.event is not None for held in before.values()) == 4


def test_who_leaves_gets_an_end_of_their_own_and_answers_are_shown_to_the_others(life):
    scene, _visit, letters = life
    (own_end,) = [text for who, text in letters if who == scene.others[0].email and "METHOD:CANCEL" in text]
    (event,) = read(own_end).inside("VEVENT")
    assert (event.value("STATUS"), len(event.all("ATTENDEE"))) == ("", 1)
    after = [read(text).inside("VEVENT")[0] for who, text in letters if who == scene.leads[0].email]
    answers = [[one.params["PARTSTAT"] for one in event.all("ATTENDEE")].count("ACCEPTED") for event in after]
    assert answers == [0, 0, 1, 0, 0]  # agreed, team, team (somebody had answered), moved: asked anew, cancelled
    assert [int(event.value("SEQUENCE")) for event in after] == [0, 1, 2, 3, 4]
