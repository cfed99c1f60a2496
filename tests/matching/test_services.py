import json
from decimal import Decimal

import pytest
from sqlalchemy import select

from peerreview.core import clock, events
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, Refused
from peerreview.matching import queries, services
from peerreview.matching.lifecycle import AnswerState, ExchangeState, RunState
from peerreview.matching.models import Exchange, MatchingRun
from peerreview.rounds.lifecycle import RoundState
from peerreview.trajectories import services as trajectories
from peerreview.trajectories.lifecycle import Route, TrajectoryState
from peerreview.trajectories.models import Exclusion
from tests.factories.matching import make_exchange, make_marketplace
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory


@pytest.fixture
def heard(monkeypatch):
    """What was announced, in order; the later features stay asleep."""
    said = []
    monkeypatch.setattr(events, "_listeners", {})
    for fact in ("exchange.confirmed", "exchange.dissolved"):
        events.on(fact)(lambda exchange, *, by, fact=fact: said.append((fact, exchange.id, by.role)))
    return said


def members_of(run: MatchingRun) -> list[list[int]]:
    return [group["members"] for group in run.result["groups"]]


def ids(market, *numbers):
    return [market.organisations[n].id for n in numbers]


def proposed(market, **kwargs) -> list[Exchange]:
    return services.publish(services.rehearse(market.round, by=market.secretariat, **kwargs), by=market.secretariat)


def place_of(exchange, number):
    return queries.exchange_of(exchange.id).members[number]


# --- Rehearsals ------------------------------------------------------------------------------------------------------


def test_a_rehearsal_pairs_neighbours_and_keeps_how_it_came_to_that(app):
    market = make_marketplace(4)
    run = services.rehearse(market.round, by=market.secretariat)
    assert (run.state, run.made_by_id) == (RunState.REHEARSED, market.secretariat.person_id)
    assert members_of(run) == [ids(market, 0, 1), ids(market, 2, 3)]
    assert [row["key"] for row in run.input] == ids(market, 0, 1, 2, 3)
    assert run.settings == {
        "weights": {"travel": 30, "work_fields": 20, "size": 15, "learning": 15, "experience": 5, "months": 5,
                    "novelty": 10, "wishes": 20, "conflict": 15},
        "locked": [], "forbidden": [], "accepted": [], "promised": [], "rings": [3, 4], "fair": False,
        "ring_price": run.settings["ring_price"],
    }  # fmt: skip


def test_a_rehearsal_replays_to_the_same_answer_byte_for_byte(app):
    market = make_marketplace(5)
    run = services.rehearse(market.round, by=market.secretariat)
    before = json.dumps(run.result, sort_keys=True)
    run_id = run.id
    db.session.expire_all()
    stored = db.session.get_one(MatchingRun, run_id)
    assert (services.replay(stored), json.dumps(stored.result, sort_keys=True)) == (True, before)


def test_two_rehearsals_of_the_same_round_give_the_same_groups(app):
    market = make_marketplace(5)
    first, second = (services.rehearse(market.round, by=market.secretariat) for _ in range(2))
    assert json.dumps(first.result, sort_keys=True) == json.dumps(second.result, sort_keys=True)


def test_five_become_a_pair_and_a_ring(app):
    market = make_marketplace(5)
    run = services.rehearse(market.round, by=market.secretariat)
    assert sorted(group["kind"] for group in run.result["groups"]) == ["pair", "ring"]
    assert run.result["matched"] == 5


def test_only_who_needs_a_partner_now_takes_part(app):
    market = make_marketplace(2)
    for state in TrajectoryState:
        make_trajectory(market.round, state=state)
    make_trajectory(market.round, route=Route.AUDIT)
    combined = make_trajectory(market.round, route=Route.COMBINED)
    make_trajectory(make_round())
    make_exchange([make_trajectory(market.round), make_trajectory(market.round)])
    run = services.rehearse(market.round, by=market.secretariat)
    expected = {*ids(market, 0, 1), combined.organisation_id}
    states = ("accepted", "self_evaluating", "self_evaluated", "scheduled")
    expected |= {
        t.organisation_id for t in queries.people_behind(row["trajectory"] for row in run.input) if t.state in states
    }
    assert {row["key"] for row in run.input} == expected
    assert len(run.input) == 3 + len(states)


def test_who_has_no_place_on_the_map_is_said_to_have_none(app):
    market = make_marketplace(2)
    market.add("Zwerver", "Nergenshuizen", None)
    run = services.rehearse(market.round, by=market.secretariat)
    assert (run.result["unplaced"], run.result["matched"]) == (ids(market, 2), 2)
    assert services.replay(run)


def test_an_exclusion_of_either_side_keeps_two_apart(app):
    market = make_marketplace(2)
    with unit_of_work():
        db.session.add(
            Exclusion(trajectory_id=market.trajectories[0].id, organisation_id=ids(market, 1)[0], reason="R")
        )
    run = services.rehearse(market.round, by=market.secretariat)
    assert (run.result["groups"], [one["blocked"] for one in run.result["unmatched"]]) == ([], [{"excluded": 1}] * 2)


def test_a_partner_of_the_last_round_is_not_met_again_and_one_of_earlier_may_be(app):
    market = make_marketplace(2)
    today = clock.today()
    for months, name in ((6, "Last"), (12, "Before")):
        opened = today.replace(year=today.year - 1, month=min(months, 12), day=1)
        dates = {"signup_opens_on": opened, "signup_closes_on": opened, "visits_from": opened}
        old = make_round(name, state=RoundState.RUNNING, **dates)
        if name == "Before":
            make_exchange([make_trajectory(old, organisation) for organisation in market.organisations])
    run = services.rehearse(market.round, by=market.secretariat)
    assert [row["earlier_partners"] for row in run.input] == [
        {str(ids(market, 1)[0]): 1},
        {str(ids(market, 0)[0]): 1},
    ]
    assert run.result["groups"] == []


def test_a_round_of_which_all_weights_are_0_is_refused(app):
    nothing = {
        f"weight_{name}": 0
        for name in ("travel", "work_fields", "size", "learning", "experience", "months", "novelty", "wishes")
    } | {"conflict_cost": 0}
    market = make_marketplace(2, rules_data=nothing)
    with pytest.raises(Invalid):
        services.rehearse(market.round, by=market.secretariat)


@pytest.mark.parametrize("state", [RoundState.DRAFT, RoundState.CLOSED])
def test_a_round_that_is_not_on_is_not_matched(app, state):
    market = make_marketplace(2, state=state)
    with pytest.raises(NotNow):
        services.rehearse(market.round, by=market.secretariat)


def test_a_locked_group_stays_and_a_forbidden_pair_does_not_meet(app):
    market = make_marketplace(4)
    far, near = ids(market, 0, 3), ids(market, 0, 1)
    kept = services.rehearse(market.round, by=market.secretariat, locked=[far])
    apart = services.rehearse(market.round, by=market.secretariat, forbidden=[tuple(reversed(near))])
    assert (members_of(kept)[0], kept.settings["locked"]) == (far, [far])
    assert near not in members_of(apart) and apart.settings["forbidden"] == [near]


def test_a_lock_of_somebody_who_left_is_let_go(app):
    market = make_marketplace(3)
    run = services.rehearse(market.round, by=market.secretariat, locked=[(ids(market, 0)[0], 99_999)])
    assert run.settings["locked"] == []


@pytest.mark.parametrize("locked", [[(0, 1), (1, 2)], [(0, 1), (0, 2)]])
def test_nobody_is_locked_twice(app, locked):
    market = make_marketplace(3)
    with pytest.raises(Invalid):
        services.rehearse(market.round, by=market.secretariat, locked=[ids(market, *pair) for pair in locked])


def test_a_pair_is_not_both_locked_and_forbidden(app):
    market = make_marketplace(2)
    pair = tuple(ids(market, 0, 1))
    with pytest.raises(Invalid):
        services.rehearse(market.round, by=market.secretariat, locked=[pair], forbidden=[pair])


def test_a_rehearsal_is_thrown_away_once_and_then_not_published(app):
    market = make_marketplace(2)
    run = services.rehearse(market.round, by=market.secretariat)
    services.discard(run, by=market.secretariat)
    services.discard(run, by=market.secretariat)
    assert run.state == RunState.DISCARDED
    with pytest.raises(NotNow):
        services.publish(run, by=market.secretariat)


# --- Publishing ------------------------------------------------------------------------------------------------------


def test_publishing_proposes_each_group_with_its_reasons_and_writes_to_its_people(app, outbox, at):
    with at("2027-01-20 10:00"):
        market = make_marketplace(3)
        (exchange,) = proposed(market)
        exchange = queries.exchange_of(exchange.id)
        assert (exchange.state, exchange.kind, str(exchange.answer_by)) == ("proposed", "ring", "2027-02-03")
        assert [member.trajectory.organisation_id for member in exchange.members] == exchange.explanation["members"]
        around = exchange.explanation["members"]
        assert [(leg["reviewer"], leg["host"]) for leg in exchange.explanation["legs"]] == list(
            zip(around, [*around[1:], around[0]], strict=True)
        )
        assert len(exchange.explanation["legs"][0]["parts"]) == 10
        letters = outbox()
        assert {letter.recipient for letter in letters} == {a.email for a in market.coordinators + market.executives}
        assert letters[0].body.count("/exchanges/") == 1


def test_publishing_twice_publishes_once(app, outbox):
    market = make_marketplace(4)
    run = services.rehearse(market.round, by=market.secretariat)
    first = [exchange.id for exchange in services.publish(run, by=market.secretariat)]
    written = len(outbox())
    assert [exchange.id for exchange in services.publish(run, by=market.secretariat)] == first
    assert (len(outbox()), len(list(db.session.scalars(select(Exchange))))) == (written, 2)


def test_a_published_rehearsal_stays(app):
    market = make_marketplace(2)
    run = services.rehearse(market.round, by=market.secretariat)
    services.publish(run, by=market.secretariat)
    with pytest.raises(NotNow):
        services.discard(run, by=market.secretariat)


def test_nothing_is_published_while_signing_up_is_open(app):
    market = make_marketplace(2, state=RoundState.OPEN)
    run = services.rehearse(market.round, by=market.secretariat)
    with pytest.raises(NotNow):
        services.publish(run, by=market.secretariat)


def test_a_rehearsal_without_groups_is_not_published(app):
    market = make_marketplace(1)
    with pytest.raises(Refused):
        proposed(market)


def test_who_withdrew_meanwhile_is_named_and_nothing_is_published(app):
    market = make_marketplace(4)
    run = services.rehearse(market.round, by=market.secretariat)
    trajectories.withdraw(market.trajectories[0], reason="Fusie", by=market.executives[0])
    with pytest.raises(Refused, match="Lindenhof"):
        services.publish(run, by=market.secretariat)
    assert list(db.session.scalars(select(Exchange))) == []


def test_who_got_a_partner_meanwhile_is_named(app):
    market = make_marketplace(4)
    run = services.rehearse(market.round, by=market.secretariat)
    services.propose_by_hand(market.round, [market.trajectories[n] for n in (1, 2)], by=market.secretariat)
    with pytest.raises(Refused, match="Brugveld, Havenlicht"):
        services.publish(run, by=market.secretariat)


def test_who_was_parted_meanwhile_is_named(app, heard):
    market = make_marketplace(2)
    run = services.rehearse(market.round, by=market.secretariat)
    (exchange,) = proposed(market)
    services.dissolve(exchange, reason="Anders", by=market.secretariat)
    with pytest.raises(Refused, match="Brugveld, Lindenhof"):
        services.publish(run, by=market.secretariat)


# --- By hand ---------------------------------------------------------------------------------------------------------


def test_the_secretariat_proposes_a_ring_of_four_in_its_own_order(app):
    market = make_marketplace(4)
    order = [market.trajectories[n] for n in (2, 0, 3, 1)]
    exchange = services.propose_by_hand(market.round, order, by=market.secretariat)
    assert (exchange.kind, len(exchange.explanation["legs"])) == ("ring", 4)
    around = [member.trajectory_id for member in queries.exchange_of(exchange.id).members]
    start = around.index(order[0].id)
    assert around[start:] + around[:start] == [each.id for each in order]


def test_against_a_rule_it_needs_a_reason(app):
    market = make_marketplace(0)
    for name, place, latitude in (("Noord", "Delfzijl", 53.3), ("Zuid", "Vaals", 50.8)):
        market.add(name, place, latitude)
    pair = market.trajectories
    group = services.checked_by_hand(market.round, pair)
    assert [block["code"] for leg in group["legs"] for block in leg["blocks"]] == ["too_far", "too_far"]
    with pytest.raises(Invalid) as refused:
        services.propose_by_hand(market.round, pair, by=market.secretariat, reason="  ")
    assert refused.value.problems == ["too_far"]
    exchange = services.propose_by_hand(market.round, pair, by=market.secretariat, reason="Zij willen graag.")
    assert exchange.explanation["by_hand"] == "Zij willen graag."


def test_by_hand_also_who_has_no_place_gets_a_partner(app):
    market = make_marketplace(1)
    market.add("Zwerver", "Nergenshuizen", None)
    exchange = services.propose_by_hand(market.round, market.trajectories, by=market.secretariat)
    assert (exchange.kind, exchange.explanation["legs"]) == ("pair", [])


def test_the_same_group_by_hand_twice_is_one_exchange(app, outbox):
    market = make_marketplace(2)
    first, second = (
        services.propose_by_hand(market.round, market.trajectories, by=market.secretariat) for _ in range(2)
    )
    assert (first.id, len(outbox())) == (second.id, 4)


@pytest.mark.parametrize("numbers", [(0,), (0, 0), (0, 1, 2, 3, 4)])
def test_a_group_by_hand_has_two_to_four_different_members(app, numbers):
    market = make_marketplace(5)
    with pytest.raises(Invalid):
        services.propose_by_hand(market.round, [market.trajectories[n] for n in numbers], by=market.secretariat)


def test_by_hand_nobody_gets_a_second_partner(app):
    market = make_marketplace(3)
    services.propose_by_hand(market.round, market.trajectories[:2], by=market.secretariat)
    with pytest.raises(Invalid):
        services.propose_by_hand(market.round, market.trajectories[1:], by=market.secretariat)


# --- Answers ---------------------------------------------------------------------------------------------------------


def test_the_last_one_to_agree_confirms_the_exchange(app, outbox, heard):
    market = make_marketplace(2)
    (exchange,) = proposed(market)
    services.accept(place_of(exchange, 0), by=market.coordinators[0])
    assert (exchange.state, heard) == (ExchangeState.PROPOSED, [])
    services.accept(place_of(exchange, 1), by=market.executives[1])
    assert (exchange.state, heard) == (ExchangeState.CONFIRMED, [("exchange.confirmed", exchange.id, "executive")])
    assert [letter.kind for letter in outbox()][-4:] == ["exchange.confirmed"] * 4


def test_a_confirmed_exchange_gets_its_visits(app):
    market = make_marketplace(2)
    (exchange,) = proposed(market)
    for n in (0, 1):
        services.accept(place_of(exchange, n), by=market.coordinators[n])
    assert exchange.state == ExchangeState.ACTIVE


def test_agreeing_twice_is_agreeing_once(app, heard):
    market = make_marketplace(2)
    (exchange,) = proposed(market)
    for n in (0, 0, 1, 1):
        services.accept(place_of(exchange, n), by=market.coordinators[n])
    assert [fact for fact, *_rest in heard] == ["exchange.confirmed"]


def test_only_the_own_coordinator_and_executive_answer(app):
    market = make_marketplace(2)
    (exchange,) = proposed(market)
    for stranger in (market.coordinators[1], market.secretariat):
        for act in (services.accept, services.take_back):
            with pytest.raises(NotAllowed):
                act(place_of(exchange, 0), by=stranger)
        with pytest.raises(NotAllowed):
            services.object_to(place_of(exchange, 0), reason="Nee", by=stranger)


def test_an_objection_is_read_by_the_secretariat_and_by_nobody_else(app, outbox):
    market = make_marketplace(3)
    (exchange,) = proposed(market)
    before = len(outbox())
    services.object_to(place_of(exchange, 0), reason="Oud zeer met Brugveld.", by=market.coordinators[0])
    letters = outbox()[before:]
    told = {letter.recipient: letter for letter in letters}
    assert [a.email for a in market.coordinators[:1] + market.executives[:1] if a.email in told] == []
    assert {letter.kind for letter in letters} == {"exchange.objected", "exchange.looked_at_again"}
    assert [letter.recipient for letter in letters if "Oud zeer" in letter.body] == [market.secretariat.email]
    assert ["Lindenhof" in told[a.email].body + told[a.email].subject for a in market.coordinators[1:]] == [
        False,
        False,
    ]
    assert place_of(exchange, 0).state == AnswerState.OBJECTED


def test_an_objection_needs_a_reason(app):
    market = make_marketplace(2)
    (exchange,) = proposed(market)
    with pytest.raises(Invalid):
        services.object_to(place_of(exchange, 0), reason=" \n", by=market.coordinators[0])


def test_after_agreeing_nobody_objects_and_the_other_way_round(app):
    market = make_marketplace(3)
    (exchange,) = proposed(market)
    services.accept(place_of(exchange, 0), by=market.coordinators[0])
    services.object_to(place_of(exchange, 1), reason="Nee", by=market.coordinators[1])
    with pytest.raises(NotNow):
        services.object_to(place_of(exchange, 0), reason="Toch niet", by=market.coordinators[0])
    with pytest.raises(NotNow):
        services.accept(place_of(exchange, 1), by=market.coordinators[1])


def test_an_objection_taken_back_leaves_no_reason_and_can_become_a_yes(app, heard):
    market = make_marketplace(2)
    (exchange,) = proposed(market)
    services.object_to(place_of(exchange, 0), reason="Nee", by=market.coordinators[0])
    services.accept(place_of(exchange, 1), by=market.coordinators[1])
    services.take_back(place_of(exchange, 0), by=market.coordinators[0])
    member = place_of(exchange, 0)
    assert (member.state, member.reason, member.answered_at) == (AnswerState.PENDING, "", None)
    services.accept(member, by=market.coordinators[0])
    assert exchange.state == ExchangeState.CONFIRMED


# --- The end ---------------------------------------------------------------------------------------------------------


def test_after_an_upheld_objection_the_members_look_again_but_not_for_each_other(app, outbox, heard):
    market = make_marketplace(3)
    (exchange,) = proposed(market)
    services.object_to(place_of(exchange, 0), reason="Oud zeer", by=market.coordinators[0])
    services.dissolve(exchange, reason="We zoeken verder.", by=market.secretariat)
    assert (exchange.state, [m.standing for m in exchange.members]) == (ExchangeState.DISSOLVED, [False] * 3)
    assert heard == [("exchange.dissolved", exchange.id, "secretariat")]
    ended = [letter for letter in outbox() if letter.kind == "exchange.dissolved"]
    assert (len(ended), {"Oud zeer" in letter.body for letter in ended}) == (6, {False})
    run = services.rehearse(market.round, by=market.secretariat)
    assert run.settings["forbidden"] == sorted([ids(market, 0, 1), ids(market, 0, 2)])
    assert members_of(run) == [ids(market, 1, 2)]


def test_without_an_objection_none_of_them_meets_another_of_them(app, heard):
    market = make_marketplace(3)
    (exchange,) = proposed(market)
    services.dissolve(exchange, reason="Vergissing", by=market.secretariat)
    assert len(services.rehearse(market.round, by=market.secretariat).settings["forbidden"]) == 3


def test_ending_twice_is_ending_once(app, outbox, heard):
    market = make_marketplace(2)
    (exchange,) = proposed(market)
    services.dissolve(exchange, reason="Vergissing", by=market.secretariat)
    written = len(outbox())
    services.dissolve(exchange, reason="Vergissing", by=market.secretariat)
    assert (len(outbox()), len(heard)) == (written, 1)


def test_an_exchange_ends_only_with_a_reason_by_the_secretariat_and_before_it_is_completed(app):
    market = make_marketplace(2)
    completed = make_exchange(market.trajectories, state=ExchangeState.COMPLETED)
    with pytest.raises(NotNow):
        services.dissolve(completed, reason="Te laat", by=market.secretariat)
    with pytest.raises(Invalid):
        services.dissolve(completed, reason=" ", by=market.secretariat)
    with pytest.raises(NotAllowed):
        services.dissolve(completed, reason="Ik wil niet", by=market.coordinators[0])


def test_when_a_member_withdraws_the_others_are_matched_again_and_may_meet(app):
    market = make_marketplace(3)
    (exchange,) = proposed(market)
    trajectories.withdraw(market.trajectories[0], reason="Fusie", by=market.executives[0])
    assert exchange.state == ExchangeState.DISSOLVED
    assert members_of(services.rehearse(market.round, by=market.secretariat)) == [ids(market, 1, 2)]
    assert "Fusie" not in exchange.reason


def test_who_withdraws_after_its_visit_leaves_the_exchange_as_it_is(app):
    market = make_marketplace(1)
    visited = make_trajectory(market.round, state=TrajectoryState.VISITED)
    exchange = make_exchange([visited, market.trajectories[0]], state=ExchangeState.ACTIVE)
    trajectories.withdraw(visited, reason="Fusie", by=market.secretariat)
    assert exchange.state == ExchangeState.ACTIVE


# --- Questions -------------------------------------------------------------------------------------------------------


def test_partners_come_in_review_order_from_whom_one_reviews(app):
    market = make_marketplace(3)
    make_exchange(market.trajectories)
    found = [[t.organisation.name for t in queries.partners_of(each.id)] for each in market.trajectories]
    assert found == [["Brugveld", "Havenlicht"], ["Havenlicht", "Lindenhof"], ["Lindenhof", "Brugveld"]]
    assert queries.partners_of(99_999) == []


def test_proposals_that_wait_say_for_whom(app):
    market = make_marketplace(2)
    (exchange,) = proposed(market)
    services.object_to(place_of(exchange, 0), reason="Nee", by=market.coordinators[0])
    (waiting,) = queries.proposals_waiting()
    assert (waiting.names, waiting.waiting_for, waiting.objected) == (
        ("Lindenhof", "Brugveld"), ("Brugveld",), ("Lindenhof",)
    )  # fmt: skip


def test_sizes_survive_as_they_were_typed(app):
    market = make_marketplace(1)
    market.add("Halve", "Urk", 52.3, fte=Decimal("12.5"))
    run = services.rehearse(market.round, by=market.secretariat)
    assert [row["fte"] for row in run.input] == [40.0, 12.5]
