"""Visits in calendars: one to download, and a private address with all of them."""

import hashlib
from typing import Any

from flask import Response, abort, make_response, request, url_for
from flask_babel import gettext as _

from peerreview.core import i18n, outbox
from peerreview.core.access import public, requires, the_actor
from peerreview.core.pages import done, page
from peerreview.extensions import limiter
from peerreview.visits import invitations, mail, policy, queries, services
from peerreview.visits.lifecycle import DATED, VisitState
from peerreview.visits.models import Visit
from peerreview.visits.routes.blueprint import bp

CALENDAR = "text/calendar; charset=utf-8"


@bp.get("/visits/<int:visit_id>/visit.ics")
@requires(policy.may_see_visit, queries.visit_for)
def download_visit(visit: Visit) -> Any:
    if visit.state not in DATED:
        abort(404)
    entry = mail.entry_of(visit)
    text = invitations.calendar_of([entry], method=invitations.PUBLISH, organiser=mail.organiser())
    return Response(text, content_type=CALENDAR, headers={"Content-Disposition": "attachment; filename=visit.ics"})


@bp.get("/calendar")
@requires(policy.may_have_feed)
def show_feed() -> Any:
    feed = queries.feed_of(the_actor().person_id)
    path = url_for("visits.read_feed", token=feed.token) if feed else ""
    return page("visits/calendar.html", feed=feed, address=outbox.address(path) if feed else "")


@bp.post("/calendar/renew")
@requires(policy.may_have_feed)
def renew_feed() -> Any:
    services.renew_feed(by=the_actor())
    return done(url_for("visits.show_feed"))


def _token() -> str:
    """Limits are kept per address of a calendar, without keeping the address itself."""
    token = str((request.view_args or {}).get("token", ""))
    return "feed:" + hashlib.sha256(token.encode()).hexdigest()[:32]


@bp.get("/calendar/<string(minlength=20, maxlength=64):token>.ics")
@public
@limiter.limit("60 per hour", key_func=_token)
@limiter.limit("30 per minute", deduct_when=lambda answer: answer.status_code == 404)
def read_feed(token: str) -> Any:
    reader = queries.reader_of(token) or abort(404)
    with i18n.speaking(reader.language):
        shown = queries.visits_in_calendar(reader.id)
        entries = [mail.entry_of(visit, cancelled=visit.state == VisitState.CANCELLED) for visit in shown]
        text = invitations.calendar_of(
            [*entries, *invitations.other_entries(reader.id)], method=invitations.PUBLISH, organiser=mail.organiser(),
            title=_("Visits"),
        )  # fmt: skip
    answer = make_response(text)
    answer.headers["Content-Type"] = CALENDAR
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest())
    return answer.make_conditional(request)
