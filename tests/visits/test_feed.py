"""The private calendar: who goes along has the visit too, and a cancelled one shows for a while that it ended."""

from icalendar import Calendar

from peerreview.core.db import db, unit_of_work
from peerreview.matching.models import Exchange
from peerreview.organisations.models import Organisation
from peerreview.visits import services
from peerreview.visits.lifecycle import Part
from peerreview.visits.models import Companion
from tests.factories.accounts import make_actor
from tests.factories.visits import agree_all, make_scene
from tests.visits.ical_rules import faults_of


def test_a_trainee_sees_the_visits_of_their_organisation_and_for_a_while_that_they_ended(app, at):
    with at("2027-02-01 10:00"):
        scene = make_scene()
        agree_all(scene)
        trainee = make_actor("contributor", db.session.get(Organisation, scene.leads[0].organisation_id))
        with unit_of_work():
            db.session.add(Companion(visit_id=scene.visits[0].id, person_id=trainee.person_id, part=Part.TRAINEE))
        services.follow_team(scene.visits[0], by=scene.secretariat)
        uids = [visit.uid for visit in scene.visits]
        feed = services.renew_feed(by=trainee)
        client, url = app.test_client(), f"/calendar/{feed.token}.ics"
        first = client.get(url)
        assert shown(first) == [(uids[0], "CONFIRMED", 1), (uids[1], "CONFIRMED", 0)]
        same = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert (same.status_code, same.data) == (304, b"")
        with unit_of_work():
            services.cancel_visits(db.session.get(Exchange, scene.exchange.id), by=scene.secretariat)
        after = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
        assert shown(after) == [(uids[0], "CANCELLED", 2), (uids[1], "CANCELLED", 1)]
    with at("2027-03-10 10:00"):
        assert shown(client.get(url)) == []


def shown(answer):
    assert answer.status_code == 200
    assert faults_of(answer.text) == []
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    return [(str(one["UID"]), str(one["STATUS"]), int(one["SEQUENCE"])) for one in events]
