"""The questionnaires of one trajectory: choosing questions, sending the link, and reading what people said."""

import re
import unicodedata
from datetime import timedelta
from typing import Any

from flask import current_app, make_response, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from peerreview.core import clock, i18n, qr
from peerreview.core.access import requires, the_actor
from peerreview.core.documents import render
from peerreview.core.errors import Invalid, NotNow, Refused, StaleVersion
from peerreview.core.pages import done, page
from peerreview.core.sheets import CSV_TYPE, csv_file
from peerreview.extensions import limiter
from peerreview.frameworks.queries import outline_of
from peerreview.questionnaires import policy, queries, services, words
from peerreview.questionnaires.asked import Asked
from peerreview.questionnaires.asking import MOST_QUESTIONS, proposed
from peerreview.questionnaires.documents import heads, paper_data, rows
from peerreview.questionnaires.forms import LastDayForm, QuestionsForm, questions_form, words_form
from peerreview.questionnaires.lifecycle import Stage
from peerreview.questionnaires.routes.blueprint import bp
from peerreview.trajectories.models import Trajectory

ALL = "/trajectories/<int:trajectory_id>/questionnaires"
ONE = f"{ALL}/<any(clients, volunteers, partners):audience>"
WEEKS = timedelta(weeks=3)


def ids(asked: Asked) -> dict[str, Any]:
    """What the address of a list names."""
    return {"trajectory_id": asked.trajectory.id, "audience": asked.audience.value}


def link_of(asked: Asked) -> str:
    """The whole address that people get."""
    path = url_for("questionnaires.show_sheet", token=asked.questionnaire.token if asked.questionnaire else "")
    return f"{current_app.extensions['association'].base_url}{path}"


def common(asked: Asked) -> dict[str, Any]:
    """What every page of one list shows or asks."""
    actor = the_actor()
    return {
        "asked": asked,
        "made": asked.questionnaire,
        "trajectory": asked.trajectory,
        "ids": ids(asked),
        "words": words,
        "own": policy.is_host(actor, asked.trajectory),
        "makes": policy.may_make(actor, asked),
    }


@bp.get(ALL)
@requires(policy.may_read, queries.trajectory_for)
def list_questionnaires(trajectory: Trajectory) -> Any:
    actor = the_actor()
    return page(
        "questionnaires/list.html",
        trajectory=trajectory,
        lists=queries.lists_seen_by(actor, trajectory),
        words=words,
        own=policy.is_host(actor, trajectory),
        makes=policy.may_make(actor, Asked(trajectory, next(iter(words.AUDIENCES)))),
        stages=Stage,
    )


# --- Making ----------------------------------------------------------------------------------------------------------


@bp.route(f"{ONE}/questions", methods=["GET", "POST"])
@requires(policy.may_make, queries.audience_for)
def edit_questions(asked: Asked) -> Any:
    outline = outline_of(asked.trajectory.framework_version_id)
    tomorrow = clock.today() + timedelta(days=1)
    last = min(filter(None, [tomorrow + WEEKS, asked.trajectory.due_on]))
    form = questions_form(
        outline, asked.audience, asked.questionnaire, opens_on=tomorrow, closes_on=max(last, tomorrow)
    )
    if not form.validate_on_submit():
        return _edit(asked, form, 422 if form.is_submitted() else 200 if asked.changeable else 409)
    where = ids(asked)
    try:
        services.set_questions(
            asked, norm_ids=form.norms.data or [], own=form.own(), introduction=form.introduction.data or "",
            opens_on=form.opens_on.data, closes_on=form.closes_on.data, version=_whole(form.version.data),
            by=the_actor(),
        )  # fmt: skip
    except Refused as no:
        return _edit(_again(asked), form, no.status, no)
    return done(url_for("questionnaires.edit_words", **where))


def _edit(asked: Asked, form: QuestionsForm, status: int = 200, refused: Refused | None = None) -> Any:
    _blame(form, refused)
    if isinstance(refused, StaleVersion) and asked.questionnaire:
        form.version.data = str(asked.questionnaire.version)
    outline = outline_of(asked.trajectory.framework_version_id)
    return page(
        "questionnaires/edit.html",
        **common(asked),
        form=form,
        norms=proposed(outline, asked.audience),
        most=MOST_QUESTIONS,
        form_errors=status == 422,
        status=status,
    )


def _blame(form: Any, refused: Refused | None) -> None:
    """Put what a rule said beside the field that it is about, or on top of the form."""
    if refused is None:
        return
    message = refused.message or _("A colleague changed this meanwhile. Look at what you chose and save it again.")
    named = refused.problems if isinstance(refused, Invalid) else []
    for name in named:
        form[name].errors = [*form[name].errors, message]
    if not named:
        form.form_errors.append(message)


def _again(asked: Asked) -> Asked:
    """The list as it is now: an act was undone, and what was loaded went with it."""
    found = queries.audience_for(the_actor(), **(request.view_args or {}))
    return found or asked


def _whole(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


@bp.route(f"{ONE}/words", methods=["GET", "POST"])
@requires(policy.may_make, queries.questionnaire_for)
def edit_words(asked: Asked) -> Any:
    made = asked.questionnaire
    assert made is not None  # noqa: S101 - the query answers only with one; for the type checker
    form = words_form(made)
    where, refused, status = ids(asked), None, 422 if form.is_submitted() else 200 if asked.changeable else 409
    if form.validate_on_submit():
        try:
            texts, version = form.texts(made.questions), _whole(form.version.data)
            services.reword(asked, texts=texts, version=version, by=the_actor())
            return done(url_for("questionnaires.show_questionnaire", **where))
        except Refused as no:
            refused, status, asked = no, no.status, _again(asked)
    _blame(form, refused)
    codes = outline_of(asked.trajectory.framework_version_id).by_id
    return page(
        "questionnaires/words.html", **common(asked), form=form, norms=codes, form_errors=status == 422, status=status
    )


# --- One list --------------------------------------------------------------------------------------------------------


@bp.get(ONE)
@requires(policy.may_read, queries.questionnaire_for)
def show_questionnaire(asked: Asked) -> Any:
    return _show(asked)


def _show(asked: Asked, refused: Refused | None = None, form: LastDayForm | None = None) -> Any:
    made, context = asked.questionnaire, common(asked)
    assert made is not None  # noqa: S101 - the query answers only with one; for the type checker
    link = link_of(asked)
    status = refused.status if refused else 422 if form and form.errors else 200
    return page(
        "questionnaires/show.html",
        **context,
        stages=Stage,
        results=queries.results_of(made),
        so_far=queries.so_far(made) if context["own"] and asked.stage in (Stage.OPEN, Stage.ENDED) else None,
        link=link,
        code=Markup(qr.svg(link, title=_("QR code with the address of this questionnaire"))),  # noqa: S704 - our own
        norms=outline_of(asked.trajectory.framework_version_id).by_id,
        form=form or LastDayForm(formdata=None, data={"closes_on": max(made.closes_on, clock.today())}),
        refused=refused,
        form_errors=bool(form and form.errors),
        status=status,
    )


@bp.post(f"{ONE}/closing")
@requires(policy.may_make, queries.questionnaire_for)
def close(asked: Asked) -> Any:
    where = ids(asked)
    try:
        services.close(asked, by=the_actor())
    except NotNow as no:
        return _show(_again(asked), no)
    return done(url_for("questionnaires.show_questionnaire", **where))


@bp.post(f"{ONE}/last-day")
@requires(policy.may_make, queries.questionnaire_for)
def set_last_day(asked: Asked) -> Any:
    form, where = LastDayForm(), ids(asked)
    if not form.validate_on_submit():
        return _show(asked, form=form)
    try:
        services.set_last_day(asked, closes_on=form.closes_on.data, by=the_actor())
    except Invalid as wrong:
        form.closes_on.errors = [wrong.message]
        return _show(_again(asked), form=form)
    except Refused as no:
        return _show(_again(asked), no)
    return done(url_for("questionnaires.show_questionnaire", **where))


@bp.post(f"{ONE}/new-beginning")
@requires(policy.may_make, queries.questionnaire_for)
def begin_again(asked: Asked) -> Any:
    where = ids(asked)
    try:
        services.begin_again(asked, by=the_actor())
    except Refused as no:
        return _show(_again(asked), no)
    return done(url_for("questionnaires.edit_questions", **where))


# --- To take along ---------------------------------------------------------------------------------------------------


def _by_person() -> str:
    return f"person {the_actor().person_id}"


@bp.get(f"{ONE}/paper.pdf")
@requires(policy.may_export, queries.questionnaire_for)
@limiter.limit("60 per hour", key_func=_by_person)
def download_paper(asked: Asked) -> Any:
    made = asked.questionnaire
    assert made is not None  # noqa: S101 - the query answers only with one; for the type checker
    language = request.args.get("language", "")
    language = language if language in i18n.LANGUAGES else i18n.language()
    association, config = current_app.extensions["association"], current_app.config
    colours = {"us": config["LABEL_COLOUR_WE"], "them": config["LABEL_COLOUR_PARTNER"]}
    brand = {"name": association.product_name, "tagline": association.label_name}
    brand |= {key: value for key, value in colours.items() if value}
    with i18n.speaking(language):
        data = paper_data(asked, made, link=link_of(asked), brand=brand)
        return _file(render("questionnaire", data, language=language), "application/pdf", asked, "pdf")


@bp.get(f"{ONE}/answers.csv")
@requires(policy.may_export, queries.questionnaire_for)
def export_answers(asked: Asked) -> Any:
    made = asked.questionnaire
    assert made is not None  # noqa: S101 - the query answers only with one; for the type checker
    found = queries.results_of(made)
    codes = {norm.id: norm.code for norm in outline_of(asked.trajectory.framework_version_id).norms}
    return _file(csv_file(heads(), rows(found, codes) if found else ()), CSV_TYPE, asked, "csv")


def _file(content: bytes, media_type: str, asked: Asked, ending: str) -> Any:
    """'vragenlijst-vrijwilligers-lindenhof.pdf' in plain letters."""
    words_of_name = [_("questionnaire"), words.audience(asked.audience), asked.trajectory.organisation.name]
    plain = unicodedata.normalize("NFKD", "-".join(words_of_name)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    answer = make_response(content)
    answer.headers["Content-Type"] = media_type
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
