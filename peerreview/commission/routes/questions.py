"""Questions back: the secretariat asks about one line of the checklist, the team or the organisation answers."""

from typing import Any

from flask import abort, request, url_for

from peerreview.commission import policy, services, words
from peerreview.commission.completeness import ITEMS, OF_THE_TEAM
from peerreview.commission.forms import AgainForm, AnswerForm, QuestionForm
from peerreview.commission.lifecycle import Addressee
from peerreview.commission.queries.checking import trajectory_to_check_for
from peerreview.commission.queries.questions import Asked, question_for
from peerreview.commission.routes.blueprint import bp
from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.trajectories.models import Trajectory


def _default_day(trajectory: Trajectory) -> Any:
    return clock.add_working_days(clock.today(), trajectory.round.rules.correct_within)


@bp.route("/trajectories-to-check/<int:trajectory_id>/questions", methods=["GET", "POST"])
@requires(policy.may_prepare, trajectory_to_check_for)
def ask_question(trajectory: Trajectory) -> Any:
    item = request.values.get("item", "")
    if item not in ITEMS:
        abort(404)
    side = Addressee.TEAM if item in OF_THE_TEAM else Addressee.ORGANISATION
    form = QuestionForm(data={"item": item, "addressee": side.value, "due_on": _default_day(trajectory)})
    trajectory_id = trajectory.id
    if form.validate_on_submit():
        try:
            services.ask_question(
                trajectory, item=item, addressee=Addressee(form.addressee.data), text=form.text.data,
                due_on=form.due_on.data, by=the_actor(),
            )  # fmt: skip
            return done(url_for("commission.show_check", trajectory_id=trajectory_id))
        except Invalid as wrong:
            form.text.errors = [wrong.message]
            trajectory = trajectory_to_check_for(the_actor(), trajectory_id) or trajectory
    status = 422 if form.is_submitted() else 200
    return page(
        "commission/ask_question.html", trajectory=trajectory, form=form, item=item, words=words,
        form_errors=status == 422, status=status,
    )  # fmt: skip


@bp.get("/completeness-questions/<int:question_id>")
@requires(policy.may_see_question, question_for)
def show_question(asked: Asked) -> Any:
    return _show(asked)


def _show(asked: Asked, status: int = 200, **forms: Any) -> Any:
    actor, path = the_actor(), url_for("commission.show_question", question_id=asked.question.id)
    prepares = policy.may_prepare(actor)
    return page(
        "commission/question.html",
        asked=asked,
        question=asked.question,
        trajectory=asked.trajectory,
        prepares=prepares,
        answers=policy.may_answer_question(actor, asked),
        form=forms.get("answer") or AnswerForm(action=path + "/answer"),
        again=forms.get("again")
        or AgainForm(action=path + "/asking-again", data={"due_on": _default_day(asked.trajectory)}),
        words=words,
        form_errors=status == 422,
        status=status,
    )


@bp.post("/completeness-questions/<int:question_id>/answer")
@requires(policy.may_answer_question, question_for)
def answer_question(asked: Asked) -> Any:
    form, question_id = AnswerForm(), asked.question.id
    if not form.validate_on_submit():
        return _show(asked, 422, answer=form)
    services.answer_question(asked.question, text=form.text.data, by=the_actor())
    return done(url_for("commission.show_question", question_id=question_id))


@bp.post("/completeness-questions/<int:question_id>/asking-again")
@requires(policy.may_prepare, question_for)
def ask_question_again(asked: Asked) -> Any:
    form, question_id = AgainForm(), asked.question.id
    if not form.validate_on_submit():
        return _show(asked, 422, again=form)
    try:
        services.ask_question_again(asked.question, text=form.text.data, due_on=form.due_on.data, by=the_actor())
    except Invalid as wrong:
        form.text.errors = [wrong.message]
        return _show(question_for(the_actor(), question_id) or asked, 422, again=form)
    return done(url_for("commission.show_question", question_id=question_id))


@bp.post("/completeness-questions/<int:question_id>/withdrawal")
@requires(policy.may_prepare, question_for)
def withdraw_question(asked: Asked) -> Any:
    question_id = asked.question.id
    services.withdraw_question(asked.question, by=the_actor())
    return done(url_for("commission.show_question", question_id=question_id))
