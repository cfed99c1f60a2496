"""What clients, volunteers and partners see behind the link: one page, and a word of thanks."""

import secrets
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _

from peerreview.core import i18n, privacy
from peerreview.core.access import public
from peerreview.core.errors import Invalid, NotNow
from peerreview.core.pages import done, page
from peerreview.extensions import csrf, limiter
from peerreview.questionnaires import queries, services, words
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.forms import SheetForm, sheet_form
from peerreview.questionnaires.routes.blueprint import bp

LINK = "/q/<string(minlength=20, maxlength=64):token>"
LARGEST = 200_000  # bytes; fifteen answers of the greatest length fit


def _unseen(answer: Response) -> Response:
    """Nobody keeps or finds what a link shows, and it tells no other site where it leads."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _not_found(answer: Any) -> bool:
    return bool(answer.status_code == 404)


@bp.get(LINK)
@public
@limiter.limit("30 per minute", deduct_when=_not_found)
@limiter.limit("600 per hour")
def show_sheet(token: str) -> Any:
    asked = queries.asked_with(token)
    if asked is None:
        return _unseen(page("questionnaires/unknown.html", status=404))
    return _unseen(_ask(asked, _empty(asked)) if asked.answerable else _over(asked))


def _empty(asked: Asked) -> SheetForm:
    questions = asked.questionnaire.questions if asked.questionnaire else []
    return sheet_form(questions, secrets.token_urlsafe(16), formdata=None)


@bp.post(LINK)
@csrf.exempt  # type: ignore[untyped-decorator]  # the form itself asks for the token: a stale one shows the page again, with what was typed
@public
@limiter.limit("30 per minute", deduct_when=_not_found)
@limiter.limit("120 per hour")  # a waiting room shares one address
def answer(token: str) -> Any:
    asked = queries.asked_with(token)
    if asked is None or asked.questionnaire is None:
        return _unseen(page("questionnaires/unknown.html", status=404))
    if not asked.answerable:
        return _unseen(_over(asked, 409))
    return _unseen(_answer(asked, token, asked.questionnaire.questions))


def _answer(asked: Asked, token: str, questions: list[dict[str, Any]]) -> Response:
    if (request.content_length or 0) > LARGEST:
        form = _empty(asked)
        form.form_errors.append(_("This is too long. Use at most 2,000 characters for one answer."))
        return _ask(asked, form, 422)
    form = sheet_form(questions, secrets.token_urlsafe(16))
    if not form.validate_on_submit():
        if form.csrf_token.errors:
            form.csrf_token.errors = [_("The page was open for a long time. Send your answers once more.")]
        return _ask(asked, form, 422)
    notices = [] if form.read.data else privacy.notices(*form.texts(questions))
    if notices:
        form.read.data = "1"
        return _ask(asked, form, notices=notices)
    try:
        given = form.answers(questions)
        kept = services.answer(token, answers=given, language=i18n.language(), client_key=form.key.data or "")
    except Invalid as wrong:
        form.form_errors.append(wrong.message)
        return _ask(queries.asked_with(token) or asked, form, 422)
    except NotNow:
        kept = False
    return done(url_for("questionnaires.thank")) if kept else _over(queries.asked_with(token) or asked, 409)


def _ask(asked: Asked, form: SheetForm, status: int = 200, notices: Any = ()) -> Response:
    made = asked.questionnaire
    assert made is not None  # noqa: S101 - only lists that there are are asked; for the type checker
    return page(
        "questionnaires/answer.html",
        name=asked.trajectory.organisation.name,
        made=made,
        form=form,
        here=url_for("questionnaires.show_sheet", token=made.token),
        words=words,
        notices=notices,
        form_errors=status == 422,
        status=status,
    )


def _over(asked: Asked, status: int = 200) -> Response:
    return page(
        "questionnaires/over.html",
        name=asked.trajectory.organisation.name,
        asked=asked,
        opens_on=asked.questionnaire.opens_on if asked.questionnaire else None,
        lost=status == 409,
        status=status,
    )


@bp.get("/q/thank-you")
@public
def thank() -> Any:
    return _unseen(page("questionnaires/thanks.html"))
