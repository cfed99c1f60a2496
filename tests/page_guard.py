"""Every page that any test fetches is looked at: one h1, a title, labels on its controls, unique ids, no inline script."""

import re
import secrets
from collections import Counter
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import g, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from peerreview.core.db import writing

LABELLED = ("input", "select", "textarea")
NEED_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
EVENT = re.compile(r"^on[a-z]+$")


def faults_of(html: str) -> list[str]:
    """What is wrong with a whole page; nothing for a fragment but its own ids and inline code."""
    soup = BeautifulSoup(html, "html.parser")
    whole = soup.find("html") is not None
    found = list(_ids(soup)) + list(_inline(soup))
    return found + (list(_frame(soup)) + list(_controls(soup)) if whole else [])


def _frame(soup: BeautifulSoup) -> Any:
    if len(soup.find_all("h1")) != 1:
        yield f"{len(soup.find_all('h1'))} h1"
    title = soup.title.get_text(strip=True) if soup.title else ""
    if not title or title.startswith("|"):
        yield f"title {title!r}"
    if not soup.html or not soup.html.get("lang"):
        yield "no language"
    if not soup.find("main"):
        yield "no main"


def _controls(soup: BeautifulSoup) -> Any:
    labelled = {label.get("for") for label in soup.find_all("label")}
    for control in soup.find_all(LABELLED):
        if control.get("type") in NEED_NO_LABEL or control.find_parent("template"):
            continue
        named = control.get("aria-label") or control.get("aria-labelledby") or control.get("title")
        if not named and control.get("id") not in labelled and not control.find_parent("label"):
            yield f"no label: {str(control)[:120]}"
    for button in soup.find_all(["button", "a"]):
        if button.find_parent("template"):
            continue
        if isinstance(button, Tag) and not button.get_text(strip=True) and not button.get("aria-label"):
            if not button.find(attrs={"aria-label": True}) and not button.find("img", alt=True):
                yield f"nothing to read: {str(button)[:120]}"


def _ids(soup: BeautifulSoup) -> Any:
    for name, count in Counter(tag["id"] for tag in soup.find_all(id=True)).items():
        if count > 1:
            yield f"id {name!r} stands {count} times"


def _inline(soup: BeautifulSoup) -> Any:
    for tag in soup.find_all(True):
        if tag.name == "style" or (tag.name == "script" and not tag.get("src")):
            yield f"inline {tag.name}"
        for name in tag.attrs:
            if name == "style" or EVENT.match(name):
                yield f"attribute {name} on {tag.name}"


class GuardedClient(FlaskClient):
    """The client of every test: an answer with a faulty page fails the test that asked for it."""

    def token(self) -> str:
        """The CSRF token of this client's session, as a form of ours would carry it."""
        with self.session_transaction() as session:
            raw = session.setdefault("csrf_token", secrets.token_hex(20))
        return str(URLSafeTimedSerializer(self.application.secret_key, salt="wtf-csrf-token").dumps(raw))

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post a form as a browser would, with its token."""
        return self.post(path, data={**(data or {}), "csrf_token": self.token()}, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        _forget_the_last_request()
        answer = super().open(*args, **kwargs)
        _forget_the_last_request()
        if answer.mimetype == "text/html" and answer.status_code != 304 and not answer.is_streamed and answer.data:
            if not (300 <= answer.status_code < 400):
                found = faults_of(answer.get_data(as_text=True))
                assert found == [], f"{answer.request.path}: {found}"
        return answer


def _forget_the_last_request() -> None:
    """In a test all requests share one application context: who asks and in which language must not leak into the next."""
    for name in list(g) if has_app_context() else ():
        g.pop(name)
    writing.set(False)
