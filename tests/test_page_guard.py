"""The guard of every page was seen to fail on each fault that it looks for."""

import pytest
from flask import Flask

from tests.page_guard import GuardedClient, faults_of

GOOD = "<html lang='nl'><title>Wat | X</title><main><h1>Wat</h1><label for='a'>A</label><input id='a'></main></html>"


def test_a_good_page_has_no_faults():
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("<h1>Wat</h1>", "<h1>Wat</h1><h1>En</h1>"),
        ("<title>Wat | X</title>", "<title> | X</title>"),
        ("<label for='a'>A</label>", ""),
        ("<input id='a'>", "<input id='a'><p id='a'></p>"),
        ("<h1>Wat</h1>", "<h1>Wat</h1><script>alert(1)</script>"),
        ("<h1>Wat</h1>", "<h1 onclick='x()'>Wat</h1>"),
        ("<h1>Wat</h1>", "<h1 style='color:red'>Wat</h1>"),
        ("<h1>Wat</h1>", "<h1>Wat</h1><a href='/'></a>"),
        (" lang='nl'", ""),
    ],
)
def test_each_fault_is_seen(good, bad):
    assert len(faults_of(GOOD.replace(good, bad))) == 1


def test_the_client_of_every_test_looks():
    app = Flask("strange")
    app.test_client_class = GuardedClient
    app.add_url_rule("/good", view_func=lambda: GOOD, endpoint="good")
    app.add_url_rule("/bad", view_func=lambda: GOOD.replace("<h1>Wat</h1>", ""), endpoint="bad")
    app.add_url_rule("/stream", view_func=lambda: iter([GOOD, "<p onclick='x()'>"]), endpoint="stream")
    assert app.test_client().get("/good").status_code == 200
    for faulty in ("/bad", "/stream"):
        with pytest.raises(AssertionError, match=faulty):
            app.test_client().get(faulty)
