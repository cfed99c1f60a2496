"""Two browsers write the same finding on a real server, which is killed in between: nothing that was typed is lost."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from config import ROOT
from peerreview.core import history
from peerreview.core.db import db
from tests.browser import axe
from tests.factories.reviews import finding_of, make_pair

# One process loads the application; at each line that it reads it forks a server, and says which process that is.
STABLE = """
import os, sys
from werkzeug.serving import make_server
from config import settings
from peerreview import create_app
app = create_app(settings("testing", database_url=sys.argv[1]))
for line in sys.stdin:
    child = os.fork()
    if not child:
        sys.stdin.close()
        make_server("127.0.0.1", int(line), app, threaded=True).serve_forever()
    print(child, flush=True)
    os.waitpid(child, 0)
"""


@pytest.fixture
def server_process(app, database):
    """Start (and start again) a server process on this test's database, and kill it; it ends with the test."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    stable = subprocess.Popen(
        [sys.executable, "-c", STABLE, database.url], cwd=ROOT, env=os.environ | {"PEERREVIEW_ENV": "testing"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    living = []

    def start():
        stable.stdin.write(f"{port}\n")
        stable.stdin.flush()
        living.append(int(stable.stdout.readline()))
        for _ in range(600):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    return f"http://127.0.0.1:{port}"
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill():
        os.kill(living.pop(), signal.SIGKILL)

    yield start, kill
    if living:
        kill()
    stable.communicate(timeout=30)


@pytest.fixture
def window(browser, as_):
    """A browser of this person at this address."""
    contexts = []

    def open_window(who, address):
        context = browser.new_context(base_url=address, locale="nl")
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": "session", "value": as_(who).get_cookie("session").value, "url": address}])
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def saved(page):
    page.wait_for_function("() => /Opgeslagen/.test(document.getElementById('saved-f').textContent)")


def test_two_browsers_write_one_finding_and_the_server_dies_in_between(app, window, server_process):
    pair = make_pair()
    start, kill = server_process
    address, url = start(), f"/reviews/{pair.review.id}/findings/V1"
    one, two = window(pair.lead, address), window(pair.mate, address)
    for page in (one, two):
        page.goto(url)
    name = pair.lead.name.split()[0]
    one.fill("#story", "Zij bellen terug. Dat hoorden wij van drie mensen.")
    one.locator("#story").blur()
    one.wait_for_selector("#saved-f[data-version='2']")
    saved(one)

    kill()  # what is typed now stays on this device
    two.fill("#story", "Aan de balie is iemand altijd te spreken.")
    two.wait_for_function("() => /op dit toestel/.test(document.getElementById('saved-f').textContent)")
    one.fill("#story", "Zij bellen terug. Dat hoorden wij van drie mensen. Het staat in het rooster.")
    one.wait_for_function("() => /op dit toestel/.test(document.getElementById('saved-f').textContent)")
    db.session.rollback()
    assert finding_of(pair.review).story == "Zij bellen terug. Dat hoorden wij van drie mensen."

    start()
    one.evaluate("dispatchEvent(new Event('online'))")
    one.wait_for_selector("#saved-f[data-version='3']")
    two.evaluate("dispatchEvent(new Event('online'))")
    two.wait_for_selector("[data-clash]")
    marked = " ".join(two.locator("[data-clash] mark").all_inner_texts())
    assert ("rooster" in marked, "balie" in marked) == (True, True)
    assert axe(two) == []
    merged = two.locator("[data-merge]")
    if merged.count():
        assert "balie" in merged.input_value()
        merged.fill("Zij bellen terug. Het staat in het rooster. Aan de balie is iemand altijd te spreken.")
        two.click("[data-keep=merged]")
    else:
        two.click("[data-keep=left]")
    two.wait_for_selector("#saved-f[data-version='4']")
    two.wait_for_selector("[data-clash]", state="detached")
    db.session.rollback()
    finding = finding_of(pair.review)
    assert "Aan de balie is iemand altijd te spreken." in finding.story
    kept = " ".join(one.texts["story"] for one in history.versions_of(finding))
    assert ("Het staat in het rooster." in kept, "Dat hoorden wij van drie mensen." in kept) == (True, True)

    kill()  # the last words are in the page's own copy, and come back with it
    two.fill("#story", finding.story + " Ook op zaterdag.")
    two.wait_for_function("() => /op dit toestel/.test(document.getElementById('saved-f').textContent)")
    start()
    two.goto(url)
    two.click("[data-put-back]")
    two.wait_for_selector("#saved-f[data-version='5']")
    db.session.rollback()
    assert finding_of(pair.review).story.endswith("Ook op zaterdag.")
    one.reload()
    one.wait_for_selector("#together .pr-others")
    assert re.search("schrijft hier|kijkt mee", one.inner_text("#together")), name
