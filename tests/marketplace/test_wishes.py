"""Five wishes in order, and whom an organisation would rather not meet."""

import pytest

from peerreview.core import clock
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused
from peerreview.impartiality.lifecycle import ConflictKind, Severity, Source
from peerreview.impartiality.models import Conflict
from peerreview.marketplace.queries import blocked_for, blocks_of, wished_for, wishes_of
from peerreview.marketplace.services import block, move_wish, remove_wish, unblock, wish_for
from peerreview.rounds.lifecycle import RoundState
from tests.factories.accounts import make_actor
from tests.factories.matching import Marketplace, make_marketplace
from tests.factories.proposals import make_accepted, make_proposal


@pytest.fixture
def market(app) -> Marketplace:
    return make_marketplace(6)


def wish(market: Marketplace, whom: int) -> None:
    wish_for(market.trajectories[0], market.organisations[whom], by=market.coordinators[0])


def names(market: Marketplace) -> list[str]:
    return [each.organisation.name for each in wishes_of(market.trajectories[0].id)]


def test_wishes_stand_in_the_order_in_which_they_came(market):
    for whom in (3, 1, 3):
        wish(market, whom)
    assert names(market) == ["Polderhart", "Brugveld"]


def test_a_sixth_wish_has_no_room(market):
    for whom in range(1, 6):
        wish(market, whom)
    from tests.factories.organisations import make_organisation  # one more, that is not on the market

    with pytest.raises(Refused):
        wish_for(market.trajectories[0], make_organisation("Zesde"), by=market.coordinators[0])
    assert len(names(market)) == 5


def test_a_wish_moves_up_and_down_and_goes(market):
    for whom in (1, 2, 3):
        wish(market, whom)
    us = market.coordinators[0]
    move_wish(wished_for(us, market.organisations[3].id), places=-1, by=us)
    assert names(market) == ["Brugveld", "Polderhart", "Havenlicht"]
    move_wish(wished_for(us, market.organisations[1].id), places=1, by=us)
    assert names(market) == ["Polderhart", "Brugveld", "Havenlicht"]
    remove_wish(wished_for(us, market.organisations[1].id), by=us)
    assert [(each.rank, each.organisation.name) for each in wishes_of(market.trajectories[0].id)] == [
        (1, "Polderhart"), (2, "Havenlicht")
    ]  # fmt: skip


def test_nobody_is_told_of_a_wish_or_a_block(market, outbox):
    wish(market, 1)
    block(market.trajectories[0], market.organisations[2], reason="Rechtszaak", by=market.coordinators[0])
    assert outbox() == []


def test_nobody_wishes_for_another_organisation(market):
    with pytest.raises(NotAllowed):
        wish_for(market.trajectories[0], market.organisations[2], by=market.coordinators[1])
    with pytest.raises(NotAllowed):
        wish_for(market.trajectories[0], market.organisations[2], by=make_actor("reviewer", market.organisations[0]))


def test_nobody_wishes_for_itself(market):
    with pytest.raises(Invalid):
        wish(market, 0)


def test_another_sees_no_wish_of_ours(market):
    wish(market, 1)
    assert wished_for(market.coordinators[2], market.organisations[1].id) is None


def test_wishes_stay_as_they_are_when_the_market_is_closed(market):
    wish(market, 1)
    with unit_of_work():
        market.round.state = RoundState.RUNNING
    with pytest.raises(NotNow):
        wish(market, 2)


def test_a_wish_for_one_with_whom_a_known_conflict_stands_is_refused(market):
    with unit_of_work():
        db.session.add(
            Conflict(
                kind=ConflictKind.SAME_GROUP, severity=Severity.HARD, organisation_id=market.organisations[0].id,
                other_organisation_id=market.organisations[1].id, source=Source.DETECTED, noted_at=clock.now(),
                state_since=clock.now(),
            )
        )  # fmt: skip
    with pytest.raises(Refused, match="Brugveld"):
        wish(market, 1)


def blocks(market: Marketplace) -> list[tuple[str, str]]:
    return [(each.organisation.name, each.reason) for each in blocks_of(market.trajectories[0].id)]


def test_a_block_has_a_reason_that_the_trail_does_not_have(market):
    us = market.coordinators[0]
    block(market.trajectories[0], market.organisations[2], reason=" Wij procederen. ", by=us)
    block(market.trajectories[0], market.organisations[2], reason="Wij procederen nog.", by=us)
    assert blocks(market) == [("Havenlicht", "Wij procederen nog.")]
    trail = db.session.query(AuditEntry).filter(AuditEntry.action == "exclusion.add").all()
    assert {(each.reason, str(each.after)) for each in trail} == {
        ("", str({"organisation": market.organisations[2].id}))
    }  # fmt: skip
    unblock(blocked_for(us, market.organisations[2].id), by=us)
    assert blocks(market) == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_block_needs_a_reason(market, reason):
    with pytest.raises(Invalid):
        block(market.trajectories[0], market.organisations[2], reason=reason, by=market.coordinators[0])


def test_a_block_takes_the_wish_away(market):
    wish(market, 1)
    wish(market, 2)
    block(market.trajectories[0], market.organisations[1], reason="Rechtszaak", by=market.coordinators[0])
    assert names(market) == ["Havenlicht"]
    with pytest.raises(Refused):
        wish(market, 1)


def test_whom_one_asks_or_agreed_with_is_not_blocked_before_that_is_taken_back(market):
    make_proposal(market)
    with pytest.raises(Refused, match="Brugveld"):
        block(market.trajectories[0], market.organisations[1], reason="Toch niet", by=market.coordinators[0])
    make_accepted(market, maker=2, asked=(3,))
    with pytest.raises(Refused, match="Havenlicht"):
        block(market.trajectories[3], market.organisations[2], reason="Toch niet", by=market.coordinators[3])


def test_who_was_asked_may_block_who_asks(market):
    make_proposal(market, maker=1, asked=(0,))
    block(market.trajectories[0], market.organisations[1], reason="Liever niet", by=market.coordinators[0])
    assert blocks(market) == [("Brugveld", "Liever niet")]


def test_another_sees_no_block_of_ours(market):
    block(market.trajectories[0], market.organisations[1], reason="Liever niet", by=market.coordinators[0])
    assert blocked_for(market.coordinators[1], market.organisations[1].id) is None
    assert blocked_for(market.coordinators[0], market.organisations[1].id) is not None
