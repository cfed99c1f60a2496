"""Writing, signing and reopening an improvement plan."""

from dataclasses import replace
from datetime import date

import pytest

from peerreview.core import events
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.improvement import services
from peerreview.improvement.planning import Step, half_written, lacks, uncovered
from peerreview.improvement.queries import actions_of, plan_of, plan_view, step_of
from peerreview.reviews.lifecycle import Rating
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import organisation_of
from tests.factories.accounts import make_actor
from tests.factories.commission import framework_norms, make_reviewed, review_of
from tests.factories.improvement import make_action

WHOLE = Step(1, "Spreek af wie invalt.", "Ineke", date(2028, 3, 1), "Een vrijwilliger weet wie ze belt.")


def test_an_action_lacks_what_is_empty_or_blank():
    assert lacks(WHOLE) == ()
    assert lacks(Step(1)) == ("what", "owner", "due_on", "expected_effect")
    assert lacks(replace(WHOLE, owner="  ")) == ("owner",)


def test_a_norm_is_covered_by_one_whole_action():
    half = replace(WHOLE, norm_id=2, what="")
    assert uncovered([3, 2, 1], [WHOLE, half]) == (3, 2)
    assert half_written([WHOLE, half, half]) == (2,)


@pytest.fixture
def trajectory(app):
    return make_reviewed(rating=Rating.PARTLY)[0]


@pytest.fixture
def executive(trajectory):
    return make_actor("executive", organisation_of(trajectory))


@pytest.fixture
def coordinator(trajectory):
    return make_actor("coordinator", organisation_of(trajectory))


def _norm_ids(trajectory):
    return [line.norm.id for line in plan_view(trajectory).lines]


def test_each_finding_below_complies_is_a_line_with_its_improvement_point(trajectory):
    view = plan_view(trajectory)
    assert [(line.norm.code, line.rating, line.improvement) for line in view.lines] == [
        (code, Rating.PARTLY, f"Spreek bij {code} af wie invalt.") for code in ("V1", "O2", "V3")
    ]
    assert [line.norm.code for line in view.missing] == ["V1", "O2", "V3"]


def test_an_action_is_kept_while_it_is_half_written(trajectory, coordinator):
    norm_id = _norm_ids(trajectory)[0]
    action = services.add_action(trajectory, step=Step(norm_id, "Een maatje"), by=coordinator)
    services.save_action(action, step=replace(WHOLE, norm_id=norm_id), version=1, by=coordinator)
    assert [step_of(action) for action in actions_of(trajectory.id)] == [replace(WHOLE, norm_id=norm_id)]


def test_the_second_of_two_writers_loses_politely_and_reads_both_texts(trajectory, coordinator):
    step = Step(_norm_ids(trajectory)[0], "Van mij")
    action = services.add_action(trajectory, step=step, by=coordinator)
    services.save_action(action, step=replace(step, what="Van de eerste"), version=1, by=coordinator)
    with pytest.raises(StaleVersion) as refused:
        services.save_action(action, step=replace(step, what="Van de tweede"), version=1, by=coordinator)
    assert (refused.value.theirs.what, refused.value.mine.what) == ("Van de eerste", "Van de tweede")
    assert db.session.get(type(action), action.id).what == "Van de eerste"


def test_an_action_is_about_a_norm_of_the_framework(trajectory, coordinator):
    with pytest.raises(Invalid):
        services.add_action(trajectory, step=Step(99999, "Iets"), by=coordinator)
    assert actions_of(trajectory.id) == []


def test_the_executive_signs_when_each_norm_has_its_action(trajectory, executive, outbox):
    make_actor("secretariat")
    for norm_id in _norm_ids(trajectory):
        with pytest.raises(Invalid):
            services.sign_plan(trajectory, by=executive)
        services.add_action(trajectory, step=replace(WHOLE, norm_id=norm_id), by=executive)
    services.sign_plan(trajectory, by=executive)
    assert (trajectory.state, plan_of(trajectory.id).signed_by.name) == ("planned", executive.name)
    assert [letter.kind for letter in outbox()] == ["plan.signed"]
    with pytest.raises(NotNow):
        services.sign_plan(trajectory, by=executive)


def test_only_the_own_executive_signs(trajectory, coordinator):
    partner = db.session.get(Trajectory, trajectory.id + 1)
    for actor in (coordinator, make_actor("secretariat"), make_actor("executive", organisation_of(partner))):
        with pytest.raises(NotAllowed):
            services.sign_plan(trajectory, by=actor)


def test_without_findings_below_complies_an_empty_plan_can_be_signed(app):
    trajectory = make_reviewed()[0]
    services.sign_plan(trajectory, by=make_actor("executive", organisation_of(trajectory)))
    assert trajectory.state == "planned"


def test_an_own_action_may_not_stay_half_written(app):
    trajectory = make_reviewed()[0]
    executive = make_actor("executive", organisation_of(trajectory))
    make_action(trajectory, framework_norms(trajectory)[2], owner="")
    with pytest.raises(Invalid) as refused:
        services.sign_plan(trajectory, by=executive)
    assert refused.value.problems == ["V3"]


def test_a_signed_plan_is_closed_until_it_is_asked_back(app, outbox):
    trajectory = make_reviewed()[0]
    executive, secretariat = make_actor("executive", organisation_of(trajectory)), make_actor("secretariat")
    action = make_action(trajectory, framework_norms(trajectory)[0])
    services.sign_plan(trajectory, by=executive)
    step = replace(step_of(action), what="Toch anders")
    for act in (
        lambda: services.save_action(action, step=step, version=action.version, by=executive),
        lambda: services.remove_action(action, by=executive),
        lambda: services.add_action(trajectory, step=step, by=executive),
    ):
        with pytest.raises(NotNow):
            act()
    services.reopen_plan(trajectory, reason="De datum mist.", due_on=date(2028, 1, 3), by=secretariat)
    services.save_action(action, step=step, version=action.version, by=executive)
    services.sign_plan(trajectory, by=executive)
    assert (trajectory.state, plan_of(trajectory.id).asked_back) == ("planned", "")
    asked = next(letter for letter in outbox() if letter.kind == "plan.asked_back")
    assert "De datum mist." in asked.body


def test_the_plan_is_due_thirty_working_days_after_the_final_report(app, at):
    with at("2027-06-01 10:00"):
        trajectory = make_reviewed()[0]
        events.announce("review.final", review_of(trajectory), by=make_actor("secretariat"))
        assert trajectory.due_on == date(2027, 7, 13)
