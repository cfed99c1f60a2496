"""Making, answering and closing questionnaires; what the host is refused."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from peerreview.core import clock
from peerreview.core.access import SYSTEM
from peerreview.core.audit import AuditEntry
from peerreview.core.db import db
from peerreview.core.errors import Invalid, NotNow, StaleVersion
from peerreview.core.events import announce
from peerreview.frameworks.queries import outline_of
from peerreview.questionnaires import queries, services
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.asking import OwnQuestion, proposed
from peerreview.questionnaires.lifecycle import Audience, Channel, Stage
from peerreview.questionnaires.models import Questionnaire, Response
from peerreview.trajectories.lifecycle import TrajectoryState as S
from peerreview.trajectories.models import Trajectory
from tests.factories.questionnaires import asked, close, fill_in, make_questionnaire
from tests.factories.selfevaluations import make_self_evaluation
from tests.factories.trajectories import make_trajectory

TOMORROW, LAST = timedelta(days=1), timedelta(days=20)


@pytest.fixture
def place(app):
    """The clients of an organisation that writes its self-evaluation."""
    evaluation = make_self_evaluation()
    return Asked(db.session.get_one(Trajectory, evaluation.trajectory_id), Audience.CLIENTS)


def wanted(where, **other):
    norms = outline_of(where.trajectory.framework_version_id).norms
    return {
        "norm_ids": [norms[2].id, norms[0].id], "own": [OwnQuestion("Wat moet blijven?")], "introduction": "Dag.",
        "opens_on": clock.today() + TOMORROW, "closes_on": clock.today() + LAST, "version": 0, "by": SYSTEM,
    } | other  # fmt: skip


def responses():
    return db.session.scalar(select(func.count()).select_from(Response))


def test_statements_stand_in_the_order_of_the_framework_and_keep_the_words_they_got(place):
    made = services.set_questions(place, **wanted(place))
    assert [(q["id"], q["kind"], q["text"]["nl"]) for q in made.questions] == [
        ("q1", "scale", "Dit vraagt norm 1."), ("q2", "scale", "Dit vraagt norm 3."), ("q3", "open", "Wat moet blijven?"),
    ]  # fmt: skip
    texts = {"q1": ("Ik word gehoord.", "I am heard."), "q2": ("Ik beslis.", ""), "q3": ("Wat moet blijven?", "")}
    services.reword(asked(made), texts=texts, version=made.version, by=SYSTEM)
    again = asked(made)
    norms = [q["norm_id"] for q in made.questions[:2]]
    changed = services.set_questions(again, **wanted(place, norm_ids=norms[:1], version=again.questionnaire.version))
    assert changed.questions[0]["text"] == {"nl": "Ik word gehoord.", "en": "I am heard."}
    assert len(changed.questions) == 2


def test_each_audience_gets_the_norms_about_which_it_has_something_to_say(place):
    outline = outline_of(place.trajectory.framework_version_id)
    assert proposed(outline, Audience.CLIENTS) == list(outline.norms)
    assert [norm.code for norm in proposed(outline, Audience.PARTNERS)] == [norm.code for norm in outline.norms]


def test_what_cannot_be_a_questionnaire_is_refused(place):
    today = clock.today()
    for wrong in (
        {"norm_ids": [], "own": []},
        {"own": [OwnQuestion("?")] * 4},
        {"own": [OwnQuestion("x" * 301)]},
        {"own": [OwnQuestion("?", norm_id=999)]},
        {"introduction": "x" * 1001},
        {"opens_on": today - TOMORROW},
        {"opens_on": today + LAST, "closes_on": today + TOMORROW},
        {"closes_on": today + timedelta(days=900)},
    ):
        with pytest.raises(Invalid):
            services.set_questions(place, **wanted(place, **wrong))
    assert db.session.scalar(select(func.count()).select_from(Questionnaire)) == 0


def test_two_writers_the_second_is_told(place):
    made = services.set_questions(place, **wanted(place))
    with pytest.raises(StaleVersion):
        services.set_questions(asked(made), **wanted(place, introduction="Anders."))
    with pytest.raises(StaleVersion):
        services.reword(asked(made), texts={q["id"]: ("x", "") for q in made.questions}, version=99, by=SYSTEM)


def test_questions_are_fixed_from_the_first_day_on_whether_or_not_somebody_answered(app):
    made = make_questionnaire()
    for answered in (0, 1):
        fill_in(made, answered)
        with pytest.raises(NotNow, match="vast"):
            services.set_questions(asked(made), **wanted(asked(made)))
        with pytest.raises(NotNow, match="vast"):
            services.reword(asked(made), texts={}, version=made.version, by=SYSTEM)


def test_the_same_sheet_counts_once_and_leaves_no_trace_of_its_hour(app):
    made = make_questionnaire()
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    for stance in ("agree", "fully"):
        assert services.answer(made.token.upper(), answers={"q1": stance}, language="nl", client_key="one")
    assert db.session.scalars(select(Response.answers)).all() == [{"q1": "agree"}]
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before


def test_answers_that_cannot_be_right_are_refused_and_unknown_questions_left_out(app):
    made = make_questionnaire()
    for wrong in ({}, {"q1": " "}, {"q99": "agree"}, {"q1": "maybe"}, {"q4": "x" * 2001}):
        with pytest.raises(Invalid):
            services.answer(made.token, answers=wrong, language="nl", client_key="k")
    assert not services.answer("x" * 30, answers={"q1": "agree"}, language="nl", client_key="k")
    services.answer(made.token, answers={"q1": "agree", "q99": "agree"}, language="nl", client_key="k")
    assert db.session.scalars(select(Response.answers)).all() == [{"q1": "agree"}]


def test_nothing_shows_until_it_is_closed_and_nothing_comes_in_after_that(app):
    made = make_questionnaire()
    fill_in(made, 6)
    assert queries.results_of(asked(made).questionnaire) is None
    assert queries.what_people_said(made.trajectory_id) == {}
    assert queries.so_far(made) == {Channel.WEB: 5, Channel.PAPER: 0}
    close(made)
    found = queries.results_of(asked(made).questionnaire)
    assert found is not None and found.people == 6
    with pytest.raises(NotNow):
        fill_in(made)
    with pytest.raises(NotNow):
        fill_in(made, channel=Channel.PAPER)
    with pytest.raises(NotNow):
        services.set_last_day(asked(made), closes_on=clock.today() + LAST, by=SYSTEM)
    with pytest.raises(NotNow):
        services.begin_again(asked(made), by=SYSTEM)
    assert responses() == 6


def test_with_four_it_opens_again_and_the_fifth_makes_them_show(app):
    made = make_questionnaire()
    fill_in(made, 4)
    close(made)
    assert queries.results_of(asked(made).questionnaire) is None
    services.set_last_day(asked(made), closes_on=clock.today(), by=SYSTEM)
    fill_in(made)
    close(made)
    found = queries.results_of(asked(made).questionnaire)
    assert found is not None and found.people == 5


def test_sheets_are_typed_in_after_the_last_day_until_it_is_closed(app, at):
    with at("2027-03-01 10:00"):
        made = make_questionnaire()
    with at("2027-04-01 10:00"):
        assert asked(made).stage == Stage.ENDED
        with pytest.raises(NotNow):
            fill_in(made)
        fill_in(made, 5, channel=Channel.PAPER)
        close(made)
        found = queries.results_of(asked(made).questionnaire)
        assert found is not None and found.people == 5


def test_beginning_again_throws_away_what_came_in_and_makes_another_link(app):
    made = make_questionnaire()
    fill_in(made, 2)
    old = made.token
    services.begin_again(asked(made), by=SYSTEM)
    again = asked(made)
    assert responses() == 0
    assert again.questionnaire is not None and again.questionnaire.token != old
    assert queries.asked_with(old) is None
    assert again.changeable


def test_handing_in_closes_what_is_open_and_what_said_about_norms_stays(app):
    made = make_questionnaire()
    fill_in(made, 5, text="Koffie")
    trajectory = db.session.get_one(Trajectory, made.trajectory_id)
    announce("self_evaluation.submitted", trajectory, by=SYSTEM)
    assert asked(made).stage == Stage.COUNTED
    said = queries.what_people_said(trajectory.id)
    norm = made.questions[0]["norm_id"]
    assert [(one.audience, one.line.people) for one in said[norm]] == [("clients", 5), ("clients", 5)]
    assert len(said[norm][1].line.texts) == 5


def test_a_paused_trajectory_takes_no_answers(app):
    evaluation = make_self_evaluation(make_trajectory(state=S.ON_HOLD, held_from=S.SELF_EVALUATING))
    made = make_questionnaire(db.session.get_one(Trajectory, evaluation.trajectory_id))
    with pytest.raises(NotNow):
        fill_in(made)
    with pytest.raises(NotNow):
        services.set_questions(asked(made), **wanted(asked(made)))
