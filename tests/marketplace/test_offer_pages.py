"""The pages of the marketplace: list, map, an offer, two side by side, the form; and the wrong ways."""

import re

import pytest
from bs4 import BeautifulSoup

from peerreview.core import clock
from peerreview.core.db import db
from peerreview.impartiality.lifecycle import ConflictKind, Severity, Source
from peerreview.impartiality.models import Conflict
from peerreview.marketplace import services
from peerreview.marketplace.lifecycle import OfferState
from peerreview.marketplace.models import Offer, SavedOffer
from peerreview.rounds.lifecycle import RoundState
from peerreview.trajectories.models import Exclusion
from tests.factories.accounts import make_actor
from tests.factories.marketplace import make_offer
from tests.factories.matching import make_marketplace
from tests.factories.organisations import make_organisation
from tests.factories.proposals import make_accepted, make_proposal, make_wish
from tests.factories.selfevaluations import answers_of, make_self_evaluation

FIELDS = {
    "work_fields": ["community"], "strengths": ["C2"], "experienced_reviewers": "1", "reviews": "1",
    "learning": ["C1"], "partner_size": "any", "partner_experience": "any", "max_travel_minutes": "90",
    "months": ["3", "4", "5"], "story": "Wij zijn net gefuseerd.",
}  # fmt: skip


@pytest.fixture
def market(app):
    made = make_marketplace(4, state=RoundState.OPEN)
    made.offers = [make_offer(each, story=f"Verhaal {n}") for n, each in enumerate(made.trajectories)]
    return made


def names(text):
    return [each.get_text() for each in BeautifulSoup(text, "html.parser").select("#offers h3")]


def test_a_coordinator_sees_who_fits_best_on_top(market, get):
    text = get(market.coordinators[0], "/marketplace")
    assert names(text) == ["Brugveld", "Havenlicht", "Polderhart"]
    assert "3 organisaties zoeken een partner" in text
    assert "Het dichtst bij" in text


@pytest.mark.parametrize(("others", "address"), [(1, ""), (3, ""), (1, "?view=map"), (3, "?view=map")])
def test_the_list_asks_the_same_few_questions_however_long_it_is(app, get, queries, others, address):
    market = make_marketplace(1 + others, state=RoundState.OPEN)
    for each in market.trajectories:
        make_offer(each)
    get(market.coordinators[0], "/marketplace")
    with queries() as seen:
        assert len(names(get(market.coordinators[0], f"/marketplace{address}"))) == others
    seen.expect(10)


@pytest.mark.parametrize("others", [1, 3])
def test_the_secretariats_list_asks_the_same_few_questions(app, get, queries, others):
    market = make_marketplace(others, state=RoundState.OPEN)
    for each in market.trajectories:
        make_offer(each)
    with queries() as seen:
        get(market.secretariat, "/marketplace")
    seen.expect(7)


def test_the_choice_works_without_and_with_htmx(market, get):
    far = get(market.coordinators[0], "/marketplace?minutes=15")
    assert names(far) == ["Brugveld"]
    assert "Toon de 2 andere, verder weg dan 15 minuten" in far
    part = get(market.coordinators[0], "/marketplace?minutes=any", headers={"HX-Request": "true"})
    assert "<html" not in part
    assert part.count("<h3") == 3


@pytest.mark.parametrize("odd", ["minutes=-1", "minutes=x", "month=99999999999", "size=%00", "page=0", "field=%27"])
def test_an_odd_address_breaks_nothing(market, get, odd):
    assert "Wie past bij ons?" in get(market.coordinators[0], f"/marketplace?{odd}")


def test_who_is_on_no_market_reads_how_to_come_there(app, get):
    assert "Nu niet op de marktplaats" in get(make_actor("coordinator", make_organisation()), "/marketplace")


def test_without_an_offer_the_next_step_is_to_make_one(app, as_, get):
    market = make_marketplace(2, state=RoundState.OPEN)
    assert "Maak ons aanbod" in get(market.coordinators[0], "/marketplace")
    assert "Maak ons aanbod" not in get(make_actor("reviewer", market.organisations[0]), "/marketplace")
    answer = as_(market.coordinators[0]).send("/marketplace/offers")
    offer = db.session.scalars(db.select(Offer)).one()
    assert answer.headers["Location"].endswith(f"/marketplace/offers/{offer.id}/edit")
    page = get(market.coordinators[0], f"/marketplace/offers/{offer.id}/edit")
    assert "Publiceer ons aanbod" in page


def test_an_offer_is_written_published_and_taken_back(market, as_, get):
    offer = market.offers[0]
    client, path = as_(market.coordinators[0]), f"/marketplace/offers/{offer.id}"
    assert client.send(f"{path}/withdrawal").status_code == 303
    assert client.send(f"{path}/edit", {**FIELDS, "version": "2", "publish": "1"}).status_code == 303
    shown = get(market.coordinators[1], path)
    assert "Wij zijn net gefuseerd." in shown
    assert "Vraag als partner" in shown


def test_typing_is_kept_and_a_name_in_it_is_remarked(market, as_):
    path = f"/marketplace/offers/{market.offers[0].id}/edit"
    typed = {**FIELDS, "version": "1", "autosave": "1", "story": "Bel met Karin op 06-12345678"}
    answer = as_(market.coordinators[0]).send(path, typed, headers={"HX-Request": "true"})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert 'data-version="2"' in text
    assert "Karin" in text
    assert "06-12345678" in text


def test_a_stale_version_shows_both_texts(market, as_):
    path = f"/marketplace/offers/{market.offers[0].id}/edit"
    as_(market.executives[0]).send(path, {**FIELDS, "version": "1", "story": "Van de bestuurder"})
    for extra, headers in (({}, {}), ({"autosave": "1"}, {"HX-Request": "true"})):
        typed = {**FIELDS, "version": "1", "story": "Van de coördinator", **extra}
        answer = as_(market.coordinators[0]).send(path, typed, headers=headers)
        assert answer.status_code == 409
        assert "Van de bestuurder" in answer.get_data(as_text=True)
        assert "Van de coördinator" in answer.get_data(as_text=True)


def test_wrong_input_is_said_and_nothing_is_lost(market, as_):
    path = f"/marketplace/offers/{market.offers[0].id}/edit"
    for wrong in ({"experienced_reviewers": "veel"}, {"learning": ["X9"]}, {"months": ["13"]}, {"months": []}):
        answer = as_(market.coordinators[0]).send(path, {**FIELDS, "version": "1", **wrong})
        assert answer.status_code == 422, wrong
        assert "Wij zijn net gefuseerd." in answer.get_data(as_text=True)
    assert db.session.get_one(Offer, market.offers[0].id).version == 1


def test_publishing_without_what_others_need_says_what_is_missing(market, as_):
    draft = market.offers[0]
    services.withdraw_offer(draft, by=market.coordinators[0])
    answer = as_(market.coordinators[0]).send(
        f"/marketplace/offers/{draft.id}/edit", {**FIELDS, "version": "2", "learning": [], "publish": "1"}
    )
    assert answer.status_code == 422
    assert "Kies een competentie of een norm" in answer.get_data(as_text=True)
    assert db.session.get_one(Offer, draft.id).state == OfferState.WITHDRAWN


def test_publishing_twice_is_refused_kindly(market, as_):
    answer = as_(market.coordinators[0]).send(f"/marketplace/offers/{market.offers[0].id}/publication")
    assert answer.status_code == 409
    assert "staat al op de marktplaats" in answer.get_data(as_text=True)


def test_once_the_matching_begins_the_form_leads_to_what_stands(market, as_, get):
    market.round.state = RoundState.MATCHING
    db.session.commit()
    path = f"/marketplace/offers/{market.offers[0].id}"
    assert as_(market.coordinators[0]).get(f"{path}/edit").headers["Location"].endswith(path)
    assert as_(market.coordinators[0]).send(f"{path}/edit", {**FIELDS, "version": "1"}).status_code == 409
    assert "verandert niet meer" in get(market.coordinators[0], "/marketplace")


def test_who_may_write_read_and_not_know(market, as_):
    offer = market.offers[0].id
    reviewer, contributor = (make_actor(role, market.organisations[0]) for role in ("reviewer", "contributor"))
    for actor in (reviewer, contributor):
        assert as_(actor).get(f"/marketplace/offers/{offer}").status_code == 200
        assert as_(actor).get(f"/marketplace/offers/{offer}/edit").status_code == 403
        assert as_(actor).send(f"/marketplace/offers/{market.offers[1].id}/saved").status_code == 403
    assert as_(market.coordinators[1]).get(f"/marketplace/offers/{offer}/edit").status_code == 403
    stranger = make_actor("coordinator", make_marketplace(1, state=RoundState.OPEN).organisations[0])
    for path in (f"/marketplace/offers/{offer}", f"/marketplace/offers/{offer}/edit", "/marketplace/offers/999999"):
        assert as_(stranger).get(path).status_code == 404
    assert as_(make_actor("oversight")).get("/marketplace").status_code == 403


def test_a_suggested_norm_is_one_tick_away_and_not_ticked(market, get):
    answers = answers_of(make_self_evaluation(market.trajectories[0], filled=True))
    answers[2].rating = "partly"
    db.session.commit()
    page = BeautifulSoup(get(market.coordinators[0], f"/marketplace/offers/{market.offers[0].id}/edit"), "html.parser")
    boxes = page.select("input[name=norms]")
    assert len(boxes) == 3
    assert [box for box in boxes if box.has_attr("checked")] == []
    [legend] = [each for each in page.select("legend") if each.get_text() == "Normen uit jullie zelfevaluatie"]
    assert [box["value"] for box in legend.parent.select("input")] == ["V3"]


def test_two_offers_are_kept_and_laid_side_by_side(market, as_, get):
    client, two = as_(market.coordinators[0]), [offer.id for offer in market.offers[1:3]]
    for number in two:
        assert client.send(f"/marketplace/offers/{number}/saved").status_code == 303
    assert len(names(get(market.coordinators[0], "/marketplace?kept=1"))) == 2
    choose = get(market.coordinators[0], "/marketplace/compare")
    assert re.findall(r'name="offer" value="(\d+)"', choose) == [str(number) for number in two]
    text = get(market.coordinators[0], f"/marketplace/compare?offer={two[0]}&offer={two[1]}")
    assert "Brugveld naast Havenlicht." in text
    fragment = client.send(f"/marketplace/offers/{two[0]}/saved/removal", headers={"HX-Request": "true"})
    assert "Bewaar" in fragment.get_data(as_text=True)
    assert len(db.session.scalars(db.select(SavedOffer)).all()) == 1


def test_what_one_may_not_know_cannot_be_compared(market, as_):
    draft, mine = market.offers[1], market.offers[0]
    services.withdraw_offer(draft, by=market.coordinators[1])
    pages = []
    for number in (draft.id, 999_999, mine.id):
        answer = as_(market.coordinators[0]).get(f"/marketplace/compare?offer={market.offers[2].id}&offer={number}")
        assert answer.status_code == 404
        pages.append(re.sub(rf"(offer(?:=|%3D)){number}\b", r"\1N", bare(answer.get_data(as_text=True))))
    assert pages[0] == pages[1] == pages[2]


def conflict(market, one, other, source, **fields):
    made = Conflict(
        kind=ConflictKind.SHARED_DIRECTOR, severity=Severity.HARD, organisation_id=market.organisations[one].id,
        other_organisation_id=market.organisations[other].id, source=source, noted_at=clock.now(),
        state_since=clock.now(), **fields,
    )  # fmt: skip
    db.session.add(made)
    db.session.commit()


def test_a_conflict_that_we_know_of_shows_with_its_reason_and_no_button(market, get):
    conflict(market, 0, 1, Source.DETECTED)
    text = get(market.coordinators[0], f"/marketplace/offers/{market.offers[1].id}")
    assert "Kan niet samen" in text
    assert "/conflicts" in text
    assert "Vraag als partner" not in text
    assert names(get(market.coordinators[0], "/marketplace"))[-1] == "Brugveld"


def test_what_the_organisation_keeps_to_itself_its_reviewers_do_not_read(market, get):
    reviewer = make_actor("reviewer", market.organisations[0])
    before = [bare(get(reviewer, path)) for path in paths(market)]
    db.session.add(Exclusion(trajectory_id=market.trajectories[0].id, organisation_id=market.organisations[1].id))
    db.session.commit()
    make_wish(market, of=0, whom=2)
    services.keep_offer(market.offers[3], by=market.coordinators[0])
    assert [bare(get(reviewer, path)) for path in paths(market)] == before
    assert "liever niet" in get(market.coordinators[0], "/marketplace")


def paths(market):
    numbers = [offer.id for offer in market.offers]
    return [
        "/marketplace", "/marketplace?minutes=any", "/marketplace?view=map", "/marketplace?seek=1", "/marketplace?page=2",
        *(f"/marketplace/offers/{number}" for number in numbers),
        f"/marketplace/compare?offer={numbers[1]}&offer={numbers[2]}", "/marketplace/compare",
    ]  # fmt: skip


def bare(text):
    """A page without its tokens, which differ at each request."""
    text = re.sub(r'name="csrf_token"([^>]*)value="[^"]+"', r'name="csrf_token"\1', text)
    return re.sub(r'"X-CSRFToken": "[^"]+"', "", text)


def _they_block_us(market):
    db.session.add(Exclusion(trajectory_id=market.trajectories[1].id, organisation_id=market.organisations[0].id))
    db.session.commit()


def _they_declare_a_conflict(market):
    conflict(market, 1, 0, Source.DECLARED, declared_for_id=market.organisations[1].id)


def _the_secretariat_registers_one(market):
    conflict(market, 1, 0, Source.REGISTERED)


SECRETS = {
    "block": _they_block_us,
    "declared conflict": _they_declare_a_conflict,
    "registered conflict": _the_secretariat_registers_one,
    "wish": lambda market: make_wish(market, of=1, whom=0),
    "wish for another": lambda market: make_wish(market, of=1, whom=2),
    "proposal to another": lambda market: make_proposal(market, maker=1, asked=(2,)),
    "locked with another": lambda market: make_accepted(market, maker=1, asked=(2,)),
    "kept": lambda market: services.keep_offer(market.offers[0], by=market.coordinators[1]),
    "conflict of two others": lambda market: conflict(market, 1, 2, Source.DETECTED),
}


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_of_what_others_keep_to_themselves_can_be_noticed(market, as_, at, secret):
    with at("2027-01-11 10:00"):
        client = as_(market.coordinators[0])
        before = [
            (answer.status_code, bare(answer.get_data(as_text=True))) for answer in map(client.get, paths(market))
        ]
        SECRETS[secret](market)
        after = [(answer.status_code, bare(answer.get_data(as_text=True))) for answer in map(client.get, paths(market))]
    assert after == before


def test_a_proposal_to_us_is_told_where_their_offer_stands(market, get):
    made = make_proposal(market, maker=1, asked=(0,))
    text = get(market.coordinators[0], "/marketplace")
    assert "Zij vragen jullie" in text
    assert f"/marketplace/proposals/{made.id}" in text


def test_the_secretariat_sees_who_is_on_the_market_and_reads_what_is_published(market, get, as_):
    draft = market.offers[3]
    services.withdraw_offer(draft, by=market.coordinators[3])
    text = get(market.secretariat, "/marketplace")
    assert "Van de marktplaats gehaald" in text
    assert f"/marketplace/offers/{draft.id}" not in text
    assert "Vraag als partner" not in get(market.secretariat, f"/marketplace/offers/{market.offers[0].id}")
    assert as_(market.secretariat).get(f"/marketplace/offers/{draft.id}").status_code == 404
