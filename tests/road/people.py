"""The people of the road: each has a browser of their own, a password, and the letters that came for them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator, Page, expect
from sqlalchemy import select

from peerreview.core.db import db
from peerreview.core.outbox import Letter
from tests.browser import axe

PASSWORD = "een lange zin van mij"


def letters_to(email: str, subject: str = "") -> list[Letter]:
    """The letters to this address whose subject has these words, oldest first."""
    db.session.rollback()
    found = db.session.scalars(select(Letter).where(Letter.recipient == email).order_by(Letter.id)).all()
    db.session.rollback()
    return [letter for letter in found if subject in letter.subject]


def path_of(page: Page) -> str:
    """The address of this page without its machine and its question mark."""
    return "/" + page.url.split("/", 3)[3].split("?")[0]


@dataclass
class Someone:
    """A person at a browser. They only do what a person can: read, click, type, and open the links in their letters."""

    name: str
    email: str
    open_tab: Callable[..., Page]
    width: int = 1280
    language: str = "nl"
    _page: Page | None = field(default=None, repr=False)

    @property
    def page(self) -> Page:
        if self._page is None:
            self._page = self.open_tab(width=self.width, language=self.language)
        return self._page

    # --- Getting somewhere

    def goes_to(self, path: str, status: int = 200) -> Page:
        """Open this address; when the session has ended, sign in first and arrive there."""
        answer = self.page.goto(path)
        if path == "/" and self.page.get_by_role("link", name="Inloggen").count():
            self.signs_in()
        elif "/login" in self.page.url and not path.startswith("/login"):
            self.signs_in()
            assert self.page.url.split("/", 3)[3] == path.lstrip("/"), self.page.url
        elif answer is not None:
            assert answer.status == status, f"{self.name} got {answer.status} at {path}"
        return self.page

    def signs_in(self) -> None:
        if "/login" not in self.page.url:
            self.page.goto("/login")
        self.page.get_by_label("E-mailadres").fill(self.email)
        self.page.get_by_label("Wachtwoord").fill(PASSWORD)
        self.page.get_by_role("button", name="Inloggen", exact=True).click()
        self.page.wait_for_url(lambda url: "/login" not in url)

    def follows(self, link: str | re.Pattern[str], nth: int = 0) -> Page:
        """Click a link by its words."""
        self.page.get_by_role("link", name=link).nth(nth).click()
        return self.page

    def taps(self, button: str | re.Pattern[str], within: Locator | None = None, nth: int = 0) -> Page:
        """Click a button that stays on the page."""
        (within or self.page).get_by_role("button", name=button).nth(nth).click()
        return self.page

    def sends(self, button: str | re.Pattern[str], within: Locator | None = None, nth: int = 0) -> Page:
        """Click a button that sends its form, and wait for the answer."""
        with self.page.expect_navigation():
            self.taps(button, within, nth)
        return self.page

    def confirms(self, button: str | re.Pattern[str], sure: str | re.Pattern[str], nth: int = 0) -> Page:
        """Click a button that asks whether one is sure, and say so."""
        self.taps(button, nth=nth)
        return self.sends(sure, self.page.get_by_role("dialog"))

    # --- Typing and reading

    def fills(self, texts: dict[str, str]) -> None:
        for label, text in texts.items():
            self.page.get_by_label(label, exact=True).fill(text)

    def ticks(self, *labels: str | re.Pattern[str], within: Locator | None = None) -> None:
        for label in labels:
            (within or self.page).get_by_label(label).first.check()

    def chooses(self, question: str | re.Pattern[str], answer: str) -> None:
        """Answer a question that has a few answers beside each other."""
        self.group(question).get_by_text(answer, exact=True).click()

    def group(self, legend: str | re.Pattern[str]) -> Locator:
        """The controls under one question."""
        return self.page.get_by_role("group", name=legend)

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        for text in texts:
            expect(self.page.get_by_text(text).first).to_be_visible()

    def reads(self, heading: str | re.Pattern[str]) -> None:
        """The page has this question or task on top."""
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()

    def sees_no(self, *texts: str) -> None:
        content = self.page.content()
        assert [text for text in texts if text in content] == []

    def is_saved(self) -> None:
        """Wait until the page says that all that was typed is kept."""
        expect(self.page.locator("[id^=saved-]").first).to_contain_text("Opgeslagen")

    def downloads(self, act: Callable[[], Any]) -> bytes:
        """What the browser keeps as a file after this act."""
        with self.page.expect_download() as coming:
            act()
        kept: Download = coming.value
        return Path(kept.path()).read_bytes()

    def has_no_barriers(self) -> None:
        """axe finds nothing on the page as it stands."""
        found = axe(self.page)
        assert found == [], "\n".join(found)

    # --- Letters

    def letter(self, subject: str = "") -> Letter:
        """The newest letter with these words in its subject."""
        found = letters_to(self.email, subject)
        assert found, f"{self.name} got no letter {subject!r}, only {[one.subject for one in letters_to(self.email)]}"
        return found[-1]

    def link_in(self, subject: str = "") -> str:
        """The address in the newest letter with this subject, as a path."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.letter(subject).body)
        assert found is not None
        return found.group(1)

    def joins(self) -> None:
        """Open the letter of invitation, make an account and take the role (an account is asked only once)."""
        self.page.goto(self.link_in("nodigt je uit"))
        if self.page.get_by_label("Kies een wachtwoord").count():
            self.fills({"Kies een wachtwoord": PASSWORD, "Nog een keer hetzelfde wachtwoord": PASSWORD})
            self.sends("Maak mijn account")
        else:
            self.goes_to(self.link_in("nodigt je uit"))
            self.sends("Neem deze rol")
