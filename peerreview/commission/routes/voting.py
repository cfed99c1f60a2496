"""Motions: put, voted on, closed or withdrawn; and the decision that follows from the one that was carried."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from peerreview.commission import policy, services, words
from peerreview.commission.advice import Precedents
from peerreview.commission.forms import DecisionForm, MotionForm, VoteForm
from peerreview.commission.lifecycle import Choice
from peerreview.commission.models import Dossier, Motion
from peerreview.commission.queries.dossiers import dossier_for
from peerreview.commission.queries.precedents import precedents_for, ratings_of
from peerreview.commission.queries.voting import Case, case_of, motion_for, outcomes_for
from peerreview.commission.routes.blueprint import bp
from peerreview.core import i18n
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.frameworks.queries import outline_of


def _to(dossier_id: int) -> Any:
    return done(url_for("commission.show_dossier", dossier_id=dossier_id))


def vote_form(case: Case) -> VoteForm:
    """The form with the actor's own vote in it, if there is one."""
    cast, number = case.cast, case.motion.number if case.motion else 0
    own = {"choice": cast.choice, "motivation": cast.motivation, "dissent": cast.dissent} if cast.choice else {}
    form = VoteForm(data=own, action=url_for("commission.cast_vote", dossier_id=case.dossier.id, number=number))
    form.choice.choices = [(choice, words.CHOICES[choice]) for choice in Choice]
    return form


@bp.route("/dossiers/<int:dossier_id>/motions/new", methods=["GET", "POST"])
@requires(policy.may_attend, dossier_for)
def put_motion(dossier: Dossier) -> Any:
    case, dossier_id = case_of(dossier, the_actor()), dossier.id
    if not (case.running and case.i_lead) or case.voting or case.carried:
        return _to(dossier_id)
    form = _motion_form(case)
    if not form.validate_on_submit():
        return _motion(case, form, 422 if form.is_submitted() else 200)
    try:
        services.put_motion(dossier, form.text(), by=the_actor())
    except (Invalid, ValueError) as wrong:
        form.form_errors.append(wrong.message if isinstance(wrong, Invalid) else _("Each condition has a day."))
        return _motion(case_of(dossier_for(the_actor(), dossier_id) or dossier, the_actor()), form, 422)
    return _to(dossier_id)


def _motion_form(case: Case) -> MotionForm:
    form = MotionForm()
    norms = outline_of(case.dossier.trajectory.framework_version_id).norms
    form.offer(
        [(outcome, words.MOVES[outcome]) for outcome in outcomes_for(case.dossier)],
        [(norm.code, f"{norm.code} {i18n.localised(norm.title)}") for norm in norms],
    )
    return form


def _motion(case: Case, form: MotionForm, status: int) -> Any:
    return page(
        "commission/motion.html", case=case, precedents=_alike(case), motion=None, dossier=case.dossier,
        trajectory=case.dossier.trajectory, form=form,
        words=words, form_errors=status == 422, status=status,
    )  # fmt: skip


@bp.post("/dossiers/<int:dossier_id>/motions/<int:number>/closing")
@requires(policy.may_attend, motion_for)
def close_motion(found: tuple[Motion, Dossier]) -> Any:
    motion, dossier_id = found[0], found[1].id
    services.close_motion(motion, by=the_actor())
    return _to(dossier_id)


@bp.post("/dossiers/<int:dossier_id>/motions/<int:number>/withdrawal")
@requires(policy.may_attend, motion_for)
def withdraw_motion(found: tuple[Motion, Dossier]) -> Any:
    motion, dossier_id = found[0], found[1].id
    services.withdraw_motion(motion, by=the_actor())
    return _to(dossier_id)


@bp.route("/dossiers/<int:dossier_id>/decision", methods=["GET", "POST"])
@requires(policy.may_attend, dossier_for)
def record_decision(dossier: Dossier) -> Any:
    case, dossier_id = case_of(dossier, the_actor()), dossier.id
    if not (case.carried and case.running and case.i_lead):
        return _to(dossier_id)
    form = _decision_form(case)
    if not form.validate_on_submit():
        return _decision(case, form, 422 if form.is_submitted() else 200)
    decision = services.record_decision(
        dossier, motivation=form.motivation.data, departure=form.departure.data or "", by=the_actor()
    )
    return done(url_for("commission.show_decision", decision_id=decision.id))


def _decision_form(case: Case) -> DecisionForm:
    """Filled in with the reasons of the motion and of those who voted for it."""
    given = [
        case.motion.motivation if case.motion else "",
        *(vote.motivation for vote in case.votes if vote.choice == Choice.FOR),
    ]
    return DecisionForm(data={"motivation": "\n\n".join(dict.fromkeys(text for text in given if text))})


def _alike(case: Case) -> Precedents | None:
    """The earlier decisions that look like this dossier; None without a final report."""
    ratings = ratings_of(case.dossier)
    return precedents_for(case.dossier, ratings.pattern, the_actor()) if ratings else None


def _decision(case: Case, form: DecisionForm, status: int) -> Any:
    return page(
        "commission/decide.html",
        case=case,
        motion=case.motion,
        precedents=_alike(case),
        dossier=case.dossier,
        trajectory=case.dossier.trajectory,
        form=form,
        words=words,
        form_errors=status == 422,
        status=status,
    )
