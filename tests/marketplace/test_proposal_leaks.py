"""Tried as an organisation: what others block, wish, declared, ask each other and agreed shows nowhere, byte for byte."""

import re
from collections.abc import Callable

import pytest

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.db import db, unit_of_work
from peerreview.impartiality.lifecycle import ConflictKind, Severity, Source
from peerreview.impartiality.models import Conflict
from peerreview.marketplace.models import Proposal
from peerreview.marketplace.services import block, decline, save_answer
from tests.factories.accounts import make_actor
from tests.factories.marketplace import make_offer
from tests.factories.matching import Marketplace, make_marketplace
from tests.factories.proposals import make_accepted, make_proposal, make_wish, place_in

pytestmark = pytest.mark.twin_worlds

US, THEM, OTHER, LAST = 0, 1, 2, 3
TOKEN = re.compile(r'name="csrf_token"[^>]*value="[^"]*"|"X-CSRFToken": "[^"]*"')


@pytest.fixture
def market(app) -> Marketplace:
    made = make_marketplace(6)
    for each in made.trajectories:
        make_offer(each)
    return made


def make_conflict(market: Marketplace, source: Source, declared_for: int | None, kind: ConflictKind) -> None:
    of = market.organisations
    with unit_of_work():
        db.session.add(
            Conflict(
                kind=kind, severity=Severity.HARD, organisation_id=of[THEM].id, other_organisation_id=of[US].id,
                source=source, noted_at=clock.now(), state_since=clock.now(),
                declared_for_id=None if declared_for is None else of[declared_for].id,
            )
        )  # fmt: skip


def _blocks_us(market: Marketplace) -> None:
    block(market.trajectories[THEM], market.organisations[US], reason="Geheim", by=market.coordinators[THEM])


def _wishes_for_us(market: Marketplace) -> None:
    make_wish(market, of=THEM, whom=US)


def _wishes_for_others(market: Marketplace) -> None:
    make_wish(market, of=THEM, whom=OTHER)


def _declared_a_conflict_with_us(market: Marketplace) -> None:
    make_conflict(market, Source.DECLARED, THEM, ConflictKind.MERGER_TALKS)


def _secretariat_registered_one(market: Marketplace) -> None:
    make_conflict(market, Source.REGISTERED, None, ConflictKind.OPEN_DISPUTE)


def _asks_others(market: Marketplace) -> None:
    make_proposal(market, maker=THEM, asked=(OTHER,))
    make_proposal(market, maker=LAST, asked=(THEM, OTHER))


def _was_declined_elsewhere(market: Marketplace) -> None:
    proposal = make_proposal(market, maker=THEM, asked=(OTHER,))
    decline(place_in(proposal, market, OTHER), reason="Geheim", message="Nee", by=market.coordinators[OTHER])


def _has_a_partner(market: Marketplace) -> None:
    make_accepted(market, maker=THEM, asked=(OTHER,))


SECRETS = [
    _blocks_us, _wishes_for_us, _wishes_for_others, _declared_a_conflict_with_us, _secretariat_registered_one,
    _asks_others, _was_declined_elsewhere, _has_a_partner,
]  # fmt: skip


def pages_of(market: Marketplace, get: Callable[..., str], who: Actor) -> dict[str, str]:
    """Every page of ours on which others stand, without its tokens."""
    them, other = market.organisations[THEM].id, market.organisations[OTHER].id
    here = ["/", "/marketplace", "/marketplace/proposals"]
    if who.role in ("coordinator", "executive"):
        here += [
            "/marketplace/wishes",
            "/marketplace/wishes?q=brug",
            f"/marketplace/blocks/{them}",
            f"/marketplace/proposals/new?member={them}",
            f"/marketplace/proposals/new?member={other}&member={them}",
        ]
    here += [f"/marketplace/proposals/{each.id}" for each in _ours(market)]
    return {path: TOKEN.sub("", get(who, path)) for path in here}


def _ours(market: Marketplace) -> list[Proposal]:
    mine = market.trajectories[US].id
    return [each for each in db.session.query(Proposal).order_by(Proposal.id) if each.trajectory_id == mine]


@pytest.mark.parametrize("role", ["coordinator", "reviewer"])
@pytest.mark.parametrize("secret", SECRETS)
def test_no_page_of_ours_changes_by_a_secret_of_another(market, get, at, secret, role):
    with at("2027-01-11 10:00"):
        us = market.coordinators[US] if role == "coordinator" else make_actor(role, market.organisations[US])
        before = pages_of(market, get, us)
        secret(market)
        after = pages_of(market, get, us)
    assert after == before


@pytest.mark.parametrize("secret", [each for each in SECRETS if each is not _has_a_partner])
def test_no_page_changes_either_while_they_have_our_proposal(market, get, at, secret):
    with at("2027-01-11 10:00"):
        make_proposal(market, maker=US, asked=(THEM,))
        us = market.coordinators[US]
        before = pages_of(market, get, us)
        secret(market)
        after = pages_of(market, get, us)
    assert after == before


def test_an_answer_that_they_began_shows_nowhere(market, get, at):
    with at("2027-01-11 10:00"):
        proposal = make_proposal(market, maker=US, asked=(THEM,))
        before = pages_of(market, get, market.coordinators[US])
        mine = place_in(proposal, market, THEM)
        by = market.coordinators[THEM]
        save_answer(mine, message="Concept", reason="Liever niet", version=mine.version, by=by)
        assert pages_of(market, get, market.coordinators[US]) == before


@pytest.mark.parametrize("secret", SECRETS)
def test_asking_and_wishing_answer_the_same(market, as_, get, outbox, at, secret):
    with at("2027-01-11 10:00"):
        secret(market)
        letters = len(outbox())
        us, them = as_(market.coordinators[US]), market.organisations[THEM].id
        wished = us.send(f"/marketplace/wishes/{them}")
        asked = us.send("/marketplace/proposals", data={"member": them, "message": "Zullen we?"})
        assert (wished.status_code, asked.status_code) == (303, 303)
        shown = get(market.coordinators[US], asked.headers["Location"])
        assert "Jullie voorstel is verstuurd." in shown
        told = outbox()[letters:]
        assert [each.kind for each in told] == ["proposal.asked"] * 2
        assert {each.recipient_name for each in told} == {"Samira van Brugveld", "Koen van Brugveld"}


def test_who_has_a_partner_and_declines_later_reads_as_anybody_who_declines(market, get, at):
    with at("2027-01-11 10:00"):
        first = make_proposal(market, maker=US, asked=(OTHER,))
        decline(place_in(first, market, OTHER), reason="Te ver", message="", by=market.coordinators[OTHER])
        second = make_proposal(market, maker=US, asked=(THEM,))
        make_accepted(market, maker=THEM, asked=(LAST,))  # ends ours by itself
        us = market.coordinators[US]
        by_hand, by_itself = (get(us, f"/marketplace/proposals/{each.id}") for each in (first, second))
        for text in ("Wie antwoordde wat?", "wil liever niet"):
            assert (text in by_hand, text in by_itself) == (True, True)

        def bare(html: str, proposal: Proposal, name: str, place: str, km: str) -> str:
            html = TOKEN.sub("", html).replace(f"proposals/{proposal.id}", "").replace(name, "X").replace(place, "P")
            return re.sub(r"\d+ km", "km", re.sub(r'<ul class="pr-why">.*?</ul>', "", html, flags=re.DOTALL))

        assert bare(by_hand, first, "Havenlicht", "Kampen", "") == bare(by_itself, second, "Brugveld", "Zwolle", "")


def test_a_letter_to_us_never_says_with_whom_they_went(market, outbox):
    make_proposal(market, maker=US, asked=(THEM,))
    make_proposal(market, maker=THEM, asked=(US, LAST))
    make_accepted(market, maker=OTHER, asked=(THEM,))
    ours = [each.subject + each.body for each in outbox() if "Lindenhof" in each.recipient_name]
    assert len(ours) == 6  # two who sign: asked for a ring, that it ended, and that ours was declined
    assert not any("Havenlicht" in each for each in ours)
