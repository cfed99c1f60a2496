"""Every page that any test fetches is looked at: one h1, a title, labels on its controls, unique ids, no inline script."""

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from typing import Any

from flask import g, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from selectolax.lexbor import LexborHTMLParser as Html
from selectolax.lexbor import LexborNode as Node
from werkzeug.test import TestResponse

from peerreview.core.db import writing

NEED_NO_LABEL = {"hidden", "submit", "button", "image", "reset"}
EVENT = re.compile(r"^on[a-z]+$")


def faults_of(html: str) -> list[str]:
    """What is wrong with a whole page; nothing for a fragment but its own ids and inline code."""
    page = Html(html)
    found = [*_ids(page), *_inline(page)]
    return [*found, *_frame(page), *_controls(page)] if "<html" in html else found


def _frame(page: Html) -> Iterator[str]:
    if len(page.css("h1")) != 1:
        yield f"{len(page.css('h1'))} h1"
    title = _text(page.css_first("title"))
    if not title or title.startswith("|"):
        yield f"title {title!r}"
    if not page.css("html[lang]"):
        yield "no language"
    if not page.css("main"):
        yield "no main"


def _controls(page: Html) -> Iterator[str]:
    labelled = {label.attributes.get("for") for label in page.css("label")}
    within = {node.mem_id for node in page.css("label input, label select, label textarea")}
    for control in page.css("input, select, textarea"):
        has = control.attributes
        named = has.get("aria-label") or has.get("aria-labelledby") or has.get("title")
        if has.get("type") in NEED_NO_LABEL or named or has.get("id") in labelled or control.mem_id in within:
            continue
        yield f"no label: {str(control.html)[:120]}"
    for button in page.css("button, a"):
        told = _text(button) or button.attributes.get("aria-label")
        if not told and not button.css("[aria-label], img[alt]:not([alt=''])"):
            yield f"nothing to read: {str(button.html)[:120]}"


def _text(node: Node | None) -> str:
    return node.text(strip=True) if node else ""


def _ids(page: Html) -> Iterator[str]:
    for name, count in Counter(node.attributes["id"] for node in page.css("[id]")).items():
        if count > 1:
            yield f"id {name!r} stands {count} times"


def _inline(page: Html) -> Iterator[str]:
    for tag in page.css("style, script:not([src]):not([type='application/ld+json'])"):
        yield f"inline {tag.tag}"
    for tag in page.css("*"):
        for name in tag.attributes:
            if name == "style" or EVENT.match(name):
                yield f"attribute {name} on {tag.tag}"


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
        if answer.mimetype == "text/html" and not 300 <= answer.status_code < 400 and answer.data:
            found = faults_of(answer.get_data(as_text=True))
            assert found == [], f"{answer.request.path}: {found}"
        return answer


def _forget_the_last_request() -> None:
    """In a test all requests share one application context: who asks and in which language must not leak into the next."""
    for name in list(g) if has_app_context() else ():
        g.pop(name)
    writing.set(False)
