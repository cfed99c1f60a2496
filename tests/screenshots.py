"""`make screenshots`: the demo as each role sees it, on a phone and on a desk, in build/screenshots.

Without arguments it walks the start page of every role and what its menu leads to; with addresses it takes only those,
as the account before them: `python -m tests.screenshots onderling@... /reviews/1 /visits/2`. `--dark` takes them in dark.
"""

import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from config import ROOT, settings
from peerreview import create_app
from peerreview.accounts.models import Person
from peerreview.core.db import db
from peerreview.demo import services as demo
from peerreview.demo.services.accounts import accounts
from peerreview.reviews.models import Review
from peerreview.visits.models import TeamMember
from tests.browser import FLAGS, WIDTHS, Quiet, chromium
from tests.databases import make_tables

BUILD = ROOT / "build"
PICTURES = BUILD / "screenshots"
VISITOR = ""


def main(arguments: list[str]) -> None:
    dark = "--dark" in arguments
    words = [word for word in arguments if word != "--dark"]
    PICTURES.mkdir(parents=True, exist_ok=True)
    app = demo_application()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    with app.app_context():
        roles = {role: email for email, role, *_ in reversed(accounts())}
    wanted = {words[0]: words[1:]} if words else {VISITOR: ["/"]} | {email: ["/"] for email in roles.values()}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for email, paths in wanted.items():
            with browser.new_context(
                base_url=address, color_scheme="dark" if dark else "light", reduced_motion="reduce", locale="nl"
            ) as context:
                if email:
                    sign_in(app, context, email, address)
                found = paths if words else paths + menu_of(context)
                for path in dict.fromkeys(found):
                    take(context, email, path, "-dark" if dark else "")
        if not words and not dark:
            for_the_readme(app, browser, address)
        browser.close()
    server.shutdown()


def for_the_readme(app: Flask, browser: Browser, address: str) -> None:
    """The three pictures of README.md: a first page, noting on the phone, and the register."""
    with app.app_context():
        held = select(Review.id).join(TeamMember, TeamMember.visit_id == Review.visit_id)
        review = db.session.scalar(
            held.join(Person, Person.id == TeamMember.person_id).where(Person.email.startswith("toetser@"))
        )
    wanted = (
        ("home", "coordinator@onderling.example", "/", 1280),
        ("visit", "toetser@onderling.example", f"/reviews/{review}/workspace?norm=O9", 390),
        ("register", VISITOR, "/register", 1280),
    )
    for name, email, path, width in wanted:
        with browser.new_context(
            base_url=address, viewport={"width": width, "height": WIDTHS[width]}, reduced_motion="reduce", locale="nl"
        ) as context:
            if email:
                sign_in(app, context, email, address)
            page = context.new_page()
            page.goto(path)
            page.screenshot(path=ROOT / "docs" / "images" / f"{name}.png")


def demo_application() -> Flask:
    """The application with the demo, made once and kept in build/."""
    app = create_app(
        settings("development", database_url=f"sqlite:///{BUILD / 'demo.sqlite'}", storage_folder=BUILD / "demo-files")
    )
    with app.app_context():
        make_tables()
        if demo.is_empty():
            demo.build_demo()
    return app


def sign_in(app: Flask, context: BrowserContext, email: str, address: str) -> None:
    """As the tests do it: with the cookie of a session, without the page to sign in."""
    client = app.test_client()
    with app.app_context():
        person = db.session.scalars(select(Person).where(Person.email == email)).one()
        with client.session_transaction() as session:
            session["_user_id"] = session["identity.id"] = person.fs_uniquifier
            session["_fresh"], session["fs_cc"], session["fs_paa"] = True, "set", datetime.now(UTC).timestamp()
    cookie = client.get_cookie("session")
    context.add_cookies([{"name": "session", "value": cookie.value if cookie else "", "url": address}])


def menu_of(context: BrowserContext) -> list[str]:
    """The addresses to which the menu of the start page leads."""
    page = context.new_page()
    page.goto("/")
    links = page.eval_on_selector_all("nav a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    page.close()
    return [link for link in links if not link.startswith(("/language", "/theme", "/static"))]


def take(context: BrowserContext, email: str, path: str, suffix: str) -> None:
    page = context.new_page()
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(path)
        who = email.split("@")[0] or "visitor"
        name = f"{who}{path.split('?')[0].replace('/', '-').rstrip('-') or '-home'}-{width}{suffix}.png"
        page.screenshot(path=Path(PICTURES) / name, full_page=True)
        print(f"{answer.status if answer else '?'} build/screenshots/{name}")  # noqa: T201
    page.close()


if __name__ == "__main__":
    main(sys.argv[1:])
