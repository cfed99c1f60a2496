"""The pages on which organisations ask, answer and take back; and the wrong ways."""

import re

import pytest
from bs4 import BeautifulSoup

from peerreview.core import clock
from peerreview.core.db import db, unit_of_work
from peerreview.impartiality.lifecycle import ConflictKind, Severity, Source
from peerreview.impartiality.models import Conflict
from peerreview.marketplace.lifecycle import ProposalState, ReplyState
from peerreview.marketplace.models import Proposal
from peerreview.marketplace.queries.proposals import proposal_of
from peerreview.marketplace.services import decline, save_answer
from peerreview.trajectories.lifecycle import TrajectoryState
from tests.factories.accounts import make_actor
from tests.factories.marketplace import make_offer
from tests.factories.matching import Marketplace, make_marketplace
from tests.factories.proposals import make_accepted, make_proposal, place_in

NEW = "/marketplace/proposals/new"
ALL = "/marketplace/proposals"


@pytest.fixture
def market(app) -> Marketplace:
    made = make_marketplace(4)
    for each in made.trajectories:
        make_offer(each)
    return made


def text_of(html: str) -> str:
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split()).replace("\u00a0", " ")


def address(proposal: Proposal, rest: str = "") -> str:
    return f"/marketplace/proposals/{proposal.id}{rest}"


def bare(html: str) -> str:
    """A page without what differs at every asking: tokens, and the address asked for."""
    return re.sub(r'(name="csrf_token"[^>]*|X-CSRFToken[^}]*|/marketplace/proposals/\d+[^"]*)', "", html)


def given(market: Marketplace, proposal: Proposal, who: int = 1, **more: object) -> dict[str, object]:
    """An answer as the form sends it."""
    version = place_in(proposal, market, who).version
    return {"version": version, "choice": "yes", "no_ties": "y", "message": "", "reason": "", **more}


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_a_coordinator_asks_another_after_seeing_how_they_fit(market, as_, outbox):
    us, them = as_(market.coordinators[0]), market.organisations[1]
    page = us.get(NEW, query_string={"member": them.id})
    assert "Vragen jullie Brugveld?" in text_of(page.text)
    sent = us.send(ALL, data={"member": them.id, "message": "Zullen we?"})
    [proposal] = db.session.query(Proposal).all()
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/marketplace/proposals/{proposal.id}?sent=1")
    assert "Jullie voorstel is verstuurd." in text_of(us.get(sent.headers["Location"]).text)
    assert len(outbox()) == 2


def test_a_ring_is_shown_in_its_order_before_it_is_asked(market, get):
    members = {"member": [market.organisations[n].id for n in (3, 1)]}
    shown = text_of(get(market.coordinators[0], NEW, query_string=members))
    assert "Jullie toetsen Polderhart" in shown
    assert "Polderhart toetst Brugveld" in shown
    assert "Brugveld toetst jullie" in shown
    assert "Vraag deze 2 organisaties" in shown


def test_a_question_without_a_word_is_not_sent(market, as_):
    answer = as_(market.coordinators[0]).send(ALL, data={"member": market.organisations[1].id, "message": " "})
    assert answer.status_code == 422
    assert "Schrijf een paar woorden" in answer.text
    assert db.session.query(Proposal).count() == 0


@pytest.mark.parametrize("member", ["", "999999", "x"])
def test_who_is_not_on_the_market_cannot_be_chosen(market, as_, member):
    answer = as_(market.coordinators[0]).send(ALL, data={"member": member, "message": "Zullen we?"})
    assert answer.status_code == 422
    assert "Zullen we?" in answer.text


def test_looking_how_they_fit_keeps_what_was_typed_and_asks_nobody(market, as_, outbox):
    data = {"member": market.organisations[1].id, "message": "Zullen we?", "look": "1"}
    shown = as_(market.coordinators[0]).send(ALL, data=data)
    assert shown.status_code == 200
    assert "Zullen we?" in shown.text
    assert "Vragen jullie Brugveld?" in text_of(shown.text)
    assert outbox() == []


def test_asking_twice_makes_one_proposal(market, as_):
    us, data = as_(market.coordinators[0]), {"member": market.organisations[1].id, "message": "Zullen we?"}
    assert us.send(ALL, data=data).headers["Location"] == us.send(ALL, data=data).headers["Location"]


@pytest.mark.parametrize("role", ["reviewer", "contributor"])
def test_who_only_looks_does_not_ask(market, as_, role):
    client = as_(make_actor(role, market.organisations[0]))
    assert client.get(NEW).status_code == 403
    assert client.send(ALL, data={"member": market.organisations[1].id, "message": "x"}).status_code == 403


def test_whom_a_known_conflict_keeps_apart_has_no_button_and_the_reason_in_words(market, as_):
    with unit_of_work():
        db.session.add(
            Conflict(
                kind=ConflictKind.SHARED_DIRECTOR, severity=Severity.HARD, organisation_id=market.organisations[0].id,
                other_organisation_id=market.organisations[1].id, source=Source.DETECTED, noted_at=clock.now(),
                state_since=clock.now(),
            )
        )  # fmt: skip
    us, member = as_(market.coordinators[0]), {"member": market.organisations[1].id}
    page = us.get(NEW, query_string=member).text
    assert "Kan niet samen" in text_of(page)
    assert 'id="ask"' not in page
    assert '/question">Klopt dat niet meer? Laat het ons weten</a>' in page
    refused = us.send(ALL, data={**member, "message": "Toch?"})
    assert refused.status_code == 409
    assert "Tussen jullie en Brugveld is een belangenverstrengeling" in text_of(refused.text)


def test_the_first_of_the_round_may_not_be_asked_by_who_has_no_place_on_a_market(market, as_):
    with unit_of_work():
        market.trajectories[0].state = TrajectoryState.SCHEDULED
    assert as_(market.coordinators[0]).get(NEW).status_code == 409


# --- One proposal ----------------------------------------------------------------------------------------------------


def test_who_is_asked_reads_the_message_and_answers(market, as_, outbox):
    proposal = make_proposal(market, message="Dag Samira, zullen we bij elkaar kijken?")
    them = as_(market.coordinators[1])
    shown = text_of(them.get(address(proposal)).text)
    assert "Lindenhof vraagt jullie als partner" in shown
    assert "Dag Samira, zullen we bij elkaar kijken?" in shown
    assert "Kennen jullie elkaar?" in shown
    answered = them.send(address(proposal, "/answer"), data=given(market, proposal, message="Wat leuk!"))
    assert answered.status_code == 303
    assert proposal_of(proposal.id).state == ProposalState.ACCEPTED
    assert "Afgesproken met Brugveld" in text_of(as_(market.coordinators[0]).get(address(proposal)).text)
    assert "Wat leuk!" in as_(market.coordinators[0]).get(address(proposal)).text


def test_sending_the_answer_twice_is_one_answer(market, as_, outbox):
    proposal = make_proposal(market)
    them, data = as_(market.coordinators[1]), given(market, proposal)
    them.send(address(proposal, "/answer"), data=data)
    letters = len(outbox())
    assert them.send(address(proposal, "/answer"), data=data).status_code == 409
    assert len(outbox()) == letters


def test_yes_asks_first_what_ties_us(market, as_):
    proposal = make_proposal(market)
    them = as_(market.coordinators[1])
    for ties in ({"no_ties": ""}, {"no_ties": "y", "ties": f"{market.organisations[0].id}-subcontracting"}):
        data = {name: value for name, value in given(market, proposal, **ties).items() if value != ""}
        answer = them.send(address(proposal, "/answer"), data=data)
        assert answer.status_code == 422
        assert "Niets hiervan" in answer.text
    assert proposal_of(proposal.id).state == ProposalState.OPEN


def test_a_soft_tie_is_told_to_the_secretariat_and_the_yes_counts(market, as_, get):
    proposal = make_proposal(market)
    data = given(market, proposal, ties=f"{market.organisations[0].id}-subcontracting", reason="Training mantelzorg")
    del data["no_ties"]
    assert as_(market.coordinators[1]).send(address(proposal, "/answer"), data=data).status_code == 303
    [conflict] = db.session.query(Conflict).all()
    assert (conflict.kind, conflict.note, conflict.source) == (
        ConflictKind.SUBCONTRACTING, "Training mantelzorg", Source.DECLARED
    )  # fmt: skip
    assert proposal_of(proposal.id).state == ProposalState.ACCEPTED
    assert "Training mantelzorg" not in get(market.coordinators[0], address(proposal))


def test_a_hard_tie_is_kept_and_the_yes_refused_in_words(market, as_):
    proposal = make_proposal(market)
    data = given(market, proposal, ties=f"{market.organisations[0].id}-shared_director", message="Jammer maar helaas")
    del data["no_ties"]
    answer = as_(market.coordinators[1]).send(address(proposal, "/answer"), data=data)
    assert answer.status_code == 409
    assert "Tussen jullie en Lindenhof is een belangenverstrengeling" in text_of(answer.text)
    assert "Jammer maar helaas" in answer.text
    assert [each.kind for each in db.session.query(Conflict)] == [ConflictKind.SHARED_DIRECTOR]
    assert proposal_of(proposal.id).state == ProposalState.OPEN


def test_in_a_ring_each_tie_is_with_one_of_the_others(market, as_):
    proposal = make_proposal(market, asked=(1, 2))
    shown = as_(market.coordinators[1]).get(address(proposal)).text
    assert "Kennen jullie Havenlicht?" in shown
    assert "Kennen jullie Lindenhof?" in shown
    stranger = given(market, proposal, ties=f"{market.organisations[3].id}-subcontracting")
    del stranger["no_ties"]
    assert as_(market.coordinators[1]).send(address(proposal, "/answer"), data=stranger).status_code == 422
    assert db.session.query(Conflict).count() == 0


def test_perhaps_keeps_it_open_and_the_text(market, as_, outbox):
    proposal, before = make_proposal(market), len(outbox())
    them = as_(market.coordinators[1])
    data = given(market, proposal, choice="perhaps", message="We denken erover na.")
    answered = them.send(address(proposal, "/answer"), data=data)
    assert answered.headers["Location"].endswith("?answered=perhaps")
    assert "We denken erover na." in them.get(address(proposal)).text
    assert "We denken erover na." not in as_(market.coordinators[0]).get(address(proposal)).text
    assert (proposal_of(proposal.id).state, len(outbox())) == (ProposalState.OPEN, before)


def test_why_one_declined_stands_on_no_page_of_who_asked(market, as_, get):
    proposal = make_proposal(market)
    data = given(market, proposal, choice="no", reason="Hun bestuurder is mijn neef", message="Een andere keer")
    as_(market.coordinators[1]).send(address(proposal, "/answer"), data=data)
    theirs = get(market.coordinators[0], address(proposal))
    assert "Een andere keer" in theirs
    assert "neef" not in theirs + get(market.coordinators[0], ALL)
    for reader in (market.coordinators[1], market.executives[1], market.secretariat):
        assert "Hun bestuurder is mijn neef" in get(reader, address(proposal))


def test_a_draft_reason_is_nobodys_but_ones_own(market, get):
    proposal = make_proposal(market)
    mine = place_in(proposal, market, 1)
    save_answer(mine, message="Concept A", reason="Concept B", version=mine.version, by=market.coordinators[1])
    assert "Concept A" in get(market.executives[1], address(proposal))
    for reader in (market.coordinators[0], market.secretariat):
        page = get(reader, address(proposal))
        assert "Concept A" not in page
        assert "Concept B" not in page
    assert "Concept B" not in get(market.secretariat, f"/rounds/{market.round.id}/market")


def test_an_answer_is_saved_while_it_is_written(market, as_):
    proposal = make_proposal(market)
    them = as_(market.coordinators[1])
    data = {**given(market, proposal, message="Wat le"), "autosave": "1"}
    saved = them.send(address(proposal, "/answer"), data=data, headers={"HX-Request": "true"})
    assert saved.status_code == 200
    [version] = re.findall(r'id="saved-answer" data-version="(\d+)"', saved.text)
    assert (place_in(proposal, market, 1).message, place_in(proposal, market, 1).version) == ("Wat le", int(version))
    assert 'name="message"' not in saved.text


@pytest.mark.parametrize("autosave", [{"autosave": "1"}, {}])
def test_two_who_write_at_once_are_shown_both_texts(market, as_, autosave):
    proposal = make_proposal(market)
    data = given(market, proposal, choice="perhaps", message="Tekst van Koen")
    as_(market.coordinators[1]).send(
        address(proposal, "/answer"), data={**data, "message": "Tekst van Samira", "autosave": "1"}
    )
    answer = as_(market.executives[1]).send(address(proposal, "/answer"), data={**data, **autosave})
    assert answer.status_code == 409
    assert "Tekst van Koen" in answer.text
    assert "Tekst van Samira" in answer.text
    again = {**data, "version": place_in(proposal, market, 1).version}
    assert as_(market.executives[1]).send(address(proposal, "/answer"), data=again).status_code == 303


def test_a_text_that_is_too_long_is_not_lost(market, as_):
    proposal = make_proposal(market)
    long = "a" * 3001
    for more in ({}, {"autosave": "1"}):
        data = {**given(market, proposal, message=long), **more}
        answer = as_(market.coordinators[1]).send(address(proposal, "/answer"), data=data)
        assert answer.status_code == 422
    assert place_in(proposal, market, 1).message == ""


def test_who_asked_takes_it_back_on_the_page(market, as_, get):
    proposal = make_proposal(market)
    taken = as_(market.executives[0]).send(address(proposal, "/withdrawal"), data={"reason": "Wij stoppen ermee"})
    assert taken.status_code == 303
    assert proposal_of(proposal.id).state == ProposalState.WITHDRAWN
    assert as_(market.coordinators[1]).send(address(proposal, "/withdrawal"), data={}).status_code == 403


@pytest.mark.parametrize("rest", ["", "/answer", "/withdrawal"])
def test_a_proposal_between_others_does_not_exist(market, as_, rest):
    proposal = make_proposal(market)
    client = as_(market.coordinators[2])
    known = (client.send if rest else client.get)(address(proposal, rest))
    unknown = (client.send if rest else client.get)(f"/marketplace/proposals/99999{rest}")
    assert known.status_code == unknown.status_code == 404
    assert bare(known.text) == bare(unknown.text)


@pytest.mark.parametrize(
    ("role", "status"), [("reviewer", 200), ("contributor", 200), ("secretariat", 200), ("oversight", 404)]
)
def test_who_looks_and_who_acts(market, as_, role, status):
    proposal = make_proposal(market)
    organisation = market.organisations[1] if role in ("reviewer", "contributor") else None
    client = as_(make_actor(role, organisation))
    page = client.get(address(proposal))
    assert page.status_code == status
    assert 'name="choice"' not in page.text
    assert client.send(address(proposal, "/answer")).status_code == (404 if status == 404 else 403)


def test_a_proposal_that_ended_can_still_be_read(market, get):
    proposal = make_proposal(market)
    decline(place_in(proposal, market, 1), reason="", message="", by=market.coordinators[1])
    with unit_of_work():
        for each in market.trajectories:
            each.state = TrajectoryState.SCHEDULED
    assert "Brugveld wil liever niet" in text_of(get(market.coordinators[0], address(proposal)))


# --- All of ours -----------------------------------------------------------------------------------------------------


def test_ours_stand_in_the_order_of_whose_turn_it_is(market, get):
    make_proposal(market, maker=1, asked=(0,))
    make_proposal(market, asked=(2,))
    heads = [
        each.get_text(strip=True)
        for each in BeautifulSoup(get(market.coordinators[0], ALL), "html.parser").select("main h2")
    ]
    assert heads == ["Wacht op jullie", "Wacht op anderen"]


def test_without_proposals_the_page_says_what_comes_here(market, get):
    assert "Nog geen voorstellen" in get(market.coordinators[0], ALL)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_few_questions_for_one_and_for_three(market, as_, queries, count):
    for who in range(1, count + 1):
        make_proposal(market, maker=who, asked=(0,))
    client = as_(market.coordinators[0])
    with queries() as seen:
        client.get(ALL)
    seen.expect(5)


@pytest.mark.parametrize("asked", [(1,), (1, 2, 3)])
def test_a_proposal_asks_the_same_questions_for_a_pair_and_for_a_ring(market, as_, queries, asked):
    proposal = make_proposal(market, asked=asked)
    client = as_(market.coordinators[1])
    here = address(proposal)
    client.get(here)
    with queries() as seen:
        client.get(here)
    seen.expect(12)


@pytest.mark.parametrize("asked", [(1,), (1, 2, 3)])
def test_a_new_one_asks_the_same_questions_for_a_pair_and_for_a_ring(market, as_, queries, asked):
    client, chosen = as_(market.coordinators[0]), {"member": [market.organisations[n].id for n in asked]}
    client.get(NEW, query_string=chosen)
    with queries() as seen:
        client.get(NEW, query_string=chosen)
    seen.expect(12)


def test_who_is_asked_finds_that_on_the_first_page_and_who_asked_on_whom_it_waits(market, get):
    proposal = make_proposal(market)
    assert "Lindenhof vraagt jullie als partner" in get(market.executives[1], "/")
    assert f'href="/marketplace/proposals/{proposal.id}"' in get(market.coordinators[1], "/")
    assert "<strong>Brugveld</strong> antwoordt op jullie voorstel." in get(market.coordinators[0], "/")
    assert "Lindenhof" not in get(market.coordinators[2], "/")
    decline(place_in(proposal, market, 1), reason="", message="", by=market.coordinators[1])
    assert "vraagt jullie als partner" not in get(market.executives[1], "/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_first_page_asks_one_question_more_for_any_number(market, as_, queries, count):
    for who in range(1, count + 1):
        make_proposal(market, maker=who, asked=(0,))
    client = as_(market.coordinators[0])
    with queries() as seen:
        client.get("/")
    seen.expect(9)


# --- The secretariat -------------------------------------------------------------------------------------------------


def test_the_secretariat_sees_the_whole_market_of_a_round(market, get, as_):
    make_accepted(market)
    declined = make_proposal(market, maker=2, asked=(3,))
    decline(place_in(declined, market, 3), reason="=Te ver weg", message="", by=market.coordinators[3])
    make_proposal(market, maker=2, asked=(1,))
    where = f"/rounds/{market.round.id}/market"
    page = text_of(get(market.secretariat, where))
    for said in (
        "1 groep wil elkaar.",
        "1 voorstel wacht op antwoord.",
        "Polderhart: =Te ver weg",
        "Zij willen elkaar",
    ):
        assert said in page
    export = as_(market.secretariat).get(f"{where}/proposals.csv").get_data(as_text=True)
    assert "Havenlicht - Polderhart" in export
    assert ";=Te" not in export
    assert as_(market.coordinators[0]).get(where).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_whole_market_asks_the_same_questions_for_one_and_for_three(market, as_, queries, count):
    for who in range(1, count + 1):
        make_proposal(market, maker=who, asked=(0,))
    client = as_(market.secretariat)
    with queries() as seen:
        client.get(f"/rounds/{market.round.id}/market")
    seen.expect(8)


def test_the_replies_of_a_ring_are_told_one_by_one(market, get):
    from peerreview.marketplace.services import accept  # the act; its page is what is asked here

    proposal = make_proposal(market, asked=(1, 2))
    accept(place_in(proposal, market, 1), message="Graag!", by=market.coordinators[1])
    shown = text_of(get(market.coordinators[2], address(proposal)))
    assert "Graag!" in shown
    assert place_in(proposal, market, 2).state == ReplyState.PENDING
