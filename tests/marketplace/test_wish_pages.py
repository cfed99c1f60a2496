"""The pages of wishes and of whom one would rather not meet; also without JavaScript, and the wrong ways."""

import pytest
from bs4 import BeautifulSoup

from peerreview.core.db import unit_of_work
from peerreview.marketplace.queries import blocks_of, wishes_of
from peerreview.trajectories.lifecycle import TrajectoryState
from tests.factories.accounts import make_actor
from tests.factories.matching import Marketplace, make_marketplace
from tests.factories.organisations import make_organisation
from tests.factories.proposals import make_wish

HERE = "/marketplace/wishes"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def market(app) -> Marketplace:
    return make_marketplace(6)


def names(market: Marketplace) -> list[str]:
    return [each.organisation.name for each in wishes_of(market.trajectories[0].id)]


def of(market: Marketplace, who: int, rest: str = "") -> str:
    return f"{HERE}/{market.organisations[who].id}{rest}"


def test_a_wish_is_chosen_from_the_list_moved_and_removed_without_javascript(market, as_):
    us = as_(market.coordinators[0])
    for who in (1, 2, 3):
        assert us.send(HERE, data={"organisation": market.organisations[who].id}).status_code == 303
    us.send(of(market, 3, "/up"))
    us.send(of(market, 1, "/down"))
    assert names(market) == ["Polderhart", "Brugveld", "Havenlicht"]
    us.send(of(market, 1, "/removal"))
    us.send(of(market, 1, "/removal"))
    assert names(market) == ["Polderhart", "Havenlicht"]


def test_a_wish_from_an_offer_is_one_press(market, as_):
    assert as_(market.executives[0]).send(of(market, 2)).headers["Location"] == HERE
    assert names(market) == ["Havenlicht"]


def test_after_moving_in_place_the_focus_stays_and_the_new_place_is_said(market, as_):
    for rank, who in enumerate((1, 2, 3), start=1):
        make_wish(market, of=0, whom=who, rank=rank)
    answer = as_(market.coordinators[0]).send(of(market, 3, "/up"), headers=HTMX)
    soup = BeautifulSoup(answer.text, "html.parser")
    [focused] = soup.select("[autofocus]")
    assert focused.get_text() == "Hoger: Polderhart"
    assert soup.select_one("[role=status]").get_text(strip=True) == "Polderhart is nu wens 2."
    assert soup.find("h1") is None


def test_the_sixth_wish_is_refused_kindly(market, as_):
    for who in range(1, 6):
        make_wish(market, of=0, whom=who, rank=who)
    with unit_of_work():
        market.add("Zesde", "Assen", 52.9)
    answer = as_(market.coordinators[0]).send(of(market, 6))
    assert answer.status_code == 409
    assert "Jullie hebben al 5 wensen" in answer.text


@pytest.mark.parametrize("organisation", ["", "0", "99999", "x"])
def test_who_is_not_on_the_market_cannot_be_wished_for(market, as_, organisation):
    assert as_(market.coordinators[0]).send(HERE, data={"organisation": organisation}).status_code == 422


def test_whoever_is_elsewhere_does_not_exist_here(market, as_):
    us, elsewhere = as_(market.coordinators[0]), make_organisation("Elders")
    assert us.send(f"{HERE}/{elsewhere.id}").status_code == 404
    assert us.send(f"{HERE}/99999").status_code == 404
    assert us.send(of(market, 0)).status_code == 404
    assert us.send(of(market, 1, "/up")).status_code == 404  # no wish of ours


@pytest.mark.parametrize("role", ["reviewer", "contributor", "secretariat"])
def test_only_who_signs_knows_the_wishes(market, as_, role):
    make_wish(market, of=0, whom=1)
    organisation = None if role == "secretariat" else market.organisations[0]
    client = as_(make_actor(role, organisation))
    assert client.get(HERE).status_code == 403


def test_a_block_is_found_by_name_and_needs_a_reason(market, as_, get):
    us, them = as_(market.coordinators[0]), market.organisations[2]
    assert "Havenlicht" in get(market.coordinators[0], f"{HERE}?q=havenl")
    where = f"/marketplace/blocks/{them.id}"
    assert us.get(where).status_code == 200
    assert us.send(where, data={"reason": " "}).status_code == 422
    assert us.send(where, data={"reason": "Wij procederen"}).status_code == 303
    assert "Wij procederen" in us.get(HERE).text
    assert "Wij procederen" in us.get(where).text
    us.send(f"{where}/removal")
    assert blocks_of(market.trajectories[0].id) == []


def test_also_who_is_not_on_the_market_yet_can_be_blocked(market, as_):
    elsewhere = make_organisation("Elders")
    answer = as_(market.coordinators[0]).send(f"/marketplace/blocks/{elsewhere.id}", data={"reason": "Ruzie"})
    assert answer.status_code == 303


def test_nobody_blocks_itself_or_what_does_not_exist(market, as_):
    us = as_(market.coordinators[0])
    for organisation_id in (market.organisations[0].id, 99999):
        assert us.get(f"/marketplace/blocks/{organisation_id}").status_code == 404


def test_who_is_on_no_market_reads_why_there_is_nothing(market, get):
    with unit_of_work():
        market.trajectories[0].state = TrajectoryState.SCHEDULED
    assert "Nu niet op de marktplaats" in get(market.coordinators[0], HERE)


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_ask_the_same_questions_for_one_and_for_three(market, as_, queries, count):
    for who in range(1, count + 1):
        make_wish(market, of=0, whom=who, rank=who)
    client = as_(market.coordinators[0])
    with queries() as seen:
        client.get(HERE)
    seen.expect(6)


def test_the_secretariat_reads_wishes_and_blocks_with_their_reasons(market, as_, get):
    make_wish(market, of=0, whom=1)
    as_(market.coordinators[0]).send(
        f"/marketplace/blocks/{market.organisations[2].id}", data={"reason": "Wij procederen"}
    )
    where = f"/rounds/{market.round.id}/market"
    assert "Wij procederen" in get(market.secretariat, where)
    assert "Lindenhof;1;Brugveld" in get(market.secretariat, f"{where}/wishes.csv")
    assert "Lindenhof;Havenlicht;Wij procederen" in get(market.secretariat, f"{where}/blocks.csv")
