"""Who else writes on the page, and what it read before."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import history, together
from peerreview.core.access import reads_first, requires, the_actor
from peerreview.core.errors import StaleVersion
from peerreview.core.pages import done, page
from peerreview.core.redline import redline
from peerreview.register import policy, queries, services
from peerreview.register.forms import PageForm
from peerreview.register.queries import OwnPage
from peerreview.register.routes.blueprint import bp
from peerreview.register.words import texts_of, words_in


@bp.post("/organisation/public-page/together")
@requires(policy.may_write_page, queries.own_page)
@reads_first
def write_page_together(own: OwnPage) -> Any:
    if own.page is None:  # nobody wrote yet
        return "", 204
    return together.answer(own.page, by=the_actor(), writer=queries.writer_of(own.page))


@bp.get("/organisation/public-page/history")
@requires(policy.may_write_page, queries.own_page)
def show_page_history(own: OwnPage) -> Any:
    return _history(own)


def _history(own: OwnPage, *, status: int = 200, refused: str = "") -> Any:
    kept = history.versions_of(own.page) if own.page is not None else []
    number = request.args.get("version", 0, int)
    shown = next((one for one in kept if one.number == number), None)
    now, labels = texts_of(words_in(own.page)), PageForm(formdata=None)
    before = shown.texts if shown else now
    parts = [
        {"label": labels[name].label.text, "parts": redline(before.get(name) or "", now[name])}
        for name in now
        if before.get(name) or now[name]
    ]
    return page(
        "register/page_history.html", own=own, versions=kept, shown=shown, parts=parts, version=own.version,
        changed=any((before.get(name) or "") != now[name] for name in now), can_put_back=True, refused=refused,
        status=status,
    )  # fmt: skip


@bp.post("/organisation/public-page/history/<int:number>")
@requires(policy.may_write_page, queries.own_page)
def restore_page(own: OwnPage, number: int) -> Any:
    organisation_id, version = own.organisation.id, request.form.get("version", 0, int)
    try:
        services.restore_page(organisation_id, number, version=version, by=the_actor())
    except StaleVersion:
        again = queries.own_page(the_actor()) or own
        return _history(again, status=409, refused=_("Somebody changed this text while you were looking."))
    return done(url_for("register.show_own_page"))
