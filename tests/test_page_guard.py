"""The guard of every page was seen to fail on each fault that it looks for."""

import pytest

from tests.page_guard import faults_of

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
