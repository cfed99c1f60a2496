"""Who goes along? The team of a visit, who stands by, their load, and the host's objections."""

from collections.abc import Callable
from functools import partial
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


def _after(
    act: Callable[[], object], visit_id: int, part: str = "", *, form: Form | None = None, about: int = 0
) -> Any:
    """Do it and go back to the team; refused, the page as things are now with why: what was loaded went with the act."""
    try:
        act()
    except Refused as no:
        return _show_team(queries.visit_with_names(visit_id), no=no, form=form, about=about)
    return _team(visit_id, part)


@bp.post("/visits/<int:visit_id>/team/people")
@requires(policy.may_choose_team, roster.team_for)
def add_person(visit: Visit) -> Any:
    form = PersonForm()
    if not form.validate_on_submit():
        return _show_team(visit, form=form)
    add = partial(services.take_along, part=form.chosen_part) if form.chosen_part else services.put_in_team
    return _after(partial(add, visit, person_id=form.person.data, by=the_actor()), visit.id, form=form)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/remove")
@requires(policy.may_choose_team, roster.team_for)
def remove_person(visit: Visit, person_id: int) -> Any:
    return _after(partial(services.take_out, visit, person_id=person_id, by=the_actor()), visit.id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/lead")
@requires(policy.may_choose_team, roster.team_for)
def choose_lead(visit: Visit, person_id: int) -> Any:
    return _after(partial(services.choose_lead, visit, person_id=person_id, by=the_actor()), visit.id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/replace")
@requires(policy.may_choose_team, roster.team_for)
def replace_person(visit: Visit, person_id: int) -> Any:
    by, substitute_id = the_actor(), request.form.get("substitute_id", 0, int)
    return _after(partial(services.step_in, visit, substitute_id=substitute_id, person_id=person_id, by=by), visit.id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/limit")
@requires(policy.may_limit_reviews, roster.offered_for)
def limit_reviews(offered: OfferedReviewer, **ids: int) -> Any:
    form, by = LimitForm(), the_actor()

    def limit() -> None:
        if not form.validate_on_submit():
            raise Invalid(_("Fill in a number from 1 to %(most)s.", most=team.MOST))
        services.set_most_reviews(offered, most=form.most.data, by=by)

    return _after(limit, int((request.view_args or {})["visit_id"]))


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
    form = ObjectionForm()
    if not form.validate_on_submit():
        return _show_team(visit, form=form, about=person_id)
    act = partial(services.object_to, visit, person_id=person_id, reason=form.reason.data, by=the_actor())
    return _after(act, visit.id, "objections", form=form, about=person_id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/objection/withdraw")
@requires(policy.may_withdraw_objection, roster.objection_for)
def withdraw_objection(objection: TeamObjection) -> Any:
    return _after(partial(services.withdraw_objection, objection, by=the_actor()), objection.visit_id)


@bp.post("/visits/<int:visit_id>/team/people/<int:person_id>/objection/decide")
@requires(policy.may_decide_objection, roster.objection_for)
def decide_objection(objection: TeamObjection) -> Any:
    form, visit_id, about = DecisionForm(), objection.visit_id, objection.person_id
    if not form.validate_on_submit():
        return _show_team(queries.visit_with_names(visit_id), form=form, about=about)
    act = partial(services.reject_objection, objection, answer=form.answer.data, by=the_actor())
    if form.verdict.data == "uphold":
        tell = form.tell.data or ""
        act = partial(services.uphold_objection, objection, answer=form.answer.data, tell=tell, by=the_actor())
    return _after(act, visit_id, "objections", form=form, about=about)


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
