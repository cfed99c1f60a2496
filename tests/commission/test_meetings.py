"""Meetings: seats and who leads, substitutes, answers, coming and going, the live order, and interests."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from peerreview.accounts.models import Person
from peerreview.commission import services
from peerreview.commission.agenda import Happened, timeline
from peerreview.commission.lifecycle import Choice, Coming, SeatKind
from peerreview.commission.models import Attendance, Interest, Meeting, MinutesItem, NoInterest, Vote
from peerreview.commission.queries.dossiers import dossier_for, dossier_rows
from peerreview.commission.queries.meetings import agenda_of, meeting_for, meeting_led_by, meeting_rows
from peerreview.commission.queries.seats import seats
from peerreview.commission.queries.voting import room_of
from peerreview.core import clock, deadlines
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotAllowed, NotNow
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import organisation_of
from tests.factories.accounts import affiliation_of, make_actor
from tests.factories.commission import make_dossier, make_meeting, make_member, make_session, motion_text
from tests.factories.impartiality import make_conflict
from tests.factories.organisations import make_organisation

VICE, SUBSTITUTE = SeatKind


@pytest.fixture
def secretariat(app):
    return make_actor("secretariat")


def _room(dossier, by):
    return room_of(dossier_for(by, dossier.id))


# --- Seats -----------------------------------------------------------------------------------------------------------


def test_a_chair_who_keeps_out_or_leaves_hands_over_to_the_vice_chair_and_then_to_who_served_longest(secretariat):
    meeting, dossier, (chair, karim, fatma) = make_session()
    services.give_seat(fatma.person_id, kind=VICE, by=secretariat)
    services.declare_interest(dossier, note="Oud-collega's.", by=chair)
    assert _room(dossier, karim).leaders == {fatma.person_id}
    services.note_attendance(meeting, person_id=fatma.person_id, present=False, by=chair)
    assert _room(dossier, karim).leaders == {karim.person_id}
    services.note_attendance(meeting, person_id=fatma.person_id, present=True, online=True, by=chair)
    services.give_seat(karim.person_id, kind=VICE, by=secretariat)
    assert _room(dossier, karim).leaders == {karim.person_id}  # there is one vice-chair
    assert [(s.name, s.vice) for s in seats()] == [
        ("Hetty Vermeulen", False), ("Karim Bouzid", True), ("Fatma Demir", False),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        services.give_seat(chair.person_id, kind=SUBSTITUTE, by=secretariat)


def test_a_substitute_takes_part_only_in_the_meeting_they_are_called_for(secretariat, outbox):
    meeting, dossier, (chair, *_members) = make_session()
    other, stand_in = make_meeting(), make_member("Ruud Janssen")
    services.give_seat(stand_in.person_id, kind=SUBSTITUTE, by=secretariat)
    assert (dossier_for(stand_in, dossier.id), meeting_for(stand_in, meeting.id)) == (None, None)
    assert (list(dossier_rows(stand_in)), list(meeting_rows(stand_in))) == ([], [])
    with pytest.raises(Invalid):
        services.note_attendance(meeting, person_id=stand_in.person_id, present=True, by=chair)
    with pytest.raises(Invalid):
        services.call_substitute(meeting, person_id=stand_in.person_id, reason=" ", by=secretariat)
    services.call_substitute(meeting, person_id=stand_in.person_id, reason="Marleen is ziek.", by=secretariat)
    assert dossier_for(stand_in, dossier.id).id == dossier.id
    assert [row.id for row in meeting_rows(stand_in)] == [meeting.id]
    assert meeting_for(stand_in, other.id) is None
    services.note_attendance(meeting, person_id=stand_in.person_id, present=True, by=chair)
    assert stand_in.person_id in _room(dossier, chair).counting
    letter = next(one for one in outbox() if one.kind == "meeting.called")
    assert (letter.recipient, "Marleen is ziek." in letter.body, len(letter.attachments)) == (stand_in.email, True, 1)
    with pytest.raises(Invalid):
        services.call_substitute(meeting, person_id=stand_in.person_id, reason="Nog eens.", by=secretariat)


def test_who_becomes_a_substitute_during_a_meeting_no_longer_counts(secretariat):
    _meeting, dossier, (chair, _karim, fatma) = make_session()
    services.give_seat(fatma.person_id, kind=SUBSTITUTE, by=secretariat)
    assert fatma.person_id not in _room(dossier, chair).counting
    services.give_seat(fatma.person_id, kind=None, by=secretariat)
    assert fatma.person_id in _room(dossier, chair).counting


# --- Invitations and answers -----------------------------------------------------------------------------------------


def _entry(letter):
    [attachment] = letter.attachments
    calendar = Calendar.from_ical(attachment["content"])
    [event] = calendar.walk("VEVENT")
    return str(calendar["method"]), event


def test_an_invitation_carries_the_meeting_for_ones_own_calendar_and_a_change_follows_it(secretariat, outbox):
    member = make_member("Karim Bouzid")
    meeting = make_meeting(link="https://video.example/abc")
    make_dossier(meeting=meeting)
    services.invite(meeting, by=secretariat)
    method, event = _entry(outbox()[-1])
    assert (method, int(event["sequence"]), str(event["status"])) == ("REQUEST", 0, "CONFIRMED")
    assert [str(event["attendee"])] == [f"mailto:{member.email}"]
    assert "Lindenhof" not in outbox()[-1].body + outbox()[-1].attachments[0]["content"]
    uid = str(event["uid"])
    services.reply(meeting, coming=Coming.ABSENT, by=member)
    moved = meeting.starts_at + timedelta(days=1)
    services.change_meeting(meeting, starts_at=moved, place="Zwolle", quorum=3, version=meeting.version, by=secretariat)
    method, event = _entry(outbox()[-1])
    assert (method, int(event["sequence"]), str(event["uid"])) == ("REQUEST", 1, uid)
    assert agenda_of(meeting, member).me.coming is None  # asked again
    services.cancel_meeting(meeting, reason="Te weinig leden.", by=secretariat)
    method, event = _entry(outbox()[-1])
    assert (method, int(event["sequence"]), str(event["status"])) == ("CANCEL", 2, "CANCELLED")


def test_answers_tell_before_the_meeting_which_case_cannot_be_decided_and_who_could_stand_in(secretariat):
    members = [make_member(name) for name in ("Hetty", "Karim", "Fatma")]
    stand_in, tied = make_member("Ruud"), make_member("Sanne")
    for one in (stand_in, tied):
        services.give_seat(one.person_id, kind=SUBSTITUTE, by=secretariat)
    meeting = make_meeting()
    dossier = make_dossier(meeting=meeting)
    services.call_substitute(meeting, person_id=tied.person_id, reason="Extra.", by=secretariat)
    services.declare_interest(dossier, note="Mijn zus.", by=tied)
    services.end_call(meeting, person_id=tied.person_id, by=secretariat)
    services.reply(meeting, coming=Coming.ONLINE, by=members[0])
    [slot] = agenda_of(meeting, secretariat).slots
    assert (slot.expected, slot.needed, slot.short) == (3, 3, False)
    services.reply(meeting, coming=Coming.ABSENT, note="Vakantie.", by=members[1])
    [slot] = agenda_of(meeting, secretariat).slots
    assert (slot.expected, slot.short, [one.name for one in slot.stand_ins]) == (2, True, ["Ruud"])
    with pytest.raises(NotAllowed):
        services.reply(meeting, coming=Coming.HERE, by=secretariat)


# --- Coming, going and the order -------------------------------------------------------------------------------------


def test_each_coming_and_going_stays_and_only_who_is_there_counts(app, at):
    with at("2027-09-23 10:00"):
        meeting, dossier, (chair, karim, _fatma) = make_session()
    with at("2027-09-23 10:20"):
        services.note_attendance(meeting, person_id=karim.person_id, present=False, by=karim)
        assert karim.person_id not in _room(dossier, chair).counting
    with at("2027-09-23 10:40"):
        services.note_attendance(meeting, person_id=karim.person_id, present=True, online=True, by=karim)
        services.note_attendance(meeting, person_id=karim.person_id, present=True, online=True, by=chair)
        assert karim.person_id in _room(dossier, chair).counting
    own = select(Attendance).where(Attendance.person_id == karim.person_id).order_by(Attendance.id)
    assert [(row.left_at is None, row.online) for row in db.session.scalars(own)] == [(False, False), (True, True)]


def test_the_order_changes_while_the_meeting_is_open_and_its_times_shift(app, at):
    with at("2027-09-23 10:00"):
        meeting, first, (chair, karim, _fatma) = make_session()
        meeting.starts_at = clock.now()
        second, third = make_dossier(meeting=meeting), make_dossier(meeting=meeting)
        services.declare_interest(second, note="Mijn buurman.", by=karim)
        assert services.take_up_next(meeting, by=chair)
        with pytest.raises(NotNow):
            services.move_on_agenda(first, up=False, by=chair)
        services.move_on_agenda(third, up=True, by=chair)
        assert [slot.dossier.id for slot in agenda_of(meeting, chair).slots] == [first.id, third.id, second.id]
    with at("2027-09-23 10:32"):
        view = agenda_of(meeting, chair)
        assert [clock.local(slot.begins).strftime("%H:%M") for slot in view.slots] == ["10:00", "10:35", "10:55"]
        services.take_up_next(meeting, by=chair)
        services.take_up_next(meeting, by=chair)
        assert agenda_of(meeting, chair).now.dossier.id == second.id
        hidden = agenda_of(meeting, karim).now
        assert (hidden.at_hand, hidden.dossier, hidden.taking_part) == (True, None, 0)
        assert not services.take_up_next(meeting, by=chair)
        assert agenda_of(meeting, chair).now is None


def test_times_are_planned_until_something_happens():
    start = clock.now()
    plan = timeline(start, [Happened(), Happened()], start)
    assert [(a - start, b - start) for a, b in plan] == [
        (timedelta(minutes=10), timedelta(minutes=30)), (timedelta(minutes=30), timedelta(minutes=50)),
    ]  # fmt: skip
    quick = Happened(start, start + timedelta(minutes=7))
    assert timeline(start, [quick, Happened()], start + timedelta(minutes=7))[1][0] == start + timedelta(minutes=7)


def test_who_runs_a_meeting_is_the_chair_or_who_stands_in_for_them(secretariat):
    meeting, _dossier, (chair, karim, fatma) = make_session()
    may = {one.name: meeting_led_by(one, meeting.id).may for one in (chair, karim, fatma, secretariat)}
    assert list(may.values()) == [True, False, False, True]
    services.note_attendance(meeting, person_id=chair.person_id, present=False, by=secretariat)
    assert [meeting_led_by(one, meeting.id).may for one in (karim, fatma)] == [True, False]
    services.give_seat(fatma.person_id, kind=VICE, by=secretariat)
    assert [meeting_led_by(one, meeting.id).may for one in (karim, fatma)] == [False, True]


# --- Interests -------------------------------------------------------------------------------------------------------


def test_a_member_goes_through_the_agenda_and_says_it_for_each_case(secretariat):
    member = make_member("Karim Bouzid")
    meeting = make_meeting()
    first, second = make_dossier(meeting=meeting), make_dossier(meeting=meeting)
    services.invite(meeting, by=secretariat)
    [due] = deadlines.open_duties(kind="commission.declare")
    assert (due.subject_id, due.is_for(member), due.link) == (meeting.id, True, f"/meetings/{meeting.id}/interests")
    assert agenda_of(meeting, member).undeclared == 2
    with pytest.raises(Invalid):
        services.declare(meeting, {first.id: None, second.id: " "}, by=member)
    services.declare(meeting, {first.id: None, second.id: "Mijn zus werkt er."}, by=member)
    assert [row.dossier_id for row in db.session.scalars(select(NoInterest))] == [first.id]
    assert (dossier_for(member, second.id), agenda_of(meeting, member).undeclared) == (None, 0)
    assert [due for due in deadlines.open_duties(kind="commission.declare") if due.is_for(member)] == []


def test_an_interest_during_the_meeting_takes_the_vote_and_the_quorum_along_at_once(app):
    meeting, dossier, (chair, karim, fatma) = make_session()
    motion = services.put_motion(dossier, motion_text(), by=chair)
    for one in (chair, karim, fatma):
        services.cast_vote(motion, choice=Choice.FOR, by=one)
    services.declare(meeting, {dossier.id: "Toch een neef."}, by=fatma)
    assert sorted(db.session.scalars(select(Vote.person_id))) == [chair.person_id, karim.person_id]
    assert _room(dossier, chair).counting == {chair.person_id, karim.person_id}
    assert services.close_motion(motion, by=chair).why == "no_quorum"
    interest = db.session.scalars(select(Interest)).one()
    with pytest.raises(NotNow):
        services.withdraw_interest(interest, by=fatma)


# --- Minutes ---------------------------------------------------------------------------------------------------------


def test_minutes_are_drafted_from_what_happened(app, at, secretariat):
    with at("2027-09-23 10:00"):
        chair, karim, fatma, ruud = (make_member(n, chair=n == "Hetty") for n in ("Hetty", "Karim", "Fatma", "Ruud"))
        meeting = make_meeting(starts_at=clock.now())
        dossier = make_dossier(meeting=meeting)
        services.open_meeting(meeting, by=chair)
        for one in (karim, fatma, ruud):
            services.note_attendance(meeting, person_id=one.person_id, present=True, by=one)
        services.declare_interest(dossier, note="Een geheim belang.", by=ruud)
        services.take_up_next(meeting, by=chair)
    with at("2027-09-23 10:25"):
        motion = services.put_motion(dossier, motion_text(), by=chair)
        for one, choice in ((chair, Choice.FOR), (karim, Choice.FOR)):
            services.cast_vote(motion, choice=choice, by=one)
        services.cast_vote(motion, choice=Choice.AGAINST, motivation="Te vroeg.", dissent=True, by=fatma)
        services.close_motion(motion, by=chair)
        with pytest.raises(NotNow):
            services.close_meeting(meeting, by=chair)
        services.record_decision(dossier, motivation="Het overtuigt.", by=chair)
        services.close_meeting(meeting, by=chair)
    opening, piece, other = db.session.scalars(select(MinutesItem).order_by(MinutesItem.position)).all()
    assert [one.dossier_id for one in (opening, piece, other)] == [None, dossier.id, None]
    assert "Hetty (voorzitter), 10.00 – 10.25" in opening.text or "Hetty (chair), 10:00 – 10:25" in opening.text
    assert ("Ruud" in piece.text, "Een geheim belang." in piece.text, "Te vroeg." in piece.text) == (True, False, True)
    assert [(" 2" in piece.text), ("Het overtuigt." in piece.text)] == [True, True]
    services.save_item(piece, text="Beter gezegd.", version=piece.version, by=chair)
    with pytest.raises(NotAllowed):
        services.approve_minutes(meeting, by=secretariat)
    services.approve_minutes(meeting, by=chair)
    with pytest.raises(NotNow):
        services.save_item(piece, text="Nog iets.", version=piece.version, by=chair)


# --- In writing ------------------------------------------------------------------------------------------------------


def _written(*, names=("Karim", "Fatma"), days=5):
    people = [make_member("Hetty", chair=True), *(make_member(name) for name in names)]
    meeting = services.plan_meeting(
        starts_at=clock.now(), closes_at=clock.now() + timedelta(days=days), quorum=3, by=make_actor("secretariat")
    )
    return meeting, people


def _again(meeting):
    db.session.expire_all()
    return db.session.get_one(Meeting, meeting.id)


def test_a_written_procedure_opens_on_its_day_and_closes_as_soon_as_all_have_voted(app, at, outbox):
    with at("2027-09-20 09:00"):
        meeting, people = _written()
        assert not services.follow_the_clock()  # nothing is on it yet
        dossier = make_dossier(meeting=meeting)
        assert services.follow_the_clock()
        assert (_again(meeting).state, sum(one.kind == "meeting.invite" for one in outbox())) == ("open", 3)
        assert not services.follow_the_clock()
        motion = services.put_motion(dossier_for(people[0], dossier.id), motion_text(), by=people[0])
        [due] = deadlines.open_duties(kind="commission.vote")
        assert (due.remind, [due.is_for(one) for one in people]) == (2, [True, True, True])
        for one in people[:2]:
            services.cast_vote(motion, choice=Choice.FOR, by=one)
        assert not services.follow_the_clock()
        with pytest.raises(NotNow):
            services.close_motion(motion, by=people[0])
        services.cast_vote(motion, choice=Choice.AGAINST, by=people[2])
        assert services.follow_the_clock()
        assert motion.state == "carried"
        assert not services.follow_the_clock()  # the decision still has to be signed
        services.record_decision(dossier_for(people[0], dossier.id), motivation="Het overtuigt.", by=people[0])
        assert services.follow_the_clock()
        assert _again(meeting).state == "closed"


def test_on_its_moment_a_written_procedure_counts_who_voted_and_closes(app, at):
    with at("2027-09-20 09:00"):
        meeting, people = _written()
        dossier = make_dossier(meeting=meeting)
        services.follow_the_clock()
        motion = services.put_motion(dossier_for(people[0], dossier.id), motion_text(), by=people[0])
        services.cast_vote(motion, choice=Choice.FOR, by=people[1])
    with at("2027-09-25 09:00"):
        with pytest.raises(NotNow):
            services.cast_vote(motion, choice=Choice.FOR, by=people[2])
        while services.follow_the_clock():
            pass
        assert (motion.state, motion.result["why"]) == ("void", "no_quorum")
        assert (_again(meeting).state, dossier.state) == ("closed", "complete")


def test_a_member_asks_for_a_meeting_and_the_votes_on_that_case_are_gone(app, outbox):
    office = make_actor("secretariat")
    meeting, people = _written()
    dossier, other = make_dossier(meeting=meeting), make_dossier(meeting=meeting)
    services.open_written(meeting, by=office)
    motion = services.put_motion(dossier_for(people[0], dossier.id), motion_text(), by=people[0])
    services.cast_vote(motion, choice=Choice.FOR, by=people[0])
    services.declare_interest(other, note="Mijn neef.", by=people[2])
    with pytest.raises(Invalid):
        services.ask_for_meeting(dossier, reason="", by=people[1])
    with pytest.raises(NotAllowed):
        services.ask_for_meeting(other, reason="Ik wil.", by=people[2])
    services.ask_for_meeting(dossier, reason="Dit moeten we bespreken.", by=people[1])
    assert (motion.state, db.session.scalars(select(Vote)).all(), dossier.state) == ("withdrawn", [], "complete")
    assert (other.state, _again(meeting).state) == ("on_agenda", "open")
    assert (
        "Dit moeten we bespreken." in db.session.scalars(select(MinutesItem.text).where(MinutesItem.text != "")).one()
    )
    letter = next(one for one in outbox() if one.kind == "meeting.asked_for")
    assert (letter.recipient, "Lindenhof" in letter.body + letter.subject) == (office.email, False)
    with pytest.raises(NotNow):
        services.ask_for_meeting(dossier, reason="Nog eens.", by=people[1])


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_how_far_a_member_has_read_is_theirs_and_the_chair_hears_a_number(app):
    meeting, dossier, (chair, karim, fatma) = make_session()
    services.open_dossier(dossier.id, by=karim)
    services.mark_read(dossier.id, read=True, by=fatma)
    [mine], [hers], [chairs] = (agenda_of(meeting, one).slots for one in (karim, fatma, chair))
    assert (mine.opened_at is None, mine.read_at, mine.readers) == (False, None, None)
    assert (hers.read_at is None, chairs.readers, chairs.opened_at) == (False, 1, None)
    services.mark_read(dossier.id, read=False, by=fatma)
    assert agenda_of(meeting, chair).slots[0].readers == 0
    assert services.open_dossier(dossier.id, by=make_actor("secretariat")) is None
    assert db.session.get(Person, karim.person_id) is not None


def test_a_conflict_in_the_register_keeps_out_whom_it_is_about_and_nobody_else(app):
    _meeting, dossier, (chair, karim, fatma) = make_session()
    host = organisation_of(db.session.get_one(Trajectory, dossier.trajectory_id))
    make_conflict(host, person=karim.person_id)
    assert _room(dossier, chair).recused == {karim.person_id}
    other = make_organisation("Verweg")
    affiliation_of(db.session.get_one(Person, fatma.person_id), "contributor", other)
    make_conflict(other, host)
    assert _room(dossier, chair).recused == {karim.person_id, fatma.person_id}
