"""Typing in what came back on paper: one sheet after another."""

import secrets
from typing import Any

from flask import request, url_for

from peerreview.core import i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page
from peerreview.questionnaires import policy, queries, services
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.forms import sheet_form
from peerreview.questionnaires.routes.blueprint import bp
from peerreview.questionnaires.routes.lists import ONE, common, ids


@bp.route(f"{ONE}/sheets/new", methods=["GET", "POST"])
@requires(policy.may_make, queries.questionnaire_for)
def type_sheet(asked: Asked) -> Any:
    made, where = asked.questionnaire, ids(asked)
    assert made is not None  # noqa: S101 - the query answers only with one; for the type checker
    form = sheet_form(made.questions, secrets.token_urlsafe(16))
    refused, status = None, 422 if form.is_submitted() else 200 if asked.typable else 409
    if form.validate_on_submit():
        try:
            given = form.answers(made.questions)
            services.type_sheet(asked, answers=given, language=i18n.language(), client_key=form.key.data or "")
            if request.form.get("then") == "done":
                return done(url_for("questionnaires.show_questionnaire", **where))
            return done(url_for("questionnaires.type_sheet", saved=1, **where))
        except Refused as no:
            refused, status = no, no.status
            asked = queries.questionnaire_for(the_actor(), **(request.view_args or {})) or asked
            form.form_errors.append(no.message)
    return page(
        "questionnaires/sheet.html",
        **common(asked),
        form=form,
        questions=asked.questionnaire.questions if asked.questionnaire else [],
        saved="saved" in request.args and refused is None and status == 200,
        form_errors=status == 422,
        status=status,
    )
