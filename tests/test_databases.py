"""Tests neither see what another test left, nor what the request of their own test had in hand."""

import pytest
from sqlalchemy import func, select

from peerreview.accounts.models import Person
from peerreview.core.access import current_actor
from peerreview.core.db import db
from tests.factories.accounts import make_actor, make_person


@pytest.mark.parametrize("_time", [1, 2, 3])
def test_a_test_finds_an_empty_database_whose_numbers_start_anew(app, _time):
    assert db.session.scalar(select(func.count(Person.id))) == 0
    assert make_person().id == 1


def test_two_people_in_one_test_are_two_people_to_the_application(app, as_):
    seen = []
    app.before_request_funcs.setdefault(None, []).append(lambda: seen.append(current_actor()))
    try:
        for who in (make_actor("secretariat", name="Anna Prins"), make_actor("secretariat", name="Bo Jansen"), None):
            as_(who).get("/nowhere")
    finally:
        app.before_request_funcs[None].pop()
    assert [actor and actor.name for actor in seen] == ["Anna Prins", "Bo Jansen", None]


def test_a_request_before_the_commit_is_a_mistake_of_the_test(app, as_):
    db.session.add(Person(name="Nobody yet", email="nobody@voorbeeld.example", fs_uniquifier="x"))
    with pytest.raises(AssertionError, match="sent a request before"):
        as_(None).get("/nowhere")
