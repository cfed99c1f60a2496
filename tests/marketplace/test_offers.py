"""Writing an offer, publishing it, taking it back, keeping another's: the services, and what others may know."""

from dataclasses import replace

import pytest

from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.events import _listeners, on
from peerreview.marketplace import queries, services
from peerreview.marketplace.lifecycle import OfferState
from peerreview.marketplace.models import Offer, SavedOffer
from peerreview.marketplace.offering import Content
from peerreview.rounds.lifecycle import RoundState
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from tests.factories.accounts import make_actor
from tests.factories.marketplace import make_offer
from tests.factories.matching import make_marketplace
from tests.factories.selfevaluations import answers_of, make_self_evaluation
from tests.factories.trajectories import make_trajectory


@pytest.fixture
def market(app):
    return make_marketplace(4, state=RoundState.OPEN)


def test_an_offer_begins_with_what_was_signed(market):
    mine = market.trajectories[0]
    mine.learning, mine.strengths, mine.max_travel_minutes = ["C1", "gone"], ["C2"], 45
    db.session.commit()

    offer = services.make_offer(mine, by=market.coordinators[0])

    assert offer.state == OfferState.DRAFT
    content = queries.content_of(offer)
    assert content == Content(
        work_fields=("community",), strengths=("C2",), learning=("C1",), experienced_reviewers=1,
        max_travel_minutes=45, months=(3, 4, 5),
    )  # fmt: skip
    assert services.make_offer(mine, by=market.executives[0]).id == offer.id


def test_what_the_last_offer_said_of_a_partner_comes_back_and_its_norms_do_not(market):
    last = make_marketplace(1, state=RoundState.CLOSED)
    earlier = make_trajectory(last.round, market.organisations[0], state=TrajectoryState.CERTIFIED)
    make_offer(earlier, story="Vorige keer", days=[1, 2], norms=["V1"], partner_fields=["community", "gone"])

    offer = services.make_offer(market.trajectories[0], by=market.coordinators[0])

    assert (offer.story, offer.days, offer.norms, offer.partner_fields) == ("Vorige keer", [1, 2], [], ["community"])


def test_the_self_evaluation_suggests_to_its_own_signers_only(market):
    mine = market.trajectories[0]
    answers = answers_of(make_self_evaluation(mine, filled=True))
    answers[2].rating = OwnRating.PARTLY
    db.session.commit()
    offer = make_offer(mine, norms=[])

    found = queries.offer_for(market.coordinators[0], offer.id)
    suggested = queries.suggested_for(market.coordinators[0], found)
    assert suggested.norms == ("V3",)
    for actor in (make_actor("reviewer", market.organisations[0]), market.coordinators[1], market.secretariat):
        assert queries.suggested_for(actor, queries.offer_for(market.coordinators[0], offer.id)).norms == ()
    assert offer.norms == []  # suggested, never filled in


def test_a_published_offer_is_announced_and_read_by_the_market_only(market):
    told = []
    on("offer.published")(lambda offer, by: told.append((offer.id, by.name)))
    offer = make_offer(market.trajectories[0], state=OfferState.DRAFT)
    stranger = make_marketplace(1, state=RoundState.OPEN).coordinators[0]
    assert queries.offer_for(market.coordinators[1], offer.id) is None

    services.publish_offer(offer, by=market.coordinators[0])

    assert told == [(offer.id, market.coordinators[0].name)]
    _listeners["offer.published"].clear()
    assert queries.offer_for(market.coordinators[1], offer.id) is not None
    assert queries.offer_for(stranger, offer.id) is None
    services.withdraw_offer(offer, by=market.coordinators[0])
    assert queries.offer_for(market.coordinators[1], offer.id) is None
    assert queries.offer_for(market.secretariat, offer.id) is None
    assert queries.offer_for(market.coordinators[0], offer.id) is not None


@pytest.mark.parametrize("state", [TrajectoryState.WITHDRAWN, TrajectoryState.ON_HOLD, TrajectoryState.SCHEDULED])
def test_who_leaves_the_market_is_no_longer_read_there(market, state):
    offer = make_offer(market.trajectories[0])
    market.trajectories[0].state = state
    db.session.commit()
    assert queries.offer_for(market.coordinators[1], offer.id) is None
    with pytest.raises(NotNow):
        services.withdraw_offer(offer, by=market.coordinators[0])


def test_an_offer_is_published_only_with_what_others_need(market):
    offer = make_offer(market.trajectories[0], state=OfferState.DRAFT, learning=[], months=[])
    with pytest.raises(Invalid) as refused:
        services.publish_offer(offer, by=market.coordinators[0])
    assert refused.value.problems == ["learning", "months"]


def test_a_published_offer_cannot_be_emptied(market):
    offer = make_offer(market.trajectories[0])
    emptied = replace(queries.content_of(offer), months=())
    with pytest.raises(Invalid) as refused:
        services.save_offer(offer, content=emptied, version=1, by=market.coordinators[0])
    assert refused.value.problems == ["months"]


def test_codes_of_another_framework_are_refused(market):
    offer = make_offer(market.trajectories[0])
    for strange in ({"norms": ("X9",)}, {"learning": ("X9",)}, {"partner_fields": ("X9",)}):
        content = replace(queries.content_of(offer), **strange)
        with pytest.raises(Invalid):
            services.save_offer(offer, content=content, version=1, by=market.coordinators[0])
    assert db.session.get_one(Offer, offer.id).version == 1


def test_the_second_of_two_writers_gets_both_texts(market):
    offer = make_offer(market.trajectories[0])
    first, second = (replace(queries.content_of(offer), story=text) for text in ("Eerst", "Daarna"))
    services.save_offer(offer, content=first, version=1, by=market.coordinators[0])
    with pytest.raises(StaleVersion) as refused:
        services.save_offer(offer, content=second, version=1, by=market.executives[0])
    assert (refused.value.theirs.story, refused.value.mine.story) == ("Eerst", "Daarna")


def test_saving_the_same_changes_nothing_and_a_draft_is_noted_once(market):
    offer, actor = make_offer(market.trajectories[0]), market.coordinators[0]
    services.save_offer(offer, content=queries.content_of(offer), version=1, by=actor)
    assert offer.version == 1
    for n, text in enumerate(("a", "ab", "abc"), 1):
        content = replace(queries.content_of(offer), story=text)
        services.save_offer(offer, content=content, version=n, by=actor, autosave=True)
    noted = db.session.scalars(
        db.select(AuditEntry).where(AuditEntry.action == "offer.save").order_by(AuditEntry.id)
    ).all()
    assert [entry.after for entry in noted] == [{"fields": ["story"]}]


def test_once_the_matching_begins_offers_stay_as_they_are(market):
    offer, draft = make_offer(market.trajectories[0]), make_offer(market.trajectories[1], state=OfferState.DRAFT)
    market.round.state = RoundState.MATCHING
    db.session.commit()
    acts = (
        lambda: services.save_offer(offer, content=Content(), version=1, by=market.coordinators[0]),
        lambda: services.withdraw_offer(offer, by=market.coordinators[0]),
        lambda: services.publish_offer(draft, by=market.coordinators[1]),
        lambda: services.make_offer(market.trajectories[2], by=market.coordinators[2]),
    )
    for act in acts:
        with pytest.raises(NotNow):
            act()
    assert queries.offer_for(market.coordinators[1], offer.id) is not None


def test_keeping_twice_is_once_and_letting_go_twice_is_nothing(market):
    offer, actor = make_offer(market.trajectories[1]), market.coordinators[0]
    for _twice in range(2):
        services.keep_offer(offer, by=actor)
    assert len(db.session.scalars(db.select(SavedOffer)).all()) == 1
    for _twice in range(2):
        services.let_go_offer(offer, by=actor)
    assert db.session.scalars(db.select(SavedOffer)).all() == []


def test_the_matching_reads_a_published_offer(market):
    make_offer(market.trajectories[0], max_travel_minutes=30, learning=["C2"])
    make_offer(market.trajectories[1], state=OfferState.DRAFT, max_travel_minutes=30)
    looking = db.select(Trajectory).where(Trajectory.round_id == market.round.id)
    rows = queries.rows_of(looking, market.round, market.round.signup_opens_on)
    assert {row["name"]: row["max_travel_minutes"] for row in rows}["Lindenhof"] == 30
    assert {row["name"]: row["max_travel_minutes"] for row in rows}["Brugveld"] == 90
