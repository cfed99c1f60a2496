"""The rules of the commission as values: counting votes, interests, completeness, advice, the times of an agenda."""

from datetime import UTC, date, datetime

import pytest

from peerreview.commission import agenda, completeness, interests, quorum
from peerreview.commission.advice import advise
from peerreview.commission.interests import Around
from peerreview.commission.interests import Tie as Tied
from peerreview.commission.lifecycle import Choice, InterestKind, Outcome
from peerreview.commission.quorum import Majority, Of, Room, Tie, VotingRules
from peerreview.reviews.lifecycle import Rating
from peerreview.rounds.rules import Rules

FOR, AGAINST, ABSTAIN = Choice


def _counted(*choices, recused=(), casting=None, outcome=Outcome.GRANTED, **rules):
    """The count of these votes by persons 1, 2, ..., all present; None is somebody who did not vote."""
    people = frozenset(range(1, len(choices) + 1))
    room = Room(people - set(recused), people, frozenset(recused), frozenset())
    votes = {person: choice for person, choice in enumerate(choices, 1) if choice}
    return quorum.count(room, votes, rules=VotingRules(**rules), outcome=outcome, casting=casting)


@pytest.mark.parametrize(
    ("choices", "rules", "fell"),
    [
        ((FOR, FOR), {}, ("void", quorum.NO_QUORUM)),
        ((None, None, None), {}, ("lost", quorum.NO_VOTES)),
        ((ABSTAIN, ABSTAIN, ABSTAIN), {"majority": Majority.TWO_THIRDS}, ("lost", quorum.NO_VOTES)),
        ((FOR, AGAINST, ABSTAIN), {}, ("lost", quorum.TIE)),
        ((FOR, AGAINST, ABSTAIN), {"tie": Tie.CHAIR}, ("lost", quorum.TIE)),
        ((AGAINST, AGAINST, FOR), {}, ("lost", quorum.NO_MAJORITY)),
        ((FOR, ABSTAIN, ABSTAIN), {}, ("carried", "")),
        ((FOR, ABSTAIN, ABSTAIN), {"of": Of.COUNTING}, ("lost", quorum.NO_MAJORITY)),
        ((FOR, FOR, AGAINST), {"majority": Majority.TWO_THIRDS}, ("carried", "")),
        ((FOR, FOR, AGAINST, AGAINST, FOR), {"majority": Majority.TWO_THIRDS}, ("lost", quorum.NO_MAJORITY)),
        ((FOR, FOR, AGAINST, AGAINST, FOR), {"outcomes": {Outcome.REFUSED: Majority.TWO_THIRDS}}, ("carried", "")),
    ],
)
def test_a_motion_falls_by_its_rules_and_says_why(choices, rules, fell):
    found = _counted(*choices, **rules)
    assert (found.state.value, found.why) == fell


def test_of_equal_votes_that_of_who_leads_decides_when_the_rules_say_so():
    found = _counted(FOR, AGAINST, ABSTAIN, tie=Tie.CHAIR, casting=1)
    assert (found.state.value, found.why) == ("carried", quorum.CASTING)
    assert _counted(FOR, AGAINST, ABSTAIN, tie=Tie.CHAIR, casting=2).state.value == "lost"
    assert _counted(FOR, AGAINST, ABSTAIN, tie=Tie.CHAIR, casting=1, recused=[1], quorum=2).state.value == "lost"


def test_a_share_of_the_members_without_an_interest_is_rounded_up():
    assert [VotingRules(percent=50).needed(able) for able in (0, 1, 4, 5)] == [1, 1, 2, 3]
    assert [VotingRules(quorum=quorum_).needed(9) for quorum_ in (0, 4)] == [1, 4]


def test_rules_are_kept_and_read_back_and_what_is_not_known_is_left_out():
    rules = VotingRules(
        quorum=4, percent=50, of=Of.COUNTING, majority=Majority.TWO_THIRDS, tie=Tie.CHAIR, early=False,
        outcomes={Outcome.REFUSED: Majority.SIMPLE},
    )  # fmt: skip
    assert VotingRules.read(rules.stored() | {"colour": "red"}, quorum=4) == rules
    assert VotingRules.read(None, quorum=3) == VotingRules()


AROUND = Around(
    organisation_id=1, reviewing={2}, others={2, 3}, reviewing_team={20}, other_teams={30}, people_in_conflict={40},
    organisations_in_conflict={5},
)  # fmt: skip
TODAY = date(2027, 9, 23)


@pytest.mark.parametrize(
    ("person_id", "ties", "kind"),
    [
        (9, [Tied(1)], InterestKind.OWN_ORGANISATION),
        (9, [Tied(1, date(2022, 9, 24))], InterestKind.OWN_ORGANISATION),
        (9, [Tied(1, date(2022, 9, 23))], None),
        (9, [Tied(2)], InterestKind.REVIEWING),
        (20, [], InterestKind.REVIEWING),
        (9, [Tied(3)], InterestKind.REVIEWED),
        (30, [], InterestKind.REVIEWED),
        (9, [Tied(3), Tied(1)], InterestKind.OWN_ORGANISATION),
        (40, [], InterestKind.REGISTERED),
        (40, [Tied(3)], InterestKind.REVIEWED),
        (9, [Tied(5)], InterestKind.REGISTERED),
        (9, [Tied(5, date(2022, 9, 23))], None),
        (9, [Tied(4)], None),
        (9, [], None),
    ],
)
def test_an_interest_follows_from_ties_and_teams(person_id, ties, kind):
    assert interests.interest_of(person_id, ties, AROUND, today=TODAY) == kind


def test_five_years_before_a_leap_day_is_the_28th():
    assert interests.years_before(date(2028, 2, 29)) == date(2023, 2, 28)


WHOLE = completeness.Facts(
    self_evaluation_submitted=True, report_final=True, open_answers=0, reviewers=2, minimum_reviewers=2,
    tied_reviewers=0, plan_signed=True, uncovered=(), waiting_for=(),
)  # fmt: skip


def _changed(**fields):
    from dataclasses import replace

    return completeness.checklist(replace(WHOLE, **fields))


def test_a_whole_dossier_has_nothing_in_the_way():
    assert [item.ok for item in completeness.checklist(WHOLE)] == [True] * 12


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"self_evaluation_submitted": False}, ["self_evaluation"]),
        ({"reviewers": 1}, ["reviewers"]),
        ({"tied_reviewers": 1}, ["no_ties"]),
        ({"report_final": False}, ["report", "fact_check"]),
        ({"open_answers": 2}, ["fact_check"]),
        ({"plan_signed": False}, ["plan_signed"]),
        ({"uncovered": ("O12", "V9")}, ["plan_covers"]),
        ({"waiting_for": ("Brugveld",)}, []),
    ],
)
def test_what_is_missing_is_in_the_way_and_reciprocity_not_yet(fields, missing):
    items = _changed(**fields)
    assert [item.code for item in completeness.in_the_way(items)] == missing
    let_go = completeness.with_reasons(items, dict.fromkeys(missing, "Afgesproken met de commissie."))
    assert completeness.in_the_way(let_go) == ()


def test_an_empty_reason_lets_nothing_go():
    items = completeness.with_reasons(_changed(plan_signed=False), {"plan_signed": "  "})
    assert [item.code for item in completeness.in_the_way(items)] == ["plan_signed"]


def test_the_thresholds_of_the_round_give_advice():
    rules = Rules(most_partly=1, most_not=0, most_essential_below=0)
    fine = [(Rating.COMPLIES, True), (Rating.PARTLY, False), (None, False)]
    assert advise(fine, rules).fits
    assert advise(fine, rules).open == 1
    below = [(Rating.PARTLY, True), (Rating.PARTLY, False), (Rating.NOT, False)]
    assert advise(below, rules).passed == (("partly", 2, 1), ("not", 1, 0), ("essential", 1, 0))


def test_each_case_has_twenty_minutes_after_the_opening():
    start = datetime(2027, 9, 23, 8, 0, tzinfo=UTC)
    assert [f"{a:%H:%M}-{b:%H:%M}" for a, b in (agenda.slot(start, n) for n in range(2))] == [
        "08:10-08:30", "08:30-08:50",
    ]  # fmt: skip
    assert f"{agenda.ends_at(start, 2):%H:%M}" == "09:00"
