"""Many selects in one query: the rows of each come back as they would alone, on both databases."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Boolean, Date, Integer, String, bindparam, func, literal, null, select, true

from peerreview.core.beats import Beat
from peerreview.core.compound import Compound
from peerreview.core.db import Json, UtcDateTime, db, enum_of, unit_of_work
from peerreview.deadlines.lifecycle import Stage
from peerreview.trajectories.lifecycle import TrajectoryState

MOMENT = datetime(2027, 2, 12, 9, 30, tzinfo=UTC)
STATE, STAGE = enum_of(TrajectoryState), enum_of(Stage)


def beats(*names):
    with unit_of_work():
        db.session.add_all([Beat(name=name, kind=name[0], began_at=MOMENT, seen_at=MOMENT) for name in names])


def test_values_have_their_own_types_and_names_whatever_the_other_selects_hold(app):
    first = select(
        literal(7).label("id"), literal(MOMENT, UtcDateTime).label("at"), literal({"a": [1]}, Json).label("rules"),
        literal(TrajectoryState.DRAFT, STATE).label("state"), null().cast(Date).label("empty"),
    )  # fmt: skip
    second = select(
        literal(Stage.AFTER, STAGE).label("stage"), true().cast(Boolean).label("yes"), literal("é").label("name"),
        literal(date(2027, 2, 12), Date).label("on"), literal(3).label("one"), literal(4).label("other"),
        func.count().label("many"), null().cast(Json).label("no_rules"), literal("z", String(3)).label("last"),
    )  # fmt: skip
    [one], [two] = Compound([first, second]).ask()
    assert one._asdict() == {
        "id": 7, "at": MOMENT, "rules": {"a": [1]}, "state": TrajectoryState.DRAFT, "empty": None
    }  # fmt: skip
    assert two._asdict() == {
        "stage": Stage.AFTER, "yes": True, "name": "é", "on": date(2027, 2, 12), "one": 3, "other": 4, "many": 1,
        "no_rules": None, "last": "z",
    }  # fmt: skip
    assert (type(one.state), type(two.stage), type(two.yes), one.at.tzinfo) == (TrajectoryState, Stage, bool, UTC)


def test_rows_come_by_their_integers_the_first_named_first_and_an_empty_one_before_all(app):
    rows = [(2, 1), (1, None), (1, 0), (1, -5)]
    members = [
        select(literal("x").label("name"), literal(a).label("a"), literal(b, Integer).label("b")) for a, b in rows
    ]
    every = members[0].union_all(*members[1:]).subquery()
    by_a, by_b = Compound([select(every.c.name, every.c.a, every.c.b), select(every.c.b, every.c.a)]).ask()
    assert [row[1:] for row in by_a] == [(1, None), (1, -5), (1, 0), (2, 1)]
    assert [tuple(row) for row in by_b] == [(None, 1), (-5, 1), (0, 1), (1, 2)]


def test_each_select_gets_its_own_rows_in_one_query_and_again_with_other_values(app, queries):
    beats("a1", "a2", "b1")
    of_kind = select(Beat.id, Beat.name).where(Beat.kind == bindparam("kind"))
    together = Compound([of_kind, select(Beat.id).where(Beat.kind == "none"), select(func.count(Beat.id).label("n"))])
    with queries() as seen:
        named, none, [counted] = together.ask(kind="a", unknown=1)
    seen.expect(1)
    assert ([row.name for row in named], none, counted.n) == (["a1", "a2"], [], 3)
    assert [row.name for row in together.ask(kind="b")[0]] == ["b1"]


def test_no_selects_ask_nothing(app, queries):
    with queries() as seen:
        assert Compound([]).ask() == []
    seen.expect(0)


def test_it_sees_what_this_act_has_changed(app):
    together = Compound([select(Beat.id, Beat.name)])
    with unit_of_work():
        db.session.add(Beat(name="a1", kind="a", began_at=MOMENT, seen_at=MOMENT))
        assert [row.name for row in together.ask()[0]] == ["a1"]


def test_two_columns_of_one_name_are_refused(app):
    with pytest.raises(ValueError, match="two columns have one name: id, id"):
        Compound([select(Beat.id, literal(1).label("id"))])
