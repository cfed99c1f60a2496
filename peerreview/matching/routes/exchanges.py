"""The exchange that an organisation is in: who its partner is and why, its answer, and the end of it."""

from typing import Any

from flask import url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.matching import policy, queries, services, words, workbench
from peerreview.matching.forms import DissolutionForm, ObjectionForm
from peerreview.matching.lifecycle import EXCHANGE, AnswerState
from peerreview.matching.models import Exchange, ExchangeMember
from peerreview.matching.routes.blueprint import bp, names_for
from peerreview.matching.words import Names
from peerreview.trajectories.queries import current_trajectory_of


def _to(exchange: Exchange) -> Any:
    return done(url_for("matching.show_exchange", exchange_id=exchange.id))


@bp.get("/exchange")
@bp.get("/exchanges")  # the address that is built: what is under it counts as here in the menu
@requires(policy.may_follow)
def show_current_exchange() -> Any:
    mine = the_actor().organisation_id
    trajectory = current_trajectory_of(mine)
    search = queries.open_search_of(trajectory.id) if trajectory else None
    exchange_id = None if search else queries.current_exchange_of(mine)
    if exchange_id:
        return done(url_for("matching.show_exchange", exchange_id=exchange_id))
    return page("matching/none.html", trajectory=trajectory, search=search, earlier=queries.partners_before(mine))


@bp.get("/exchanges/<int:exchange_id>")
@requires(policy.may_see, queries.exchange_for)
def show_exchange(exchange: Exchange) -> Any:
    return _show(exchange)


def _show(exchange: Exchange, form: Any = None, status: int = 200) -> Any:
    """For a member its own side of it, for who watches all sides."""
    mine = policy.member_of(the_actor(), exchange)
    about = {"exchange": exchange, "words": words, "status": status, "form_errors": status == 422}
    return _for_member(exchange, mine, about, form) if mine else _for_watcher(exchange, about, form)


def _names(exchange: Exchange) -> Names:
    named = {m.trajectory.organisation_id: m.trajectory.organisation.name for m in exchange.members}
    return names_for(exchange.round.framework_version_id, named)


def _rows(members: list[ExchangeMember]) -> list[dict[str, Any]]:
    """Where they are, for the map."""
    there = [member.trajectory.organisation for member in members]
    return [{"place": each.place, "latitude": each.latitude, "longitude": each.longitude} for each in there]


def _for_member(exchange: Exchange, mine: ExchangeMember, about: dict[str, Any], form: Any) -> Any:
    names, actor = _names(exchange), the_actor()
    here = exchange.members.index(mine)
    partners = exchange.members[here + 1 :] + exchange.members[:here]
    guests = queries.reviewers_of([partners[-1].trajectory_id])
    return page(
        "matching/exchange.html",
        mine=mine,
        partners=partners,
        names=names,
        beside=[_beside(exchange, mine, each, names) for each in partners],
        guests=guests[partners[-1].trajectory_id],
        earlier=[each for each in queries.partners_before(actor.organisation_id) if each[0] != exchange.id],
        other=words.alternative(exchange.explanation or {}, mine.trajectory.organisation_id),
        rows=_rows([mine, *partners]),
        arcs=workbench.arcs_of(_rows([mine, *partners])),
        looked_at=any(each.state == AnswerState.OBJECTED for each in partners),
        may_answer=policy.may_answer(actor, exchange),
        form=form or ObjectionForm(action=url_for("matching.object_to", exchange_id=exchange.id)),
        **about,
    )


def _beside(exchange: Exchange, mine: ExchangeMember, other: ExchangeMember, names: Names) -> tuple[Any, ...]:
    """A partner, why it is one, and how far it is; without reasons when the two were never weighed."""
    us, them = mine.trajectory.organisation_id, other.trajectory.organisation_id
    legs = [leg for leg in (exchange.explanation or {}).get("legs", ()) if {leg["reviewer"], leg["host"]} == {us, them}]
    leg: Any = min(legs, key=lambda leg: leg["reviewer"] != us, default={"parts": [], "reviewer": us, "host": them})
    travel = next((part["params"] for part in leg["parts"] if part["name"] == "travel"), None)
    return other, words.points(leg, names, us=us, limit=mine.trajectory.max_travel_minutes), travel


def _for_watcher(exchange: Exchange, about: dict[str, Any], form: Any) -> Any:
    names, actor = _names(exchange), the_actor()
    legs = (exchange.explanation or {}).get("legs", ())
    shown = legs[:1] if len(exchange.members) == 2 else legs
    return page(
        "matching/watched.html",
        names=names,
        reasons=[workbench.leg_reasons(leg, names) for leg in shown],
        against=list({words.block(each, names): None for leg in shown for each in leg["blocks"]}),
        rows=_rows(exchange.members),
        arcs=workbench.arcs_of(_rows(exchange.members)),
        reads_objections=policy.may_read_objections(actor),
        may_dissolve=policy.may_dissolve(actor, exchange) and EXCHANGE.can(exchange.state, "dissolve"),
        form=form or DissolutionForm(action=url_for("matching.dissolve", exchange_id=exchange.id)),
        **about,
    )


# --- Answers ---------------------------------------------------------------------------------------------------------


def _mine(exchange: Exchange) -> ExchangeMember:
    """The actor's place; who may answer has one."""
    return next(m for m in exchange.members if the_actor().is_of(m.trajectory.organisation_id))


@bp.post("/exchanges/<int:exchange_id>/acceptance")
@requires(policy.may_answer, queries.exchange_for)
def accept(exchange: Exchange) -> Any:
    services.accept(_mine(exchange), by=the_actor())
    return _to(exchange)


@bp.post("/exchanges/<int:exchange_id>/objection")
@requires(policy.may_answer, queries.exchange_for)
def object_to(exchange: Exchange) -> Any:
    form = ObjectionForm()
    if not form.validate_on_submit():
        return _show(exchange, form, 422)
    services.object_to(_mine(exchange), reason=form.reason.data or "", by=the_actor())
    return _to(exchange)


@bp.post("/exchanges/<int:exchange_id>/objection/withdrawal")
@requires(policy.may_answer, queries.exchange_for)
def take_back(exchange: Exchange) -> Any:
    services.take_back(_mine(exchange), by=the_actor())
    return _to(exchange)


@bp.post("/exchanges/<int:exchange_id>/dissolution")
@requires(policy.may_dissolve, queries.exchange_for)
def dissolve(exchange: Exchange) -> Any:
    form = DissolutionForm()
    if not form.validate_on_submit():
        return _show(exchange, form, 422)
    try:
        services.dissolve(exchange, reason=form.reason.data or "", by=the_actor())
    except Invalid as wrong:
        form.reason.errors = [wrong.message]
        return _show(exchange, form, 422)
    return _to(exchange)
