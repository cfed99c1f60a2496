"""Voting on a case, from opening to the letter; sealed in between, and once for each member."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from peerreview.accounts.models import Affiliation
from peerreview.commission import services
from peerreview.commission.lifecycle import Choice, Outcome
from peerreview.commission.models import Attendance, Decision, Dossier, Vote
from peerreview.commission.queries.dossiers import dossier_for
from peerreview.commission.queries.voting import Cast, case_of, votes_of
from peerreview.commission.services import Condition
from peerreview.core import clock
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import make_actor
from tests.factories.commission import (
    make_decision,
    make_dossier,
    make_meeting,
    make_member,
    make_session,
    make_voted,
)

GRANT, CONDITIONS, DEFER, REFUSE, ABSTAIN = Choice


def _votes():
    return sorted((vote.person_id, vote.choice) for vote in db.session.scalars(select(Vote)))


def _trajectory(dossier):
    return db.session.get_one(Trajectory, dossier.trajectory_id)


def test_members_vote_and_the_chair_closes(app):
    _meeting, dossier, people = make_session()
    services.open_voting(dossier, by=people[0])
    for actor, choice in zip(people, (GRANT, GRANT, REFUSE), strict=True):
        services.cast_vote(dossier, choice=choice, motivation="Daarom.", by=actor)
    found = services.close_voting(dossier, by=people[0])
    assert (found.outcome, found.counting) == (Outcome.GRANTED, 3)
    assert dossier.result == {
        "tally": {"granted": 2, "refused": 1}, "counting": 3, "quorum": 3, "why": "", "outcome": "granted",
    }  # fmt: skip


def test_a_vote_can_be_changed_until_the_voting_is_closed(app):
    _meeting, dossier, people = make_session()
    with pytest.raises(NotNow):
        services.cast_vote(dossier, choice=GRANT, by=people[1])
    services.open_voting(dossier, by=people[0])
    services.cast_vote(dossier, choice=GRANT, by=people[1])
    services.cast_vote(dossier, choice=REFUSE, motivation="Toch niet.", by=people[1])
    assert _votes() == [(people[1].person_id, REFUSE)]
    services.close_voting(dossier, by=people[0])
    with pytest.raises(NotNow):
        services.cast_vote(dossier, choice=GRANT, by=people[1])


def test_an_open_voting_shows_nobody_a_choice(app):
    _meeting, dossier, people = make_session()
    services.open_voting(dossier, by=people[0])
    services.cast_vote(dossier, choice=REFUSE, motivation="Verzegelde reden.", by=people[1])
    assert votes_of(dossier) == []
    case = case_of(dossier_for(people[0], dossier.id), people[0])
    assert (case.cast, list(case.votes)) == (Cast(1), [])
    own = case_of(dossier_for(people[1], dossier.id), people[1])
    assert own.cast == Cast(1, REFUSE, "Verzegelde reden.")
    trail = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "vote.cast")).one()
    assert (trail.after, trail.before, trail.reason) == ({"dossier_id": dossier.id, "ballot": 1}, None, "")


@pytest.mark.parametrize("role", ["secretariat", "coordinator", "oversight", "administrator"])
def test_who_is_not_in_the_commission_does_not_vote(app, role):
    _meeting, dossier, people = make_session()
    services.open_voting(dossier, by=people[0])
    with pytest.raises(NotAllowed):
        services.cast_vote(dossier, choice=GRANT, by=make_actor(role))
    assert _votes() == []


def test_the_secretariat_neither_opens_nor_closes_a_voting_nor_decides(app):
    _meeting, dossier, _people = make_voted()
    secretariat = make_actor("secretariat")
    for act in (
        lambda: services.open_voting(dossier, by=secretariat),
        lambda: services.close_voting(dossier, by=secretariat),
        lambda: services.record_decision(dossier, motivation="Daarom.", by=secretariat),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_member_who_is_not_there_does_not_vote_and_who_left_does_not_count(app):
    meeting, dossier, people = make_session()
    absent = make_member("Ruud Janssen")
    services.open_voting(dossier, by=people[0])
    with pytest.raises(NotNow):
        services.cast_vote(dossier, choice=GRANT, by=absent)
    services.cast_vote(dossier, choice=GRANT, by=people[2])
    services.note_attendance(meeting, person_id=people[2].person_id, present=False, by=people[0])
    found = services.close_voting(dossier, by=people[0])
    assert (found.outcome, found.why, found.tally) == (None, "no_quorum", {})


def test_a_voting_needs_a_quorum_of_members_without_an_interest(app):
    _meeting, dossier, people = make_session()
    services.declare_interest(dossier, note="Mijn zus werkt er.", by=people[2])
    with pytest.raises(Invalid):
        services.open_voting(dossier, by=people[0])
    assert not dossier.voting_open


def test_who_declares_an_interest_while_the_voting_is_open_loses_the_vote(app):
    _meeting, dossier, people = make_session()
    services.open_voting(dossier, by=people[0])
    services.cast_vote(dossier, choice=GRANT, by=people[2])
    services.declare_interest(dossier, note="Bedenk ik nu pas.", by=people[2])
    assert _votes() == []
    with pytest.raises(NotAllowed):
        services.cast_vote(dossier, choice=GRANT, by=people[2])


def test_when_the_chair_is_recused_another_present_member_leads(app):
    meeting, dossier, people = make_session()
    extra = make_member("Marleen de Wit")
    services.note_attendance(meeting, person_id=extra.person_id, present=True, by=people[0])
    with pytest.raises(NotAllowed):
        services.open_voting(dossier, by=people[1])
    services.declare_interest(dossier, note="Oud-collega's.", by=people[0])
    with pytest.raises(NotAllowed):
        services.open_voting(dossier, by=people[0])
    services.open_voting(dossier, by=people[1])
    for actor in (*people[1:], extra):
        services.cast_vote(dossier, choice=GRANT, by=actor)
    services.close_voting(dossier, by=extra)
    assert services.record_decision(dossier, motivation="Overtuigend.", by=extra).outcome == Outcome.GRANTED


def test_without_a_majority_everybody_votes_anew_and_the_first_tally_stays_in_the_trail(app):
    _meeting, dossier, people = make_voted(GRANT, REFUSE, ABSTAIN)
    assert dossier.result["outcome"] is None
    with pytest.raises(NotNow):
        services.record_decision(dossier, motivation="Daarom.", by=people[0])
    services.open_voting(dossier, by=people[0])
    services.cast_vote(dossier, choice=GRANT, by=people[1])
    found = services.close_voting(dossier, by=people[0])
    assert (found.outcome, found.tally) == (Outcome.GRANTED, {GRANT: 1})
    closed = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "voting.close").order_by(AuditEntry.id))
    assert [entry.after["tally"] for entry in closed] == [
        {"granted": 1, "refused": 1, "abstain": 1}, {"granted": 1},
    ]  # fmt: skip


def test_after_an_outcome_there_is_no_second_voting(app):
    _meeting, dossier, people = make_voted()
    with pytest.raises(NotNow):
        services.open_voting(dossier, by=people[0])
    with pytest.raises(NotNow):
        services.close_voting(dossier, by=people[0])


@pytest.mark.parametrize("choice", [CONDITIONS, DEFER, REFUSE])
def test_less_than_a_full_award_needs_its_reasons(app, choice):
    _meeting, dossier, people = make_session()
    services.open_voting(dossier, by=people[0])
    with pytest.raises(Invalid):
        services.cast_vote(dossier, choice=choice, motivation="  ", by=people[0])


def test_two_votes_of_one_member_at_the_same_moment_count_once(app):
    """Each thread has its own session and connection, as two devices have."""
    _meeting, dossier, people = make_session()
    services.open_voting(dossier, by=people[0])
    dossier_id, together, wrong = dossier.id, Barrier(4), []
    db.session.remove()

    def vote(choice):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    case = db.session.get_one(Dossier, dossier_id)
                    services.cast_vote(case, choice=choice, motivation="Daarom.", by=people[1])
            except Exception as error:
                wrong.append(error)

    threads = [Thread(target=vote, args=(choice,)) for choice in (GRANT, REFUSE, GRANT, REFUSE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [person_id for person_id, _choice in _votes()] == [people[1].person_id]
    found = services.close_voting(db.session.get_one(Dossier, dossier_id), by=people[0])
    assert sum(found.tally.values()) == 1


def test_a_vote_and_the_closing_at_the_same_moment_leave_no_vote_uncounted(app):
    _meeting, dossier, people = make_session()
    services.open_voting(dossier, by=people[0])
    services.cast_vote(dossier, choice=GRANT, by=people[0])
    dossier_id, together, refused = dossier.id, Barrier(2), []
    db.session.remove()

    def act(what):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    what(db.session.get_one(Dossier, dossier_id))
            except Refused as error:
                refused.append(error)

    acts = (
        lambda case: services.cast_vote(case, choice=GRANT, by=people[1]),
        lambda case: services.close_voting(case, by=people[0]),
    )
    threads = [Thread(target=act, args=(what,)) for what in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(_votes()) == db.session.get_one(Dossier, dossier_id).result["tally"]["granted"] == 2 - len(refused)


def test_the_chair_writes_the_decision_down_and_signs(app, at, hear):
    with at("2027-09-23 10:30"):
        _meeting, dossier, people = make_voted()
        heard = hear("decision.made")
        with pytest.raises(Invalid):
            services.record_decision(dossier, motivation=" ", by=people[0])
        decision = services.record_decision(dossier, motivation="Sterk.", by=people[0])
        assert (dossier.state, _trajectory(dossier).state) in {("decided", "decided"), ("decided", "certified")}
        assert (decision.decided_on, decision.letter_due_on) == (date(2027, 9, 23), date(2027, 10, 7))
        assert (decision.tally, decision.signed_by_id, heard) == ({"granted": 3}, people[0].person_id, [decision.id])
        with pytest.raises(NotNow):
            services.record_decision(dossier, motivation="Nog eens.", by=people[0])


def test_a_refusal_ends_the_trajectory(app):
    decision = make_decision(REFUSE, REFUSE, GRANT)
    dossier = db.session.get_one(Dossier, decision.dossier_id)
    assert (decision.outcome, _trajectory(dossier).state) == (Outcome.REFUSED, "refused")


def test_an_award_with_conditions_names_them(app):
    _meeting, dossier, people = make_voted(CONDITIONS, CONDITIONS, GRANT)
    later = clock.today() + timedelta(days=100)
    for wrong in ([], [Condition("X9", "Iets.", later)], [Condition("V1", " ", later)],
                  [Condition("V1", "Iets.", clock.today())]):  # fmt: skip
        with pytest.raises(Invalid):
            services.record_decision(dossier, motivation="Bijna.", conditions=wrong, by=people[0])
    decision = services.record_decision(
        dossier, motivation="Bijna.", conditions=[Condition("V1", "Iets.", later)], by=people[0]
    )
    assert decision.conditions == [{"norm": "V1", "what": "Iets.", "by": later.isoformat()}]


def test_conditions_do_not_belong_to_a_full_award(app):
    _meeting, dossier, people = make_voted()
    wrong = [Condition("V1", "Iets.", clock.today() + timedelta(days=100))]
    with pytest.raises(Invalid):
        services.record_decision(dossier, motivation="Goed.", conditions=wrong, by=people[0])


def test_a_dossier_is_deferred_once(app, hear):
    _meeting, dossier, people = make_voted(DEFER, DEFER, GRANT)
    heard = hear("decision.deferred")
    services.record_decision(dossier, motivation="Hoe zit het met O12?", by=people[0])
    assert (dossier.state, dossier.deferred_once, _trajectory(dossier).state) == ("deferred", True, "forwarded")
    assert len(heard) == 1
    services.put_on_agenda(dossier, make_meeting(), by=make_actor("secretariat"))
    second = make_meeting(*people)
    with unit_of_work():
        dossier.meeting_id = second.id
    services.open_voting(dossier, by=people[0])
    with pytest.raises(Invalid):
        services.cast_vote(dossier, choice=DEFER, motivation="Weer.", by=people[0])
    for actor in people:
        services.cast_vote(dossier, choice=GRANT, by=actor)
    services.close_voting(dossier, by=people[0])
    services.record_decision(dossier, motivation="Nu helder.", by=people[0])
    assert len(db.session.scalars(select(Decision)).all()) == 2


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
    services.open_voting(first, by=chair)
    with pytest.raises(NotNow):
        services.close_meeting(meeting, by=chair)
    services.cast_vote(first, choice=GRANT, by=chair)
    services.close_voting(first, by=chair)
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
