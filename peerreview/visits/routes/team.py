"""Who goes along? The team of a visit, who stands by, their load, and the host's objections."""

from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from peerreview.core import clock
from peerreview.core.access import SECRETARIAT, requires, the_actor
from peerreview.core.errors import Invalid, Refused
from peerreview.core.forms import Form
from peerreview.core.pages import done, page
from peerreview.trajectories.models import OfferedReviewer
from peerreview.trajectories.queries import rounds_with_trajectories
from peerreview.visits import policy, queries, services, team, words
from peerreview.visits.forms import DecisionForm, LimitForm, ObjectionForm, PersonForm
from peerreview.visits.models import TeamObjection, Visit
from peerreview.visits.queries import team as roster
from peerreview.visits.routes.blueprint import bp


def _team(visit_id: int, anchor: str = "") -> Any:
    return done(url_for("visits.show_team", visit_id=visit_id, _anchor=anchor or None))


@bp.get("/visits/<int:visit_id>/team")
@requires(policy.may_see_team, roster.team_for)
def show_team(visit: Visit) -> Any:
    return _show_team(visit)


def _show_team(visit: Visit, *, no: Refused | None = None, form: Form | None = None, about: int = 0) -> Any:
    """The page; after a refusal with why, and `form`, as it was sent, `about` this person (0: nobody)."""
    actor, today = the_actor(), clock.today()
    board, slot = roster.board_of(actor, visit), queries.slot_of(visit)
    changes = policy.may_choose_team(actor, visit) and team.may_change(visit.state)
    objects = policy.may_object(actor, visit) and team.may_object_on(today, visit.state, slot.day if slot else None)
    status = no.status if no else 422 if form else 200
    return page(
        "visits/team.html",
        visit=visit,
        slot=slot,
        board=board,
        words=words,
        own=actor.organisation_id,
        me=actor.person_id,
        changes=changes,
        objects=objects,
        decides=actor.role == SECRETARIAT,
        declares=actor.role == "reviewer",
        limits={one.person_id for one in board.team if policy.may_choose_team(actor, visit)} | {actor.person_id},
        signs=policy.may_sign_independence(actor, visit) and visit.state.value != "cancelled",
        person_form=_person_form(visit, board, form),
        objection_form=_objection_form(visit, form),
        decision_form=_decision_form(visit, form),
        about=about,
        refused=no.message if no else "",
        form_errors=status == 422,
        status=status,
    )


def _person_form(visit: Visit, board: roster.Board, sent: Form | None = None) -> PersonForm:
    form = sent if isinstance(sent, PersonForm) else PersonForm(action=url_for("visits.add_person", visit_id=visit.id))
    form.person.choices = [(one.person_id, words.colleague_line(one, board.loads)) for one in board.choices]
    return form


def _objection_form(visit: Visit, sent: Form | None = None) -> ObjectionForm:
    return sent if isinstance(sent, ObjectionForm) else ObjectionForm()


def _decision_form(visit: Visit, sent: Form | None = None) -> DecisionForm:
    return sent if isinstance(sent, DecisionForm) else DecisionForm()


def _refused(visit_id: int, no: Refused, form: Form | None = None, about: int = 0) -> Any:
    """The page as things are now, with why it was refused; what was loaded went with the act."""
    return _show_team(queries.visit_with_names(visit_id), no=no, form=form, about=about)


@bp.post("/visits/<int:visit_id>/team/people")
@requires(policy.may_choose_team, roster.team_for)
def add_person(visit: Visit) -> Any:
    form, visit_id, by = PersonForm(), visit.id, the_actor()
    if not form.validate_on_submit():
        return _show_team(visit, form=form)
    try:
        if form.chosen_part is None:
            services.put_in_team(visit, person_id=form.person.data, by=by)
        else:
            services.take_along(visit, person_id=form.person.data, part=form.chosen_part, by=by)
    except Refused as no:
        return _refused(visit_id, no, form)
    return _team(visit_id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/remove")
@requires(policy.may_choose_team, roster.team_for)
def remove_person(visit: Visit, person_id: int) -> Any:
    visit_id = visit.id
    try:
        services.take_out(visit, person_id=person_id, by=the_actor())
    except Refused as no:
        return _refused(visit_id, no)
    return _team(visit_id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/lead")
@requires(policy.may_choose_team, roster.team_for)
def choose_lead(visit: Visit, person_id: int) -> Any:
    visit_id = visit.id
    try:
        services.choose_lead(visit, person_id=person_id, by=the_actor())
    except Refused as no:
        return _refused(visit_id, no)
    return _team(visit_id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/replace")
@requires(policy.may_choose_team, roster.team_for)
def replace_person(visit: Visit, person_id: int) -> Any:
    visit_id, substitute_id = visit.id, request.form.get("substitute_id", 0, int)
    try:
        services.step_in(visit, substitute_id=substitute_id, person_id=person_id, by=the_actor())
    except Refused as no:
        return _refused(visit_id, no)
    return _team(visit_id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/limit")
@requires(policy.may_limit_reviews, roster.offered_for)
def limit_reviews(offered: OfferedReviewer, **ids: int) -> Any:
    form, visit_id = LimitForm(), int((request.view_args or {})["visit_id"])
    try:
        if not form.validate_on_submit():
            raise Invalid(_("Fill in a number from 1 to %(most)s.", most=team.MOST))
        services.set_most_reviews(offered, most=form.most.data, by=the_actor())
    except Refused as no:
        return _refused(visit_id, no)
    return _team(visit_id)


@bp.post("/visits/<int:visit_id>/team/sign")
@requires(policy.may_sign_independence, roster.team_for)
def sign_independence(visit: Visit) -> Any:
    visit_id = visit.id
    services.sign_independence(visit, by=the_actor())
    return _team(visit_id)


# --- Objections -------------------------------------------------------------------------------------------------------


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/objection")
@requires(policy.may_object, roster.team_for)
def object_to(visit: Visit, person_id: int) -> Any:
    form, visit_id = ObjectionForm(), visit.id
    if not form.validate_on_submit():
        return _show_team(visit, form=form, about=person_id)
    try:
        services.object_to(visit, person_id=person_id, reason=form.reason.data, by=the_actor())
    except Refused as no:
        return _refused(visit_id, no, form, person_id)
    return _team(visit_id, "objections")


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/objection/withdraw")
@requires(policy.may_withdraw_objection, roster.objection_for)
def withdraw_objection(objection: TeamObjection) -> Any:
    visit_id = objection.visit_id
    try:
        services.withdraw_objection(objection, by=the_actor())
    except Refused as no:
        return _refused(visit_id, no)
    return _team(visit_id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/objection/decide")
@requires(policy.may_decide_objection, roster.objection_for)
def decide_objection(objection: TeamObjection) -> Any:
    form, by, visit_id, about = DecisionForm(), the_actor(), objection.visit_id, objection.person_id
    if not form.validate_on_submit():
        return _show_team(queries.visit_with_names(visit_id), form=form, about=about)
    answer, tell = form.answer.data, form.tell.data or ""
    try:
        if form.verdict.data == "uphold":
            services.uphold_objection(objection, answer=answer, tell=tell, by=by)
        else:
            services.reject_objection(objection, answer=answer, by=by)
    except Refused as no:
        return _refused(visit_id, no, form, about)
    return _team(visit_id, "objections")


@bp.get("/visits/objections")
@requires(policy.may_list_objections)
def list_objections() -> Any:
    found = roster.objection_page(request.args.get("page", 1, int))
    return page("visits/objections.html", found=found, words=words)


# --- Load -------------------------------------------------------------------------------------------------------------


@bp.get("/visits/reviewers")
@requires(policy.may_list_reviewers)
def list_reviewers() -> Any:
    rounds = rounds_with_trajectories()
    asked = request.args.get("round", 0, int)
    round_id = asked if asked in dict(rounds) else rounds[0][0] if rounds else 0
    found = roster.load_page(round_id, request.args.get("page", 1, int))
    return page("visits/reviewers.html", found=found, rounds=rounds, round_id=round_id)
