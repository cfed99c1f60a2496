"""Asking, answering, taking back, running out; and that nobody learns of another's secrets by asking."""

from datetime import timedelta

import pytest

from peerreview.core import clock
from peerreview.core.access import Actor
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused, StaleVersion
from peerreview.core.events import announce
from peerreview.impartiality.lifecycle import ConflictKind, Direction, Severity, Source
from peerreview.impartiality.models import Conflict
from peerreview.marketplace.lifecycle import ProposalKind, ProposalState, ReplyState
from peerreview.marketplace.models import Proposal, ProposalMember
from peerreview.marketplace.proposing import last_day, moved, on_top
from peerreview.marketplace.queries import (
    Between,
    accepted_groups,
    open_proposals_waiting,
    proposals_between,
    proposals_of,
    wishes_of,
)
from peerreview.marketplace.queries.proposals import proposal_of, tells_matched
from peerreview.marketplace.services import accept, block, decline, expire_due, propose, save_answer, withdraw
from peerreview.rounds.lifecycle import RoundState
from peerreview.trajectories.lifecycle import Route, TrajectoryState
from peerreview.trajectories.models import Exclusion
from peerreview.trajectories.services import hold
from peerreview.trajectories.services import withdraw as withdraw_trajectory
from tests.factories.accounts import make_actor
from tests.factories.matching import Marketplace, make_marketplace
from tests.factories.proposals import make_accepted, make_proposal, make_wish, place_in


@pytest.fixture
def market(app) -> Marketplace:
    return make_marketplace(6)


def say_yes(market: Marketplace, proposal: Proposal, who: int, message: str = "") -> None:
    accept(place_in(proposal, market, who), message=message, by=market.coordinators[who])


def say_no(market: Marketplace, proposal: Proposal, who: int, reason: str = "", message: str = "") -> None:
    decline(place_in(proposal, market, who), reason=reason, message=message, by=market.coordinators[who])


def state(proposal: Proposal) -> tuple[ProposalState, list[ReplyState], list[bool]]:
    found = proposal_of(proposal.id)
    return found.state, [each.state for each in found.members], [each.locked for each in found.members]


def make_conflict(market: Marketplace, here: int, there: int, *, source: Source, declared_for: int | None) -> None:
    of = market.organisations
    conflict = Conflict(
        kind=ConflictKind.SHARED_DIRECTOR if source == Source.DETECTED else ConflictKind.MERGER_TALKS,
        severity=Severity.HARD, direction=Direction.BOTH, organisation_id=of[here].id,
        other_organisation_id=of[there].id, source=source, noted_at=clock.now(), state_since=clock.now(),
        declared_for_id=None if declared_for is None else of[declared_for].id,
    )  # fmt: skip
    with unit_of_work():
        db.session.add(conflict)


# --- The rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "one", "places", "after"),
    [([1, 2, 3], 3, -1, [1, 3, 2]), ([1, 2, 3], 1, -1, [1, 2, 3]), ([1, 2, 3], 3, 1, [1, 2, 3]), ([1], 1, 1, [1])],
)
def test_a_wish_moves_one_place_and_never_past_an_end(order, one, places, after):
    assert moved(order, one, places) == after


@pytest.mark.parametrize(
    ("order", "new", "after"),
    [([1, 2], [9], [9, 1, 2]), ([1, 9, 2], [9], [9, 1, 2]), ([1, 2, 3, 4, 5], [9], [1, 2, 3, 4, 5]),
     ([1, 2, 3, 4, 5], [4], [4, 1, 2, 3, 5]), ([1, 2, 3, 4], [8, 9], [8, 1, 2, 3, 4])],
)  # fmt: skip
def test_who_is_put_on_top_pushes_nobody_off_the_list(order, new, after):
    assert on_top(order, new) == after


def test_an_answer_is_due_within_the_days_of_the_round_and_before_the_first_visit(market, at):
    with at("2027-01-04 10:00"):  # a Monday
        market.round.visits_from = clock.today() + timedelta(days=60)
        assert last_day(market.round, clock.today()) == clock.today() + timedelta(days=14)
        market.round.visits_from = clock.today() + timedelta(days=3)
        assert last_day(market.round, clock.today()) == clock.today() + timedelta(days=2)
        market.round.visits_from = clock.today()
        assert last_day(market.round, clock.today()) is None


# --- Asking ----------------------------------------------------------------------------------------------------------


def test_one_asks_another_to_be_a_pair_and_it_reads_that_by_letter(market, outbox):
    proposal = make_proposal(market, message="Zullen we bij elkaar gaan kijken?")
    assert (proposal.kind, proposal.answer_by) == (ProposalKind.PAIR, clock.add_working_days(clock.today(), 10))
    assert state(proposal) == (ProposalState.OPEN, [ReplyState.ACCEPTED, ReplyState.PENDING], [False, False])
    letters = outbox()
    assert sorted(each.recipient_name for each in letters) == ["Koen van Brugveld", "Samira van Brugveld"]
    assert {each.kind for each in letters} == {"proposal.asked"}
    assert "Zullen we bij elkaar gaan kijken?" in letters[0].body


def test_a_ring_is_asked_in_its_review_order_and_each_hears_of_the_others(market, outbox):
    proposal = make_proposal(market, asked=(3, 1))
    assert proposal.kind == ProposalKind.RING
    assert [each.trajectory.organisation.name for each in proposal.members] == ["Lindenhof", "Polderhart", "Brugveld"]
    to_brugveld = next(each for each in outbox() if each.recipient_name == "Samira van Brugveld")
    assert "Lindenhof" in to_brugveld.subject
    assert "Polderhart" in to_brugveld.body


def test_the_same_question_twice_is_one_proposal_and_one_letter(market, outbox):
    first, again = make_proposal(market), make_proposal(market)
    assert (first.id, len(outbox())) == (again.id, 2)


def test_at_most_five_are_asked_at_once(market):
    for asked in [(1,), (2,), (3,), (4,), (5,)]:
        make_proposal(market, asked=asked)
    with pytest.raises(Refused):
        make_proposal(market, asked=(1, 2))


@pytest.mark.parametrize("asked", [(), (0,), (1, 1), (1, 2, 3, 4)])
def test_what_is_no_group_is_not_asked(market, asked):
    with pytest.raises(Invalid):
        make_proposal(market, asked=asked)


def test_a_round_without_rings_has_none(app):
    market = make_marketplace(3, rules_data={"largest_ring": 2})
    with pytest.raises(Invalid):
        make_proposal(market, asked=(1, 2))


def test_nobody_of_another_round_is_asked(market):
    elsewhere = make_marketplace(1)
    with pytest.raises(Invalid):
        propose(market.trajectories[0], elsewhere.trajectories, message="", by=market.coordinators[0])


@pytest.mark.parametrize("change", [{"state": TrajectoryState.SCHEDULED}, {"route": Route.AUDIT}])
@pytest.mark.parametrize("who", [0, 1])
def test_who_is_not_on_the_market_neither_asks_nor_is_asked(market, who, change):
    with unit_of_work():
        for name, value in change.items():
            setattr(market.trajectories[who], name, value)
    with pytest.raises(NotNow):
        make_proposal(market)


@pytest.mark.parametrize("over", [RoundState.DRAFT, RoundState.RUNNING, RoundState.CLOSED])
def test_a_market_is_closed_when_its_round_is_not_open_or_matched(app, over):
    market = make_marketplace(2, state=over)
    with pytest.raises(NotNow):
        make_proposal(market)


@pytest.mark.parametrize("role", ["reviewer", "contributor", "secretariat"])
def test_only_a_coordinator_or_an_executive_asks(market, role):
    organisation = None if role == "secretariat" else market.organisations[0]
    with pytest.raises(NotAllowed):
        propose(market.trajectories[0], market.trajectories[1:2], message="", by=make_actor(role, organisation))


def test_nobody_asks_for_another_organisation(market):
    with pytest.raises(NotAllowed):
        propose(market.trajectories[0], market.trajectories[1:2], message="", by=market.coordinators[2])


def test_who_was_asked_reads_that_before_asking_back(market):
    make_proposal(market, maker=1, asked=(0,))
    with pytest.raises(NotNow, match="Brugveld"):
        make_proposal(market)


def test_who_has_a_partner_asks_nobody_else(market):
    make_accepted(market)
    with pytest.raises(NotNow):
        make_proposal(market, asked=(2,))


def test_a_conflict_that_one_knows_of_stops_the_question_by_name(market):
    make_conflict(market, 0, 1, source=Source.DETECTED, declared_for=None)
    with pytest.raises(Refused, match="Brugveld"):
        make_proposal(market)
    with pytest.raises(Refused, match="Brugveld"):
        make_proposal(market, asked=(2, 1))


def test_whom_one_blocked_oneself_is_not_asked(market):
    block(market.trajectories[0], market.organisations[1], reason="Rechtszaak", by=market.coordinators[0])
    with pytest.raises(Refused, match="Brugveld"):
        make_proposal(market)


def _they_block_us(market: Marketplace) -> None:
    with unit_of_work():
        exclusion = {"organisation_id": market.organisations[0].id, "reason": "Geheim"}
        db.session.add(Exclusion(trajectory_id=market.trajectories[1].id, **exclusion))


def _they_declared_a_conflict(market: Marketplace) -> None:
    make_conflict(market, 1, 0, source=Source.DECLARED, declared_for=1)


def _the_secretariat_registered_one(market: Marketplace) -> None:
    make_conflict(market, 1, 0, source=Source.REGISTERED, declared_for=None)


def _they_have_a_partner(market: Marketplace) -> None:
    make_accepted(market, maker=1, asked=(2,))


def _they_wish_for_others(market: Marketplace) -> None:
    make_wish(market, of=1, whom=2)


SECRETS = [
    _they_block_us, _they_declared_a_conflict, _the_secretariat_registered_one, _they_have_a_partner,
    _they_wish_for_others,
]  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_of_another_hinders_asking_it(market, outbox, secret):
    secret(market)
    before = len(outbox())
    proposal = make_proposal(market)
    assert (proposal.state, len(outbox()) - before) == (ProposalState.OPEN, 2)


# --- Saying yes ------------------------------------------------------------------------------------------------------


def test_who_says_yes_to_a_pair_settles_it_for_both(market, outbox):
    proposal = make_proposal(market)
    say_yes(market, proposal, 1, "April past ons.")
    assert state(proposal) == (ProposalState.ACCEPTED, [ReplyState.ACCEPTED] * 2, [True, True])
    assert accepted_groups(market.round.id) == [(market.organisations[0].id, market.organisations[1].id)]
    told = [each for each in outbox() if each.kind == "proposal.accepted"]
    assert len(told) == 4
    assert ["April past ons." in each.body for each in told].count(True) == 2


def test_a_ring_stands_when_the_last_one_agrees(market, outbox):
    proposal = make_proposal(market, asked=(2, 1))
    say_yes(market, proposal, 1)
    assert state(proposal)[0] == ProposalState.OPEN
    assert {each.recipient_name for each in outbox() if each.kind == "proposal.replied"} == {
        "Samira van Lindenhof", "Koen van Lindenhof", "Samira van Havenlicht", "Koen van Havenlicht"
    }  # fmt: skip
    say_yes(market, proposal, 2)
    assert state(proposal) == (ProposalState.ACCEPTED, [ReplyState.ACCEPTED] * 3, [True] * 3)
    assert accepted_groups(market.round.id) == [tuple(market.organisations[n].id for n in (0, 2, 1))]


def test_a_group_of_which_one_left_the_market_is_not_told_to_the_matching(market):
    make_accepted(market)
    with unit_of_work():
        market.trajectories[1].state = TrajectoryState.RETURNED
    assert accepted_groups(market.round.id) == []


def test_yes_twice_is_one_yes(market, outbox):
    proposal = make_proposal(market)
    say_yes(market, proposal, 1)
    before = len(outbox())
    say_yes(market, proposal, 1)
    assert len(outbox()) == before


def test_of_two_partners_at_once_the_second_is_told_kindly_that_it_is_too_late(market):
    first, second = make_proposal(market, maker=1, asked=(0,)), make_proposal(market, maker=2, asked=(0,))
    seen = place_in(second, market, 0)
    say_yes(market, first, 0)
    with pytest.raises(NotNow):
        accept(seen, message="", by=market.coordinators[0])
    assert state(second)[0] == ProposalState.DECLINED


def test_the_database_keeps_an_organisation_to_one_partner(market):
    proposal = make_accepted(market)
    from sqlalchemy.exc import IntegrityError  # only this test looks behind the services

    other = make_proposal(market, maker=2, asked=(1,))
    with pytest.raises(IntegrityError), unit_of_work():
        place_in(other, market, 1).locked = True
    assert state(proposal)[2] == [True, True]


def test_when_two_agree_what_else_they_asked_and_were_asked_ends_without_a_word_on_why(market, outbox):
    asked_by_us, asked_of_us = make_proposal(market, asked=(2,)), make_proposal(market, maker=3, asked=(0,))
    elsewhere, before = make_proposal(market, maker=4, asked=(5,)), len(outbox())
    make_accepted(market)
    assert state(asked_by_us)[0] == ProposalState.WITHDRAWN
    assert state(asked_of_us)[:2] == (ProposalState.DECLINED, [ReplyState.ACCEPTED, ReplyState.DECLINED])
    assert state(elsewhere)[0] == ProposalState.OPEN
    others = [each for each in outbox()[before:] if each.kind in ("proposal.withdrawn", "proposal.declined")]
    assert {each.recipient_name for each in others} == {
        "Samira van Havenlicht", "Koen van Havenlicht", "Samira van Polderhart", "Koen van Polderhart"
    }  # fmt: skip
    assert not any("Brugveld" in each.body for each in others)


def test_ending_by_itself_reads_as_ending_by_hand(market, outbox):
    by_hand = make_proposal(market, maker=3, asked=(1,))
    say_no(market, by_hand, 1, reason="Te ver")
    hand = [each.body for each in outbox() if each.kind == "proposal.declined" and each.about_id == by_hand.id]
    by_itself = make_proposal(market, maker=3, asked=(1,))
    make_accepted(market)
    itself = [each.body for each in outbox() if each.kind == "proposal.declined" and each.about_id == by_itself.id]
    assert [each.replace(f"/proposals/{by_hand.id}", "") for each in hand] == [
        each.replace(f"/proposals/{by_itself.id}", "") for each in itself
    ]


def test_a_ring_that_somebody_agreed_to_ends_when_that_one_finds_a_partner_elsewhere(market):
    ring = make_proposal(market, asked=(1, 2))
    say_yes(market, ring, 1)
    make_accepted(market, maker=3, asked=(1,))
    assert state(ring)[:2] == (
        ProposalState.DECLINED, [ReplyState.ACCEPTED, ReplyState.DECLINED, ReplyState.PENDING]
    )  # fmt: skip


def test_saying_yes_puts_the_partner_on_top_of_the_wishes(market):
    make_wish(market, of=1, whom=2)
    make_accepted(market)
    ours = market.organisations
    assert [each.organisation_id for each in wishes_of(market.trajectories[1].id)] == [ours[0].id, ours[2].id]


def test_who_knows_of_a_conflict_cannot_say_yes(market):
    proposal = make_proposal(market)
    make_conflict(market, 1, 0, source=Source.DECLARED, declared_for=1)
    with pytest.raises(Refused, match="Lindenhof"):
        say_yes(market, proposal, 1)
    assert state(proposal)[0] == ProposalState.OPEN


def test_who_was_asked_by_one_it_blocked_first_takes_that_back(market):
    _they_block_us(market)
    proposal = make_proposal(market)
    with pytest.raises(Refused, match="Lindenhof"):
        say_yes(market, proposal, 1)


def test_nobody_says_yes_for_another(market):
    proposal = make_proposal(market)
    for who in (market.coordinators[0], market.coordinators[2], make_actor("reviewer", market.organisations[1])):
        with pytest.raises(NotAllowed):
            accept(place_in(proposal, market, 1), message="", by=who)


def test_who_asks_does_not_answer_itself(market):
    proposal = make_proposal(market)
    with pytest.raises(NotAllowed):
        accept(place_in(proposal, market, 0), message="", by=market.coordinators[0])


# --- Saying no -------------------------------------------------------------------------------------------------------


def test_the_others_hear_the_message_and_never_the_reason(market, outbox):
    proposal = make_proposal(market)
    say_no(market, proposal, 1, reason="Jullie bestuurder is mijn neef", message="Een andere keer graag")
    assert state(proposal)[:2] == (ProposalState.DECLINED, [ReplyState.ACCEPTED, ReplyState.DECLINED])
    told = [each for each in outbox() if each.kind == "proposal.declined"]
    assert {each.recipient_name for each in told} == {"Samira van Lindenhof", "Koen van Lindenhof"}
    assert all("Een andere keer graag" in each.body and "neef" not in each.body for each in told)


def test_the_trail_knows_that_one_declined_and_not_why(market):
    say_no(market, make_proposal(market), 1, reason="Geheim")
    entries = db.session.query(AuditEntry).filter(AuditEntry.action == "proposal_reply.decline").all()
    assert [(each.reason, each.after) for each in entries] == [("", {"state": "declined"})]


def test_one_no_ends_a_ring_and_who_said_yes_may_still_say_no(market):
    ring = make_proposal(market, asked=(1, 2))
    say_yes(market, ring, 1)
    say_no(market, ring, 1)
    assert state(ring)[:2] == (ProposalState.DECLINED, [ReplyState.ACCEPTED, ReplyState.DECLINED, ReplyState.PENDING])
    with pytest.raises(NotNow):
        say_yes(market, ring, 2)


# --- An answer that was begun ----------------------------------------------------------------------------------------


def begin(market: Marketplace, mine: ProposalMember, message: str, version: int, by: Actor) -> None:
    save_answer(mine, message=message, reason="Nog even geheim", version=version, by=by)


def test_an_answer_that_was_begun_is_kept_and_tells_nobody(market, outbox):
    proposal, before = make_proposal(market), len(outbox())
    mine = place_in(proposal, market, 1)
    begin(market, mine, "Wat leuk", mine.version, market.coordinators[1])
    mine = place_in(proposal, market, 1)
    assert (mine.message, mine.reason, mine.state) == ("Wat leuk", "Nog even geheim", ReplyState.PENDING)
    assert len(outbox()) == before


def test_what_was_begun_and_not_sent_is_never_sent_by_itself(market, outbox):
    proposal = make_proposal(market)
    mine = place_in(proposal, market, 1)
    begin(market, mine, "Half af", mine.version, market.coordinators[1])
    make_accepted(market, maker=2, asked=(1,))
    mine = place_in(proposal, market, 1)
    assert (mine.state, mine.message, mine.reason) == (ReplyState.DECLINED, "", "")
    assert not any("Half af" in each.body for each in outbox())


def test_the_second_of_two_writers_is_shown_both_texts(market):
    proposal = make_proposal(market)
    mine = place_in(proposal, market, 1)
    version = mine.version
    begin(market, mine, "Ja", version, market.coordinators[1])
    with pytest.raises(StaleVersion) as lost:
        begin(market, mine, "Nee", version, market.executives[1])
    assert (lost.value.theirs, lost.value.mine) == (("Ja", "Nog even geheim"), ("Nee", "Nog even geheim"))


def test_an_answer_that_was_sent_is_no_longer_begun(market):
    proposal = make_proposal(market, asked=(1, 2))
    say_yes(market, proposal, 1)
    mine = place_in(proposal, market, 1)
    with pytest.raises(NotNow):
        begin(market, mine, "Toch niet", mine.version, market.coordinators[1])


# --- Taking back -----------------------------------------------------------------------------------------------------


def test_who_asked_takes_it_back_with_a_reason_that_the_other_reads(market, outbox):
    proposal = make_proposal(market)
    withdraw(proposal, reason="Onze directeur stopt.", by=market.executives[0])
    withdraw(proposal, by=market.executives[0])  # twice is once
    assert state(proposal)[0] == ProposalState.WITHDRAWN
    told = [each for each in outbox() if each.kind == "proposal.withdrawn"]
    assert {each.recipient_name for each in told} == {"Samira van Brugveld", "Koen van Brugveld"}
    assert "Onze directeur stopt." in told[0].body


def test_who_was_asked_has_nothing_to_take_back(market):
    proposal = make_proposal(market)
    with pytest.raises(NotAllowed):
        withdraw(proposal, by=market.coordinators[1])


@pytest.mark.parametrize("who", [0, 1])
def test_either_of_a_pair_takes_back_what_both_agreed_and_both_are_free(market, who):
    proposal = make_accepted(market)
    withdraw(proposal, by=market.coordinators[who])
    assert state(proposal)[::2] == (ProposalState.WITHDRAWN, [False, False])
    assert accepted_groups(market.round.id) == []
    make_accepted(market, maker=1, asked=(2,))


def test_once_the_partners_are_known_a_proposal_stays(market, monkeypatch):
    from peerreview.marketplace.queries import proposals  # the hook of a later feature, empty again after this test

    proposal = make_accepted(market)
    monkeypatch.setattr(proposals, "_matched", [])
    tells_matched(lambda trajectory_ids: {market.trajectories[1].id} & set(trajectory_ids))
    with pytest.raises(NotNow):
        withdraw(proposal, by=market.coordinators[1])
    withdraw(proposal, by=market.coordinators[0])  # who has none yet does not notice that the other has one
    assert state(proposal)[0] == ProposalState.WITHDRAWN


def test_what_ended_is_not_taken_back(market):
    proposal = make_proposal(market)
    say_no(market, proposal, 1)
    with pytest.raises(NotNow):
        withdraw(proposal, by=market.coordinators[0])


# --- Ending by itself ------------------------------------------------------------------------------------------------


def test_who_withdraws_from_the_round_leaves_its_proposals_and_frees_its_partner(market):
    accepted, asked = make_accepted(market), make_proposal(market, maker=2, asked=(0,))
    withdraw_trajectory(market.trajectories[0], reason="Fusie", by=market.executives[0])
    assert state(accepted)[::2] == (ProposalState.WITHDRAWN, [False, False])
    assert state(asked)[0] == ProposalState.DECLINED


def test_who_pauses_looks_for_nobody(market):
    proposal = make_proposal(market)
    hold(market.trajectories[0], reason="Ziekte", until=clock.today() + timedelta(days=30), by=market.secretariat)
    assert state(proposal)[0] == ProposalState.WITHDRAWN


def test_silence_reminds_once_and_then_ends_it(market, outbox, at):
    with at("2027-01-04 10:00"):
        with unit_of_work():
            market.round.visits_from = market.round.visits_until = market.round.closes_on = clock.today() + timedelta(
                200
            )
        proposal = make_proposal(market)  # due on Monday 18 January
    kinds = []
    for moment in ("2027-01-04 20:00", "2027-01-12 08:00", "2027-01-13 08:00", "2027-01-14 08:00", "2027-01-18 08:00",
                   "2027-01-19 08:00", "2027-01-20 08:00"):  # fmt: skip
        with at(moment):
            before = len(outbox())
            announce("day.began", clock.today(), by=Actor(None, "system", "system"))
            kinds.append(sorted({each.kind for each in outbox()[before:]}))
    assert kinds == [[], [], ["deadlines.digest"], [], [], ["proposal.expired"], []]
    assert state(proposal)[0] == ProposalState.EXPIRED


def test_too_late_is_too_late_also_before_the_night_has_passed(market, at):
    proposal = make_proposal(market)
    later = (proposal.answer_by + timedelta(days=1)).isoformat()
    with at(f"{later} 00:30"), pytest.raises(NotNow):
        say_yes(market, proposal, 1)


def test_what_is_open_ends_with_the_market(market):
    proposal = make_proposal(market)
    with unit_of_work():
        market.round.state = RoundState.RUNNING
    assert expire_due() == 1
    assert state(proposal)[0] == ProposalState.EXPIRED


# --- What one knows --------------------------------------------------------------------------------------------------


def test_each_knows_what_there_is_between_it_and_others_and_nothing_between_those(market):
    asked, together = make_proposal(market, maker=2, asked=(0,)), make_proposal(market, asked=(1,))
    make_accepted(market, maker=4, asked=(5,))
    ours, them = market.trajectories[0].id, market.organisations
    assert proposals_between(ours) == {
        them[2].id: Between(asked_by=asked.id), them[1].id: Between(asked=together.id)
    }  # fmt: skip
    say_yes(market, together, 1)
    assert proposals_between(ours) == {them[1].id: Between(together=together.id)}
    assert open_proposals_waiting(market.trajectories[3].id) == 0
    assert [each.id for each in proposals_of(ours)] == [together.id, asked.id]


def test_how_many_wait_for_us_is_counted(market):
    make_proposal(market, maker=2, asked=(0,))
    make_proposal(market, maker=3, asked=(0, 1))
    assert open_proposals_waiting(market.trajectories[0].id) == 2


def test_nothing_is_left_half_done_when_an_act_fails(market):
    proposal = make_proposal(market)
    make_conflict(market, 1, 0, source=Source.DETECTED, declared_for=None)
    with pytest.raises(Refused):
        say_yes(market, proposal, 1)
    assert db.session.query(ProposalMember).filter(ProposalMember.locked).count() == 0
    assert wishes_of(market.trajectories[1].id) == []
