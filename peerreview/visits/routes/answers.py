"""Will you be there? Answered by the single-use link of a letter, or on the page of the visit."""

import hashlib
from typing import Any

from flask import Response, request, url_for

from peerreview.core.access import public, requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page
from peerreview.extensions import limiter
from peerreview.visits import policy, queries, services, words
from peerreview.visits.forms import AnswerForm
from peerreview.visits.hours import hours_by_day
from peerreview.visits.lifecycle import COMING, Coming
from peerreview.visits.models import Invitee
from peerreview.visits.routes.blueprint import bp


def _token() -> str:
    """Limits are kept per link, without keeping the link itself."""
    return "answer:" + hashlib.sha256(str((request.view_args or {}).get("token", "")).encode()).hexdigest()[:32]


def _unseen(answer: Response) -> Response:
    """Nobody keeps or finds what a secret link shows."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@bp.get("/visit-invitations/<string(minlength=20, maxlength=64):token>")
@public
@limiter.limit("60 per hour", key_func=_token)
@limiter.limit("30 per minute", deduct_when=lambda answer: answer.status_code == 404)
def show_invitation(token: str) -> Any:
    invitee = queries.invitee_with(token)
    return _unseen(_ask(invitee, AnswerForm(), token) if invitee else _over())


@bp.post("/visit-invitations/<string(minlength=20, maxlength=64):token>")
@public
@limiter.limit("20 per hour", key_func=_token)
@limiter.limit("30 per minute", deduct_when=lambda answer: answer.status_code == 404)
def answer_by_link(token: str) -> Any:
    form = AnswerForm()
    if not form.validate_on_submit():
        invitee = queries.invitee_with(token)
        return _unseen(_ask(invitee, form, token, 422) if invitee else _over())
    try:
        noted = services.answer_by_link(token, answer=form.coming, comment=form.comment.data or "")
    except Refused:  # it took place or ended meanwhile
        noted = False
    return done(url_for("visits.show_answered", coming=form.coming.value)) if noted else _unseen(_over())


def _ask(invitee: Invitee, form: AnswerForm, token: str, status: int = 200) -> Response:
    visit = queries.visit_with_names(invitee.visit_id)
    if visit.state not in COMING or not visit.starts_at or not visit.ends_at:
        return _over()
    return page(
        "visits/answer.html",
        title=words.visit_name(visit.host.organisation.name, visit.reviewing.organisation.name),
        hours=hours_by_day(visit.starts_at, visit.ends_at),
        location=visit.location,
        form=form,
        here=url_for("visits.answer_by_link", token=token),
        form_errors=status == 422,
        status=status,
    )


def _over() -> Response:
    """The same page for a link that was used, that a newer letter replaced, and that never was."""
    return page("visits/answer_over.html", status=404)


@bp.get("/visit-invitations/answered")
@public
def show_answered() -> Any:
    said = request.args.get("coming", "")
    coming = Coming(said) if said in list(Coming) and said != Coming.WAITING else None
    return _unseen(page("visits/answered.html", coming=coming, words=words))


@bp.post("/visits/<int:visit_id>/answer")
@requires(policy.may_answer, queries.own_invitation_for)
def answer_invitation(invitee: Invitee) -> Any:
    form = AnswerForm()
    if form.validate_on_submit():
        services.answer_invitation(invitee, answer=form.coming, comment=form.comment.data or "", by=the_actor())
    return done(url_for("visits.show_visit", visit_id=invitee.visit_id, _anchor="coming"))
