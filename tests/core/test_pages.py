"""What a page leaves behind: nothing that waits for rubbish to be collected."""

import gc
import weakref

import pytest
from flask import request

from tests.factories.accounts import make_actor


class Thing:
    def __str__(self) -> str:
        return "thing"


@pytest.fixture
def no_collector():
    gc.disable()
    yield
    gc.enable()


def test_a_page_with_a_macro_of_its_own_lets_go_of_what_it_drew(app, no_collector):
    source = "{% macro told() %}{{ thing }}{% endmacro %}{% set twice = told() ~ told() %}{{ twice }}"
    template, thing = app.jinja_env.from_string(source), Thing()
    held = weakref.ref(thing)
    assert template.render(thing=thing) == "thingthing"
    del thing
    assert held() is None


def test_who_has_no_mark_of_a_writer_leaves_no_request_behind(app, as_, no_collector):
    client = as_(make_actor("coordinator"))
    with client:
        assert client.get("/").status_code == 200
        held = weakref.ref(request._get_current_object())
    assert held() is None
