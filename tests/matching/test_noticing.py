from datetime import timedelta

from sqlalchemy import select

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.impartiality import services as impartiality
from peerreview.impartiality.lifecycle import ConflictKind, ConflictState
from peerreview.impartiality.models import Conflict
from peerreview.matching.services.noticing import notice_conflicts
from peerreview.rounds.lifecycle import RoundState
from tests.factories.matching import make_exchange, make_marketplace
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory


def earlier_round(name: str, days_ago: int, pair):
    """A round whose visits began so many days ago, in which these two reviewed each other."""
    day = clock.today() - timedelta(days=days_ago)
    old = make_round(
        name, state=RoundState.CLOSED, signup_opens_on=day - timedelta(days=60),
        signup_closes_on=day - timedelta(days=30), visits_from=day, visits_until=day + timedelta(days=30),
        closes_on=day + timedelta(days=90),
    )  # fmt: skip
    make_exchange([make_trajectory(old, organisation) for organisation in pair])
    return old


def conflicts():
    return list(db.session.scalars(select(Conflict).order_by(Conflict.id)))


def test_who_reviewed_each_other_in_the_last_cycle_is_in_the_register_once(app):
    market = make_marketplace(3)
    earlier_round("Last", 400, market.organisations[:2])
    assert (notice_conflicts(market.round), notice_conflicts(market.round)) == (1, 0)
    (conflict,) = conflicts()
    assert (conflict.kind, conflict.state) == (ConflictKind.REVIEWED_LAST_CYCLE, ConflictState.STANDING)
    assert {conflict.organisation_id, conflict.other_organisation_id} == {each.id for each in market.organisations[:2]}


def test_who_met_longer_than_a_cycle_ago_may_meet_again(app):
    market = make_marketplace(2)
    earlier_round("Long ago", 1200, market.organisations)
    notice_conflicts(market.round)
    day = clock.today()
    assert [
        c for c in conflicts() if c.state == ConflictState.STANDING and (c.ends_on is None or c.ends_on >= day)
    ] == []


def test_what_was_dismissed_is_not_raised_again(app):
    market = make_marketplace(2)
    earlier_round("Last", 400, market.organisations)
    notice_conflicts(market.round)
    impartiality.dismiss(conflicts()[0], reason="Een andere locatie, een ander team.", by=market.secretariat)
    assert notice_conflicts(market.round) == 0
    assert [conflict.state for conflict in conflicts()] == [ConflictState.DISMISSED]
