"""A group that the secretariat makes by hand and proposes at once, beside any rehearsal."""

from typing import Any

from flask import request, url_for

from peerreview.core.access import requires, the_actor
from peerreview.core.errors import Invalid
from peerreview.core.pages import done, page
from peerreview.matching import policy, queries, services, words, workbench
from peerreview.matching.forms import ByHandForm
from peerreview.matching.routes.blueprint import bp, names_for
from peerreview.rounds.models import Round
from peerreview.rounds.queries import round_for
from peerreview.trajectories.models import Trajectory


@bp.route("/matching/rounds/<int:round_id>/by-hand", methods=["GET", "POST"])
@requires(policy.may_match_in, round_for)
def propose_by_hand(round_: Round) -> Any:
    alone, form, status = queries.without_partner(round_.id), ByHandForm(), 200
    chosen = _chosen(alone)
    if form.validate_on_submit():
        try:
            made = services.propose_by_hand(round_, chosen, by=the_actor(), reason=form.reason.data or "")
            return done(url_for("matching.show_exchange", exchange_id=made.id))
        except Invalid as wrong:
            form.reason.errors = [wrong.message]
    if form.is_submitted():
        status = 422
    about: dict[str, Any] = {
        "round_": round_,
        "alone": alone,
        "form": form,
        "form_errors": status == 422,
        "status": status,
    }
    return page("matching/by_hand.html", **about, **_checked(round_, chosen))


def _chosen(alone: list[Trajectory]) -> list[Trajectory]:
    """The trajectories that were chosen, in their order; only those that look for a partner."""
    known = {each.id: each for each in alone}
    ids = request.values.getlist("member", type=int)
    return [known[each] for each in dict.fromkeys(ids) if each in known]


def _checked(round_: Round, chosen: list[Trajectory]) -> dict[str, Any]:
    """The reasons and the rules for the chosen group, once there are two or more."""
    names = names_for(round_.framework_version_id, {each.organisation_id: each.organisation.name for each in chosen})
    found: dict[str, Any] = {"chosen": chosen, "group": None, "reasons": [], "against": []}
    if not 2 <= len(chosen) <= 4:
        return found
    group = services.checked_by_hand(round_, chosen)
    legs = group["legs"][:1] if group["kind"] == "pair" else group["legs"]
    against = {words.block(each, names): None for leg in legs for each in leg["blocks"]}
    reasons = [workbench.leg_reasons(leg, names) for leg in legs]
    return found | {"group": group, "reasons": reasons, "against": list(against)}
