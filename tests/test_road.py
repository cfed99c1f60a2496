"""The whole road in a real browser, by the people who walk it: from a member list to a certificate that anybody checks.

One test, because each step stands on what the one before has left. Everybody signs in with a password on the real page
and comes in by a letter; the clock of the application moves, and whoever was signed in then signs in again.
"""

from datetime import datetime

import pytest
import time_machine

from peerreview.core.clock import AMSTERDAM
from tests.road import beginning, label, meeting
from tests.road.world import Road


@pytest.fixture
def road(app, tab):
    """An association without members, norms or rounds, on a Monday morning in January."""
    with time_machine.travel(datetime(2027, 1, 11, 10, 0, tzinfo=AMSTERDAM), tick=True) as travel:
        yield Road(app, tab, travel)


@pytest.mark.timeout(300)
def test_two_new_members_walk_the_road_together_up_to_a_certificate_that_anybody_can_check(road):
    road.operator_makes_the_first_account()
    beginning.members(road)
    beginning.norms(road)
    beginning.a_round(road)
    beginning.self_evaluations(road)
    meeting.matching(road)
    meeting.dates(road)
    meeting.visits(road)
    meeting.ratings(road)
    meeting.together(road)
    meeting.reports(road)
    meeting.plans(road)
    label.forwarding(road)
    label.meeting(road)
    label.letters(road)
    label.certificate(road)
    label.in_english(road)
    label.where_everybody_stands(road)
