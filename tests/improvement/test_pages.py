"""The pages of the improvement plan: who sees them, saving while writing, and every wrong way."""

import pytest

from peerreview.core.db import db, unit_of_work
from peerreview.improvement import services
from peerreview.improvement.models import Action
from peerreview.improvement.queries import actions_of
from peerreview.reviews.lifecycle import Rating
from peerreview.trajectories.lifecycle import TrajectoryState
from peerreview.trajectories.models import Trajectory
from peerreview.trajectories.queries import organisation_of
from tests.factories.accounts import make_actor
from tests.factories.commission import framework_norms, make_reviewed
from tests.factories.improvement import make_action

FIELDS = {
    "what": "Spreek af wie invalt.", "owner": "Ineke", "due_on": "2028-03-01", "expected_effect": "Rust.",
}  # fmt: skip


@pytest.fixture
def trajectory(app):
    return make_reviewed(rating=Rating.PARTLY)[0]


@pytest.fixture
def coordinator(trajectory):
    return make_actor("coordinator", organisation_of(trajectory))


@pytest.fixture
def post(as_):
    return lambda who, path, fields=None: as_(who).send(path, fields)


def _path(trajectory, rest=""):
    return f"/trajectories/{trajectory.id}/plan{rest}"


def test_a_coordinator_writes_an_action_for_each_norm(trajectory, coordinator, get, post):
    html = get(coordinator, _path(trajectory))
    assert html.count("Spreek bij ") == 3
    for norm in framework_norms(trajectory):
        answer = post(coordinator, _path(trajectory, "/actions/new"), FIELDS | {"norm_id": str(norm.id)})
        assert (answer.status_code, answer.location) == (303, _path(trajectory))
    assert [action.what for action in actions_of(trajectory.id)] == [FIELDS["what"]] * 3


def test_the_button_of_a_norm_leads_to_its_form(trajectory, coordinator, get):
    html = get(coordinator, _path(trajectory, "/actions/new?norm=O2"))
    assert "<h1>O2 Norm 2</h1>" in html


def test_what_is_typed_is_saved_and_a_stale_version_shows_both_texts(trajectory, coordinator, get, post):
    action = make_action(trajectory, framework_norms(trajectory)[0])
    path = _path(trajectory, f"/actions/{action.id}")
    fields = FIELDS | {"norm_id": str(action.norm_id), "version": "1", "autosave": "1"}
    saved = post(coordinator, path, fields)
    assert (saved.status_code, 'data-version="2"' in saved.get_data(as_text=True)) == (200, True)
    stale = post(coordinator, path, fields | {"what": "Mijn tekst"})
    html = stale.get_data(as_text=True)
    assert (stale.status_code, "Mijn tekst" in html, FIELDS["what"] in html) == (409, True, True)
    whole = post(coordinator, path, fields | {"what": "Mijn tekst", "autosave": ""} | {"version": "1"})
    assert whole.status_code == 409


def test_a_wrong_day_is_answered_with_the_form(trajectory, coordinator, post):
    norm = framework_norms(trajectory)[0]
    wrong = FIELDS | {"norm_id": str(norm.id), "due_on": "gisteren"}
    answer = post(coordinator, _path(trajectory, "/actions/new"), wrong)
    assert (answer.status_code, "Spreek af wie invalt." in answer.get_data(as_text=True)) == (422, True)
    assert actions_of(trajectory.id) == []


def test_the_executive_signs_on_the_page(trajectory, get, post):
    executive = make_actor("executive", organisation_of(trajectory))
    path = _path(trajectory, "/signature")
    refused = post(executive, path)
    assert (refused.status_code, refused.get_data(as_text=True).count('<li><a href="#norm-')) == (422, 3)
    for norm in framework_norms(trajectory):
        make_action(trajectory, norm)
    assert post(executive, path).status_code == 303
    assert executive.name in get(executive, _path(trajectory))
    assert post(executive, path).status_code == 409


def test_a_coordinator_asks_for_the_signature(trajectory, coordinator, post, outbox):
    make_actor("executive", organisation_of(trajectory))
    answer = post(coordinator, _path(trajectory, "/signature-request"))
    assert (answer.status_code, [letter.kind for letter in outbox()]) == (303, ["plan.signature_asked"])


def test_an_action_is_removed(trajectory, coordinator, post):
    action = make_action(trajectory, framework_norms(trajectory)[0])
    path = _path(trajectory, f"/actions/{action.id}")
    assert post(coordinator, path + "/removal").status_code == 303
    assert actions_of(trajectory.id) == []


def test_the_partner_and_the_commission_find_no_plan(trajectory, as_):
    action = make_action(trajectory, framework_norms(trajectory)[0])
    partner = db.session.get_one(Trajectory, trajectory.id + 1)
    strangers = [
        make_actor("coordinator", organisation_of(partner)),
        make_actor("commission_member"),
        make_actor("administrator"),
    ]
    for actor in strangers:
        for rest in ("", "/actions/new", f"/actions/{action.id}"):
            assert as_(actor).get(_path(trajectory, rest)).status_code == 404
    assert (
        as_(make_actor("coordinator", organisation_of(partner)))
        .get(_path(partner, f"/actions/{action.id}"))
        .status_code
        == 404
    )  # an action of another plan


def test_who_reads_does_not_write_or_sign(trajectory, coordinator, as_, post):
    reviewer = make_actor("reviewer", organisation_of(trajectory))
    for actor in (reviewer, make_actor("secretariat")):
        assert as_(actor).get(_path(trajectory)).status_code == 200
        assert as_(actor).get(_path(trajectory, "/actions/new")).status_code == 403
        assert post(actor, _path(trajectory, "/signature")).status_code == 403
    assert post(coordinator, _path(trajectory, "/signature")).status_code == 403


def test_before_the_final_report_there_is_no_plan(trajectory, coordinator, as_):
    with unit_of_work():
        trajectory.state = TrajectoryState.VISITED
    assert as_(coordinator).get(_path(trajectory)).status_code == 404


def test_a_signed_plan_sends_the_writer_back_to_the_plan(app, as_):
    trajectory = make_reviewed()[0]
    action = make_action(trajectory, framework_norms(trajectory)[0])
    executive = make_actor("executive", organisation_of(trajectory))
    services.sign_plan(trajectory, by=executive)
    answer = as_(executive).get(_path(trajectory, f"/actions/{action.id}"))
    assert (answer.status_code, answer.location) == (303, _path(trajectory))


@pytest.mark.parametrize("actions", [1, 3])
def test_a_longer_plan_takes_no_more_queries(trajectory, coordinator, as_, queries, actions):
    for _ in range(actions):
        make_action(trajectory, framework_norms(trajectory)[0])
    client, path = as_(coordinator), _path(trajectory)
    client.get(path)
    with queries() as seen:
        client.get(path)
    seen.expect(8)
    assert db.session.query(Action).count() == actions
