"""Rounds: their days and rules, who sees them, and how they move."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.frameworks.lifecycle import VersionState
from peerreview.rounds import queries, services, words
from peerreview.rounds.dates import NAMES, Dates, moved_back, out_of_order
from peerreview.rounds.lifecycle import RoundState
from peerreview.rounds.rules import BOUNDS, Rules, changed, out_of_bounds
from tests.factories.accounts import make_actor
from tests.factories.frameworks import make_framework
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round

DATES = Dates(date(2027, 1, 1), date(2027, 2, 1), date(2027, 4, 1), date(2027, 6, 30), date(2027, 12, 31))
calmly = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def test_every_rule_has_its_bounds_its_words_and_its_place():
    names = {field.name for field in fields(Rules)}
    placed = [name for _key, _title, group in words.GROUPS for name in group]
    assert set(BOUNDS) == set(words.RULES) == set(placed) == names
    assert len(placed) == len(names)


def test_every_default_lies_within_its_bounds():
    assert out_of_bounds(Rules()) == []


@pytest.mark.parametrize("name", list(BOUNDS))
def test_a_rule_outside_its_bounds_is_named(name):
    for wrong in (BOUNDS[name][0] - 1, BOUNDS[name][1] + 1):
        assert out_of_bounds(replace(Rules(), **{name: wrong})) == [name]


def test_what_changed_is_told_with_before_and_after():
    assert changed(Rules(), replace(Rules(), quorum=5)) == {"quorum": (3, 5)}


@calmly
@given(st.lists(days, min_size=5, max_size=5))
def test_days_in_order_are_those_that_sort_to_themselves(found):
    assert (out_of_order(Dates(*found)) == []) == (sorted(found) == found)


@calmly
@given(st.lists(days, min_size=5, max_size=5))
def test_a_day_never_moves_back_against_itself(found):
    assert moved_back(Dates(*found), Dates(*found)) == []


@pytest.fixture
def secretariat(app):
    return make_actor("secretariat")


def made(by, **more):
    values = {"framework_version_id": make_framework(label="2027").id, "dates": DATES, "rules": Rules(), "by": by}
    return services.make_round(more.pop("name", "Voorjaar 2027"), **(values | more))


def edit(round_, by, **more):
    values = {
        "name": round_.name, "framework_version_id": round_.framework_version_id, "dates": services.dates_of(round_),
        "rules": round_.rules, "version": round_.version, "by": by,
    }  # fmt: skip
    services.edit_round(round_, **(values | more))


def test_a_round_is_made_as_a_draft_with_its_rules(secretariat):
    round_ = made(secretariat, rules=replace(Rules(), quorum=5))
    assert (round_.state, round_.rules.quorum, services.dates_of(round_)) == (RoundState.DRAFT, 5, DATES)


@pytest.mark.parametrize(
    ("more", "problems"),
    [
        ({"dates": replace(DATES, visits_from=date(2026, 1, 1))}, ["visits_from"]),
        ({"rules": replace(Rules(), quorum=0)}, ["quorum"]),
        ({"name": "  "}, ["name"]),
        ({"framework_version_id": 999}, ["framework_version_id"]),
    ],
)
def test_what_cannot_be_right_is_named(secretariat, more, problems):
    with pytest.raises(Invalid) as refused:
        made(secretariat, **more)
    assert refused.value.problems == problems


def test_two_rounds_do_not_have_one_name(secretariat):
    made(secretariat)
    with pytest.raises(Invalid):
        services.make_round("Voorjaar 2027", framework_version_id=1, dates=DATES, rules=Rules(), by=secretariat)


def test_a_round_works_with_a_published_framework_only(secretariat):
    draft = make_framework(label="2030", state=VersionState.DRAFT, published_at=None)
    with pytest.raises(Invalid):
        made(secretariat, framework_version_id=draft.id)


def test_a_draft_changes_freely(secretariat):
    round_ = made(secretariat)
    edit(round_, secretariat, dates=replace(DATES, signup_opens_on=date(2026, 12, 1)), name="Lente")
    assert (round_.name, round_.signup_opens_on) == ("Lente", date(2026, 12, 1))


def test_a_begun_round_changes_only_forward_and_with_a_reason(secretariat):
    round_ = make_round()
    later = replace(services.dates_of(round_), closes_on=date(2099, 1, 1))
    earlier = replace(services.dates_of(round_), signup_opens_on=date(2020, 1, 1))
    other = make_framework(label="later").id
    for wrong in ({"dates": earlier, "reason": "x"}, {"dates": later}, {"framework_version_id": other, "reason": "x"}):
        with pytest.raises(Invalid):
            edit(round_, secretariat, **wrong)
    edit(round_, secretariat, dates=later, rules=replace(Rules(), quorum=5), reason="Veel aanmeldingen")
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.reason, entry.after) == (
        "round.edit", "Veel aanmeldingen", {"closes_on": "2099-01-01", "quorum": 5},
    )  # fmt: skip


def test_a_closed_round_does_not_change(secretariat):
    with pytest.raises(NotNow):
        edit(make_round(state=RoundState.CLOSED), secretariat, reason="x")


def test_the_second_of_two_editors_loses_politely(secretariat):
    round_ = made(secretariat)
    edit(round_, secretariat, name="Eerst")
    with pytest.raises(StaleVersion):
        edit(round_, secretariat, name="Tweede", version=1)


def test_a_round_goes_from_draft_to_closed_and_each_step_once(secretariat, at):
    with at("2027-01-15 10:00"):
        round_ = made(secretariat)
        for act, state in [
            (services.open_round, "open"), (services.close_signup, "matching"), (services.start_round, "running"),
            (services.close_round, "closed"),
        ]:  # fmt: skip
            act(round_, by=secretariat)
            assert round_.state == state
            with pytest.raises(NotNow):
                act(round_, by=secretariat)


def test_a_round_whose_sign_up_is_over_is_not_opened(secretariat, at):
    with at("2027-02-02 10:00"), pytest.raises(Invalid):
        services.open_round(made(secretariat), by=secretariat)


def test_opening_tells_every_coordinator_of_a_member_once(secretariat, at, outbox):
    member, former = make_organisation(), make_organisation(state="ended")
    coordinator = make_actor("coordinator", member)
    make_actor("coordinator", former)
    make_actor("reviewer", member)
    with at("2027-01-15 10:00"):
        assert services.open_round(made(secretariat), by=secretariat, tell=True) == 1
    assert [letter.recipient for letter in outbox()] == [coordinator.email]
    assert "vrijdag" in outbox()[0].body


def test_sign_up_opens_again_until_a_day_before_the_visits(secretariat, at):
    with at("2027-02-15 10:00"):
        round_ = make_round(state=RoundState.MATCHING, **DATES.by_name())
        for wrong in (date(2027, 2, 14), date(2027, 4, 2)):
            with pytest.raises(Invalid):
                services.reopen_signup(round_, until=wrong, reason="Later", by=secretariat)
        services.reopen_signup(round_, until=date(2027, 2, 20), reason="Later", by=secretariat)
        assert (round_.state, round_.signup_closes_on) == (RoundState.OPEN, date(2027, 2, 20))


def test_open_rounds_are_those_of_today(app, at):
    with at("2027-02-01 10:00"):
        make_round("Open", **DATES.by_name())
        make_round(
            "Later", **replace(DATES, signup_opens_on=date(2027, 2, 2), signup_closes_on=date(2027, 3, 1)).by_name()
        )
        make_round("Voorbij", **replace(DATES, signup_closes_on=date(2027, 1, 31)).by_name())
        make_round("Concept", state=RoundState.DRAFT, **DATES.by_name())
        assert [round_.name for round_ in queries.open_rounds(date(2027, 2, 1))] == ["Open"]


def test_the_current_round_is_open_before_running_before_closed(app):
    assert queries.current_round() is None
    for state in (RoundState.DRAFT, RoundState.CLOSED, RoundState.RUNNING, RoundState.MATCHING):
        make_round(state, state=state)
        expected = None if state == RoundState.DRAFT else state
        current = queries.current_round()
        assert (current.state if current else None) == expected


@pytest.mark.parametrize(
    ("role", "drafts"),
    [
        ("secretariat", True),
        ("oversight", True),
        ("administrator", True),
        ("coordinator", False),
        ("commission_member", False),
    ],
)
def test_a_draft_is_seen_only_by_who_prepares_or_watches(app, as_, role, drafts):
    organisation = make_organisation() if role == "coordinator" else None
    actor, draft, open_ = make_actor(role, organisation), make_round(state=RoundState.DRAFT), make_round()
    assert (draft.id in {r.id for r in queries.rounds_for(actor)}) is drafts
    client = as_(actor)
    assert [client.get(f"/rounds/{n}").status_code for n in (draft.id, open_.id, 999)] == [
        200 if drafts else 404,
        200,
        404,
    ]
    assert NAMES[0] == "signup_opens_on"
