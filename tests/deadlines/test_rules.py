"""When somebody is told, and what follows on what: pure rules in working days."""

from datetime import UTC, date, datetime

import pytest

from peerreview.core.deadlines import OFFICE, Due, Hand
from peerreview.deadlines.choosing import Chosen, chosen_from
from peerreview.deadlines.lifecycle import Stage
from peerreview.deadlines.road import expected_after, what_follows
from peerreview.deadlines.stages import is_escalated, stage_for_hands
from peerreview.rounds.rules import Rules

FRIDAY = date(2027, 2, 12)


def due(**values: object) -> Due:
    fields = {
        "kind": "visits.poll", "subject_id": 1, "title": "Kies", "due_on": FRIDAY, "hands": (Hand("coordinator", 1),),
        "link": "/x", "holder": "Lindenhof",
    }  # fmt: skip
    return Due(**{**fields, **values})


@pytest.mark.parametrize(
    ("day", "stage", "escalated"),
    [
        (date(2027, 2, 8), None, False),
        (date(2027, 2, 9), Stage.BEFORE, False),
        (FRIDAY, Stage.BEFORE, False),
        (date(2027, 2, 14), None, False),
        (date(2027, 2, 15), Stage.AFTER, False),
        (date(2027, 2, 16), Stage.AFTER, False),
        (date(2027, 2, 17), Stage.AFTER, True),
    ],
)
def test_who_can_act_hears_it_three_working_days_before_and_one_after_and_then_the_secretariat(day, stage, escalated):
    assert (stage_for_hands(due(), day, Rules()), is_escalated(due(), day, Rules())) == (stage, escalated)


def test_a_round_may_remind_earlier_and_tell_the_secretariat_later():
    rules = Rules(remind_working_days_before=4, escalate_working_days_after=5)
    assert stage_for_hands(due(), date(2027, 2, 8), rules) == Stage.BEFORE
    assert [is_escalated(due(), date(2027, 2, day), rules) for day in (18, 19)] == [False, True]


def test_nobody_is_reminded_on_the_day_on_which_it_began():
    fresh = due(since=datetime(2027, 2, 11, 9, tzinfo=UTC))
    assert [stage_for_hands(fresh, date(2027, 2, day), Rules()) for day in (11, 12)] == [None, Stage.BEFORE]


def test_what_the_secretariat_does_itself_is_not_escalated_to_it():
    assert is_escalated(due(hands=OFFICE), date(2027, 3, 1), Rules()) is False


def test_hands_are_a_role_in_an_organisation_or_one_of_its_people_but_not_who_did_their_part():
    one = due(hands=(Hand("coordinator", 1), Hand("reviewer", 2, 7)), but=frozenset({5}))
    asked = [
        ("coordinator", 1, 4),
        ("coordinator", 1, 5),
        ("coordinator", 2, 4),
        ("reviewer", 2, 7),
        ("reviewer", 2, 8),
    ]
    assert [one.waits_for(*who) for who in asked] == [True, False, False, True, False]


def test_a_report_that_comes_later_moves_the_rest_of_the_road_along():
    follows = what_follows("reviews.draft", date(2027, 2, 12), date(2027, 2, 26), Rules())
    assert [(step.kind, step.now.isoformat(), step.then.isoformat()) for step in follows] == [
        ("reviews.release", "2027-02-12", "2027-02-26"), ("reviews.fact_check", "2027-02-26", "2027-03-12"),
        ("reviews.correct", "2027-03-12", "2027-03-30"),  # Good Friday, Easter, King's Day, Ascension do not count
        ("improvement.plan", "2027-04-28", "2027-05-13"), ("commission.check", "2027-05-05", "2027-05-21"),
        ("commission.letter", "2027-05-21", "2027-06-04"),
    ]  # fmt: skip


def test_on_the_last_step_and_beside_the_road_nothing_follows():
    assert [expected_after(kind, FRIDAY, Rules()) for kind in ("commission.letter", "matching.search")] == [[], []]


def test_the_secretariat_chooses_what_it_looks_at():
    late, week, later = due(due_on=date(2027, 2, 8)), due(hands=OFFICE, holder=""), due(due_on=date(2027, 2, 15))
    seen = {show: chosen_from([late, week, later], Chosen(show), date(2027, 2, 9)) for show in
            ("", "late", "week", "others", "ours", "else")}  # fmt: skip
    everything = [late, week, later]
    assert seen == {"": everything, "late": [late], "week": [week], "others": [late, later], "ours": [week],
                    "else": everything}  # fmt: skip
    assert chosen_from(everything, Chosen("", "linden"), FRIDAY) == [late, later]
