"""A visit of more days: one entry in the calendar, and the hours of each day where people read them."""

from datetime import UTC, date, datetime

from icalendar import Calendar

from peerreview.visits import services
from peerreview.visits.planning import Slot
from tests.factories.visits import agree_all, make_scene
from tests.visits.ical_rules import faults_of


def test_each_day_and_its_hours_stand_in_the_letter_the_entry_and_the_pages(app, at, as_, outbox):
    with at("2027-02-01 10:00"):
        scene = make_scene()
        agree_all(scene)
        visit = scene.visits[0]
        slot = Slot(date(2027, 5, 13), more=1)  # Thursday, and Friday morning
        services.move_visit(visit, slot=slot, location="Zwolle", reason="Langer.", version=visit.version,
                            by=scene.secretariat)  # fmt: skip
        letter = [one for one in outbox() if one.kind == "visit.moved"][-1]
        lines = ["donderdag 13 mei 2027: 9.30 – 16.30", "vrijdag 14 mei 2027: 9.30 – 12.30"]
        plain = letter.body.replace("\N{NO-BREAK SPACE}", " ")
        assert [f"- {line}" in plain for line in lines] == [True, True]
        text = letter.attachments[0]["content"]
        assert faults_of(text) == []
        (event,) = Calendar.from_ical(text).walk("VEVENT")
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (
            datetime(2027, 5, 13, 7, 30, tzinfo=UTC), datetime(2027, 5, 14, 10, 30, tzinfo=UTC),
        )  # fmt: skip
        assert str(event["DESCRIPTION"]).replace("\N{NO-BREAK SPACE}", " ").splitlines()[:2] == lines
        for client, url in (
            (as_(scene.secretariat), f"/visits/{visit.id}"),
            (app.test_client(), "/visit-invitations/" + letter.body.split("/visit-invitations/")[1].split()[0]),
        ):
            page = client.get(url).text.replace("\N{NO-BREAK SPACE}", " ")
            assert ("13 mei" in page, "14 mei" in page, "12.30" in page) == (True, True, True)
