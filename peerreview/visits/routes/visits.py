"""The visits: the list, one visit, and what is done with it."""

from typing import Any

from flask import request, url_for

from peerreview.core import clock
from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Refused
from peerreview.core.pages import done, page
from peerreview.visits import planning, policy, queries, services, words
from peerreview.visits.forms import AnswerForm, ReasonForm
from peerreview.visits.hours import hours_by_day
from peerreview.visits.lifecycle import COMING, VISIT, VisitState
from peerreview.visits.models import Visit
from peerreview.visits.queries import team
from peerreview.visits.routes.blueprint import bp


@bp.get("/visits")
@requires(policy.may_list_visits)
def list_visits() -> Any:
    actor = the_actor()
    state = request.args.get("state", "")
    chosen = VisitState(state) if state in list(VisitState) else None
    rows = queries.visit_page(actor, chosen, request.args.get("page", 1, int))
    return page(
        "visits/list.html",
        visits=rows,
        teams=queries.teams_of(row.id for row in rows.rows),
        waited=queries.waited_for(rows.rows),
        all_=policy.may_list_all_visits(actor),
        states=[one for one in VisitState if one != VisitState.PROGRAMME_FINAL],
        state=chosen,
        own=actor.organisation_id,
        words=words,
        may_have_feed=policy.may_have_feed(actor),
    )


@bp.get("/visits/<int:visit_id>")
@requires(policy.may_see_visit, queries.visit_for)
def show_visit(visit: Visit) -> Any:
    return _show_visit(visit)


def _show_visit(visit: Visit, form: ReasonForm | None = None, status: int = 200, refused: str = "") -> Any:
    actor, today = the_actor(), clock.today()
    moves = policy.may_move_visit(actor, visit)
    slot = queries.slot_of(visit)
    holds = slot and slot.day <= today and policy.may_hold_visit(actor, visit) and VISIT.can(visit.state, "hold")
    invited = [one for one in queries.invitees_of(visit.id) if not one.uninvited_at] if visit.state in COMING else []
    return page(
        "visits/show.html",
        visit=visit,
        invitees=invited,
        mine=next((one for one in invited if one.person_id == actor.person_id), None),
        sees_answers=policy.may_see_answers(actor, visit),
        answer_form=AnswerForm(formdata=None),
        slot=slot,
        hours=hours_by_day(visit.starts_at, visit.ends_at) if visit.starts_at and visit.ends_at else [],
        fixes=planning.deadlines(slot.day, visit.host.round.rules, slot.last) if slot else None,
        people=queries.people_on(visit),
        going=team.going_on(actor, visit),
        words=words,
        own=actor.organisation_id,
        may_know_programme=policy.may_know_programme(actor, visit),
        may_set_length=policy.may_set_length(actor, visit),
        may_move=moves and VISIT.can(visit.state, "move"),
        may_hold=bool(holds),
        form=form or ReasonForm(action=url_for("visits.poll_again", visit_id=visit.id)),
        refused=refused,
        form_errors=status == 422,
        status=status,
    )


@bp.post("/visits/<int:visit_id>/poll-again")
@requires(policy.may_move_visit, queries.visit_for)
def poll_again(visit: Visit) -> Any:
    form = ReasonForm()
    if not form.validate_on_submit():
        return _show_visit(visit, form, 422)
    try:
        services.poll_again(visit, reason=form.reason.data, by=the_actor())
    except Refused as no:
        return _show_visit(queries.visit_with_names(visit.id), form, no.status, refused=no.message)
    return done(url_for("visits.show_visit", visit_id=visit.id))


@bp.post("/visits/<int:visit_id>/hold")
@requires(policy.may_hold_visit, queries.visit_for)
def hold_visit(visit: Visit) -> Any:
    services.hold_visit(visit, by=the_actor())
    return done(url_for("visits.show_visit", visit_id=visit.id))
