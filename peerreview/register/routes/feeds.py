"""What programs read of the register besides its data: feeds, the badge on other sites, and the map of this one."""

from typing import Any

from flask import Response, abort, current_app, request, url_for
from flask_babel import gettext as _

from peerreview.certificates.words import STATUS
from peerreview.core import clock, i18n, outbox
from peerreview.core.access import public
from peerreview.extensions import limiter
from peerreview.register import badge, feeds
from peerreview.register.feeds import Event
from peerreview.register.routes.blueprint import LOOKUPS, bp, the_register
from peerreview.register.snapshot import Entry

PAGES = (
    "dashboard.show_home", "dashboard.show_label", "dashboard.show_how", "register.list_register",
    "frameworks.show_newest", "credentials.check", "register.show_api", "dashboard.show_contact",
    "dashboard.show_privacy", "dashboard.show_accessibility",
)  # fmt: skip
OPEN = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}


@bp.get("/register.atom")
@public
@limiter.limit(LOOKUPS)
def feed_register() -> Response:
    title = _("Changes in the register")
    return _feed(feeds.events_of(the_register().entries), title, url_for("register.list_register"))


@bp.get("/register/<slug>/changes.atom")
@public
@limiter.limit(LOOKUPS)
def feed_organisation(slug: str) -> Response:
    entry = _entry(slug)
    title = _("Changes of %(name)s", name=entry.name)
    return _feed(feeds.events_of([entry]), title, url_for("register.show_registered", slug=slug))


def _entry(slug: str) -> Entry:
    return the_register().by_slug.get(slug) or abort(404)


def _feed(events: Any, title: str, path: str) -> Response:
    association = current_app.extensions["association"]
    content = feeds.atom(
        events, title=f"{association.product_name}: {title}", page=outbox.address(path),
        feed=outbox.address(request.path), author=association.name, language=i18n.language(), address=outbox.address,
        say=_said,
    )  # fmt: skip
    return Response(content, content_type="application/atom+xml; charset=utf-8", headers=OPEN)


def _said(event: Event) -> tuple[str, str]:
    status = str(STATUS[event.change.status])
    day = i18n.day(event.change.on, weekday=False, year=True).replace(i18n.NBSP, " ")
    sentence = _(
        "Certificate %(number)s: %(status)s since %(day)s.", number=event.held.number, status=status.lower(), day=day
    )
    return f"{event.entry.name}: {status.lower()}", sentence


@bp.get("/register/<slug>/badge.svg")
@public
@limiter.limit("600 per minute")
def show_badge(slug: str) -> Response:
    """In the language of the page that shows it when that says so (?lang=en), else in that of the reader."""
    entry = _entry(slug)
    row = entry.row_on(clock.today()) or abort(404)
    asked = request.args.get("lang", "")
    language = asked if asked in i18n.LANGUAGES else i18n.language()
    label = current_app.extensions["association"].label_name
    with i18n.speaking(language):
        words = str(STATUS[row.status])
        if row.status == "active":
            until = i18n.day(row.held.ends_on, weekday=False, year=True).replace(i18n.NBSP, " ")
            words = _("Valid until %(day)s", day=until)
        told = f"{label}: {entry.name}. {words}."
    picture = badge.badge(label=label, status=row.status, words=words, told=told, language=language)
    answer = Response(picture, content_type="image/svg+xml; charset=utf-8", headers=OPEN)
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    return answer


@bp.get("/sitemap.xml")
@public
@limiter.limit(LOOKUPS)
def show_sitemap() -> Response:
    content = feeds.sitemap([url_for(name) for name in PAGES], the_register().entries, outbox.address)
    return Response(content, content_type="application/xml; charset=utf-8")


@bp.get("/robots.txt")
@public
def show_robots() -> Response:
    """What stands behind signing in shows nothing to a program anyway; links of letters are not to be found."""
    lines = (
        "User-agent: *",
        "Disallow: /login",
        "Disallow: /register/follow/",
        f"Sitemap: {outbox.address('/sitemap.xml')}",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain")
