"""The road: nine steps for each half, from plain facts."""

import pytest

from peerreview.trajectories.lifecycle import TrajectoryState as S
from peerreview.trajectories.road import RoadFacts, road, step_of, steps_of


def marks(*args, **kwargs) -> str:
    """One letter a step: d(one), b(usy), t(odo)."""
    return "".join(step[0] for step in steps_of(RoadFacts(*args, **kwargs)))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"state": S.DRAFT}, "btttttttt"),
        ({"state": S.SUBMITTED}, "btttttttt"),
        ({"state": S.RETURNED}, "btttttttt"),
        ({"state": S.SELF_EVALUATING}, "dbttttttt"),
        ({"state": S.SELF_EVALUATING, "exchange": "proposed"}, "dbbtttttt"),
        ({"state": S.SELF_EVALUATING, "exchange": "confirmed", "visit": "polling"}, "dbdbttttt"),
        ({"state": S.SELF_EVALUATED, "exchange": "dissolved"}, "ddttttttt"),
        ({"state": S.SCHEDULED}, "dddbttttt"),
        ({"state": S.VISITED, "review": "rating"}, "ddddbtttt"),
        ({"state": S.VISITED, "review": "released"}, "dddddbttt"),
        ({"state": S.REPORTED, "review": "final"}, "ddddddbtt"),
        ({"state": S.PLANNED}, "dddddddbt"),
        ({"state": S.FORWARDED}, "dddddddbt"),
        ({"state": S.DECIDED}, "ddddddddt"),
        ({"state": S.REFUSED}, "ddddddddt"),
        ({"state": S.CERTIFIED}, "ddddddddd"),
        ({"state": S.ON_HOLD, "held_from": S.SCHEDULED}, "dddbttttt"),
        ({"state": S.WITHDRAWN, "held_from": S.DRAFT}, "btttttttt"),
    ],
)
def test_each_state_has_its_place_on_the_road(facts, expected):
    assert marks(**facts) == expected


def test_now_is_the_furthest_step_begun_although_an_earlier_one_is_still_busy():
    us = RoadFacts(S.SELF_EVALUATING, exchange="active", visit="agreed")
    assert road(us).now == 4


def test_without_a_partner_the_right_half_is_empty():
    assert road(RoadFacts(S.SELF_EVALUATING)).steps_them == ("none",) * 9


def test_the_right_half_tells_only_begun_or_done():
    both = road(RoadFacts(S.VISITED), RoadFacts(S.VISITED, review="drafted"))
    assert set(both.steps_them) == {"done", "busy", "todo"}


@pytest.mark.parametrize("state", list(S))
def test_every_state_has_a_step(state):
    assert 1 <= step_of(state) <= 9
    assert 1 <= road(RoadFacts(state)).now <= 9
