"""Opening and closing a voting, and the decision that follows."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from peerreview.commission import policy, services, words
from peerreview.commission.forms import DecisionForm, VoteForm
from peerreview.commission.lifecycle import Choice
from peerreview.commission.models import Dossier
from peerreview.commission.queries.dossiers import dossier_for
from peerreview.commission.queries.voting import Case, case_of
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
    own = {"choice": case.cast.choice, "motivation": case.cast.motivation} if case.cast.choice else {}
    form = VoteForm(data=own, action=url_for("commission.cast_vote", dossier_id=case.dossier.id))
    form.choice.choices = [(choice, words.CHOICES[choice]) for choice in case.choices]
    return form


@bp.post("/dossiers/<int:dossier_id>/voting/opening")
@requires(policy.may_attend, dossier_for)
def open_voting(dossier: Dossier) -> Any:
    dossier_id = dossier.id
    services.open_voting(dossier, by=the_actor())
    return _to(dossier_id)


@bp.post("/dossiers/<int:dossier_id>/voting/closing")
@requires(policy.may_attend, dossier_for)
def close_voting(dossier: Dossier) -> Any:
    dossier_id = dossier.id
    services.close_voting(dossier, by=the_actor())
    return _to(dossier_id)


@bp.route("/dossiers/<int:dossier_id>/decision", methods=["GET", "POST"])
@requires(policy.may_attend, dossier_for)
def record_decision(dossier: Dossier) -> Any:
    case, dossier_id = case_of(dossier, the_actor()), dossier.id
    if not (case.outcome and case.running and case.i_lead):
        return _to(dossier_id)
    form = _decision_form(case)
    if not form.validate_on_submit():
        return _decision(case, form, 422 if form.is_submitted() else 200)
    try:
        decision = services.record_decision(
            dossier, motivation=form.motivation.data, conditions=form.filled(), by=the_actor()
        )
    except (Invalid, ValueError) as wrong:
        form.form_errors.append(wrong.message if isinstance(wrong, Invalid) else _("Each condition has a day."))
        return _decision(case_of(dossier_for(the_actor(), dossier_id) or dossier, the_actor()), form, 422)
    return done(url_for("commission.show_decision", decision_id=decision.id))


def _decision_form(case: Case) -> DecisionForm:
    """Filled in with the reasons of those who voted for the outcome."""
    given = [vote.motivation for vote in case.votes if vote.choice == Choice(case.outcome or "") and vote.motivation]
    form = DecisionForm(data={"motivation": "\n\n".join(dict.fromkeys(given))})
    norms = outline_of(case.dossier.trajectory.framework_version_id).norms
    form.offer([(norm.code, f"{norm.code} {i18n.localised(norm.title)}") for norm in norms])
    return form


def _decision(case: Case, form: DecisionForm, status: int) -> Any:
    return page(
        "commission/decide.html",
        case=case,
        dossier=case.dossier,
        trajectory=case.dossier.trajectory,
        form=form,
        words=words,
        form_errors=status == 422,
        status=status,
    )
