"""What stands before the pages of the register: it answers a visitor who comes back without making the page again.

A page of the register is the same for every visitor with the same address, language and theme, as long as the register's
number and the day are the same. From these comes its ETag, before anything is made: who holds that page already hears
304, and who does not gets the one that another visitor got, when it is still at hand. Whoever may be somebody (has a
session, or asks to be remembered) goes past this to the application. So does every answer that sets a cookie.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header, parse_cookie, parse_list_header

NUMBER = "register.number"  # where the application finds the number that was asked here
LARGEST, MOST = 400_000, 256  # bytes of a page that is kept, and how many are
VARY = ("Cookie", "Accept-Language", "HX-Request")
PERSONAL = ("HTTP_AUTHORIZATION", "HTTP_HX_REQUEST", "HTTP_RANGE")

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Visitor(NamedTuple):
    """All that a page may differ in between visitors; `somebody` when it may differ in more."""

    language: str
    theme: str
    somebody: bool


class Kept(NamedTuple):
    headers: list[tuple[str, str]]
    body: bytes


class Front:
    """The application with this before it. `number` asks under which number the register stands, `today` the day."""

    def __init__(
        self,
        app: Wsgi,
        *,
        number: Callable[[], int],
        today: Callable[[], date],
        release: str,
        sessions: Sequence[str],
        languages: Sequence[str],
    ) -> None:
        self.app, self.number, self.today, self.release = app, number, today, release
        self.sessions, self.languages = sessions, languages
        self.kept: OrderedDict[str, Kept] = OrderedDict()
        self.lock = Lock()
        self.visitor = lru_cache(maxsize=512)(self._visitor)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not _is_ours(path) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start)
        visitor = self.visitor(environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        if visitor.somebody or any(name in environ for name in PERSONAL):
            return self.app(environ, start)
        try:
            number = environ[NUMBER] = self.number()
        except Exception:  # the database is away or busy: the application has a page for that
            return self.app(environ, start)
        tag = self._tag(environ, visitor, number)
        if holds(environ.get("HTTP_IF_NONE_MATCH", ""), tag):
            start("304 NOT MODIFIED", [("ETag", tag), ("Cache-Control", "no-cache"), ("Vary", ", ".join(VARY))])
            return ()
        if kept := self.kept.get(tag):
            start("200 OK", list(kept.headers))
            return (kept.body,) if environ["REQUEST_METHOD"] == "GET" else ()
        return self._ask(environ, start, tag)

    def _ask(self, environ: dict[str, Any], start: Callable[..., Any], tag: str) -> Iterable[bytes]:
        """The application's answer, with its ETag; kept for the next visitor when it is a page for everybody."""
        said: list[Any] = []

        def hear(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[[bytes], Any]:
            said[:] = [status, headers, *rest]
            return lambda _written: None

        environ.pop("HTTP_IF_NONE_MATCH", None)
        answer = self.app(environ, hear)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        status, headers, *rest = said
        if status.startswith("200") and _for_everybody(headers):
            headers = _named(headers, tag)
            if environ["REQUEST_METHOD"] == "GET" and len(body) <= LARGEST:
                with self.lock:
                    self.kept[tag] = Kept(headers, body)
                    while len(self.kept) > MOST:
                        self.kept.popitem(last=False)
        start(status, list(headers), *rest)
        return (body,)

    def _tag(self, environ: dict[str, Any], visitor: Visitor, number: int) -> str:
        secure = environ.get("wsgi.url_scheme") == "https" or environ.get("HTTP_X_FORWARDED_PROTO") == "https"
        about = (
            self.release, number, self.today().toordinal(), environ["PATH_INFO"], environ.get("QUERY_STRING", ""),
            visitor.language, visitor.theme, secure,
        )  # fmt: skip
        return f'"{hashlib.blake2b(repr(about).encode(), digest_size=12).hexdigest()}"'

    def _visitor(self, cookies: str, accepted: str) -> Visitor:
        """Read once for each pair of headers; the language is found as `core.i18n` finds it."""
        has = parse_cookie(cookies)
        chosen = has.get("language", "")
        if chosen not in self.languages:
            chosen = parse_accept_header(accepted, LanguageAccept).best_match(self.languages) or self.languages[0]
        return Visitor(chosen, has.get("theme", "")[:20], any(name in has for name in self.sessions))


def _is_ours(path: str) -> bool:
    return (path.startswith("/register") and not path.startswith("/register/follow")) or path == "/sitemap.xml"


def holds(header: str, tag: str) -> bool:
    """Whether somebody who sends this If-None-Match has the page with this ETag."""
    if not header:
        return False
    return any(one.strip().removeprefix("W/") == tag for one in header.split(","))


def _for_everybody(headers: list[tuple[str, str]]) -> bool:
    return not any(
        name.lower() == "set-cookie" or (name.lower() == "cache-control" and "no-store" in value)
        for name, value in headers
    )


def _named(headers: list[tuple[str, str]], tag: str) -> list[tuple[str, str]]:
    """The headers with this ETag, to be asked for anew each time, and with all that the answer differs in."""
    vary = dict.fromkeys(one for name, value in headers if name.lower() == "vary" for one in parse_list_header(value))
    kept = [(name, value) for name, value in headers if name.lower() not in ("etag", "vary", "cache-control")]
    whole = ", ".join(dict.fromkeys((*vary, *VARY)))
    return [*kept, ("ETag", tag), ("Cache-Control", "no-cache"), ("Vary", whole)]
