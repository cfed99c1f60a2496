"""How tasks are marked, ordered and summed up in words."""

from datetime import date, timedelta

import pytest
from flask_babel import force_locale

from peerreview.dashboard.others import distance_bands
from peerreview.dashboard.tasks import MOST_MARKED, Task, in_order, mark, marks, summary

MONDAY = date(2027, 2, 15)
pytestmark = pytest.mark.usefixtures("app")


def task(due_in: int | None = None, minutes: int = 5, **fields) -> Task:
    due_on = MONDAY + timedelta(days=due_in) if due_in is not None else None
    return Task("Doe iets", "Doe", "dashboard.show_home", due_on=due_on, minutes=minutes, **fields)


@pytest.mark.parametrize(
    ("due_in", "kind"), [(-1, "late"), (0, "turn"), (4, "turn"), (7, "turn"), (8, "due"), (60, "due"), (None, "")]
)
def test_what_is_due_within_five_working_days_is_ones_turn(due_in, kind):
    assert mark(task(due_in), MONDAY)[0] == kind


def test_a_task_without_a_date_shows_how_far_it_is():
    assert mark(task(progress="38 van 52 normen"), MONDAY) == ("busy", "38 van 52 normen")


def test_at_most_three_tasks_are_saffron():
    kinds = [kind for kind, _text in marks([task(1) for _ in range(5)], MONDAY)]
    assert kinds == ["turn"] * MOST_MARKED + ["due"] * 2


def test_the_earliest_task_comes_first_and_what_has_no_date_last():
    tasks = [task(None), task(9), task(-3), task(2)]
    assert [one.due_on for one in in_order(tasks)] == [tasks[2].due_on, tasks[3].due_on, tasks[1].due_on, None]


@pytest.mark.parametrize(
    ("tasks", "dutch", "english"),
    [
        ([], "Er wacht nu niets op jou.", "Nothing waits for you now."),
        ([task(1, 5)], "Eén ding, ongeveer 5 minuten.", "One thing, about 5 minutes."),
        (
            [task(-1, 20), task(1, 20), task(9, 20)],
            "Drie dingen, samen ongeveer een uur. Eén is te laat.",
            "Three things, together about an hour. One is late.",
        ),
    ],
)
def test_the_lead_line_counts_and_estimates_in_both_languages(app, tasks, dutch, english):
    with app.test_request_context():
        with force_locale("nl"):
            assert summary(tasks, MONDAY) == dutch
        with force_locale("en"):
            assert summary(tasks, MONDAY) == english


def test_groups_are_counted_by_their_largest_distance():
    zutphen, zwolle, amsterdam, maastricht = (52.14, 6.20), (52.51, 6.09), (52.37, 4.90), (50.85, 5.69)
    members = [
        (1, *zutphen),
        (1, *zutphen),
        (2, *zutphen),
        (2, *zwolle),
        (3, *zutphen),
        (3, *amsterdam),
        (3, *maastricht),
    ]
    assert distance_bands(members) == [1, 0, 1, 0, 1]
