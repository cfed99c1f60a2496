"""Following by mail: asking, confirming by the link in a letter, and stopping by the link in each."""

from typing import Any

from flask import abort, request, url_for

from peerreview.core import i18n
from peerreview.core.access import public
from peerreview.core.pages import done, page
from peerreview.extensions import csrf, limiter
from peerreview.register import queries, services
from peerreview.register.forms import FollowForm
from peerreview.register.models import Follower
from peerreview.register.routes.blueprint import bp, the_register

TOKENS = "60 per hour"


@bp.get("/register/follow")
@public
def ask_to_follow() -> Any:
    form = FollowForm()
    slug = form.organisation.data = request.args.get("organisation", "")
    return _ask(form, slug)


def _ask(form: FollowForm, slug: str, status: int = 200) -> Any:
    entry = the_register().by_slug.get(slug)
    if slug and entry is None:
        abort(404)
    return page("register/follow.html", form=form, entry=entry, form_errors=status == 422, status=status)


@bp.post("/register/follow")
@limiter.limit("10 per hour")
@public
def follow() -> Any:
    form = FollowForm()
    slug = form.organisation.data or ""
    entry = the_register().by_slug.get(slug)
    if not form.validate_on_submit() or (slug and entry is None):
        return _ask(form, slug, 422)
    if not form.homepage.data:
        services.ask_to_follow(form.email.data or "", entry.id if entry else None, language=i18n.language())
    return done(url_for("register.show_asked"))


@bp.get("/register/follow/sent")
@public
def show_asked() -> Any:
    return page("register/asked.html")


@bp.get("/register/follow/<token>")
@limiter.limit(TOKENS)
@public
def show_following(token: str) -> Any:
    return _of(_found(token), "register/confirm.html")


@bp.post("/register/follow/<token>")
@limiter.limit(TOKENS)
@public
def confirm_following(token: str) -> Any:
    services.confirm_following(_found(token))
    return done(url_for("register.show_following", token=token))


@bp.get("/register/follow/<token>/stop")
@limiter.limit(TOKENS)
@public
def show_stopping(token: str) -> Any:
    return _of(_found(token), "register/stop.html")


@bp.post("/register/follow/<token>/stop")
@csrf.exempt  # type: ignore[untyped-decorator]  # the reader's mail program sends it (RFC 8058); who has the link is who may
@limiter.limit(TOKENS)
@public
def stop_following(token: str) -> Any:
    services.stop_following(_found(token))
    return done(url_for("register.show_stopping", token=token))


def _found(token: str) -> Follower:
    return queries.follower_with(token) or abort(404)


def _of(follower: Follower, template: str) -> Any:
    name = queries.name_of(follower.organisation_id)
    answer = page(template, follower=follower, name=name)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
