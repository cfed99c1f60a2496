"""Beginning, writing, dividing, documenting, submitting and reopening a self-evaluation."""

from datetime import date

import pytest
from sqlalchemy import select

from peerreview.core import events
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db, unit_of_work
from peerreview.core.errors import Invalid, NotAllowed, NotNow, StaleVersion
from peerreview.core.storage import storage
from peerreview.selfevaluations import policy, queries, services
from peerreview.selfevaluations.lifecycle import OwnRating
from peerreview.selfevaluations.models import Answer, Evidence, SelfEvaluation
from peerreview.selfevaluations.progress import AnswerLine, next_after, progress, unfinished
from peerreview.trajectories import queries as trajectory_queries
from peerreview.trajectories import services as trajectory_services
from peerreview.trajectories.lifecycle import TrajectoryState as S
from tests.factories.accounts import make_actor
from tests.factories.organisations import make_organisation
from tests.factories.selfevaluations import PDF, answers_of, make_evidence, make_self_evaluation
from tests.factories.trajectories import make_trajectory

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def ours(app):
    """A self-evaluation with its coordinator and executive."""

    def begin(**fields):
        organisation = make_organisation()
        coordinator, executive = make_actor("coordinator", organisation), make_actor("executive", organisation)
        filled = fields.pop("filled", False)
        evaluation = make_self_evaluation(make_trajectory(organisation=organisation, **fields), filled=filled)
        return evaluation, coordinator, executive

    return begin


def actions():
    return [row.action for row in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


def save(answer, coordinator, story="Elke dinsdag koffie.", rating=OwnRating.PARTLY, **more):
    services.save_answer(
        answer, story=story, rating=rating, version=more.pop("version", answer.version), by=coordinator, **more
    )


def test_accepting_a_sign_up_makes_an_empty_answer_for_every_norm():
    trajectory = make_trajectory(state=S.SUBMITTED)
    trajectory_services.accept(trajectory, by=make_actor("secretariat"))
    evaluation = db.session.scalars(select(SelfEvaluation)).one()
    lines = queries.lines_of(evaluation.id)
    assert evaluation.trajectory_id == trajectory.id
    assert [line.state for line in lines] == ["todo"] * 3


def test_beginning_twice_changes_nothing(ours):
    evaluation, _coordinator, _executive = ours()
    trajectory = db.session.get_one(trajectory_queries.Trajectory, evaluation.trajectory_id)
    assert services.begin(trajectory).id == evaluation.id
    assert len(answers_of(evaluation)) == 3


def test_a_story_and_a_rating_are_kept_with_who_wrote_them(ours):
    evaluation, coordinator, _executive = ours()
    answer = answers_of(evaluation)[0]
    save(answer, coordinator)
    assert (answer.story, answer.rating, answer.updated_by_id) == (
        "Elke dinsdag koffie.",
        OwnRating.PARTLY,
        coordinator.person_id,
    )
    assert actions() == ["answer.save"]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.before, entry.after) == ({"rating": None}, {"rating": "partly"})


def test_the_second_of_two_writers_gets_both_texts(ours):
    evaluation, coordinator, executive = ours()
    answer = answers_of(evaluation)[0]
    save(answer, coordinator, story="De eerste", version=1)
    with pytest.raises(StaleVersion) as refused:
        save(answer, executive, story="De tweede", version=1)
    assert refused.value.theirs["story"] == "De eerste"
    assert refused.value.mine["story"] == "De tweede"
    assert answer.story == "De eerste"


def test_the_same_text_twice_is_no_conflict(ours):
    evaluation, coordinator, executive = ours()
    answer = answers_of(evaluation)[0]
    save(answer, coordinator, version=1)
    save(answer, executive, version=1)
    assert actions() == ["answer.save"]


def test_autosaving_for_ten_minutes_is_one_note_but_a_rating_is_always_noted(ours, at):
    evaluation, coordinator, _executive = ours()
    answer = answers_of(evaluation)[0]
    with at("2027-02-15 10:00"):
        save(answer, coordinator, story="a", rating=None, autosave=True)
        save(answer, coordinator, story="ab", rating=None, autosave=True)
        assert len(actions()) == 1
        save(answer, coordinator, story="ab", autosave=True)
        assert len(actions()) == 2
    with at("2027-02-15 10:11"):
        save(answer, coordinator, story="abc", autosave=True)
        assert len(actions()) == 3


def test_a_story_of_a_hundred_thousand_characters_fits_and_one_more_does_not(ours):
    evaluation, coordinator, _executive = ours()
    answer = answers_of(evaluation)[0]
    save(answer, coordinator, story="x" * 100_000)
    with pytest.raises(Invalid):
        save(answer, coordinator, story="x" * 100_001)


@pytest.mark.parametrize("state", [S.SELF_EVALUATED, S.ON_HOLD, S.WITHDRAWN, S.SCHEDULED])
def test_only_an_open_self_evaluation_is_written(ours, state):
    evaluation, coordinator, _executive = ours(state=state)
    with pytest.raises(NotNow):
        save(answers_of(evaluation)[0], coordinator)


def test_norms_are_divided_with_one_letter_each(ours, outbox):
    evaluation, coordinator, _executive = ours()
    organisation = trajectory_queries.organisation_of(
        db.session.get_one(trajectory_queries.Trajectory, evaluation.trajectory_id)
    )
    contributor = make_actor("contributor", organisation)
    ids = [answer.norm_id for answer in answers_of(evaluation)]
    assert (
        services.assign_norms(
            evaluation, to={ids[0]: contributor.person_id, ids[1]: contributor.person_id}, by=coordinator
        )
        == 2
    )
    assert services.assign_norms(evaluation, to={ids[0]: contributor.person_id}, by=coordinator) == 0
    assert services.assign_norms(evaluation, to={ids[0]: None, ids[2]: coordinator.person_id}, by=coordinator) == 2
    assert [(letter.recipient, letter.kind) for letter in outbox()] == [(contributor.email, "self_evaluation.given")]
    assert [line.assigned_to_id for line in queries.lines_of(evaluation.id)] == [
        None,
        contributor.person_id,
        coordinator.person_id,
    ]


def test_a_stranger_gets_no_norms(ours):
    evaluation, coordinator, _executive = ours()
    stranger = make_actor("contributor", make_organisation())
    with pytest.raises(Invalid):
        services.assign_norms(evaluation, to={answers_of(evaluation)[0].norm_id: stranger.person_id}, by=coordinator)


def test_a_document_lies_beside_several_norms_and_is_kept_once(ours):
    evaluation, coordinator, _executive = ours()
    ids = [answer.norm_id for answer in answers_of(evaluation)]
    first = services.add_evidence(evaluation, file_name="Plan.pdf", content=PDF, norm_ids=ids[:1], by=coordinator)
    second = services.add_evidence(evaluation, file_name="Zelfde.pdf", content=PDF, norm_ids=ids[1:2], by=coordinator)
    assert first.id == second.id
    (document,) = queries.evidence_of(evaluation.trajectory_id)
    assert (document.title, document.norm_ids) == ("Plan.pdf", frozenset(ids[:2]))
    assert storage().get(first.key) == PDF


def test_norms_of_another_framework_are_passed_by(ours):
    evaluation, coordinator, _executive = ours()
    other = answers_of(make_self_evaluation())[0].norm_id
    services.add_evidence(evaluation, file_name="Plan.pdf", content=PDF, norm_ids=[other, 999_999], by=coordinator)
    assert queries.evidence_of(evaluation.trajectory_id)[0].norm_ids == frozenset()


@pytest.mark.parametrize(
    ("name", "content"),
    [("leeg.pdf", b""), ("groot.pdf", PDF + b"x" * 26 * 1024 * 1024), ("virus.exe", b"MZ"), ("nep.pdf", b"MZ")],
)
def test_a_file_that_we_cannot_take_is_refused(ours, name, content):
    evaluation, coordinator, _executive = ours()
    with pytest.raises(Invalid):
        services.add_evidence(evaluation, file_name=name, content=content, norm_ids=[], by=coordinator)
    assert db.session.scalars(select(Evidence)).all() == []


def test_a_document_is_taken_from_one_norm_and_deleted_from_all(ours):
    evaluation, coordinator, _executive = ours()
    ids = [answer.norm_id for answer in answers_of(evaluation)]
    evidence = make_evidence(evaluation, norm_ids=tuple(ids))
    services.disconnect_evidence(evaluation, evidence_id=evidence.id, norm_id=ids[0], by=coordinator)
    assert queries.evidence_of(evaluation.trajectory_id)[0].norm_ids == frozenset(ids[1:])
    services.connect_evidence(evaluation, evidence_ids=[evidence.id, 999_999], norm_id=ids[0], by=coordinator)
    key = evidence.key
    services.delete_evidence(evidence, by=coordinator)
    assert queries.evidence_of(evaluation.trajectory_id) == []
    assert not storage().exists(key)


def test_a_document_of_another_organisation_cannot_be_connected(ours):
    evaluation, coordinator, _executive = ours()
    foreign = make_evidence(make_self_evaluation())
    services.connect_evidence(
        evaluation, evidence_ids=[foreign.id], norm_id=answers_of(evaluation)[0].norm_id, by=coordinator
    )
    assert queries.evidence_of(evaluation.trajectory_id) == []


def test_nothing_is_deleted_after_submission(ours):
    evaluation, coordinator, executive = ours(filled=True)
    evidence = make_evidence(evaluation)
    services.submit(evaluation, by=executive)
    with pytest.raises(NotNow):
        services.delete_evidence(evidence, by=coordinator)
    assert storage().exists(evidence.key)


def test_the_executive_submits_and_everybody_hears_of_it(ours, outbox):
    heard = []
    events.on("self_evaluation.submitted")(lambda subject, by: heard.append((subject.id, by.role)))
    try:
        evaluation, coordinator, executive = ours(filled=True)
        services.submit(evaluation, by=executive)
    finally:
        events._listeners["self_evaluation.submitted"].pop()
    trajectory = db.session.get_one(trajectory_queries.Trajectory, evaluation.trajectory_id)
    assert (trajectory.state, evaluation.submitted_by_id) == (S.SELF_EVALUATED, executive.person_id)
    assert heard == [(trajectory.id, "executive")]
    assert [(letter.recipient, letter.kind) for letter in outbox()] == [
        (coordinator.email, "self_evaluation.submitted")
    ]
    with pytest.raises(NotNow):
        services.submit(evaluation, by=executive)


def test_a_coordinator_does_not_submit(ours):
    evaluation, coordinator, _executive = ours(filled=True)
    with pytest.raises(NotAllowed):
        services.submit(evaluation, by=coordinator)


def test_what_is_missing_stops_the_signature(ours):
    evaluation, coordinator, executive = ours()
    answers = answers_of(evaluation)
    save(answers[0], coordinator)
    save(answers[1], coordinator, story="")
    with pytest.raises(Invalid) as refused:
        services.submit(evaluation, by=executive)
    questions = ["well", "share", "not_yet", "can_do", "help"]
    assert refused.value.problems == [str(answer.norm_id) for answer in answers[1:]] + questions


def test_the_secretariat_opens_it_again_with_a_reason(ours, at, outbox):
    with at("2027-02-15 10:00"):
        evaluation, _coordinator, executive = ours(filled=True)
        services.submit(evaluation, by=executive)
        secretariat = make_actor("secretariat")
        with pytest.raises(Invalid):
            services.reopen(evaluation, reason=" ", by=secretariat)
        services.reopen(evaluation, reason="Norm V1 is leeg.", by=secretariat)
    trajectory = db.session.get_one(trajectory_queries.Trajectory, evaluation.trajectory_id)
    assert (trajectory.state, trajectory.due_on, evaluation.submitted_at) == (S.SELF_EVALUATING, date(2027, 3, 1), None)
    assert "Norm V1 is leeg." in outbox()[-1].body


def test_it_cannot_be_opened_again_once_the_visit_is_planned(ours):
    evaluation, _coordinator, _executive = ours(state=S.SCHEDULED)
    with pytest.raises(NotNow):
        services.reopen(evaluation, reason="Te laat", by=make_actor("secretariat"))


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        (S.SELF_EVALUATING, {"coordinator", "executive"}),
        (S.SELF_EVALUATED, {"coordinator", "executive", "reviewer", "secretariat", "team"}),
        (S.CERTIFIED, {"coordinator", "executive", "reviewer", "secretariat", "team"}),
        (S.WITHDRAWN, {"coordinator", "executive"}),
    ],
)
def test_who_reads_the_answers_in_which_state(ours, state, readers):
    evaluation, coordinator, executive = ours(state=state)
    trajectory = db.session.get_one(trajectory_queries.Trajectory, evaluation.trajectory_id)
    own = trajectory_queries.organisation_of(trajectory)
    other = make_organisation()
    people = {
        "coordinator": coordinator, "executive": executive, "contributor": make_actor("contributor", own),
        "reviewer": make_actor("reviewer", own), "secretariat": make_actor("secretariat"),
        "team": make_actor("reviewer", other), "stranger": make_actor("reviewer", other),
        "partner": make_actor("coordinator", other), "oversight": make_actor("oversight"),
        "member": make_actor("commission_member"), "administrator": make_actor("administrator"),
    }  # fmt: skip
    team = {people["team"].person_id, people["partner"].person_id}
    trajectory = db.session.get_one(trajectory_queries.Trajectory, evaluation.trajectory_id)
    assert {name for name, actor in people.items() if policy.may_read_answers(actor, trajectory, team)} == readers


def test_answers_come_with_their_documents_in_the_order_of_the_norms(ours):
    evaluation, _coordinator, _executive = ours(filled=True)
    ids = [answer.norm_id for answer in answers_of(evaluation)]
    make_evidence(evaluation, norm_ids=(ids[1],))
    answers = queries.answers_of(_coordinator, queries.self_evaluation_for(_coordinator, evaluation.trajectory_id))
    assert [(a.norm_id, a.rating, len(a.evidence)) for a in answers] == [
        (ids[0], "complies", 0),
        (ids[1], "complies", 1),
        (ids[2], "complies", 0),
    ]


def test_progress_counts_norms_with_both_story_and_rating(ours):
    evaluation, coordinator, _executive = ours()
    first, second, _third = answers_of(evaluation)
    save(first, coordinator)
    save(second, coordinator, rating=None)
    assert (
        queries.progress_of(evaluation.trajectory_id).done,
        queries.progress_of(evaluation.trajectory_id).total,
    ) == (1, 3)
    assert queries.progress_of(evaluation.trajectory_id, assigned_to_id=coordinator.person_id) is None


def test_the_next_norm_is_the_first_unfinished_one_after_this_and_else_from_the_start():
    lines = [AnswerLine(1, None, False), AnswerLine(2, "partly", True), AnswerLine(3, None, True)]
    assert next_after(1, lines).norm_id == 3
    assert next_after(3, lines).norm_id == 1
    assert next_after(3, [AnswerLine(1, "partly", True), lines[2]]) is None
    assert [line.norm_id for line in unfinished(lines)] == [1, 3]
    assert progress(lines).complete is False


def test_a_race_that_the_database_sees_is_refused_too(ours):
    evaluation, _coordinator, _executive = ours()
    answer = answers_of(evaluation)[0]
    version = answer.version
    with pytest.raises(StaleVersion), unit_of_work():
        table = Answer.__table__
        db.session.execute(table.update().where(table.c.id == answer.id).values(version=version + 5))
        answer.story = "Te laat"
        db.session.flush()
