"""Thinking along about a norm: remarks, dealt with or not."""

from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.pages import done
from peerreview.selfevaluations import policy, queries, services
from peerreview.selfevaluations.forms import RemarkForm
from peerreview.selfevaluations.models import Answer
from peerreview.selfevaluations.routes.answers import show_with_remark
from peerreview.selfevaluations.routes.blueprint import bp

NORM = "/trajectories/<int:trajectory_id>/self-evaluation/norms/<int:norm_id>"


def _back(answer: Answer) -> Any:
    ids: dict[str, Any] = {"trajectory_id": answer.self_evaluation.trajectory_id, "norm_id": answer.norm_id}
    return done(url_for("selfevaluations.show_norm", **ids, _anchor="talk"))


@bp.post(f"{NORM}/remarks")
@requires(policy.may_talk, queries.answer_for)
def write_remark(answer: Answer) -> Any:
    form = RemarkForm()
    if not form.validate_on_submit():
        return show_with_remark(answer, form)
    back = _back(answer)
    services.write_remark(answer, text=form.text.data, by=the_actor())
    return back


@bp.post(f"{NORM}/remarks/<int:remark_id>/settlement")
@requires(policy.may_talk_back, queries.remark_for)
def settle_remark(said: queries.Said) -> Any:
    back = _back(said.answer)
    services.settle_remark(said.remark, by=the_actor())
    return back


@bp.post(f"{NORM}/remarks/<int:remark_id>/reopening")
@requires(policy.may_talk_back, queries.remark_for)
def reopen_remark(said: queries.Said) -> Any:
    back = _back(said.answer)
    services.reopen_remark(said.remark, by=the_actor())
    return back
