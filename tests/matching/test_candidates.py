from peerreview.accounts.models import Person
from peerreview.core import clock
from peerreview.core.db import db
from peerreview.impartiality.lifecycle import ConflictKind
from peerreview.marketplace.queries.proposals import matched_of
from peerreview.matching import services
from peerreview.matching.queries import candidate_rows
from tests.factories.impartiality import make_conflict
from tests.factories.matching import make_exchange, make_marketplace


def test_who_stands_in_an_exchange_has_a_partner_for_the_marketplace(app):
    market = make_marketplace(4)
    exchange = make_exchange(market.trajectories[:2])
    asked = [trajectory.id for trajectory in market.trajectories]
    assert matched_of(asked) == set(asked[:2])
    services.dissolve(exchange, reason="Een fusie.", by=market.secretariat)
    assert matched_of(asked) == set()


def test_who_has_too_few_reviewers_without_a_tie_with_a_host_is_not_matched_with_it(app):
    market = make_marketplace(3)
    here, there, _third = market.organisations
    before = candidate_rows(market.round)
    tied = db.session.get_one(Person, market.trajectories[0].reviewers[0].person_id)
    make_conflict(there, person=tied, kind=ConflictKind.OPEN_DISPUTE, starts_on=clock.today())
    rows = {row["key"]: row["conflicts"] for row in candidate_rows(market.round)}
    assert [row["conflicts"] for row in before] == [{}, {}, {}]
    assert rows[here.id] == {str(there.id): ["too_few_reviewers"]}
    assert rows[there.id] == {str(here.id): ["too_few_reviewers"]}
    run = services.rehearse(market.round, by=market.secretariat)
    assert [sorted(group["members"]) for group in run.result["groups"]] != [sorted([here.id, there.id])]
