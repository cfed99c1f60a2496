"""The rules of the commission as values: counting votes, interests, completeness, advice, the times of an agenda."""

from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peerreview.commission import agenda, completeness, interests, quorum
from peerreview.commission.advice import advise
from peerreview.commission.interests import Around, Tie
from peerreview.commission.lifecycle import Choice, InterestKind, Outcome
from peerreview.reviews.lifecycle import Rating
from peerreview.rounds.rules import Rules

PEOPLE = range(6)
groups = st.sets(st.sampled_from(PEOPLE))
votes = st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(list(Choice)))


def by_hand(present, interested, cast, needed):
    """An independent count: one person after the other, and every outcome tried against all the others."""
    heard, seats = [], 0
    for person in PEOPLE:
        if person in present and person not in interested:
            seats += 1
            if person in cast and cast[person] != Choice.ABSTAIN:
                heard.append(cast[person])
    if seats < needed:
        return None
    for outcome in Outcome:
        for_it = [vote for vote in heard if vote.value == outcome.value]
        against = [vote for vote in heard if vote.value != outcome.value]
        if len(for_it) > len(against):
            return outcome
    return None


@given(groups, groups, votes, st.integers(1, 5))
def test_votes_are_counted_as_by_hand(present, interested, cast, needed):
    assert quorum.count(present, interested, cast, quorum=needed).outcome == by_hand(present, interested, cast, needed)


@given(groups, groups, votes, votes)
def test_no_vote_of_an_interested_or_absent_person_changes_anything(present, interested, cast, noise):
    counted = quorum.count(present, interested, cast, quorum=1)
    strangers = {person: vote for person, vote in noise.items() if person in interested or person not in present}
    assert quorum.count(present, interested, cast | strangers, quorum=1) == counted


def test_every_way_in_which_three_members_can_vote():
    for cast in product(Choice, repeat=3):
        found = quorum.count({1, 2, 3}, (), dict(zip((1, 2, 3), cast, strict=True)), quorum=3)
        valid = [vote for vote in cast if vote != Choice.ABSTAIN]
        winners = {vote.value for vote in valid if valid.count(vote) * 2 > len(valid)}
        assert (found.outcome.value if found.outcome else None) == (winners.pop() if winners else None)


@pytest.mark.parametrize(
    ("present", "cast", "why"),
    [
        ({1, 2}, {1: Choice.GRANTED, 2: Choice.GRANTED}, quorum.NO_QUORUM),
        ({1, 2, 3}, {}, quorum.NO_VOTES),
        ({1, 2, 3}, dict.fromkeys((1, 2, 3), Choice.ABSTAIN), quorum.NO_VOTES),
        ({1, 2, 3}, {1: Choice.GRANTED, 2: Choice.REFUSED}, quorum.NO_MAJORITY),
        ({1, 2, 3}, {1: Choice.GRANTED, 2: Choice.ABSTAIN}, ""),
    ],
)
def test_without_a_decision_it_says_why(present, cast, why):
    assert quorum.count(present, (), cast, quorum=3).why == why


def test_who_abstains_counts_for_the_quorum_and_not_for_the_majority():
    found = quorum.count({1, 2, 3}, (), {1: Choice.REFUSED, 2: Choice.ABSTAIN, 3: Choice.ABSTAIN}, quorum=3)
    assert (found.outcome, found.counting, found.tally) == (
        Outcome.REFUSED, 3, {Choice.REFUSED: 1, Choice.ABSTAIN: 2},
    )  # fmt: skip


AROUND = Around(
    organisation_id=1, reviewing={2}, others={2, 3}, reviewing_team={20}, other_teams={30}, people_in_conflict={40},
    organisations_in_conflict={5},
)  # fmt: skip
TODAY = date(2027, 9, 23)


@pytest.mark.parametrize(
    ("person_id", "ties", "kind"),
    [
        (9, [Tie(1)], InterestKind.OWN_ORGANISATION),
        (9, [Tie(1, date(2022, 9, 24))], InterestKind.OWN_ORGANISATION),
        (9, [Tie(1, date(2022, 9, 23))], None),
        (9, [Tie(2)], InterestKind.REVIEWING),
        (20, [], InterestKind.REVIEWING),
        (9, [Tie(3)], InterestKind.REVIEWED),
        (30, [], InterestKind.REVIEWED),
        (9, [Tie(3), Tie(1)], InterestKind.OWN_ORGANISATION),
        (40, [], InterestKind.REGISTERED),
        (40, [Tie(3)], InterestKind.REVIEWED),
        (9, [Tie(5)], InterestKind.REGISTERED),
        (9, [Tie(5, date(2022, 9, 23))], None),
        (9, [Tie(4)], None),
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
    assert [item.ok for item in completeness.checklist(WHOLE)] == [True] * 8


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
