"""The pages of meetings, seats, interests, minutes and written procedures, and the wrong ways."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from peerreview.commission import services
from peerreview.commission.lifecycle import SeatKind
from peerreview.commission.models import Attendance, Meeting, MeetingReply, MinutesItem, NoInterest, SubstituteCall
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from tests.commission.pages import bare
from tests.factories.accounts import make_actor
from tests.factories.commission import make_dossier, make_meeting, make_member, make_session
from tests.visits.ical_rules import faults_of, faults_of_life


@pytest.fixture
def secretariat(app):
    return make_actor("secretariat")


@pytest.fixture
def post(as_):
    return lambda who, path, fields=None: as_(who).send(path, fields)


def test_a_meeting_from_invitation_to_approved_minutes(secretariat, as_, get, post, outbox, at):
    chair, karim, ruud = make_member("Hetty Vermeulen", chair=True), make_member("Karim"), make_member("Ruud")
    meeting = make_meeting(quorum=1, starts_at=clock.now() + timedelta(days=2))
    path = f"/meetings/{meeting.id}"
    first, second = make_dossier(meeting=meeting), make_dossier(meeting=meeting)
    post(secretariat, path + "/invitations")
    # interests
    rows = {f"cases-{n}-dossier_id": str(d.id) for n, d in enumerate((first, second))}
    assert get(ruud, path + "/interests").count('name="cases-') == 8
    wrong = post(ruud, path + "/interests", rows | {"cases-0-answer": "none", "cases-1-answer": "interest"})
    assert wrong.status_code == 422
    told = rows | {"cases-0-answer": "none", "cases-1-answer": "interest", "cases-1-note": "Mijn buurman."}
    assert post(ruud, path + "/interests", told).location == path
    assert get(ruud, path + "/interests").count('name="cases-') == 4
    assert [row.dossier_id for row in db.session.scalars(select(NoInterest))] == [first.id]
    # answers
    assert post(karim, path + "/reply", {}).status_code == 422
    assert post(karim, path + "/reply", {"coming": "online", "note": "Op reis."}).status_code == 303
    assert [row.note for row in db.session.scalars(select(MeetingReply))] == ["Op reis."]
    # the meeting itself
    assert post(karim, path + "/opening").status_code == 403
    assert as_(karim).get(path + "/live").location == path
    assert post(chair, path + "/opening").location == path + "/live"
    assert post(karim, path + "/presence", {"present": "online"}).status_code == 303
    assert post(chair, path + "/attendances", {"person_id": str(ruud.person_id), "present": "1"}).status_code == 303
    assert [row.online for row in db.session.scalars(select(Attendance).order_by(Attendance.id))] == [
        False,
        True,
        False,
    ]
    for _case in range(2):
        assert post(chair, path + "/next").location == path + "/live"
    assert ("Lindenhof" in get(chair, path + "/live"), post(karim, path + "/next").status_code) == (True, 403)
    assert "Lindenhof" not in get(ruud, path + "/live").split('id="seen"')[1].split("pr-list")[0]
    seen = get(ruud, path + "/live").split('name="seen" value="')[1].split('"')[0]
    same = as_(ruud).get(f"{path}/live?seen={seen}", headers={"HX-Request": "true"})
    other = as_(karim).get(f"{path}/live?seen={seen}", headers={"HX-Request": "true"})
    assert (same.status_code, other.status_code, "<html" in other.get_data(as_text=True)) == (204, 200, False)
    assert as_(chair).get(path + "/minutes").status_code == 404
    assert post(chair, path + "/closing").location == path
    # minutes
    items = db.session.scalars(select(MinutesItem).order_by(MinutesItem.position)).all()
    assert [item.dossier_id for item in items] == [None, first.id, second.id, None]
    hers, his = get(chair, path + "/minutes"), get(ruud, path + "/minutes")
    assert (hers.count("Lindenhof"), his.count("Lindenhof"), "Ruud" in hers) == (2, 1, True)
    assert len(get(chair, path + "/minutes/edit").split("data-autosave")) == 5
    one = f"{path}/minutes/{items[2].id}"
    fields = {"text": "Volgende keer.", "version": str(items[2].version)}
    assert (post(ruud, one, fields).status_code, post(karim, one, fields).status_code) == (404, 403)
    saved = post(chair, one, fields | {"autosave": "1"})
    assert (saved.status_code, "data-version" in saved.get_data(as_text=True)) == (200, True)
    stale = post(chair, one, fields | {"text": "Ook van mij.", "autosave": "1"})
    both = stale.get_data(as_text=True)
    assert (stale.status_code, "Volgende keer." in both, "Ook van mij." in both) == (409, True, True)
    for reader in (chair, ruud):
        answer = as_(reader).get(path + "/minutes.pdf")
        assert (answer.mimetype, answer.get_data()[:5]) == ("application/pdf", b"%PDF-")
    assert post(secretariat, path + "/minutes/approval").status_code == 403
    assert post(chair, path + "/minutes/approval").status_code == 303
    assert post(chair, one, {"text": "Te laat.", "version": "3"}).status_code == 409
    letters = [one for one in outbox() if one.attachments and one.recipient == karim.email]
    assert faults_of_life([(one.recipient, one.attachments[0]["content"]) for one in letters]) == []


def test_seats_and_substitutes_on_their_pages(secretariat, get, post):
    meeting, _dossier, (chair, karim, _fatma) = make_session()
    path = f"/commission/members/{karim.person_id}/seat"
    assert post(karim, path, {"kind": "vice_chair"}).status_code == 403
    assert post(secretariat, path, {"kind": "substitute"}).status_code == 303
    assert "Karim Bouzid" in get(secretariat, "/commission/members")
    call = f"/meetings/{meeting.id}/substitutes"
    assert "Karim Bouzid" in get(secretariat, call)
    assert post(chair, call).status_code == 403
    assert post(secretariat, call, {"person_id": str(karim.person_id), "reason": ""}).status_code == 422
    assert post(secretariat, call, {"person_id": "99999", "reason": "Ziek."}).status_code == 422
    fields = {"person_id": str(karim.person_id), "reason": "Marleen is ziek."}
    assert post(secretariat, call, fields).location == f"/meetings/{meeting.id}"
    assert post(secretariat, call, fields).status_code == 422
    assert post(secretariat, f"{call}/{karim.person_id}/removal").status_code == 409  # the meeting is open
    with unit_of_work():
        meeting.state = "planned"
    assert post(secretariat, f"{call}/{karim.person_id}/removal").status_code == 303
    assert db.session.scalars(select(SubstituteCall)).all() == []
    assert post(secretariat, path, {"kind": ""}).status_code == 303


def test_a_substitute_finds_nothing_of_a_meeting_without_them(secretariat, as_, get):
    meeting, dossier, _people = make_session()
    stand_in = make_member("Ruud Janssen")
    services.give_seat(stand_in.person_id, kind=SeatKind.SUBSTITUTE, by=secretariat)
    client = as_(stand_in)
    for path in (f"/meetings/{meeting.id}", f"/meetings/{meeting.id}/live", f"/dossiers/{dossier.id}",
                 f"/meetings/{meeting.id}/interests", f"/dossiers/{dossier.id}/report"):  # fmt: skip
        assert client.get(path).status_code == 404
    assert "Lindenhof" not in get(stand_in, "/dossiers") + get(stand_in, "/meetings")
    assert f"/meetings/{meeting.id}" not in get(stand_in, "/meetings") + get(stand_in, "/")


def test_a_written_procedure_on_its_pages(secretariat, get, post):
    chair, karim, fatma = make_member("Hetty", chair=True), make_member("Karim"), make_member("Fatma")
    dossier, closes = make_dossier(), (clock.today() + timedelta(days=9)).isoformat()
    fields = {"on": "", "closes_on": closes, "closes_time": "17:00", "quorum": "2"}
    new = "/meetings/written/new"
    assert (
        post(secretariat, new, fields | {"closes_on": clock.today().isoformat(), "closes_time": "00:00"}).status_code
        == 422
    )
    path = post(secretariat, new, fields).location
    assert post(secretariat, path + "/opening").status_code == 422  # no dossier is on it
    post(secretariat, path + "/agenda", {"dossier_id": str(dossier.id)})
    assert post(secretariat, path + "/edit", fields | {"quorum": "3", "version": "1"}).status_code == 303
    assert post(secretariat, path + "/opening").location == path
    ask = f"/dossiers/{dossier.id}/meeting-instead"
    assert ask in get(karim, f"/dossiers/{dossier.id}") and "Lindenhof" in get(fatma, path)
    assert (post(secretariat, ask, {"reason": "Ik."}).status_code, post(karim, ask, {"reason": ""}).status_code) == (
        403,
        422,
    )
    assert post(karim, ask, {"reason": "Dit moeten we bespreken."}).status_code == 303
    assert post(karim, ask, {"reason": "Nog eens."}).status_code == 409
    assert services.follow_the_clock()  # nothing is left to vote on
    assert db.session.scalars(select(Meeting)).one().state == "closed"
    assert "Dit moeten we bespreken." in get(chair, path + "/minutes")


def test_reading_is_noted_by_opening_and_by_a_word(get, post):
    meeting, dossier, (_chair, karim, fatma) = make_session()
    path, before = f"/dossiers/{dossier.id}", bare(get(fatma, f"/meetings/{meeting.id}"))
    get(karim, path)
    assert post(karim, path + "/reading", {"read": "1"}).location == path
    assert bare(get(fatma, f"/meetings/{meeting.id}")) == before


def test_a_private_calendar_holds_ones_meetings_and_nothing_of_their_agenda(secretariat, as_, post):
    member = make_member("Karim")
    meeting = make_meeting(place="Utrecht")
    make_dossier(meeting=meeting)
    services.invite(meeting, by=secretariat)
    assert post(member, "/calendar/renew").status_code == 303
    page = as_(member).get("/calendar").get_data(as_text=True)
    feed = as_(None).get("/calendar/" + page.split("/calendar/")[1].split(".ics")[0] + ".ics").get_data(as_text=True)
    assert (feed.count("BEGIN:VEVENT"), f"meeting-{meeting.id}@" in feed, "Lindenhof" in feed) == (1, True, False)
    assert faults_of(feed) == []


@pytest.mark.parametrize("count", [1, 3])
def test_longer_lists_take_no_more_queries(secretariat, as_, queries, count):
    meeting, _dossier, (chair, *_members) = make_session()
    for _ in range(count - 1):
        make_dossier(meeting=meeting)
        make_member()
        make_meeting()
    client, path = as_(chair), f"/meetings/{meeting.id}"
    services.take_up_next(meeting, by=chair)
    pages = {path: 10, path + "/live": 8, path + "/interests": 8, "/commission/members": 3, "/meetings": 3}
    for page, most in pages.items():
        client.get(page)
        with queries() as seen:
            client.get(page)
        seen.expect(most)
    services.close_meeting(meeting, by=chair)
    client.get(path + "/minutes")
    with queries() as seen:
        client.get(path + "/minutes")
    seen.expect(4)
