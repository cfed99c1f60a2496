"""Motions, from putting one to the letter; sealed in between, and one vote for each member."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from peerreview.accounts.models import Affiliation
from peerreview.commission import services
from peerreview.commission.lifecycle import Choice, MeetingKind, Outcome
from peerreview.commission.models import Attendance, Condition, Decision, Dossier, Motion, Vote
from peerreview.commission.queries.dossiers import dossier_for
from peerreview.commission.queries.voting import Cast, case_of, dissents_of, votes_on
from peerreview.commission.services import ConditionText
from peerreview.core import clock
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import organisation_of
from tests.factories.accounts import make_actor
from tests.factories.commission import (
    make_decision,
    make_dossier,
    make_meeting,
    make_member,
    make_motion,
    make_session,
    make_voted,
    motion_text,
    vote_on,
)

FOR, AGAINST, ABSTAIN = Choice
GRANTED, CONDITIONS, DEFERRED, REFUSED = Outcome


def _votes():
    return sorted((vote.person_id, vote.choice) for vote in db.session.scalars(select(Vote)))


def _trajectory(dossier):
    return db.session.get_one(Trajectory, dossier.trajectory_id)


def test_members_vote_on_a_motion_and_the_chair_closes(app):
    motion, dossier, people = make_motion()
    with pytest.raises(NotNow):
        services.put_motion(dossier, motion_text(REFUSED), by=people[0])
    vote_on(motion, people, FOR, ABSTAIN, AGAINST)
    assert (motion.number, motion.state, motion.closed_at is None) == (1, "lost", False)
    assert {name: motion.result[name] for name in ("tally", "counting", "quorum", "why")} == {
        "tally": {"for": 1, "against": 1, "abstain": 1}, "counting": 3, "quorum": 3, "why": "tie",
    }  # fmt: skip
    with pytest.raises(NotNow):
        services.record_decision(dossier, motivation="Daarom.", by=people[0])
    second = services.put_motion(dossier, motion_text(REFUSED), by=people[0])
    vote_on(second, people, FOR, FOR, AGAINST)
    assert (second.number, second.state) == (2, "carried")
    for act in (
        lambda: services.put_motion(dossier, motion_text(), by=people[0]),
        lambda: services.close_motion(second, by=people[0]),
        lambda: services.cast_vote(second, choice=FOR, by=people[0]),
    ):
        with pytest.raises(NotNow):
            act()
    counted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "motion.count").order_by(AuditEntry.id))
    assert [entry.after["tally"] for entry in counted] == [
        {"for": 1, "against": 1, "abstain": 1}, {"for": 2, "against": 1},
    ]  # fmt: skip


def test_a_vote_can_be_changed_until_the_motion_is_closed(app):
    motion, _dossier, people = make_motion()
    services.cast_vote(motion, choice=FOR, by=people[1])
    services.cast_vote(motion, choice=AGAINST, motivation="Toch niet.", by=people[1])
    assert _votes() == [(people[1].person_id, AGAINST)]


def test_a_motion_that_is_withdrawn_takes_its_votes_along_unread(app):
    motion, dossier, people = make_motion()
    services.cast_vote(motion, choice=FOR, by=people[1])
    with pytest.raises(NotAllowed):
        services.withdraw_motion(motion, by=people[1])
    services.withdraw_motion(motion, by=people[0])
    assert (motion.state, _votes(), votes_on(motion)) == ("withdrawn", [], [])
    with pytest.raises(NotNow):
        services.cast_vote(motion, choice=FOR, by=people[1])
    assert services.put_motion(dossier, motion_text(REFUSED), by=people[0]).number == 2


def test_an_open_motion_shows_nobody_a_choice(app):
    motion, dossier, people = make_motion()
    services.cast_vote(motion, choice=AGAINST, motivation="Verzegelde reden.", dissent=True, by=people[1])
    assert votes_on(motion) == []
    case = case_of(dossier_for(people[0], dossier.id), people[0])
    assert (case.cast, list(case.votes)) == (Cast(1), [])
    own = case_of(dossier_for(people[1], dossier.id), people[1])
    assert own.cast == Cast(1, AGAINST, "Verzegelde reden.", True)
    trail = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "vote.cast")).one()
    assert (trail.after, trail.before, trail.reason) == ({"dossier_id": dossier.id, "motion": 1}, None, "")


def test_who_is_not_in_the_commission_neither_votes_nor_leads(app):
    motion, dossier, people = make_motion()
    for role in ("secretariat", "coordinator", "oversight", "administrator"):
        other = make_actor(role)
        for act in (services.close_motion, services.withdraw_motion):
            with pytest.raises(NotAllowed):
                act(motion, by=other)
        with pytest.raises(NotAllowed):
            services.cast_vote(motion, choice=FOR, by=other)
    vote_on(motion, people, FOR, FOR, FOR)
    with pytest.raises(NotAllowed):
        services.record_decision(dossier, motivation="Daarom.", by=make_actor("secretariat"))


def test_a_member_who_is_not_there_does_not_vote_and_who_left_does_not_count(app):
    motion, dossier, people = make_motion()
    with pytest.raises(NotNow):
        services.cast_vote(motion, choice=FOR, by=make_member("Ruud Janssen"))
    services.cast_vote(motion, choice=FOR, by=people[2])
    meeting = dossier_for(people[0], dossier.id).meeting
    services.note_attendance(meeting, person_id=people[2].person_id, present=False, by=people[0])
    found = services.close_motion(motion, by=people[0])
    assert (found.state, found.why, found.tally, _votes()) == ("void", "no_quorum", {}, [])


def test_a_motion_needs_a_quorum_of_members_without_an_interest(app):
    _meeting, dossier, people = make_session()
    services.declare_interest(dossier, note="Mijn zus werkt er.", by=people[2])
    with pytest.raises(Invalid):
        services.put_motion(dossier, motion_text(), by=people[0])
    assert db.session.scalars(select(Motion)).all() == []


def test_who_declares_an_interest_while_a_motion_is_open_loses_the_vote(app):
    motion, dossier, people = make_motion()
    services.cast_vote(motion, choice=FOR, by=people[2])
    services.declare_interest(dossier, note="Bedenk ik nu pas.", by=people[2])
    assert _votes() == []
    with pytest.raises(NotAllowed):
        services.cast_vote(motion, choice=FOR, by=people[2])


def test_when_the_chair_is_recused_another_present_member_leads(app):
    meeting, dossier, people = make_session()
    extra = make_member("Marleen de Wit")
    services.note_attendance(meeting, person_id=extra.person_id, present=True, by=people[0])
    with pytest.raises(NotAllowed):
        services.put_motion(dossier, motion_text(), by=people[1])
    services.declare_interest(dossier, note="Oud-collega's.", by=people[0])
    with pytest.raises(NotAllowed):
        services.put_motion(dossier, motion_text(), by=people[0])
    motion = services.put_motion(dossier, motion_text(), by=people[1])
    vote_on(motion, (*people[1:], extra), FOR, FOR, FOR)
    assert services.record_decision(dossier, motivation="Overtuigend.", by=people[1]).outcome == GRANTED


def test_what_belongs_to_an_outcome_has_to_be_there(app):
    _meeting, dossier, people = make_session()
    today, good = clock.today(), {outcome: motion_text(outcome) for outcome in Outcome}
    wrong = [
        *(replace(good[outcome], motivation=" ") for outcome in (CONDITIONS, DEFERRED, REFUSED)),
        replace(good[GRANTED], conditions=good[CONDITIONS].conditions),
        replace(good[CONDITIONS], conditions=()),
        replace(good[CONDITIONS], conditions=[ConditionText("X9", "Iets.", today + timedelta(days=9))]),
        replace(good[CONDITIONS], conditions=[ConditionText("V1", " ", today + timedelta(days=9))]),
        replace(good[CONDITIONS], conditions=[ConditionText("V1", "Iets.", today)]),
        replace(good[DEFERRED], deferral_cause=None),
        replace(good[DEFERRED], asks=" "),
        replace(good[REFUSED], asks=" "),
        replace(good[REFUSED], return_on=None),
        replace(good[REFUSED], return_on=today),
    ]
    for text in wrong:
        with pytest.raises(Invalid):
            services.put_motion(dossier, text, by=people[0])
    assert db.session.scalars(select(Motion)).all() == []


def test_two_votes_of_one_member_at_the_same_moment_count_once(app):
    """Each thread has its own session and connection, as two devices have."""
    motion, _dossier, people = make_motion()
    motion_id, together, wrong = motion.id, Barrier(4), []
    db.session.remove()

    def vote(choice):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    services.cast_vote(
                        db.session.get_one(Motion, motion_id), choice=choice, motivation="Daarom.", by=people[1]
                    )
            except Exception as error:
                wrong.append(error)

    threads = [Thread(target=vote, args=(choice,)) for choice in (FOR, AGAINST, FOR, AGAINST)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [person_id for person_id, _choice in _votes()] == [people[1].person_id]
    found = services.close_motion(db.session.get_one(Motion, motion_id), by=people[0])
    assert sum(found.tally.values()) == 1


def test_a_vote_and_the_closing_at_the_same_moment_leave_no_vote_uncounted(app):
    motion, _dossier, people = make_motion()
    services.cast_vote(motion, choice=FOR, by=people[0])
    motion_id, together, refused = motion.id, Barrier(2), []
    db.session.remove()

    def act(what):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    what(db.session.get_one(Motion, motion_id))
            except Refused as error:
                refused.append(error)

    acts = (
        lambda motion: services.cast_vote(motion, choice=FOR, by=people[1]),
        lambda motion: services.close_motion(motion, by=people[0]),
    )
    threads = [Thread(target=act, args=(what,)) for what in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_votes()) == db.session.get_one(Motion, motion_id).result["tally"]["for"] == 2 - len(refused)


def test_the_chair_writes_the_decision_down_and_signs(app, at, hear):
    with at("2027-09-23 10:30"):
        _motion, dossier, people = make_voted()
        heard = hear("decision.made")
        with pytest.raises(Invalid):
            services.record_decision(dossier, motivation=" ", by=people[0])
        decision = services.record_decision(dossier, motivation="Sterk.", departure="Nieuw kader.", by=people[0])
        assert (dossier.state, _trajectory(dossier).state) in {("decided", "decided"), ("decided", "certified")}
        assert (decision.decided_on, decision.letter_due_on) == (date(2027, 9, 23), date(2027, 10, 7))
        assert (decision.tally, decision.signed_by_id, heard) == ({"for": 3}, people[0].person_id, [decision.id])
        assert decision.departure == "Nieuw kader."
        with pytest.raises(NotNow):
            services.record_decision(dossier, motivation="Nog eens.", by=people[0])


def test_a_refusal_ends_the_trajectory_and_says_what_must_change(app):
    decision = make_decision(FOR, FOR, AGAINST, outcome=REFUSED)
    dossier = db.session.get_one(Dossier, decision.dossier_id)
    assert (decision.outcome, _trajectory(dossier).state) == (REFUSED, "refused")
    assert (decision.asks, decision.return_on) == ("Laat inwoners meepraten.", clock.today() + timedelta(days=120))


def test_the_conditions_of_the_motion_become_rows_of_the_decision(app):
    decision = make_decision(outcome=CONDITIONS)
    rows = db.session.scalars(select(Condition).where(Condition.decision_id == decision.id)).all()
    assert [(row.position, row.norm, row.what, row.due_on, row.state) for row in rows] == [
        (1, "V1", "Laat zien hoe inwoners dit horen.", clock.today() + timedelta(days=120), "open")
    ]


def test_a_dissent_is_noted_with_its_reasons_for_who_was_not_in_favour(app, get):
    motion, dossier, people = make_motion()
    with pytest.raises(Invalid):
        services.cast_vote(motion, choice=AGAINST, dissent=True, by=people[2])
    services.cast_vote(motion, choice=FOR, dissent=True, by=people[0])
    services.cast_vote(motion, choice=FOR, by=people[1])
    services.cast_vote(motion, choice=AGAINST, motivation="Te vroeg.", dissent=True, by=people[2])
    services.close_motion(motion, by=people[0])
    decision = services.record_decision(dossier, motivation="Sterk.", by=people[0])
    assert [(vote.person.name, vote.motivation) for vote in dissents_of(decision)] == [("Fatma Demir", "Te vroeg.")]
    coordinator = make_actor("coordinator", organisation_of(_trajectory(dossier)))
    services.send_letters(decision, by=make_actor("secretariat"))
    for reader, named in ((people[1], True), (coordinator, False)):
        page = get(reader, f"/decisions/{decision.id}")
        assert ("Te vroeg." in page, "Fatma" in page) == (True, named)


def test_a_dossier_is_deferred_once(app, hear):
    _motion, dossier, people = make_voted(outcome=DEFERRED)
    heard = hear("decision.deferred")
    decision = services.record_decision(dossier, motivation="Hoe zit het met O12?", by=people[0])
    assert (decision.deferral_cause, decision.asks) == ("information", "Hoe zit het met V1?")
    assert (dossier.state, dossier.deferred_once, _trajectory(dossier).state) == ("deferred", True, "forwarded")
    assert len(heard) == 1
    services.put_on_agenda(dossier, make_meeting(), by=make_actor("secretariat"))
    second = make_meeting(*people)
    with unit_of_work():
        dossier.meeting_id = second.id
    with pytest.raises(Invalid):
        services.put_motion(dossier, motion_text(DEFERRED), by=people[0])
    vote_on(services.put_motion(dossier, motion_text(), by=people[0]), people, FOR, FOR, FOR)
    services.record_decision(dossier, motivation="Nu helder.", by=people[0])
    assert len(db.session.scalars(select(Decision)).all()) == 2


def test_a_written_procedure_is_closed_when_everybody_voted_or_after_its_day(app, at):
    with at("2027-09-23 10:00"):
        people = [make_member("Hetty", chair=True), *(make_member(name) for name in ("Karim", "Fatma", "Ruud"))]
        meeting = make_meeting(
            state="open", kind=MeetingKind.WRITTEN, closes_at=clock.now() + timedelta(days=7), quorum=2
        )
        motion = services.put_motion(make_dossier(meeting=meeting), motion_text(), by=people[0])
        for actor in people[:3]:
            services.cast_vote(motion, choice=FOR, by=actor)
        with pytest.raises(NotNow):
            services.close_motion(motion, by=people[0])
    with at("2027-09-30 10:00"):
        found = services.close_motion(motion, by=people[0])
    assert (found.state, found.counting, found.tally) == ("carried", 3, {FOR: 3})


def test_the_letters_are_sent_once_to_who_signs_for_the_organisation(app, outbox):
    decision = make_decision()
    secretariat = make_actor("secretariat")
    with pytest.raises(Invalid):
        services.send_letters(decision, by=secretariat)
    organisation_id = _trajectory(db.session.get_one(Dossier, decision.dossier_id)).organisation_id
    with unit_of_work():
        for role in ("coordinator", "executive"):
            person_id = make_actor("contributor").person_id
            db.session.add(
                Affiliation(person_id=person_id, organisation_id=organisation_id, role=role, began_at=clock.now())
            )
    assert services.send_letters(decision, by=secretariat) == 2
    with pytest.raises(NotNow):
        services.send_letters(decision, by=secretariat)
    assert [letter.kind for letter in outbox() if letter.kind.startswith("decision")] == ["decision.letter"] * 2


def test_the_agenda_keeps_its_order_and_a_meeting_ends_only_when_all_is_signed(app, outbox):
    secretariat, chair = make_actor("secretariat"), make_member(chair=True)
    meeting = make_meeting(quorum=1)
    first, second = make_dossier(meeting=meeting), make_dossier(meeting=meeting)
    services.move_on_agenda(second, up=True, by=secretariat)
    services.move_on_agenda(second, up=True, by=secretariat)
    assert [(case.id, case.position) for case in (first, second)] == [(first.id, 2), (second.id, 1)]
    services.invite(meeting, by=secretariat)
    assert [letter.kind for letter in outbox() if letter.kind.startswith("meeting")] == ["meeting.invite"]
    services.open_meeting(meeting, by=chair)
    assert [row.person_id for row in db.session.scalars(select(Attendance))] == [chair.person_id]
    motion = services.put_motion(first, motion_text(), by=chair)
    with pytest.raises(NotNow):
        services.close_meeting(meeting, by=chair)
    vote_on(motion, [chair], FOR)
    with pytest.raises(NotNow):
        services.close_meeting(meeting, by=chair)
    services.record_decision(first, motivation="Goed.", by=chair)
    services.close_meeting(meeting, by=chair)
    assert (meeting.state, first.state, second.state, second.meeting_id) == ("closed", "decided", "complete", None)


def test_a_cancelled_meeting_gives_its_dossiers_back_and_tells_who_was_invited(app, outbox):
    secretariat = make_actor("secretariat")
    make_member()
    meeting = make_meeting()
    dossier = make_dossier(meeting=meeting)
    services.invite(meeting, by=secretariat)
    services.cancel_meeting(meeting, reason="Te weinig leden.", by=secretariat)
    assert (meeting.state, dossier.state, dossier.meeting_id) == ("cancelled", "complete", None)
    assert [x.kind for x in outbox() if x.kind.startswith("meeting")] == ["meeting.invite", "meeting.cancelled"]
