"""Signing up, the secretariat's answer, and the later moves."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from peerreview.core import events
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.rounds.lifecycle import RoundState
from peerreview.trajectories import queries, services
from peerreview.trajectories.lifecycle import Route, ScopeKind
from peerreview.trajectories.lifecycle import TrajectoryState as S
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.signup import Offered, SignUp, missing
from tests.factories.accounts import affiliation_of, make_actor, make_person
from tests.factories.frameworks import make_framework
from tests.factories.organisations import make_organisation
from tests.factories.rounds import make_round
from tests.factories.trajectories import make_trajectory

pytestmark = pytest.mark.usefixtures("app")


def begun(**fields):
    """A draft with its coordinator and executive, loaded as a page loads it."""
    values = {"state": S.DRAFT, "learning": ["C1"], **fields}
    organisation = make_organisation()
    trajectory = make_trajectory(organisation=organisation, **values)
    coordinator = make_actor("coordinator", organisation)
    executive = make_actor("executive", organisation)
    return queries.sign_up_for(coordinator, trajectory.id), coordinator, executive


def submitted(**fields):
    trajectory, _coordinator, executive = begun(**fields)
    services.submit(trajectory, by=executive)
    return trajectory, make_actor("secretariat"), executive


def actions(trajectory):
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [row.action for row in rows if row.subject_id == trajectory.id and row.subject_type == "trajectory"]


def test_a_sign_up_begins_with_what_we_know_of_the_organisation():
    organisation, round_ = make_organisation(fte=Decimal("58.5")), make_round()
    coordinator = make_actor("coordinator", organisation)
    trajectory = queries.sign_up_for(coordinator, services.sign_up(round_, by=coordinator).id)
    assert (trajectory.state, trajectory.fte, trajectory.due_on) == (S.DRAFT, Decimal("58.5"), round_.signup_closes_on)
    assert [field.code for field in trajectory.work_fields] == ["community"]
    assert actions(trajectory) == ["trajectory.sign_up"]


def test_signing_up_twice_gives_the_same_trajectory():
    round_, coordinator = make_round(), make_actor("coordinator", make_organisation())
    assert services.sign_up(round_, by=coordinator).id == services.sign_up(round_, by=coordinator).id
    assert len(db.session.scalars(select(Trajectory)).all()) == 1


@pytest.mark.parametrize("state", [RoundState.DRAFT, RoundState.MATCHING, RoundState.RUNNING, RoundState.CLOSED])
def test_only_an_open_round_takes_sign_ups(state):
    with pytest.raises(NotNow):
        services.sign_up(make_round(state=state), by=make_actor("coordinator", make_organisation()))


def test_somebody_without_an_organisation_cannot_sign_up():
    with pytest.raises(NotAllowed):
        services.sign_up(make_round(), by=make_actor("secretariat"))


def test_a_sign_up_is_kept_at_any_incompleteness():
    trajectory, coordinator, _executive = begun()
    empty = SignUp(wishes="Graag dichtbij.")
    services.save_sign_up(trajectory, sign_up=empty, version=trajectory.version, by=coordinator)
    assert queries.signed(queries.sign_up_for(coordinator, trajectory.id)) == empty


def test_everything_of_a_sign_up_is_kept():
    other = make_organisation()
    trajectory, coordinator, _executive = begun()
    people = [offered.person_id for offered in trajectory.reviewers]
    full = SignUp(
        route=Route.COMBINED, scope_kind=ScopeKind.PARTS, scope_text="Jongerenwerk", fte=Decimal("12.5"),
        work_field_ids=frozenset(field.id for field in trajectory.work_fields),
        reviewers=(Offered(people[1], experienced=True, lead=True), Offered(people[0])),
        max_travel_minutes=45, months=(3, 4), wishes="Dichtbij", learning=("C1",), strengths=("C2",),
        exclusions=((other.id, "Fusieplannen"),),
    )  # fmt: skip
    services.save_sign_up(trajectory, sign_up=full, version=trajectory.version, by=coordinator)
    again = queries.sign_up_for(coordinator, trajectory.id)
    found = queries.signed(again)
    assert replace(found, reviewers=()) == replace(full, reviewers=())
    assert set(found.reviewers) == set(full.reviewers)


def test_a_change_of_a_list_alone_is_noticed_by_the_second_writer():
    trajectory, coordinator, _executive = begun()
    version, old = trajectory.version, queries.signed(trajectory)
    services.save_sign_up(
        trajectory, sign_up=replace(old, reviewers=old.reviewers[:1]), version=version, by=coordinator
    )
    assert trajectory.version == version + 1
    with pytest.raises(StaleVersion) as refused:
        services.save_sign_up(trajectory, sign_up=old, version=version, by=coordinator)
    assert len(refused.value.theirs.reviewers) == 1


def test_saving_the_same_changes_nothing():
    trajectory, coordinator, _executive = begun()
    version = trajectory.version
    services.save_sign_up(trajectory, sign_up=queries.signed(trajectory), version=version, by=coordinator)
    assert (trajectory.version, actions(trajectory)) == (version, [])


def test_ten_minutes_of_autosaving_is_one_note_in_the_trail(at):
    with at("2027-02-01 10:00"):
        trajectory, coordinator, _executive = begun()
        for n in range(3):
            sign_up = replace(queries.signed(queries.with_sign_up(trajectory.id)), wishes=f"Wens {n}")
            services.save_sign_up(
                trajectory, sign_up=sign_up, version=trajectory.version, by=coordinator, autosave=True
            )
        assert actions(trajectory) == ["trajectory.save"]
    with at("2027-02-01 10:20"):
        sign_up = replace(queries.signed(queries.with_sign_up(trajectory.id)), wishes="Later")
        services.save_sign_up(trajectory, sign_up=sign_up, version=trajectory.version, by=coordinator, autosave=True)
        assert actions(trajectory) == ["trajectory.save"] * 2


def test_a_reviewer_of_another_organisation_cannot_be_offered():
    stranger = make_person()
    affiliation_of(stranger, "reviewer", make_organisation())
    trajectory, coordinator, _executive = begun()
    wrong = replace(queries.signed(trajectory), reviewers=(Offered(stranger.id),))
    with pytest.raises(Invalid):
        services.save_sign_up(trajectory, sign_up=wrong, version=trajectory.version, by=coordinator)


@pytest.mark.parametrize("unknown", [True, False])
def test_only_another_known_organisation_can_be_excluded(unknown):
    trajectory, coordinator, _executive = begun()
    who = 999_999 if unknown else trajectory.organisation_id
    wrong = replace(queries.signed(trajectory), exclusions=((who, "Omdat"),))
    with pytest.raises(Invalid):
        services.save_sign_up(trajectory, sign_up=wrong, version=trajectory.version, by=coordinator)


def test_a_signed_sign_up_cannot_be_changed():
    trajectory, _secretariat, executive = submitted()
    with pytest.raises(NotNow):
        services.save_sign_up(trajectory, sign_up=SignUp(), version=trajectory.version, by=executive)


def test_what_is_missing_is_named_in_the_order_of_the_form():
    assert missing(SignUp(scope_kind=ScopeKind.PARTS), minimum_reviewers=2) == [
        "scope_text", "fte", "work_fields", "reviewers", "months", "learning",
    ]  # fmt: skip
    lone = SignUp(reviewers=(Offered(1), Offered(2)), exclusions=((3, " "),))
    assert {"lead", "exclusions"} <= set(missing(lone, minimum_reviewers=2))


def test_the_executive_signs_a_complete_sign_up(at, outbox):
    with at("2027-02-15 10:00"):
        secretary = make_actor("secretariat")
        trajectory, _coordinator, executive = begun()
        services.submit(trajectory, by=executive)
    assert (trajectory.state, trajectory.due_on) == (S.SUBMITTED, date(2027, 3, 1))
    assert trajectory.submitted_by_id == executive.person_id
    assert sorted((letter.kind, letter.recipient) for letter in outbox()) == sorted(
        [("trajectory.submitted", secretary.email), ("trajectory.submitted", _coordinator.email)]
    )


def test_an_incomplete_sign_up_is_not_signed_and_says_what_is_missing():
    trajectory, _coordinator, executive = begun(months=[], learning=[])
    with pytest.raises(Invalid) as refused:
        services.submit(trajectory, by=executive)
    assert refused.value.problems == ["months", "learning"]
    assert trajectory.state == S.DRAFT


def test_the_round_says_how_many_reviewers_are_needed():
    trajectory, _coordinator, executive = begun(round_=make_round(rules_data={"minimum_reviewers": 3}))
    with pytest.raises(Invalid) as refused:
        services.submit(trajectory, by=executive)
    assert refused.value.problems == ["reviewers"]


def test_a_coordinator_does_not_sign():
    trajectory, coordinator, _executive = begun()
    with pytest.raises(NotAllowed):
        services.submit(trajectory, by=coordinator)


def test_signing_twice_is_refused_politely():
    trajectory, _secretariat, executive = submitted()
    with pytest.raises(NotNow):
        services.submit(trajectory, by=executive)
    assert actions(trajectory) == ["trajectory.submit"]


def test_a_draft_cannot_be_signed_after_the_round_closed():
    trajectory, _coordinator, executive = begun(round_=make_round(state=RoundState.MATCHING))
    with pytest.raises(NotNow):
        services.submit(trajectory, by=executive)


def test_a_returned_sign_up_can_be_signed_again_although_the_round_closed():
    trajectory, _coordinator, executive = begun(round_=make_round(state=RoundState.MATCHING), state=S.RETURNED)
    services.submit(trajectory, by=executive)
    assert trajectory.state == S.SUBMITTED


def test_the_coordinator_asks_every_executive_for_a_signature(outbox):
    trajectory, coordinator, executive = begun()
    services.ask_signature(trajectory, by=coordinator)
    (letter,) = outbox()
    assert (letter.recipient, letter.kind) == (executive.email, "trajectory.signature_asked")
    assert f"/trajectories/{trajectory.id}" in letter.body


def test_without_an_executive_there_is_nobody_to_ask(outbox):
    organisation = make_organisation()
    trajectory = make_trajectory(organisation=organisation, state=S.DRAFT)
    coordinator = make_actor("coordinator", organisation)
    with pytest.raises(Invalid):
        services.ask_signature(queries.sign_up_for(coordinator, trajectory.id), by=coordinator)
    assert outbox() == []


def test_accepting_pins_the_framework_version_and_begins_the_self_evaluation(outbox):
    heard = []
    events.on("trajectory.accepted")(lambda subject, by: heard.append((subject.id, by.role)))
    try:
        trajectory, secretariat, _executive = submitted()
        newer = make_framework(label="2028")
        queries.round_of(trajectory).framework_version_id = newer.id
        services.accept(trajectory, by=secretariat)
    finally:
        events._listeners["trajectory.accepted"].pop()
    assert (trajectory.state, trajectory.framework_version_id) == (S.SELF_EVALUATING, newer.id)
    assert trajectory.due_on == services.self_evaluation_due(queries.round_of(trajectory))
    assert actions(trajectory)[-2:] == ["trajectory.accept", "trajectory.start_self_evaluation"]
    assert heard == [(trajectory.id, "secretariat")]
    assert {letter.kind for letter in outbox()} == {"trajectory.submitted", "trajectory.accepted"}


def test_the_self_evaluation_is_due_42_days_before_the_first_visit_but_never_at_once(at):
    with at("2027-02-15 10:00"):
        far = make_round(visits_from=date(2027, 5, 1), visits_until=date(2027, 8, 1))
        near = make_round(visits_from=date(2027, 3, 20), visits_until=date(2027, 8, 1))
        assert services.self_evaluation_due(far) == date(2027, 3, 20)
        assert services.self_evaluation_due(near) == date(2027, 3, 1)


@pytest.mark.parametrize(("act", "state"), [("return_sign_up", S.RETURNED), ("reject", S.REJECTED)])
def test_the_secretariat_answers_with_a_reason_that_the_organisation_reads(outbox, act, state):
    trajectory, secretariat, executive = submitted()
    getattr(services, act)(trajectory, reason="Noem ook de locatie in Eefde.", by=secretariat)
    assert (trajectory.state, trajectory.reason) == (state, "Noem ook de locatie in Eefde.")
    letters = [letter for letter in outbox() if letter.kind == f"trajectory.{state}"]
    assert executive.email in {letter.recipient for letter in letters}
    assert all("Noem ook de locatie in Eefde." in letter.body for letter in letters)


@pytest.mark.parametrize("act", ["return_sign_up", "reject", "withdraw"])
def test_a_reason_cannot_be_left_out(act):
    trajectory, secretariat, _executive = submitted()
    with pytest.raises(Invalid):
        getattr(services, act)(trajectory, reason="  ", by=secretariat)
    assert trajectory.state == S.SUBMITTED


def test_a_pause_keeps_the_place_on_the_road(at):
    with at("2027-02-15 10:00"):
        secretariat = make_actor("secretariat")
        trajectory = make_trajectory(state=S.SCHEDULED)
        services.hold(trajectory, reason="Verhuizing", until=date(2027, 11, 15), by=secretariat)
        assert (trajectory.state, trajectory.held_from, trajectory.due_on) == (
            S.ON_HOLD,
            S.SCHEDULED,
            date(2027, 11, 15),
        )
        services.resume(trajectory, due_on=date(2027, 3, 1), by=secretariat)
        assert (trajectory.state, trajectory.held_from, trajectory.due_on) == (S.SCHEDULED, None, date(2027, 3, 1))


@pytest.mark.parametrize("until", [date(2027, 2, 15), date(2027, 11, 16)])
def test_a_pause_is_from_tomorrow_on_and_at_most_nine_months(at, until):
    with at("2027-02-15 10:00"), pytest.raises(Invalid):
        services.hold(make_trajectory(), reason="Omdat", until=until, by=make_actor("secretariat"))


def test_what_is_not_paused_cannot_be_resumed():
    with pytest.raises(NotNow):
        services.resume(make_trajectory(), by=make_actor("secretariat"))


def test_a_withdrawal_ends_the_trajectory_and_is_announced():
    heard = []
    events.on("trajectory.withdrawn")(lambda subject, by: heard.append(subject.id))
    try:
        organisation = make_organisation()
        trajectory = make_trajectory(organisation=organisation, state=S.SELF_EVALUATING)
        services.withdraw(trajectory, reason="Fusie", by=make_actor("executive", organisation))
    finally:
        events._listeners["trajectory.withdrawn"].pop()
    assert (trajectory.state, trajectory.held_from, trajectory.due_on) == (S.WITHDRAWN, S.SELF_EVALUATING, None)
    assert heard == [trajectory.id]


def test_a_draft_that_nobody_signed_is_thrown_away_and_can_begin_anew():
    trajectory, coordinator, _executive = begun()
    round_ = queries.round_of(trajectory)
    services.discard(trajectory, by=coordinator)
    assert db.session.scalars(select(Trajectory)).all() == []
    assert services.sign_up(round_, by=coordinator).state == S.DRAFT


def test_a_signed_sign_up_is_not_thrown_away():
    trajectory, _secretariat, executive = submitted()
    with pytest.raises(NotNow):
        services.discard(trajectory, by=executive)


def test_advance_makes_the_later_moves_and_sets_the_day():
    secretariat, trajectory = make_actor("secretariat"), make_trajectory(state=S.SELF_EVALUATED)
    for verb, state in [("schedule", S.SCHEDULED), ("visit", S.VISITED), ("report", S.REPORTED), ("plan", S.PLANNED)]:
        services.advance(trajectory, verb, by=secretariat, due_on=date(2027, 6, 1))
        assert (trajectory.state, trajectory.due_on) == (state, date(2027, 6, 1))
    with pytest.raises(NotNow):
        services.advance(trajectory, "schedule", by=secretariat)


def test_a_deadline_is_moved_with_a_letter_and_a_note(outbox):
    organisation = make_organisation()
    trajectory = make_trajectory(organisation=organisation, due_on=date(2027, 3, 1))
    make_actor("coordinator", organisation)
    services.move_deadline(trajectory, due_on=date(2027, 3, 20), reason="Ziekte", by=make_actor("secretariat"))
    assert trajectory.due_on == date(2027, 3, 20)
    assert [letter.kind for letter in outbox()] == ["trajectory.deadline_moved"]
    assert actions(trajectory) == ["trajectory.move_deadline"]


ROLES_OUTSIDE = ["coordinator", "executive", "contributor", "reviewer"]


@pytest.mark.parametrize("role", ROLES_OUTSIDE)
def test_another_organisation_does_not_see_a_trajectory(role):
    trajectory, stranger = make_trajectory(), make_actor(role, make_organisation())
    assert queries.trajectory_for(stranger, trajectory.id) is None
    assert queries.sign_up_for(stranger, trajectory.id) is None


def test_who_sees_what_of_a_trajectory():
    organisation = make_organisation()
    trajectory, sees = make_trajectory(organisation=organisation), {}
    for role in ("coordinator", "executive", "contributor", "reviewer"):
        sees[role] = make_actor(role, organisation)
    for role in ("secretariat", "oversight", "administrator", "commission_member", "commission_chair"):
        sees[role] = make_actor(role)
    road = {role for role, actor in sees.items() if queries.trajectory_for(actor, trajectory.id)}
    whole = {role for role, actor in sees.items() if queries.sign_up_for(actor, trajectory.id)}
    assert road == {"coordinator", "executive", "contributor", "reviewer", "secretariat", "oversight", "administrator"}
    assert whole == {"coordinator", "executive", "secretariat"}


def test_the_current_trajectory_is_the_one_that_has_not_ended():
    organisation = make_organisation()
    old = make_trajectory(organisation=organisation, state=S.CERTIFIED)
    current = make_trajectory(organisation=organisation, state=S.SELF_EVALUATING)
    make_trajectory(organisation=organisation, state=S.WITHDRAWN)
    assert queries.current_trajectory_of(organisation.id).id == current.id
    assert queries.trajectory_of(organisation.id, old.round_id).id == old.id
    assert queries.trajectories_by_state() == {S.CERTIFIED: 1, S.SELF_EVALUATING: 1, S.WITHDRAWN: 1}


def test_who_reviewed_in_an_earlier_round_is_experienced():
    organisation = make_organisation()
    before = make_trajectory(organisation=organisation, state=S.CERTIFIED)
    people = [offered.person for offered in queries.with_sign_up(before.id).reviewers]
    now = make_trajectory(organisation=organisation, reviewers=people)
    ids = [person.id for person in people]
    assert queries.experienced_people(ids, before_round_id=now.round_id) == set(ids)
    assert queries.experienced_people(ids, before_round_id=before.round_id) == set()
