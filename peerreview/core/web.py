"""The manners of the application over HTTP: headers, errors as pages that say what to do next, sessions that ended."""

import secrets
from typing import Any

import sqlalchemy.exc
from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map

from peerreview.core import access, forms, i18n
from peerreview.core.db import db, writing
from peerreview.core.errors import Refused
from peerreview.core.pages import wants_fragment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
SAFE = ("GET", "HEAD", "OPTIONS")


class Id(IntegerConverter):
    """`<int:thing_id>` of every route: a number that no database column holds is not found, rather than an error."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **({"max": 2**31 - 1} | kwargs))


def init_app(app: Flask) -> None:
    """Headers on every answer, an error page for every error, and a lock for writers from the first statement."""
    if count := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.url_map.converters["int"] = Id
    app.before_request(_begin)
    app.after_request(_harden)
    app.after_request(forms.remember_writer)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _session_ended)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(sqlalchemy.exc.OperationalError, _busy)
    app.register_error_handler(Exception, _unexpected)


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    reads = getattr(current_app.view_functions.get(request.endpoint or ""), "reads_first", False)
    writing.set(request.method not in SAFE and not reads)


def _harden(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint == "static":
        # Another content has another address (static_url), but while a developer edits, the server knows the old one.
        if "v" in request.args and response.status_code == 200 and not access.in_development():
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if access.current_actor() else "no-cache"
    response.headers.setdefault("Content-Language", i18n.language())
    return response


def _http_error(error: HTTPException) -> Any:
    if error.response is not None:
        return error.response
    status = error.code or 500
    if status == 401:
        return _session_ended(error)
    message = _("This file is too large.") if isinstance(error, RequestEntityTooLarge) else ""
    return error_page(status, message)


def _refused(error: Refused) -> Any:
    return error_page(error.status, error.message, problems=getattr(error, "problems", []))


def _busy(error: sqlalchemy.exc.OperationalError) -> Any:
    current_app.logger.warning("database busy: %s", error)
    return error_page(503)


def _unexpected(error: Exception) -> Any:
    current_app.logger.exception("unexpected error in request %s", g.get("request_id", "?"))
    return error_page(500)


def _session_ended(error: HTTPException) -> Any:
    """Keep what was typed and ask to sign in; a signed-in person with a stale form gets the page again, text kept."""
    if request.method not in SAFE:
        if wants_fragment():
            return error_page(401)
        forms.keep()
    back = request.full_path.rstrip("?") if request.method == "GET" else _page_of_form()
    if request.method not in SAFE and access.current_actor():
        return redirect(back, code=303)
    session["after_login"] = back
    return redirect(url_for("security.login", next=back), code=303)


def _page_of_form() -> str:
    """The page on which a form stands: where it was sent from when that is ours, else where it was sent to."""
    referrer = request.referrer or ""
    if referrer.startswith(request.host_url):
        return "/" + referrer[len(request.host_url) :]
    return request.path


def error_page(status: int, message: str = "", problems: list[str] | tuple[str, ...] = ()) -> Response:
    """What went wrong and what to do next, whole or as a fragment; never a stack trace."""
    db.session.rollback()
    template = "errors/_error.html" if wants_fragment() else "errors/error.html"
    context = {"status": status, "message": message, "problems": problems, "request_id": g.get("request_id", "")}
    if status == 401:
        context["back"] = _page_of_form()
    response = make_response(render_template(template, **context), status)
    response.vary.add("HX-Request")
    return response
