"""The workbench: other settings, moves by hand, adjusting what was published, publishing, taking back, the worker."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from peerreview.core import audit, clock, work
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.delivery import deliver_due
from peerreview.core.errors import Invalid, NotNow, Refused
from peerreview.impartiality.lifecycle import ConflictKind
from peerreview.matching import queries, services, trials
from peerreview.matching.lifecycle import ExchangeState, RunState
from peerreview.matching.models import Exchange, MatchingRun
from peerreview.matching.services import working
from peerreview.rounds.models import Round
from peerreview.rounds.rules import Rules
from tests.factories.impartiality import make_conflict, make_waiver
from tests.factories.matching import make_exchange, make_marketplace
from tests.factories.proposals import make_accepted, make_wish


def ids(market, *numbers):
    return [market.organisations[n].id for n in numbers]


def members_of(run):
    return [group["members"] for group in run.result["groups"]]


def now(run):
    db.session.expire_all()
    return queries.run_of(run.id)


def acts(action):
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def rehearsed(market, **choices):
    return services.rehearse(market.round, by=market.secretariat, **choices)


def published(market, **choices):
    return services.publish(rehearsed(market, **choices), by=market.secretariat)


@pytest.fixture
def long(app):
    """Every rehearsal is left to the worker."""
    before, app.config["WORK_AT_ONCE_SECONDS"] = app.config["WORK_AT_ONCE_SECONDS"], -1.0
    yield
    app.config["WORK_AT_ONCE_SECONDS"] = before


# --- Other settings --------------------------------------------------------------------------------------------------


def test_other_weights_are_tried_and_the_round_keeps_its_own(app):
    market = make_marketplace(4)
    rules = replace(market.round.rules, weight_travel=80, largest_ring=4, ring_cost=9, best_worst_first=1)
    run = rehearsed(market, rules=rules)
    assert trials.rules_of(run.settings, Rules()) == replace(Rules(), **{
        name: getattr(rules, name) for name in trials.TRIED
    })  # fmt: skip
    assert db.session.get_one(Round, market.round.id).rules == Rules()


def test_a_rehearsal_with_every_setting_replays_to_the_letter(app):
    market = make_marketplace(6)
    make_accepted(market, maker=0, asked=(1,))
    make_wish(market, of=2, whom=5)
    rules = replace(market.round.rules, weight_travel=80, largest_ring=4, ring_cost=1, best_worst_first=1)
    run = rehearsed(market, rules=rules, locked=[ids(market, 2, 3)], forbidden=[tuple(ids(market, 3, 5))])
    moved = services.move(run, who=ids(market, 4)[0], partner=ids(market, 2)[0], join=True, by=market.secretariat)
    for made in (run, moved):
        assert services.replay(now(made))


def test_what_was_agreed_on_the_marketplace_is_kept(app):
    market = make_marketplace(4)
    make_accepted(market, maker=0, asked=(3,))
    run = rehearsed(market)
    assert members_of(run) == [ids(market, 0, 3), ids(market, 1, 2)]
    assert [group["origin"] for group in run.result["groups"]] == ["accepted", "made"]


def test_the_next_rehearsal_starts_from_the_one_before(app):
    market = make_marketplace(4)
    run = rehearsed(market, rules=replace(market.round.rules, weight_size=66))
    again = services.rehearse_again(run, by=market.secretariat, locked=[ids(market, 0, 2)])
    assert (again.settings["weights"]["size"], again.settings["locked"]) == (66, [ids(market, 0, 2)])
    assert members_of(again) == [ids(market, 0, 2), ids(market, 1, 3)]


def test_what_was_tried_becomes_the_rules_of_the_round_once(app):
    market = make_marketplace(2)
    run = rehearsed(market, rules=replace(market.round.rules, weight_travel=80))
    for _ in range(2):
        services.adopt_rules(run, by=market.secretariat)
    assert db.session.get_one(Round, market.round.id).rules.weight_travel == 80
    assert [(entry.before, entry.after) for entry in acts("round.edit")] == [
        ({"weight_travel": 30}, {"weight_travel": 80})
    ]


def test_rules_by_which_nothing_counts_are_refused(app):
    market = make_marketplace(2)
    with pytest.raises(Invalid):
        rehearsed(market, rules=replace(market.round.rules, **dict.fromkeys(trials.WEIGHTS, 0)))
    assert list(db.session.scalars(select(MatchingRun))) == []


# --- By hand ---------------------------------------------------------------------------------------------------------


def test_who_is_put_elsewhere_is_there_and_as_little_as_possible_changes(app):
    market = make_marketplace(6)
    run = rehearsed(market)
    assert members_of(run) == [ids(market, 0, 1), ids(market, 2, 3), ids(market, 4, 5)]
    moved = services.move(run, who=ids(market, 0)[0], partner=ids(market, 2)[0], by=market.secretariat)
    assert members_of(moved) == [ids(market, 0, 2), ids(market, 1, 3), ids(market, 4, 5)]
    assert [group["origin"] for group in moved.result["groups"]] == ["locked", "made", "promised"]
    assert moved.settings["moved"] == {"run": run.id, "group": ids(market, 0, 2), "fair": False}


def test_a_third_makes_a_pair_a_ring(app):
    market = make_marketplace(5)
    run = rehearsed(market, rules=replace(market.round.rules, largest_ring=2))
    (alone,) = [one["key"] for one in run.result["unmatched"]]
    pair = run.result["groups"][0]["members"]
    moved = services.move(run, who=alone, partner=pair[0], join=True, by=market.secretariat)
    assert sorted([*pair, alone]) in [sorted(group) for group in members_of(moved)]
    assert moved.result["matched"] == 5


@pytest.mark.parametrize(
    ("who", "partner", "join"),
    [(0, 0, False), (0, 1, False), (0, 99, False), (99, 0, False)],
)
def test_what_cannot_be_put_together_is_refused(app, who, partner, join):
    market = make_marketplace(4)
    run = rehearsed(market)
    keys = dict(enumerate(ids(market, 0, 1, 2, 3)))
    with pytest.raises(Invalid):
        services.move(
            run, who=keys.get(who, 99_999), partner=keys.get(partner, 99_999), join=join, by=market.secretariat
        )


def test_a_ring_of_five_is_refused(app):
    market = make_marketplace(5)
    run = rehearsed(market, locked=[ids(market, 0, 1, 2, 3)])
    with pytest.raises(Invalid):
        services.move(run, who=ids(market, 4)[0], partner=ids(market, 0)[0], join=True, by=market.secretariat)


def test_against_a_rule_a_move_needs_a_reason_that_stands_in_the_trail(app):
    market = make_marketplace(2)
    market.add("Zuid", "Vaals", 50.8)
    make_conflict(market.organisations[0], market.organisations[1], kind=ConflictKind.OPEN_DISPUTE)
    run = rehearsed(market)
    who, partner = ids(market, 0, 1)
    with pytest.raises(Invalid) as refused:
        services.move(run, who=who, partner=partner, by=market.secretariat, reason=" ")
    assert refused.value.problems == ["reason"]
    moved = services.move(run, who=who, partner=partner, by=market.secretariat, reason="Beide willen het.")
    (entry,) = acts("matching_run.override")
    assert (entry.reason, entry.subject_id, entry.after) == (
        "Beide willen het.", moved.id, {"organisations": [who, partner], "rules": ["conflict"]}
    )  # fmt: skip
    assert [group["members"] for group in moved.result["groups"]] == [[who, partner]]
    (exchange,) = services.publish(moved, by=market.secretariat)
    assert exchange.explanation["by_hand"] == "Beide willen het."


def test_the_reason_for_a_broken_rule_stays_while_the_group_is_kept(app):
    market = make_marketplace(2)
    run = rehearsed(market, forbidden=[tuple(ids(market, 0, 1))])
    who, partner = ids(market, 0, 1)
    moved = services.move(run, who=who, partner=partner, by=market.secretariat, reason="Toch wel.")
    assert (moved.settings["forbidden"], len(moved.settings["overrides"])) == ([], 1)
    kept = services.rehearse_again(moved, by=market.secretariat, locked=[(who, partner)])
    assert kept.settings["overrides"] == moved.settings["overrides"]
    assert "overrides" not in services.rehearse_again(moved, by=market.secretariat).settings


def test_whose_exchange_ended_early_is_not_put_together_again(app):
    market = make_marketplace(4)
    pair = make_exchange(market.trajectories[:2], state=ExchangeState.PROPOSED)
    services.dissolve(pair, reason="Anders", by=market.secretariat)
    run = rehearsed(market)
    who, partner = ids(market, 0, 1)
    with pytest.raises(Invalid):
        services.move(run, who=who, partner=partner, by=market.secretariat, reason="Toch")


def test_nothing_is_moved_in_a_rehearsal_that_is_over(app):
    market = make_marketplace(4)
    run = rehearsed(market)
    services.discard(run, by=market.secretariat)
    with pytest.raises(NotNow):
        services.move(run, who=ids(market, 0)[0], partner=ids(market, 2)[0], by=market.secretariat)


def test_a_move_among_fair_rules_leaves_fairness_for_the_next(app):
    market = make_marketplace(6)
    run = rehearsed(market, rules=replace(market.round.rules, best_worst_first=1))
    moved = services.move(run, who=ids(market, 0)[0], partner=ids(market, 2)[0], by=market.secretariat)
    assert moved.settings["fair"] is False
    assert services.rehearse_again(moved, by=market.secretariat).settings["fair"] is True


# --- Publishing ------------------------------------------------------------------------------------------------------


def test_the_letters_that_are_read_before_are_the_letters_that_go(app, outbox):
    market = make_marketplace(4)
    run = now(rehearsed(market))
    plan = services.plan_of(run)
    drafts = [draft for _key, letters in services.letters_of(run, plan, "") for draft in letters]
    assert outbox() == []
    exchanges = services.publish(run, by=market.secretariat)
    there = {exchange.id for exchange in exchanges}
    sent = {(letter.recipient, letter.subject, letter.body) for letter in outbox()}
    read = {(d.person.email, d.subject, d.body.replace("…", str(number))) for d in drafts for number in there}
    assert (len(drafts), len(sent), sent <= read) == (8, 8, True)


def test_a_soft_conflict_without_a_waiver_stops_it_with_the_names(app):
    market = make_marketplace(2)
    run = rehearsed(market)
    conflict = make_conflict(*market.organisations, kind=ConflictKind.SUBCONTRACTING)
    assert [pair for pair, _kinds in services.plan_of(now(run)).unwaived] == [tuple(ids(market, 0, 1))]
    with pytest.raises(Refused, match="Lindenhof, Brugveld"):
        services.publish(run, by=market.secretariat, reason="Toch")
    make_waiver(conflict)
    assert len(services.publish(run, by=market.secretariat)) == 1


def test_a_hard_conflict_that_came_later_stops_it(app):
    market = make_marketplace(2)
    run = rehearsed(market)
    make_conflict(*market.organisations)
    assert services.plan_of(now(run)).changed == ("Brugveld", "Lindenhof")
    with pytest.raises(Refused, match="Brugveld, Lindenhof"):
        services.publish(run, by=market.secretariat)


def test_what_was_agreed_and_is_not_honoured_needs_a_reason(app):
    market = make_marketplace(4)
    make_accepted(market, maker=0, asked=(1,))
    run = rehearsed(market, locked=[ids(market, 0, 3)])
    assert services.plan_of(now(run)).dishonoured == (tuple(ids(market, 0, 1)),)
    with pytest.raises(Invalid):
        services.publish(run, by=market.secretariat, reason="  ")
    assert len(services.publish(run, by=market.secretariat, reason="Overlegd met beide.")) == 2
    (entry,) = acts("matching_run.set_aside")
    assert entry.after == {"agreed": [ids(market, 0, 1)], "against_rules": []}
    assert [entry.reason for entry in acts("matching_run.publish")] == ["Overlegd met beide."]


# --- Back ------------------------------------------------------------------------------------------------------------


def test_until_the_first_answer_a_publication_is_taken_back(app, outbox):
    market = make_marketplace(4)
    run = rehearsed(market)
    exchanges = [exchange.id for exchange in services.publish(run, by=market.secretariat)]
    assert services.may_retract(now(run))
    services.retract(run, reason="Verkeerde ronde", by=market.secretariat)
    run = now(run)
    assert (run.state, run.published_at, outbox()) == (RunState.REHEARSED, None, [])
    found = [queries.exchange_of(number) for number in exchanges]
    assert {exchange.state for exchange in found} == {ExchangeState.DISSOLVED}
    assert [member.standing for exchange in found for member in exchange.members] == [False] * 4
    assert queries.parted_pairs(market.round.id) == []


def test_who_read_the_proposal_hears_that_it_was_taken_back_and_only_they(app, outbox):
    market = make_marketplace(2)
    run = rehearsed(market)
    services.publish(run, by=market.secretariat)
    sent = deliver_due(limit=3)
    reached = {letter.recipient for letter in outbox() if letter.sent_at}
    services.retract(run, reason="Vergissing", by=market.secretariat)
    told = [letter.recipient for letter in outbox() if letter.kind == "exchange.retracted"]
    assert (sent, sorted(told)) == (3, sorted(reached))
    assert [letter.kind for letter in outbox()].count("exchange.proposed") == 3
    assert "Vergissing" not in "".join(letter.body for letter in outbox())


def test_what_was_taken_back_is_published_again_as_new_exchanges(app):
    market = make_marketplace(4)
    run = rehearsed(market)
    first = [exchange.id for exchange in services.publish(run, by=market.secretariat)]
    services.retract(run, reason="Vergissing", by=market.secretariat)
    again = [exchange.id for exchange in services.publish(run, by=market.secretariat)]
    assert (len(again), set(first) & set(again)) == (2, set())
    assert [exchange.id for exchange in services.publish(run, by=market.secretariat)] == again
    assert list(audit.verify()) == []


def test_after_the_first_answer_nothing_is_taken_back(app):
    market = make_marketplace(4)
    run = rehearsed(market)
    exchange, _other = services.publish(run, by=market.secretariat)
    member = queries.exchange_of(exchange.id).members[0]
    services.object_to(member, reason="Nee", by=market.coordinators[0])
    with pytest.raises(NotNow, match="Lindenhof"):
        services.retract(run, reason="Vergissing", by=market.secretariat)
    assert now(run).state == RunState.PUBLISHED


def test_taking_back_twice_is_once_and_needs_a_reason(app):
    market = make_marketplace(2)
    run = rehearsed(market)
    with pytest.raises(Invalid):
        services.retract(run, reason=" ", by=market.secretariat)
    services.publish(run, by=market.secretariat)
    for _ in range(2):
        services.retract(run, reason="Vergissing", by=market.secretariat)
    assert len(acts("matching_run.retract")) == 1


# --- Adjusting -------------------------------------------------------------------------------------------------------


def test_a_newcomer_gets_a_place_while_what_was_published_stays(app, outbox):
    market = make_marketplace(4)
    before = {exchange.id for exchange in published(market)}
    market.add("Nieuw", "Almelo", 52.5)
    market.add("Later", "Almelo", 52.51)
    run = services.adjust(market.round, by=market.secretariat)
    assert (run.adjusts, len(run.input), run.result["broken"]) == (True, 6, [])
    written = len(outbox())
    (made,) = services.publish(run, by=market.secretariat)
    assert [member.trajectory.organisation_id for member in queries.exchange_of(made.id).members] == ids(market, 4, 5)
    standing = {exchange.id for exchange in queries.exchanges_in(market.round.id)}
    assert standing == before | {made.id}
    assert len(outbox()) == written + 4
    assert services.may_retract(now(run))


def test_breaking_a_published_exchange_has_a_price_and_says_which(app, outbox):
    market = make_marketplace(2, rules_data={"largest_ring": 3, "ring_cost": 0, "broken_promise_cost": 20})
    (old,) = published(market)
    market.add("Nieuw", "Kampen", 52.26)
    run = services.adjust(market.round, by=market.secretariat)
    assert [each["members"] for each in run.result["broken"]] == [ids(market, 0, 1)]
    assert trials.promise_cost(run.settings) == 20
    plan = services.plan_of(now(run))
    assert ([exchange.id for exchange in plan.ends], plan.kept, len(plan.groups)) == ([old.id], 0, 1)
    (ring,) = services.publish(run, by=market.secretariat, told="Zo vindt iedereen een partner.")
    assert (ring.kind, queries.exchange_of(old.id).state) == ("ring", ExchangeState.DISSOLVED)
    assert queries.exchange_of(old.id).reason == "Zo vindt iedereen een partner."
    assert queries.parted_pairs(market.round.id) == []
    assert not services.may_retract(now(run))
    with pytest.raises(NotNow):
        services.retract(run, reason="Toch niet", by=market.secretariat)


def test_a_published_exchange_is_not_broken_for_a_little(app):
    market = make_marketplace(4, rules_data={"broken_promise_cost": 100, "largest_ring": 2})
    make_exchange([market.trajectories[0], market.trajectories[3]], state=ExchangeState.PROPOSED)
    run = services.adjust(market.round, by=market.secretariat)
    assert members_of(run) == [ids(market, 0, 3), ids(market, 1, 2)]
    for_nothing = services.adjust(
        market.round, by=market.secretariat, rules=replace(market.round.rules, broken_promise_cost=0)
    )
    assert members_of(for_nothing) == [ids(market, 0, 1), ids(market, 2, 3)]


def test_who_objected_meets_others_and_the_exchange_ends(app):
    market = make_marketplace(4)
    first, second = published(market)
    services.object_to(queries.exchange_of(first.id).members[0], reason="Oud zeer", by=market.coordinators[0])
    run = services.adjust(market.round, by=market.secretariat)
    assert run.settings["forbidden"] == [ids(market, 0, 1)]
    kept, ended = services.kept_and_ended(run.settings, run.result["groups"])
    assert (kept, [one["objected"] for one in ended]) == ([], [True, False])
    services.publish(run, by=market.secretariat)
    assert {queries.exchange_of(each.id).state for each in (first, second)} == {ExchangeState.DISSOLVED}
    assert queries.parted_pairs(market.round.id) == [tuple(ids(market, 0, 1))]


def test_an_exchange_whose_visits_are_being_agreed_stays_out(app):
    market = make_marketplace(4)
    first, _second = published(market)
    for number in (0, 1):
        services.accept(queries.exchange_of(first.id).members[number], by=market.coordinators[number])
    assert queries.exchange_of(first.id).state == ExchangeState.ACTIVE
    run = services.adjust(market.round, by=market.secretariat)
    assert [row["key"] for row in run.input] == ids(market, 2, 3)


def test_an_exchange_that_became_active_meanwhile_is_not_broken(app):
    market = make_marketplace(2, rules_data={"largest_ring": 3, "ring_cost": 0, "broken_promise_cost": 0})
    (old,) = published(market)
    market.add("Nieuw", "Kampen", 52.26)
    run = services.adjust(market.round, by=market.secretariat)
    for number in (0, 1):
        services.accept(queries.exchange_of(old.id).members[number], by=market.coordinators[number])
    with pytest.raises(Refused, match="Brugveld, Lindenhof"):
        services.publish(run, by=market.secretariat)


def test_without_anything_published_there_is_nothing_to_adjust(app):
    market = make_marketplace(2)
    with pytest.raises(NotNow):
        services.adjust(market.round, by=market.secretariat)


def test_an_adjustment_goes_on_as_one(app):
    market = make_marketplace(4)
    published(market)
    market.add("Nieuw", "Almelo", 52.5)
    run = services.adjust(market.round, by=market.secretariat)
    again = services.rehearse_again(run, by=market.secretariat, locked=[ids(market, 0, 1)])
    moved = services.move(again, who=ids(market, 4)[0], partner=ids(market, 0)[0], join=True, by=market.secretariat)
    assert [each.adjusts for each in (again, moved)] == [True, True]
    assert sorted(ids(market, 0, 1, 4)) in [sorted(group) for group in members_of(moved)]
    assert all(services.replay(now(each)) for each in (run, again, moved))


# --- The worker ------------------------------------------------------------------------------------------------------


def test_a_long_rehearsal_waits_for_the_worker_and_gives_the_same_answer(app, long):
    market = make_marketplace(5)
    run = rehearsed(market)
    run_id = run.id
    assert (run.state, run.result) == (RunState.QUEUED, {})
    assert work.take_turns() == 1
    run = queries.run_of(run_id)
    assert (run.state, run.leased_until, run.result["matched"]) == (RunState.REHEARSED, None, 5)
    assert services.replay(run)
    assert work.take_turns() == 0
    assert [entry.role for entry in acts("matching_run.rehearse")] == ["system"]


def test_a_really_large_rehearsal_tells_how_far_it_is(app, monkeypatch):
    from tests.matching.instances import make_candidates  # a whole round, made up

    market = make_marketplace(0)
    for candidate in make_candidates(150, 1):
        market.add(candidate.name, "Ergens", candidate.latitude)
    run = rehearsed(market)
    assert run.state == RunState.QUEUED
    told = []
    monkeypatch.setattr(working, "TOLD_EVERY", working.timedelta(0))
    renew = working.Lease.renew
    monkeypatch.setattr(working.Lease, "renew", lambda lease: (told.append(dict(lease.progress)), renew(lease))[1])
    services.make_next()
    steps = list(dict.fromkeys(each["step"] for each in told))
    assert (now(run).state, steps) == (RunState.REHEARSED, ["groups", "reasons"])
    assert max(each["done"] for each in told if each["step"] == "reasons") >= 30


def test_what_waits_is_stopped_at_once_and_what_is_being_made_when_its_worker_looks_up(app, long, monkeypatch):
    market = make_marketplace(5)
    waiting, running = rehearsed(market), rehearsed(market)
    services.cancel(waiting.id, by=market.secretariat)
    assert now(waiting).state == RunState.CANCELLED
    taken = working._take(market.secretariat)
    assert taken[0].run_id == running.id
    for _ in range(2):
        services.cancel(running.id, by=market.secretariat)
    monkeypatch.setattr(working, "_take", lambda by: taken)
    services.make_next()
    assert (now(running).state, now(running).result) == (RunState.CANCELLED, {})
    assert len(acts("matching_run.ask_cancel")) == 1
    assert list(audit.verify()) == []


def test_when_a_worker_dies_another_takes_over_after_the_lease_and_the_first_is_too_late(app, long, at):
    market = make_marketplace(5)
    with at("2027-01-20 10:00"):
        run = rehearsed(market)
        first, _rows, _settings = working._take(market.secretariat)
        assert services.make_next() is False
    with at("2027-01-20 10:05"):
        assert services.make_next() is True
        done = now(run)
        assert (done.state, done.progress["attempts"]) == (RunState.REHEARSED, 2)
        with pytest.raises(working.Lost):
            first.renew()
        working._finish(first, {"groups": []}, by=market.secretariat)
        assert now(run).result["matched"] == 5
    assert len(acts("matching_run.queue_again")) == 1


def test_what_ends_every_worker_is_given_up_after_a_few_attempts(app, long, at):
    market = make_marketplace(5)
    with at("2027-01-20 10:00"):
        run = rehearsed(market)
    for minute in (0, 10, 20):
        with at(f"2027-01-20 10:{minute:02}"):
            working._take(market.secretariat)
    with at("2027-01-20 11:00"):
        assert services.make_next() is False
    assert now(run).state == RunState.FAILED


def test_what_goes_wrong_is_said_and_can_be_tried_again(app, long, caplog):
    market = make_marketplace(3)
    run = rehearsed(market)
    with unit_of_work():
        broken = queries.run_of(run.id)
        broken.input = [{"key": 1}]
    assert services.make_next() is True
    assert (now(run).state, now(run).result) == (RunState.FAILED, {})
    again = services.rehearse_again(run, by=market.secretariat)
    services.make_next()
    assert now(again).state == RunState.REHEARSED
    services.discard(run, by=market.secretariat)
    assert "failed" in caplog.text


def test_what_is_being_made_is_neither_thrown_away_nor_published(app, long):
    market = make_marketplace(2)
    run = rehearsed(market)
    with pytest.raises(NotNow):
        services.discard(run, by=market.secretariat)
    with pytest.raises(NotNow):
        services.publish(run, by=market.secretariat)
    services.make_next()
    with pytest.raises(NotNow):
        services.cancel(run.id, by=market.secretariat)


def test_the_worker_that_is_started_by_hand_makes_what_waits_and_ends(app, long):
    market = make_marketplace(4)
    run_id = rehearsed(market).id
    said = app.test_cli_runner().invoke(args=["worker", "--once"]).output
    assert (said, queries.run_of(run_id).state) == ("worker: 1 pieces of long work done\n", RunState.REHEARSED)


def test_the_answer_of_the_worker_is_that_of_the_page(app):
    market = make_marketplace(6)
    at_once = rehearsed(market)
    app.config["WORK_AT_ONCE_SECONDS"] = -1.0
    try:
        later = rehearsed(market)
        services.make_next()
    finally:
        app.config["WORK_AT_ONCE_SECONDS"] = 2.0
    assert json.dumps(now(later).result, sort_keys=True) == json.dumps(now(at_once).result, sort_keys=True)
    assert now(later).made_at <= clock.now()
    assert db.session.scalars(select(Exchange)).all() == []
