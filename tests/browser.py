"""A real browser: Chromium, driven by Playwright, against the application of this worker on a port of this machine.

The server runs in a thread beside the test, with the test's own database: what a factory made is on the page, and after
`db.session.rollback()` the test reads what the page has changed. Whatever the browser complains about fails the test:
an error in a script, something that the Content-Security-Policy refused, a file that is missing, a machine elsewhere.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from config import ROOT
from peerreview.accounts.models import Person
from peerreview.core.access import Actor

# The first is Chromium without its windows: the same pages with two thirds of the work.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# As root there is no sandbox; the others keep Chromium from calling home, which a test must never do.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]  # fmt: skip
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
WIDTHS = {1280: 800, 390: 844}
Who = Actor | Person | None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a browser or a database is marked so: `-m "not browser"` leaves the slow ones out.

    Those in a browser come first, the walk of the whole road before all: a long test that begins last would let the other
    processes wait for it.
    """
    for item in items:
        for mark in {"browser", "database"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(mark)
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, item.path.name != "test_road.py"))


def chromium() -> str | None:
    """Where Chromium is: what CHROMIUM names, else what is on PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


class Quiet(WSGIRequestHandler):
    """Without a line on the screen for every request."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any) -> None: ...


class UnderWay:
    """The application, and what it is answering: a page that is closed leaves its last requests to the server."""

    def __init__(self, application: Flask) -> None:
        self.application, self.changed = application, threading.Condition()
        self.open: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        with self.changed:
            self.open.append(path)
        try:  # not until the end of the answer: this server keeps some of them open until the browser closes
            answer: Iterable[bytes] = self.application(environ, start_response)
        finally:
            with self.changed:
                self.open.remove(path)
                self.changed.notify_all()
        return answer

    def wait_for_the_last(self) -> None:
        """What a request still writes must not meet what the next test writes."""
        with self.changed:
            assert self.changed.wait_for(lambda: not self.open, timeout=30), f"not answered yet: {self.open}"


@pytest.fixture(scope="session")
def under_way(application: Flask) -> UnderWay:
    return UnderWay(application)


@pytest.fixture(scope="session")
def server(under_way: UnderWay) -> Iterator[str]:
    """The address of the application on this machine, as long as the tests run."""
    listening = make_server("127.0.0.1", 0, under_way, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def live_server(app: Flask, server: str) -> str:
    """The address of the application with this test's database."""
    return server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once; without it browser tests are left out, but never in CI."""
    path = chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail("CI needs Chromium for the browser tests")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=path, args=FLAGS) as browser:
        yield browser


@dataclass
class Complaints:
    """What the browser found wrong on the pages of one test."""

    server: str
    found: list[str] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # An answer of 4xx to a form is our manner of saying no; of which address it is, `_response` judges.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.server, "data:", "blob:", "about:")):
            self.found.append(f"elsewhere: {request.url}")

    def _response(self, response: Response) -> None:
        wrong = response.status >= 500 or (response.status >= 400 and "/static/" in response.url)
        if wrong:
            self.found.append(f"{response.status}: {response.url}")


class Tab(Protocol):
    def __call__(
        self, who: Who = None, *, width: int = 1280, dark: bool = False, language: str = "nl", javascript: bool = True
    ) -> Page: ...


@pytest.fixture
def complaints(live_server: str) -> Complaints:
    """What the browser found wrong so far; empty it to allow what it holds."""
    return Complaints(live_server)


@pytest.fixture
def tab(
    browser: Browser, live_server: str, under_way: UnderWay, complaints: Complaints, as_: Callable[[Who], FlaskClient]
) -> Iterator[Tab]:
    """`page = tab(actor, width=390, dark=True)`: a fresh browser, signed in as this actor; `page.goto("/reviews")`."""
    contexts: list[BrowserContext] = []

    def open_tab(
        who: Who = None, *, width: int = 1280, dark: bool = False, language: str = "nl", javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=live_server,
            viewport={"width": width, "height": WIDTHS.get(width, 800)},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale=language,
            timezone_id="Europe/Amsterdam",
            java_script_enabled=javascript,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        complaints.listen(context)
        if who is not None:
            cookie = as_(who).get_cookie("session")
            assert cookie is not None
            context.add_cookies([{"name": "session", "value": cookie.value, "url": live_server}])
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()
    under_way.wait_for_the_last()
    assert complaints.found == [], "\n".join(complaints.found)


@cache
def _axe_source() -> str:
    return (ROOT / "static" / "vendor" / "test" / "axe.min.js").read_text()


def axe(page: Page, *, only: str | None = None) -> list[str]:
    """What axe-core finds against WCAG 2.0-2.2 A and AA and good practice; each with the element it is about.

    With `only`, what this one rule finds.
    The source goes in through the debugger, for the Content-Security-Policy of the page rightly refuses other scripts.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {_axe_source()} }}")
    rules = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": AXE_TAGS}
    answer = page.evaluate("runOnly => axe.run(document, {runOnly, resultTypes: ['violations']})", rules)
    return [
        f"{rule['id']} ({rule['impact']}): {rule['help']}\n    {' '.join(node['target'][0:1])}: {node['html'][:160]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window; asked in the moment between two pages, it waits for the second."""
    page.wait_for_load_state("domcontentloaded")
    wider: bool = page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wider


def faults_in_all_themes(page: Page) -> list[str]:
    """What axe finds on the page as it stands, narrow and wide, light and dark, and where it scrolls sideways."""
    found = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            where = f"{page.url} at {width}, {scheme}"
            # The scheme changes colours and nothing else.
            found += [f"{where}: {fault}" for fault in axe(page, only="color-contrast" if scheme == "dark" else None)]
            if scrolls_sideways(page):
                found.append(f"{where}: scrolls sideways")
    return found


@pytest.fixture
def in_all_themes(tab: Tab) -> Callable[..., Page]:
    """`in_all_themes("/reviews", actor)`: the page, looked at by axe at 390 and 1280 pixels, in light and in dark."""

    def go(path: str, who: Who = None, *, language: str = "nl") -> Page:
        page = tab(who, language=language)
        answer = page.goto(path)
        assert answer is not None and answer.status == 200, answer and answer.status
        found = faults_in_all_themes(page)
        assert found == [], "\n".join(found)
        return page

    return go
