"""Random commissions, counted by hand from the words of docs/decisions/0018-motions.md. Nothing of quorum.py counts here.

The numbers in the comments are those of the rules there.
"""

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from peerreview.commission import quorum, services
from peerreview.commission.lifecycle import Choice, MeetingKind, MeetingState, Outcome, SeatKind
from peerreview.commission.models import Attendance, CommissionSeat, Dossier, Interest, Meeting, Motion, Vote
from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Refused
from tests.factories.commission import make_dossier, make_member, motion_text

SIZE = 5
PEOPLE = range(SIZE)  # 0 chairs, 1 is the vice-chair, the others serve longer the lower their number
FOR, AGAINST, ABSTAIN = "for", "against", "abstain"

rules = st.fixed_dictionaries(
    {
        "quorum": st.integers(1, SIZE),
        "percent": st.sampled_from([0, 0, 34, 50, 67, 100]),
        "of": st.sampled_from(["cast", "counting"]),
        "majority": st.sampled_from(["simple", "two_thirds"]),
        "outcomes": st.dictionaries(
            st.sampled_from(["granted", "refused"]), st.sampled_from(["simple", "two_thirds"]), max_size=1
        ),
        "tie": st.sampled_from(["lost", "chair"]),
        "early": st.booleans(),
    }
)
events = st.lists(
    st.tuples(
        st.sampled_from(["vote", "vote", "vote", "vote", "leave", "come", "interest"]),
        st.sampled_from(PEOPLE),
        st.sampled_from([FOR, FOR, AGAINST, ABSTAIN]),
    ),
    min_size=3,
    max_size=14,
)
outcomes = st.sampled_from(["granted", "granted_with_conditions", "refused"])


def enough(number, of, majority):
    part = Fraction(number, of)
    return part >= Fraction(2, 3) if majority == "two_thirds" else part > Fraction(1, 2)


def quorum_by_hand(rules, members, interested):
    if rules["percent"]:  # 5
        exactly = Fraction(rules["percent"], 100) * len([one for one in members if one not in interested])
        whole = exactly.numerator // exactly.denominator
        return max(1, whole if whole == exactly else whole + 1)
    return rules["quorum"]


def leading_by_hand(taking_part):
    return min(taking_part) if taking_part else None  # 9: by how the people of these tests are numbered


def by_hand(rules, outcome, interested, taking_part, votes, leads):
    """(how it falls, how many take part, the tally) from the words; `votes` are each one's last."""
    members = list(PEOPLE)  # 1
    taking_part = [one for one in taking_part if one in members and one not in interested]  # 2, 3
    heard = {one: votes[one] for one in taking_part if one in votes}  # 4
    tally = {what: list(heard.values()).count(what) for what in (FOR, AGAINST, ABSTAIN)}
    fell = _falls(rules, outcome, len(taking_part), tally, heard.get(leads))
    if len(taking_part) < quorum_by_hand(rules, members, interested):
        fell = "void"
    return fell, len(taking_part), tally


def _falls(rules, outcome, taking_part, tally, vote_of_leader):
    said = tally[FOR] + tally[AGAINST]
    if said == 0:
        return "lost"  # 6
    of = said if rules["of"] == "cast" else taking_part  # 7
    majority = rules["outcomes"].get(outcome, rules["majority"])
    if enough(tally[FOR], of, majority):
        return "carried"
    tied = majority == "simple" and Fraction(tally[FOR], of) == Fraction(1, 2)
    if tied and rules["tie"] == "chair" and vote_of_leader == FOR:  # 8
        return "carried"
    return "lost"


def _rules(drawn):
    return quorum.VotingRules.read({k: v for k, v in drawn.items() if k != "quorum"}, quorum=drawn["quorum"])


@given(
    rules, outcomes, st.sets(st.sampled_from(PEOPLE)), st.sets(st.sampled_from(PEOPLE)),
    st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from([FOR, AGAINST, ABSTAIN])),
)  # fmt: skip
@settings(max_examples=300)
def test_votes_are_counted_as_by_hand(drawn, outcome, interested, present, votes):
    able = frozenset(PEOPLE) - interested
    room = quorum.Room(able, frozenset(present), frozenset(interested), frozenset())
    casting = min(able & present, default=None)
    said = {person: Choice(choice) for person, choice in votes.items()}
    found = quorum.count(room, said, rules=_rules(drawn), outcome=Outcome(outcome), casting=casting)
    tally = {what: found.tally.get(Choice(what), 0) for what in (FOR, AGAINST, ABSTAIN)}
    by_them = by_hand(drawn, outcome, interested, present, votes, leading_by_hand(able & present))
    assert (found.state.value, found.counting, tally) == by_them
    assert found.quorum == quorum_by_hand(drawn, list(PEOPLE), interested)


@pytest.fixture
def commission(app, at):
    """Five members, of whom one chairs and one is vice-chair, and one dossier; each example is a meeting of its own."""
    with at("2027-09-23 10:00"):
        actors = [make_member(f"Lid {n}", chair=n == 0) for n in PEOPLE]
        with unit_of_work():
            seat = CommissionSeat(person_id=actors[1].person_id, kind=SeatKind.VICE_CHAIR, given_at=clock.now())
            db.session.add(seat)
        yield actors, make_dossier().id


PLAIN = {
    "quorum": 1, "percent": 0, "of": "cast", "majority": "simple", "outcomes": {}, "tie": "chair", "early": True,
}  # fmt: skip
EQUAL = [("vote", 0, FOR), ("vote", 1, AGAINST), ("vote", 2, FOR), ("leave", 2, FOR)]  # who leads decides, one left
RECUSED = [("vote", 0, AGAINST), ("interest", 0, FOR), ("vote", 1, FOR), ("vote", 2, AGAINST)]  # the vice-chair leads


@given(rules, outcomes, st.booleans(), st.sets(st.sampled_from(PEOPLE), min_size=2), events)
@example(PLAIN, "granted", False, set(PEOPLE), EQUAL)
@example(PLAIN, "refused", False, set(PEOPLE), RECUSED)
@example(PLAIN, "granted", True, set(PEOPLE), RECUSED)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_commission_decides_as_its_rules_say(commission, drawn, outcome, written, there, happening):
    """People vote, vote anew, leave, come back and turn out to have an interest, by the services on a real database."""
    actors, dossier_id = commission
    dossier, meeting = _new_meeting(dossier_id, drawn, written, [actors[one] for one in there])
    present, interested, votes = set(there), set(), {}
    able = set(PEOPLE) if written else set(there)
    leads = actors[leading_by_hand(able)]
    if len(able) < quorum_by_hand(drawn, PEOPLE, ()):
        with pytest.raises(Refused):
            services.put_motion(dossier, motion_text(Outcome(outcome)), by=leads)
        return
    motion = services.put_motion(dossier, motion_text(Outcome(outcome)), by=leads)
    for what, one, choice in happening:
        if what == "vote" and one not in interested and (written or one in present):
            services.cast_vote(motion, choice=Choice(choice), by=actors[one])
            votes[one] = choice
        elif what == "vote":
            with pytest.raises(Refused):
                services.cast_vote(motion, choice=Choice(choice), by=actors[one])
        elif what == "interest":
            services.declare_interest(dossier, note="Een belang.", by=actors[one])
            interested.add(one)
        elif not written:
            services.note_attendance(meeting, person_id=actors[one].person_id, present=what == "come", by=leads)
            (present.add if what == "come" else present.discard)(one)
    could = [one for one in (PEOPLE if written else present) if one not in interested]
    if not could:
        return  # nobody is left to close it
    closer = actors[leading_by_hand(could)]
    taking_part = set(votes) if written else present
    if written and not (drawn["early"] and set(votes) >= set(PEOPLE) - interested):  # 10
        with pytest.raises(Refused):
            services.close_motion(motion, by=closer)
        with unit_of_work():
            meeting.closes_at = clock.now()
    found = services.close_motion(motion, by=closer)
    tally = {what: found.tally.get(Choice(what), 0) for what in (FOR, AGAINST, ABSTAIN)}
    by_them = by_hand(drawn, outcome, interested, taking_part, votes, leading_by_hand(could))
    assert (found.state.value, found.counting, tally) == by_them
    kept = {vote.person_id for vote in db.session.query(Vote).filter_by(motion_id=motion.id)}
    assert kept == {actors[one].person_id for one in votes if one in taking_part - interested}


def _new_meeting(dossier_id, drawn, written, present):
    """Open, with these rules and people; the dossier as it was, with no interest and no motion."""
    with unit_of_work():
        for table in (Vote, Motion, Interest):
            db.session.query(table).delete()
        meeting = Meeting(
            starts_at=clock.now(), state=MeetingState.OPEN, state_since=clock.now(), quorum=drawn["quorum"],
            kind=MeetingKind.WRITTEN if written else MeetingKind.GATHERING,
            closes_at=clock.now() + timedelta(days=7) if written else None, rules=_rules(drawn).stored(),
            attendances=[Attendance(person_id=actor.person_id, noted_at=clock.now()) for actor in present],
        )  # fmt: skip
        db.session.add(meeting)
        db.session.flush()
        dossier = db.session.get_one(Dossier, dossier_id)
        dossier.meeting_id, dossier.state = meeting.id, "on_agenda"
    return dossier, meeting
