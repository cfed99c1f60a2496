from peerreview.marketplace.queries.proposals import matched_of
from peerreview.matching import services
from tests.factories.matching import make_exchange, make_marketplace


def test_who_stands_in_an_exchange_has_a_partner_for_the_marketplace(app):
    market = make_marketplace(4)
    exchange = make_exchange(market.trajectories[:2])
    asked = [trajectory.id for trajectory in market.trajectories]
    assert matched_of(asked) == set(asked[:2])
    services.dissolve(exchange, reason="Een fusie.", by=market.secretariat)
    assert matched_of(asked) == set()
